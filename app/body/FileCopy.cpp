#include "app/body/FileCopy.h"

#include <QDir>
#include <QSaveFile>

namespace keydesk {

FileCopy::FileCopy(std::shared_ptr<const FileBytes> bytes, const QString &path, QObject *parent)
    : QObject(parent)
    , m_path(path)
{
    m_background.run(
        this, [this, bytes = std::move(bytes)] { return copy(*bytes); },
        [this](const Result<void> &outcome) {
            if (outcome)
                Q_EMIT finished();
            else
                Q_EMIT failed(outcome.error());
        });
}

FileCopy::~FileCopy()
{
    m_cancelled = true;
}

void FileCopy::cancel()
{
    m_cancelled = true;
}

Result<void> FileCopy::copy(const FileBytes &bytes)
{
    constexpr qint64 piece = 1024LL * 1024;
    constexpr qint64 told = 16 * piece;
    const qint64 total = bytes.size();
    QSaveFile file(m_path);
    const auto failed = [&] {
        return failure(file.error() == QFileDevice::ResourceError ? Error::Kind::DiskFull
                                                                  : Error::Kind::StorageFailed,
                       tr("%1 could not be written: %2. Nothing of it was kept.")
                           .arg(QDir::toNativeSeparators(m_path), file.errorString()));
    };
    if (!file.open(QIODevice::WriteOnly))
        return failed();
    for (qint64 done = 0; done < total;) {
        if (m_cancelled)
            return failure(Error::Kind::Cancelled, tr("Saving was cancelled. Nothing was written."));
        const QByteArray next = bytes.read(done, std::min(piece, total - done));
        if (next.isEmpty())
            return failure(Error::Kind::StorageFailed, tr("What was to be saved cannot be read any more."));
        if (file.write(next) != next.size())
            return failed();
        done += next.size();
        if (done % told == 0)
            QMetaObject::invokeMethod(
                this, [this, done, total] { Q_EMIT progress(done, total); }, Qt::QueuedConnection);
    }
    return file.commit() ? Result<void>() : failed();
}

} // namespace keydesk
