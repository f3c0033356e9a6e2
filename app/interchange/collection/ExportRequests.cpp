#include "app/interchange/collection/ExportRequests.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QSaveFile>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

struct ExportRequestsText
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
                   ExportRequestsText::tr("%1 cannot be written: %2.")
                       .arg(QDir::toNativeSeparators(target), file.errorString()));
}

/// Beside `target`, under a name that nothing has yet.
Result<ImportNote> saveBeside(const QString &target, const WrittenCollection::Environment &environment)
{
    const QDir folder = QFileInfo(target).dir();
    const qsizetype dot = environment.fileName.indexOf(u'.');
    QString name = environment.fileName;
    for (int number = 2; QFileInfo::exists(folder.filePath(name)); ++number)
        name = environment.fileName.first(dot) + u" %1"_s.arg(number) + environment.fileName.sliced(dot);
    return save(folder.filePath(name), environment.bytes).map([&] {
        return ImportNote{ImportNote::What::Changed, environment.fileName.first(dot),
                          ExportRequestsText::tr("This environment is in a file of its own: %1.").arg(name)};
    });
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
        return failure(Error::Kind::Cancelled,
                       ExportRequestsText::tr("The export was stopped. Nothing was written."));
    if (const auto saved = save(target, written->bytes); !saved)
        return tl::unexpected(saved.error());
    ExportedRequests exported{static_cast<int>(read->collection.requests.size()), read->notes + written->notes};
    for (const WrittenCollection::Environment &each : written->environments) {
        const auto saved = saveBeside(target, each);
        if (!saved)
            return tl::unexpected(saved.error());
        exported.notes.append(*saved);
    }
    return exported;
}

} // namespace keydesk
