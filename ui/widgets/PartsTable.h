#pragma once

#include "ui/widgets/NameValueTable.h"

namespace keydesk {

class PartsModel;

/// A table over a PartsModel: a file that is dropped on a row is sent by it; dropped below, each file becomes
/// a row of its own.
class PartsTable : public NameValueTable
{
    Q_OBJECT

public:
    PartsTable(PartsModel *model, const QString &accessibleName, QWidget *parent = nullptr);

    /// Asks for the file of the current row, or of a new one.
    void chooseFile();

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dragMoveEvent(QDragMoveEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    PartsModel *m_parts;
};

/// The files of a drop or a paste that lie on this machine; empty if there are none.
QStringList droppedFiles(const QMimeData *data);

} // namespace keydesk
