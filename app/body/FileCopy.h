#pragma once

#include "app/base/Background.h"
#include "app/body/FileBytes.h"

#include <QObject>

#include <atomic>

namespace keydesk {

/// Copies bytes of any number into a file, off the UI thread. A file that is there is replaced only once all
/// of the copy is on disk: it stays as it is after an error, a cancel, or when this dies. Begins at once.
class FileCopy : public QObject
{
    Q_OBJECT

public:
    FileCopy(std::shared_ptr<const FileBytes> bytes, const QString &path, QObject *parent = nullptr);
    ~FileCopy() override;

    /// `failed` follows with Error::Cancelled, unless all is copied already.
    void cancel();

Q_SIGNALS:
    void progress(qint64 done, qint64 total);
    /// One of these, once, never inside the constructor.
    void finished();
    void failed(const keydesk::Error &error);

private:
    [[nodiscard]] Result<void> copy(const FileBytes &bytes);

    const QString m_path;
    std::atomic<bool> m_cancelled = false;
    Background m_background; // last: its end waits for the copy
};

} // namespace keydesk
