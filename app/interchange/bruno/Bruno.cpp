#include "app/interchange/bruno/Bruno.h"

#include "app/base/PlainText.h"
#include "app/interchange/bruno/BruRequest.h"
#include "app/interchange/bruno/BrunoJson.h"
#include "app/interchange/bruno/BrunoTerms.h"
#include "app/interchange/tools/ToolFile.h"

#include <QCoreApplication>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct BrunoText
{
    Q_DECLARE_TR_FUNCTIONS(Bruno)
};

Result<BruFile> readBru(const QByteArray &bytes, const CollectionSource &source)
{
    return readToolText(bytes, source).and_then([&source](const QString &text) { return BruFile::read(text, source.fileName); });
}

bool isJson(const QByteArray &bytes)
{
    const QByteArray begin = bytes.first(std::min<qsizetype>(bytes.size(), 64)).trimmed();
    return begin.startsWith('{') || begin.startsWith("\xEF\xBB\xBF{") || begin.startsWith('[');
}

void addEnvironment(ToolCollection &made, const QString &name, const BruFile &file)
{
    made.addEnvironment(name, environmentOf(file));
    if (const QStringList secrets = secretsOf(file); !secrets.isEmpty())
        made.noteLeft(name, secretVariablesWords(secrets));
}

class FolderReader
{
public:
    explicit FolderReader(const CollectionSource &source)
        : m_cancelled(source.cancelled)
        , m_made(BrunoText::tr("Bruno"), brunoSyntax(), source)
    {
    }

    Result<ImportedCollection> read(const ToolDiskFolder &folder)
    {
        ToolFolder whole{folder.name};
        if (const ToolDiskFile *file = folder.file(u"collection.bru"_s)) {
            const Result<BruFile> bru = fileOf(folder, *file);
            if (!bru)
                return tl::unexpected(bru.error());
            whole = folderOf(*bru, folder.name);
        }
        if (const ToolDiskFile *file = folder.file(u"bruno.json"_s)) {
            if (const auto done = readSettings(folder, *file, whole); !done)
                return tl::unexpected(done.error());
        }
        m_made.setWhole(whole);
        if (m_hasConnections)
            m_made.noteLeft({}, BrunoText::tr("Its proxy and client certificates are not imported; an "
                                              "environment has them in Keydesk."));
        if (const auto done = readFiles(folder, true); !done)
            return tl::unexpected(done.error());
        if (m_made.requestCount() == 0 && !m_made.hasVariables())
            return toolFailure(folder.name, BrunoText::tr("The folder holds no request of Bruno."));
        return m_made.take();
    }

private:
    struct Entry
    {
        double order;
        QString name;
        const ToolDiskFolder *folder; // or
        std::optional<BruFile> file;
    };

    [[nodiscard]] Result<BruFile> fileOf(const ToolDiskFolder &folder, const ToolDiskFile &file) const
    {
        return readBru(file.bytes, {folder.pathOf(file.name), m_cancelled});
    }

    Result<void> readSettings(const ToolDiskFolder &folder, const ToolDiskFile &file, ToolFolder &whole)
    {
        const Result<SpecTree> tree = readToolTree(file.bytes, {folder.pathOf(file.name), m_cancelled});
        if (!tree)
            return tl::unexpected(tree.error());
        const SpecNode root = tree->root();
        if (const QString version = root["version"].text(); !version.isEmpty() && version != "1"_L1)
            return toolFailure(
                file.name,
                BrunoText::tr("Line %1: it is a Bruno collection of version %2; Keydesk reads version 1.")
                    .arg(root["version"].line())
                    .arg(plainText(version.left(20))),
                Error::Kind::Unsupported);
        if (!root["name"].text().isEmpty())
            whole.name = root["name"].text();
        for (SpecNode ignored = root["ignore"].first(); ignored.isThere(); ignored = ignored.next())
            m_ignored.append(ignored.text());
        m_hasConnections = root["proxy"]["enabled"].isTrue() || root["clientCertificates"]["certs"].first().isThere();
        return {};
    }

    /// Folders first, as Bruno shows them, and then requests, each in the order that people gave them.
    Result<void> readFiles(const ToolDiskFolder &folder, bool isWhole)
    {
        std::vector<Entry> folders;
        for (const ToolDiskFolder &inner : folder.folders) {
            if (m_ignored.contains(inner.path))
                continue;
            if (isWhole && inner.name == "environments"_L1) {
                if (const auto done = readEnvironments(inner); !done)
                    return done;
                continue;
            }
            Entry entry{0, inner.name, &inner, {}};
            if (const ToolDiskFile *file = inner.file(u"folder.bru"_s)) {
                const Result<BruFile> bru = fileOf(inner, *file);
                if (!bru)
                    return tl::unexpected(bru.error());
                entry.order = placeInOrder(*bru);
                entry.file = *bru;
            }
            folders.push_back(std::move(entry));
        }
        std::ranges::stable_sort(folders, {}, &Entry::order);
        for (const Entry &entry : folders) {
            if (const auto done = readFolder(entry); !done)
                return done;
        }
        return readRequests(folder);
    }

    Result<void> readFolder(const Entry &entry)
    {
        const ToolFolder folder = entry.file ? folderOf(*entry.file, entry.name) : ToolFolder{entry.name};
        if (const auto opened = m_made.open(folder); !opened)
            return opened;
        const Result<void> done = readFiles(*entry.folder, false);
        m_made.close();
        return done;
    }

    Result<void> readRequests(const ToolDiskFolder &folder)
    {
        std::vector<Entry> entries;
        for (const ToolDiskFile &file : folder.files) {
            if (file.name == "folder.bru"_L1 || file.name == "collection.bru"_L1 || !file.name.endsWith(".bru"_L1, Qt::CaseInsensitive))
                continue;
            const Result<BruFile> bru = fileOf(folder, file);
            if (!bru)
                return tl::unexpected(bru.error());
            entries.push_back({placeInOrder(*bru), nameFromFile(file.name), nullptr, *bru});
        }
        std::ranges::stable_sort(entries, {}, &Entry::order);
        for (const Entry &entry : entries) {
            if (contentOf(*entry.file) == BruContent::HttpRequest) {
                if (const auto done = m_made.add(requestOf(*entry.file, entry.name)); !done)
                    return done;
            } else {
                m_made.noteLeft(entry.name, BrunoText::tr("It is no HTTP request, and is not imported."));
            }
        }
        return {};
    }

    Result<void> readEnvironments(const ToolDiskFolder &folder)
    {
        for (const ToolDiskFile &file : folder.files) {
            const Result<BruFile> bru = fileOf(folder, file);
            if (!bru)
                return tl::unexpected(bru.error());
            addEnvironment(m_made, nameFromFile(file.name), *bru);
        }
        return {};
    }

    const std::atomic_bool &m_cancelled;
    ToolCollection m_made;
    QStringList m_ignored; // folders, by their paths in the collection
    bool m_hasConnections = false;
};

} // namespace

Result<ImportedCollection> readBruno(const QByteArray &bytes, const CollectionSource &source)
{
    if (isJson(bytes))
        return readToolTree(bytes, source).and_then([&source](const SpecTree &tree) { return readBrunoExport(tree.root(), source); });
    const Result<BruFile> file = readBru(bytes, source);
    if (!file)
        return tl::unexpected(file.error());
    ToolCollection made(BrunoText::tr("Bruno"), brunoSyntax(), source);
    const QString name = nameFromFile(source.fileName);
    switch (contentOf(*file)) {
    case BruContent::HttpRequest:
        if (const auto done = made.add(requestOf(*file, name)); !done)
            return tl::unexpected(done.error());
        break;
    case BruContent::Environment:
        addEnvironment(made, name, *file);
        break;
    case BruContent::OtherRequest:
        return toolFailure(source.fileName, BrunoText::tr("The request in it is no HTTP request."),
                           Error::Kind::Unsupported);
    case BruContent::Folder:
        return toolFailure(
            source.fileName,
            BrunoText::tr(
                "It holds no request, but what others in its folder share. Import the whole folder."),
            Error::Kind::Unsupported);
    }
    return made.take();
}

Result<ImportedCollection> readBrunoFolder(const QString &path, const CollectionSource &source)
{
    return readToolFolder(path, {u".bru"_s, u"bruno.json"_s}, source.cancelled).and_then([&source](const ToolDiskFolder &folder) {
        return FolderReader(source).read(folder);
    });
}

} // namespace keydesk
