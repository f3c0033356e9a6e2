#include "app/interchange/collection/ExportRequests.h"

#include <QCoreApplication>
#include <QDir>
#include <QSaveFile>

namespace keydesk {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(ExportRequests)
};

Result<void> save(const QString &target, const QByteArray &bytes)
{
    QSaveFile file(target);
    file.setDirectWriteFallback(false); // half a file in the place of a whole one
    if (file.open(QIODevice::WriteOnly) && file.setPermissions(QFile::ReadOwner | QFile::WriteOwner) && file.write(bytes) == bytes.size() &&
        file.commit())
        return {};
    return failure(Error::Kind::StorageFailed,
                   Text::tr("%1 cannot be written: %2.").arg(QDir::toNativeSeparators(target), file.errorString()));
}

} // namespace

Result<ExportedRequests> exportRequests(const QString &path, CollectionFormat format, const QString &target, const Redactor &redactor,
                                        const QList<TokenPattern> &patterns, const std::atomic_bool &cancelled)
{
    const auto read = readCollectionPath(path, {patterns, CollectionFormat::Http}, cancelled);
    if (!read)
        return tl::unexpected(read.error());
    const auto written = writeCollection(format, read->collection, redactor, patterns);
    if (!written)
        return tl::unexpected(written.error());
    if (cancelled)
        return failure(Error::Kind::Cancelled, Text::tr("The export was stopped. Nothing was written."));
    return save(target, written->bytes).map([&] {
        return ExportedRequests{static_cast<int>(read->collection.requests.size()), read->notes + written->notes};
    });
}

} // namespace keydesk
