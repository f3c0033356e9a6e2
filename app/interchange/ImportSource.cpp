#include "app/interchange/ImportSource.h"

#include <QFileInfo>

namespace keydesk {

namespace {

void findIn(Secret bytes, int index, const QString &fileName, const CandidateContext &context,
            ImportSource &source, QList<KeyCandidate> &candidates)
{
    const Result<EnvText> text = EnvText::read(std::move(bytes));
    if (text)
        findCandidates(*text, fileName, index, context, candidates);
    else
        source.problem = text.error().message;
}

} // namespace

ImportSource readImportFile(const QString &path, int index, const CandidateContext &context,
                            QList<KeyCandidate> &candidates)
{
    ImportSource source;
    source.name = QFileInfo(path).fileName();
    Result<SourceFile> file = readSourceFile(path);
    if (!file) {
        source.path = path;
        source.problem = file.error().message;
        return source;
    }
    source.path = file->path;
    source.stamp = file->stamp;
    findIn(std::move(file->bytes), index, source.name, context, source, candidates);
    return source;
}

ImportSource readImportText(Secret text, int index, const CandidateContext &context,
                            QList<KeyCandidate> &candidates)
{
    ImportSource source;
    findIn(std::move(text), index, {}, context, source, candidates);
    return source;
}

QList<CleaningPlace> cleaningPlaces(int index, const QList<KeyCandidate> &candidates,
                                    const std::function<std::optional<ApiKey>(const Secret &token)> &keyOf)
{
    QList<CleaningPlace> places;
    for (const KeyCandidate &each : candidates) {
        if (each.source != index || each.state == KeyCandidate::State::Unusable)
            continue;
        const std::optional<ApiKey> key = keyOf(*each.token);
        if (key && key->place != SecretPlace::Session && key->status != ApiKey::Status::Missing)
            places.append({each.line, each.variable, each.begin, each.end});
    }
    return places;
}

} // namespace keydesk
