#include "app/interchange/SourceCleaning.h"

#include "app/interchange/EnvText.h"

#include <QCoreApplication>

#include <algorithm>

namespace keydesk {

namespace {

struct SourceCleaningText
{
    Q_DECLARE_TR_FUNCTIONS(SourceCleaning)
};

} // namespace

Result<AtomicFile> prepareCleaning(const QString &path, const FileStamp &stamp,
                                   const QList<CleaningPlace> &places)
{
    const Result<SourceFile> file = readSourceFile(path);
    if (!file)
        return tl::unexpected(file.error());
    if (file->stamp != stamp)
        return failure(Error::Kind::Conflict,
                       SourceCleaningText::tr("%1 has been changed since Keydesk read it, so "
                                              "nothing was taken out. Import it again to clean it.")
                           .arg(path));
    const Result<EnvText> text = EnvText::read(file->bytes.copy());
    if (!text)
        return tl::unexpected(text.error());

    QList<CleaningPlace> ordered = places;
    std::sort(ordered.begin(), ordered.end(),
              [](const CleaningPlace &a, const CleaningPlace &b) { return a.begin < b.begin; });
    std::vector<EnvText::Change> changes;
    qsizetype done = 0;
    for (const CleaningPlace &place : std::as_const(ordered)) {
        if (place.begin < done || place.end < place.begin ||
            place.end > static_cast<qsizetype>(text->text().size()))
            continue;
        changes.push_back({place.begin, place.end, {}});
        done = place.end;
    }
    return AtomicFile::replace(*file, text->with(changes), file->mode);
}

} // namespace keydesk
