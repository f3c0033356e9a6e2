#include "app/workspace/RequestFiles.h"

#include "app/base/Redactor.h"
#include "app/workspace/DiskSteps.h"
#include "app/workspace/HttpEdit.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QFileInfo>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct RequestFilesText
{
    Q_DECLARE_TR_FUNCTIONS(RequestFiles)
};

QByteArray hashOf(const HttpFile &file, int index)
{
    // Without the empty lines behind it, which change when its neighbour goes.
    return QCryptographicHash::hash(movableSource(file, index), QCryptographicHash::Sha256);
}

RequestPlace placeOf(const HttpFile &file, int index)
{
    return {file.path(), index, hashOf(file, index), file.name(index)};
}

QString shown(const QString &name)
{
    return name.isEmpty() ? RequestFilesText::tr("the request") : u'“' + name + u'”';
}

/// The same request in a file that may have been changed: at its place if it is unchanged there, or wherever
/// it is.
int placeIn(const HttpFile &file, const RequestPlace &place)
{
    if (place.index >= 0 && place.index < file.requestCount() && hashOf(file, place.index) == place.hash)
        return place.index;
    for (int i = 0; i < file.requestCount(); ++i) {
        if (hashOf(file, i) == place.hash)
            return i;
    }
    return -1;
}

/// The one that it has become: of its name, or without a name the one at its place.
int successorIn(const HttpFile &file, const RequestPlace &place)
{
    const bool isThere = place.index >= 0 && place.index < file.requestCount();
    if (isThere && file.name(place.index) == place.name)
        return place.index;
    for (int i = 0; i < file.requestCount() && !place.name.isEmpty(); ++i) {
        if (file.name(i) == place.name)
            return i;
    }
    return -1;
}

Result<int> unchangedIn(const HttpFile &file, const RequestPlace &place)
{
    if (const int index = placeIn(file, place); index >= 0)
        return index;
    const int successor = successorIn(file, place);
    if (successor < 0)
        return failure(
            Error::Kind::NotFound,
            RequestFilesText::tr("%1 is not in %2 any more; another program removed it. Nothing was changed.")
                .arg(shown(place.name), place.file));
    return failure(Error::Kind::Conflict,
                   RequestFilesText::tr("%1 was changed by another program: %2, line %3. Nothing "
                                        "was changed. Look at both versions, and choose one.")
                       .arg(shown(place.name), place.file)
                       .arg(file.lineNumber(successor)));
}

} // namespace

Result<HttpFile> RequestFiles::read(const QString &path) const
{
    return readRequestFile(path).and_then(
        [&path](const SourceFile &file) { return HttpFile::parse(bytesOf(file), path); });
}

Result<RequestInFile> RequestFiles::open(const QString &path, int index) const
{
    const auto file = read(path);
    if (!file)
        return tl::unexpected(file.error());
    if (index < 0 || index >= file->requestCount())
        return failure(Error::Kind::NotFound,
                       RequestFilesText::tr("%1 does not have this request any more.").arg(path));
    return readHttpRequest(*file, index).map([&](const HttpRequest &request) {
        return RequestInFile{placeOf(*file, index), request, fileVariables(*file), findCredentials(*file)};
    });
}

Result<RequestPlace> RequestFiles::find(const RequestPlace &place) const
{
    const auto file = read(place.file);
    if (!file)
        return tl::unexpected(file.error());
    return unchangedIn(*file, place).map([&file](int index) { return placeOf(*file, index); });
}

/// Writes what `edit` makes of the file, and remembers both for the way back.
Result<FileChange> RequestFiles::change(const QString &path, const Edit &edit, int index, const QString &name,
                                        const QString &message) const
{
    const auto source = readRequestFile(path);
    if (!source)
        return tl::unexpected(source.error());
    const QByteArray before = bytesOf(*source);
    const auto file = HttpFile::parse(before, path);
    if (!file)
        return tl::unexpected(file.error());
    const auto changed = edit(*file);
    if (!changed)
        return tl::unexpected(changed.error());
    const QByteArray after = changed->text();
    if (after != before) {
        if (const auto written = replaceBytes(*source, after); !written)
            return tl::unexpected(written.error());
    }
    const RequestPlace place = index >= 0 && index < changed->requestCount() ? placeOf(*changed, index)
                                                                             : RequestPlace{path, -1, {}, {}};
    return FileChange{place,
                      {name, message, [path, before, after] { return replaceBytes(path, after, before); },
                       [path, before, after] { return replaceBytes(path, before, after); }}};
}

Result<HttpFile> RequestFiles::checked(const HttpFile &changed, int index, const RequestSpec &was,
                                       const RequestSpec &spec) const
{
    if (const auto known = checkHoldsNoToken(changed, index, m_redactor); !known)
        return tl::unexpected(known.error());
    if (const auto typed = checkHoldsNoNewCredential(was, spec); !typed)
        return tl::unexpected(typed.error());
    return changed;
}

Result<FileChange> RequestFiles::save(const RequestPlace &place, const RequestSpec &spec) const
{
    const auto found = find(place);
    if (!found)
        return tl::unexpected(found.error());
    const auto edit = [&](const HttpFile &file) -> Result<HttpFile> {
        // Once more: it is this reading that is written.
        const auto index = unchangedIn(file, *found);
        if (!index)
            return tl::unexpected(index.error());
        const auto was = readHttpRequest(file, *index);
        if (!was)
            return tl::unexpected(was.error());
        return withRequest(file, *index, spec).and_then([&](const HttpFile &changed) {
            return checked(changed, *index, was->spec, spec);
        });
    };
    return change(place.file, edit, found->index, RequestFilesText::tr("Save %1").arg(shown(spec.name)),
                  RequestFilesText::tr("%1 is saved.").arg(shown(spec.name)));
}

Result<RequestConflict> RequestFiles::conflict(const RequestPlace &place, const RequestSpec &ours) const
{
    const auto file = read(place.file);
    if (!file)
        return tl::unexpected(file.error());
    RequestConflict conflict;
    const int unchanged = placeIn(*file, place);
    const int index = unchanged >= 0 ? unchanged : successorIn(*file, place);
    // As it would stand there: with what the file has beside the request itself.
    const auto written =
        index >= 0 ? withRequest(*file, index, ours) : withNewRequest(*file, file->requestCount(), ours);
    if (!written)
        return tl::unexpected(written.error());
    const QByteArray source = movableSource(*written, index >= 0 ? index : file->requestCount());
    conflict.ours = file->isUtf8() ? QString::fromUtf8(source) : QString::fromLatin1(source);
    if (index < 0)
        return conflict;
    const QByteArray theirs = movableSource(*file, index);
    conflict.theirs = file->isUtf8() ? QString::fromUtf8(theirs) : QString::fromLatin1(theirs);
    if (const auto opened = open(place.file, index))
        conflict.theirRequest = *opened;
    return conflict;
}

Result<FileChange> RequestFiles::overwrite(const RequestPlace &place, const RequestSpec &spec) const
{
    const auto file = read(place.file);
    if (!file)
        return file.error().kind == Error::Kind::NotFound ? add(place.file, -1, spec)
                                                          : tl::unexpected(file.error());
    const int unchanged = placeIn(*file, place);
    const int index = unchanged >= 0 ? unchanged : successorIn(*file, place);
    return index >= 0 ? save(placeOf(*file, index), spec) : add(place.file, -1, spec);
}

Result<FileChange> RequestFiles::add(const QString &path, int before, const RequestSpec &spec) const
{
    const QString name = RequestFilesText::tr("Add %1").arg(shown(spec.name));
    const QString message = RequestFilesText::tr("%1 is added.").arg(shown(spec.name));
    if (!QFileInfo::exists(path)) {
        const auto made =
            withNewRequest(HttpFile::parse({}, path).value(), 0, spec).and_then([&](const HttpFile &file) {
                return checked(file, 0, {}, spec);
            });
        if (!made)
            return tl::unexpected(made.error());
        const QByteArray bytes = made->text();
        if (const auto created = createBytes(path, bytes); !created)
            return tl::unexpected(created.error());
        return FileChange{placeOf(*made, 0),
                          {name, message, [path, bytes] { return deleteBytes(path, bytes); },
                           [path, bytes] { return createBytes(path, bytes); }}};
    }
    const auto file = read(path);
    if (!file)
        return tl::unexpected(file.error());
    const int place = before < 0 ? file->requestCount() : std::min(before, file->requestCount());
    const auto edit = [&](const HttpFile &now) {
        return withNewRequest(now, place, spec).and_then([&](const HttpFile &changed) {
            return checked(changed, place, {}, spec);
        });
    };
    return change(path, edit, place, name, message);
}

Result<FileChange> RequestFiles::rename(const RequestPlace &place, const QString &name) const
{
    const auto found = find(place);
    if (!found)
        return tl::unexpected(found.error());
    const auto edit = [&](const HttpFile &file) -> Result<HttpFile> {
        return unchangedIn(file, *found).and_then([&](int index) {
            return withName(file, index, name).and_then([&](const HttpFile &changed) -> Result<HttpFile> {
                if (const auto known = checkHoldsNoToken(changed, index, m_redactor); !known)
                    return tl::unexpected(known.error());
                return changed;
            });
        });
    };
    return change(place.file, edit, found->index, RequestFilesText::tr("Rename %1").arg(shown(place.name)),
                  RequestFilesText::tr("%1 is now “%2”.").arg(shown(place.name), name.simplified()));
}

Result<FileChange> RequestFiles::setExpectations(const RequestPlace &place, const QStringList &expectations) const
{
    const auto found = find(place);
    if (!found)
        return tl::unexpected(found.error());
    const auto edit = [&](const HttpFile &file) -> Result<HttpFile> {
        return unchangedIn(file, *found).and_then([&](int index) {
            return withExpectations(file, index, expectations).and_then([&](const HttpFile &changed) -> Result<HttpFile> {
                if (const auto known = checkHoldsNoToken(changed, index, m_redactor); !known)
                    return tl::unexpected(known.error());
                return changed;
            });
        });
    };
    return change(place.file, edit, found->index,
                  RequestFilesText::tr("Change Expectations of %1").arg(shown(place.name)),
                  RequestFilesText::tr("The expectations of %1 are saved.").arg(shown(place.name)));
}

Result<FileChange> RequestFiles::remove(const RequestPlace &place) const
{
    const auto edit = [&](const HttpFile &file) {
        return unchangedIn(file, place).and_then([&](int index) { return withoutRequest(file, index); });
    };
    return change(place.file, edit, -1, RequestFilesText::tr("Delete %1").arg(shown(place.name)),
                  RequestFilesText::tr("%1 is deleted.").arg(shown(place.name)));
}

Result<FileChange> RequestFiles::move(const RequestPlace &place, const QString &toPath, int before) const
{
    const QString name = RequestFilesText::tr("Move %1").arg(shown(place.name));
    const QString message = RequestFilesText::tr("%1 is moved.").arg(shown(place.name));
    const auto file = read(place.file);
    if (!file)
        return tl::unexpected(file.error());
    const auto from = unchangedIn(*file, place);
    if (!from)
        return tl::unexpected(from.error());
    if (QFileInfo(place.file) == QFileInfo(toPath)) {
        int to = before < 0 ? file->requestCount() : before;
        if (to > *from)
            --to;
        to = std::clamp(to, 0, file->requestCount() - 1);
        return change(
            place.file,
            [&](const HttpFile &now) -> Result<HttpFile> {
                return unchangedIn(now, place).and_then([&](int index) {
                    return withRequestMoved(now, index, to);
                });
            },
            to, name, message);
    }
    for (const HttpCredential &found : findCredentials(*file)) {
        if (found.request == *from)
            return failure(
                Error::Kind::InvalidInput,
                RequestFilesText::tr("%1 was not moved: line %2 of %3 holds a credential, which would be "
                                     "copied into another file. Move "
                                     "it to the keychain first.")
                    .arg(shown(place.name))
                    .arg(found.note.line)
                    .arg(place.file));
    }
    const QByteArray source = movableSource(*file, *from);
    const auto target = read(toPath);
    if (!target)
        return tl::unexpected(target.error());
    const int to = before < 0 ? target->requestCount() : std::min(before, target->requestCount());
    // First in, then out: a failure between leaves it twice, never nowhere.
    const auto added = change(
        toPath, [&](const HttpFile &now) { return withSource(now, to, source); }, to, name, message);
    if (!added)
        return added;
    const auto removed = remove(place);
    if (!removed) {
        (void)added->step.undo();
        return removed;
    }
    const auto both = [](const FileStep::Work &first, const FileStep::Work &second,
                         const FileStep::Work &back) {
        return [first, second, back]() -> Result<void> {
            if (const auto done = first(); !done)
                return done;
            const auto done = second();
            if (!done)
                (void)back();
            return done;
        };
    };
    return FileChange{added->place,
                      {name, message, both(removed->step.undo, added->step.undo, removed->step.redo),
                       both(added->step.redo, removed->step.redo, added->step.undo)}};
}

} // namespace keydesk
