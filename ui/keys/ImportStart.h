#pragma once

#include "app/base/Secret.h"

#include <QWidget>

#include <memory>

class QMimeData;

namespace keydesk {

/// Where an import begins: files are chosen or dropped, a text is pasted or dropped. A pasted text is shown
/// nowhere, also not on the way (SECURITY S3).
class ImportStart : public QWidget
{
    Q_OBJECT

public:
    explicit ImportStart(QWidget *parent = nullptr);

    void choose();
    /// Files that were copied in a file manager count as files.
    void paste();

Q_SIGNALS:
    void filesChosen(const QStringList &paths);
    void textPasted(const std::shared_ptr<keydesk::Secret> &text);
    void nothingPasted();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    void take(const QMimeData &mime);
};

/// The files of this computer among what is dragged or copied.
QStringList localFiles(const QMimeData &data);

} // namespace keydesk
