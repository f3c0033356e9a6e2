#pragma once

#include "app/body/FileCopy.h"

#include <QPointer>
#include <QWidget>

class QLabel;

namespace keydesk {

/// Copies something large into a file and says how far that is, with a button that ends it. Hidden while nothing is copied.
class CopyBar : public QWidget
{
    Q_OBJECT

public:
    explicit CopyBar(QWidget *parent = nullptr);

    /// Ends the copy before.
    void copy(std::shared_ptr<const FileBytes> bytes, const QString &path);

Q_SIGNALS:
    void saved(const QString &path);
    void failed(const keydesk::Error &error);

private:
    void show(qint64 done, qint64 total);
    void end();

    QLabel *m_words;
    QPointer<FileCopy> m_copy;
};

} // namespace keydesk
