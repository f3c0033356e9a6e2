#include "app/interchange/collection/CollectionFiles.h"

#include "app/interchange/collection/CollectionTexts.h"
#include "app/interchange/collection/HttpCollection.h"
#include "app/workspace/DiskSteps.h"
#include "app/workspace/EnvironmentFiles.h"
#include "app/workspace/FileNames.h"

#include <QCoreApplication>
#include <QDir>
#include <QDirIterator>
#include <QFileInfo>
#include <QHash>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>
#include <QTemporaryDir>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr qsizetype mostBytes = HttpFile::limit / 4;
constexpr int mostRequests = HttpFile::mostRequests / 4;

struct CollectionFilesText
{
    Q_DECLARE_TR_FUNCTIONS(CollectionFiles)
};

/// Names of files for the names of folders: as they are, or as a file can have them, and none twice.
class Names
{
public:
    /// Of a folder, from the root.
    QString path(const QStringList &folder)
    {
        if (folder.isEmpty())
            return {};
        QString &known = m_paths[folder];
        if (known.isEmpty()) {
            const QString parent = path(folder.first(folder.size() - 1));
            known = free(parent.isEmpty() ? QString() : parent + u'/', folder.last());
            m_paths[folder] = known;
        }
        return m_paths.value(folder);
    }

    QString free(const QString &parent, const QString &name)
    {
        const QString safe =
            fileNameFor(name.simplified().left(100)).value_or(CollectionFilesText::tr("Requests"));
        QString wanted = parent + safe;
        for (int &number = m_counts[wanted.toCaseFolded()]; m_taken.contains(wanted.toCaseFolded()); wanted = parent + u"%1 %2"_s.arg(safe).arg(number))
            number = std::max(2, number + 1);
        m_taken.insert(wanted.toCaseFolded());
        return wanted;
    }

private:
    QHash<QStringList, QString> m_paths;
    QSet<QString> m_taken;
    QHash<QString, int> m_counts; // the last number that a name got
};

QByteArray environmentFile(const QList<CollectionEnvironment> &environments)
{
    QJsonObject all;
    for (const CollectionEnvironment &each : environments) {
        QJsonObject values = all.value(each.name).toObject();
        for (const NameValue &row : each.variables) {
            if (row.enabled && !row.name.isEmpty())
                values.insert(row.name, row.value);
        }
        all.insert(each.name, values);
    }
    return QJsonDocument(all).toJson();
}

/// Writes `files` into a folder of their own beside their place, and moves that there.
Result<QString> putInPlace(const QList<CollectionFiles::File> &files, const QString &folder, const QString &wanted)
{
    // Hidden, so that nobody takes it for requests; on the same file system, so that the move is one step.
    QTemporaryDir aside(QDir(folder).filePath(u".keydesk-import-XXXXXX"_s));
    if (!aside.isValid())
        return failure(
            Error::Kind::StorageFailed,
            CollectionFilesText::tr(
                "Keydesk cannot write into %1. Check that you may write there and that its disk has room.")
                .arg(QDir::toNativeSeparators(folder)),
            aside.errorString());
    const QString top = files.first().path.section(u'/', 0, 0);
    const QFileDevice::Permissions open = QFileInfo(folder).permissions();
    QFile::setPermissions(aside.path(), open | QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    for (const CollectionFiles::File &file : files) {
        QString at = aside.path();
        const QStringList steps = file.path.split(u'/');
        for (const QString &step : steps.first(steps.size() - 1)) {
            at += u'/' + step;
            if (!QFileInfo::exists(at)) {
                if (const auto made = createFolderOnDisk(at); !made)
                    return tl::unexpected(made.error());
            }
        }
        if (const auto made = createBytes(at + u'/' + steps.last(), file.bytes); !made)
            return tl::unexpected(made.error());
    }
    const bool isFile = files.size() == 1 && !files.first().path.contains(u'/');
    const QString base = isFile ? QFileInfo(wanted).completeBaseName() : wanted;
    const QString end = isFile ? u".http"_s : QString();
    for (int number = 1; number < 1000; ++number) {
        const QString name = (number == 1 ? base : u"%1 %2"_s.arg(base).arg(number)) + end;
        const auto moved = renameOnDisk(aside.filePath(top), QDir(folder).filePath(name));
        if (moved)
            return name;
        if (moved.error().kind != Error::Kind::Duplicate)
            return tl::unexpected(moved.error());
    }
    return failure(Error::Kind::Duplicate,
                   CollectionFilesText::tr("There are too many of the name “%1” in %2.").arg(wanted, folder));
}

/// Takes away exactly what was written, if it is still that.
Result<void> takeBack(const QList<CollectionFiles::File> &files, const QString &folder, const QString &top)
{
    const QString root = QDir(folder).filePath(top);
    const auto changed = [&] {
        return failure(
            Error::Kind::Conflict,
            CollectionFilesText::tr("%1 was changed since it was imported, so it was left as it is.")
                .arg(root));
    };
    const auto pathOf = [&](const CollectionFiles::File &file) {
        const qsizetype slash = file.path.indexOf(u'/');
        return slash < 0 ? root : root + file.path.sliced(slash);
    };
    for (const CollectionFiles::File &file : files) {
        const auto now = readSourceFile(pathOf(file), HttpFile::limit);
        if (!now || bytesOf(*now) != file.bytes)
            return changed();
    }
    if (!QFileInfo(root).isDir())
        return deleteBytes(root, files.first().bytes);
    qsizetype found = 0;
    for (QDirIterator each(root, QDir::Files | QDir::Hidden | QDir::System, QDirIterator::Subdirectories); each.hasNext(); each.next())
        ++found;
    if (found != files.size())
        return changed();
    // Away from its place in one step, and then for good.
    QTemporaryDir aside(QDir(folder).filePath(u".keydesk-import-XXXXXX"_s));
    return aside.isValid() ? renameOnDisk(root, aside.filePath(u"undone"_s)) : Result<void>(changed());
}

} // namespace

Result<CollectionFiles> planFiles(const Collection &collection, const std::atomic_bool &cancelled)
{
    CollectionFiles planned;
    const QString name =
        collection.name.trimmed().isEmpty() ? CollectionFilesText::tr("Imported requests") : collection.name;
    Names names;
    const QString root = names.path({name});
    const bool isSingle = collection.environments.isEmpty() &&
                          std::ranges::all_of(collection.requests, [](const CollectionRequest &each) { return each.folder.isEmpty(); });
    const auto pathOf = [&](const QStringList &folder) {
        if (!folder.isEmpty())
            return names.path(QStringList{name} + folder);
        return isSingle ? root : root + u'/' + root;
    };
    // The file of the root's own name is for the requests at the top.
    if (!isSingle)
        names.free(root + u'/', name);

    struct Open
    {
        qsizetype file;
        int requests;
        qsizetype head; ///< bytes of it before the first request
    };
    QHash<QStringList, Open> open;
    qsizetype heads = 0; // the variables stand in each file
    const auto begin = [&](const QStringList &folder) {
        const QString parent = pathOf(folder);
        const bool isFirst = !open.contains(folder);
        const QString path = isFirst ? parent : names.free(parent.contains(u'/') ? parent.section(u'/', 0, -2) + u'/' : QString(), parent.section(u'/', -1));
        planned.files.append({path + u".http"_s, httpHead(folder.isEmpty() && isFirst ? collection.about : QString(), collection.variables)});
        open[folder] = {planned.files.size() - 1, 0, planned.files.last().bytes.size()};
        heads += planned.files.last().bytes.size();
    };
    if (!collection.about.trimmed().isEmpty() || collection.requests.isEmpty())
        begin({});
    for (const CollectionRequest &request : collection.requests) {
        if (cancelled)
            return failure(Error::Kind::Cancelled, CollectionFilesText::tr("The import was stopped."));
        const auto source = httpSource(request);
        if (!source) {
            planned.notes.append({ImportNote::What::NotExpressed, placeOf(request), source.error().message});
            continue;
        }
        const auto at = open.constFind(request.folder);
        if (at == open.cend() || at->requests >= mostRequests || planned.files.at(at->file).bytes.size() - at->head > mostBytes)
            begin(request.folder);
        if (heads > 4 * collectionFileLimit)
            return failure(
                Error::Kind::TooLarge,
                CollectionFilesText::tr("Its variables would stand in too many files. Import it in parts."));
        Open &here = open[request.folder];
        planned.files[here.file].bytes += *source + '\n';
        ++here.requests;
    }
    for (qsizetype at = planned.files.size() - 1; at >= 0; --at) {
        const auto parsed = HttpFile::parse(planned.files.at(at).bytes, planned.files.at(at).path);
        if (!parsed)
            return tl::unexpected(parsed.error());
        if (parsed->requestCount() > 0)
            planned.first = static_cast<int>(at);
    }
    if (!collection.environments.isEmpty())
        planned.files.append({root + u'/' + environmentFileName, environmentFile(collection.environments)});
    for (const NameValue &row : collection.variables) {
        if (!row.enabled || httpAssignment(u"@%1 = %2"_s.arg(row.name.simplified(), row.value.simplified()).toUtf8()).name.isEmpty())
            planned.notes.append(
                {ImportNote::What::NotExpressed, CollectionFilesText::tr("variable %1").arg(row.name),
                 CollectionFilesText::tr(
                     "It is switched off, or has a name that a .http file cannot say, so it is left out.")});
    }
    if (planned.files.isEmpty())
        return failure(Error::Kind::InvalidInput,
                       CollectionFilesText::tr("None of the requests can be written into a .http file. %1")
                           .arg(planned.notes.isEmpty() ? QString() : planned.notes.first().text));
    return planned;
}

Result<FileChange> writeFiles(const CollectionFiles &files, const QString &folder)
{
    const QString top = files.files.first().path.section(u'/', 0, 0);
    const auto name = putInPlace(files.files, folder, top);
    if (!name)
        return tl::unexpected(name.error());
    const QString rest = files.files.at(files.first).path.section(u'/', 1);
    const QString first = QDir(folder).filePath(rest.isEmpty() ? *name : *name + u'/' + rest);
    const auto kept = std::make_shared<const QList<CollectionFiles::File>>(files.files);
    return FileChange{{first, -1, {}, {}},
                      {CollectionFilesText::tr("Import “%1”").arg(*name),
                       CollectionFilesText::tr("“%1” is imported.").arg(*name),
                       [kept, folder, name = *name] { return takeBack(*kept, folder, name); },
                       [kept, folder, name = *name] {
                           if (QFileInfo::exists(QDir(folder).filePath(name)))
                               return Result<void>(
                                   failure(Error::Kind::Duplicate,
                                           CollectionFilesText::tr("There is another “%1” now.").arg(name)));
                           return putInPlace(*kept, folder, name).map([](const QString &) {});
                       }}};
}

} // namespace keydesk
