#include "app/interchange/opencollection/OpenCollection.h"

#include "app/base/PlainText.h"
#include "app/interchange/bruno/BrunoTerms.h"
#include "app/interchange/opencollection/OpenCollectionItem.h"
#include "app/interchange/tools/ToolFile.h"

#include <QCoreApplication>
#include <QSet>

#include <algorithm>
#include <optional>

namespace keydesk {

using namespace Qt::StringLiterals;
using Kind = OpenCollectionKind;

namespace {

struct OpenCollectionText
{
    Q_DECLARE_TR_FUNCTIONS(OpenCollection)
};

const QStringList suffixes{u".yml"_s, u".yaml"_s};

Result<void> checkVersion(SpecNode root, const QString &fileName)
{
    const QString version = root["opencollection"].text();
    if (version.startsWith(u'0') || version == "1"_L1 || version.startsWith("1."_L1))
        return {};
    return toolFailure(
        fileName,
        OpenCollectionText::tr("Line %1: it is an OpenCollection of version %2; Keydesk reads version 1.")
            .arg(root["opencollection"].line())
            .arg(plainText(version.left(20))),
        Error::Kind::Unsupported);
}

/// "folder.yml" or "folder.yaml".
const ToolDiskFile *fileCalled(const ToolDiskFolder &folder, const QString &name)
{
    for (const QString &suffix : suffixes) {
        if (const ToolDiskFile *file = folder.file(name + suffix))
            return file;
    }
    return nullptr;
}

class Reader
{
public:
    explicit Reader(const CollectionSource &source)
        : m_source(source)
        , m_made(OpenCollectionText::tr("OpenCollection"), brunoSyntax(), source)
    {
    }

    Result<ImportedCollection> readFile(SpecNode root)
    {
        const QString name = nameFromFile(m_source.fileName);
        switch (openCollectionKind(root)) {
        case Kind::Collection:
            if (const auto version = checkVersion(root, m_source.fileName); !version)
                return tl::unexpected(version.error());
            setWhole(root, name);
            if (const auto done = readItems(root["items"]); !done)
                return tl::unexpected(done.error());
            if (m_made.requestCount() == 0 && !root["bundled"].isTrue())
                m_made.noteLeft({}, OpenCollectionText::tr("The file holds no requests: they are in files of "
                                                           "their own. Import the whole folder."));
            break;
        case Kind::Request:
        case Kind::Folder:
            if (const auto done = readItem(root, name); !done)
                return tl::unexpected(done.error());
            break;
        case Kind::Environment:
            m_environments.push_back(openCollectionEnvironment(root, name));
            break;
        case Kind::Other:
            return toolFailure(m_source.fileName,
                               OpenCollectionText::tr("The request in it is no HTTP request."),
                               Error::Kind::Unsupported);
        case Kind::Unknown:
            return toolFailure(m_source.fileName,
                               OpenCollectionText::tr(
                                   "It is no OpenCollection: it has neither “opencollection” nor “http”."));
        }
        return take();
    }

    Result<ImportedCollection> readFolder(const ToolDiskFolder &folder)
    {
        if (const ToolDiskFile *file = fileCalled(folder, u"opencollection"_s)) {
            const Result<SpecTree> tree = treeOf(folder, *file);
            if (!tree)
                return tl::unexpected(tree.error());
            const SpecNode root = tree->root();
            if (const auto version = checkVersion(root, file->name); !version)
                return tl::unexpected(version.error());
            setWhole(root, folder.name);
            if (const auto done = readItems(root["items"]); !done)
                return tl::unexpected(done.error());
        } else {
            m_made.setWhole({folder.name});
        }
        if (const auto done = readFiles(folder, true); !done)
            return tl::unexpected(done.error());
        if (m_made.requestCount() == 0 && m_environments.empty())
            return toolFailure(folder.name,
                               OpenCollectionText::tr("The folder holds no request of an OpenCollection."));
        return take();
    }

private:
    /// Of a folder on disk: its files are kept as trees, which the nodes point into.
    struct Entry
    {
        double order;
        QString name;
        const ToolDiskFolder *folder; // or null: a request
        std::optional<SpecTree> tree;
    };

    void setWhole(SpecNode root, const QString &name)
    {
        m_made.setWhole(openCollectionFolder(root, name));
        const SpecNode config = root["config"];
        for (SpecNode environment = config["environments"].first(); environment.isThere(); environment = environment.next())
            m_environments.push_back(openCollectionEnvironment(environment, {}));
        if (config["proxy"]["config"].isThere() || config["clientCertificates"].first().isThere())
            m_made.noteLeft({}, OpenCollectionText::tr("Its proxy and client certificates are not imported; "
                                                       "an environment has them in Keydesk."));
        for (SpecNode ignored = root["extensions"]["bruno"]["ignore"].first(); ignored.isThere(); ignored = ignored.next())
            m_ignored.append(ignored.text());
    }

    Result<void> readItems(SpecNode items)
    {
        for (SpecNode item = items.first(); items.isList() && item.isThere(); item = item.next()) {
            if (const auto done = readItem(item, {}); !done)
                return done;
        }
        return {};
    }

    Result<void> readItem(SpecNode item, const QString &name)
    {
        switch (openCollectionKind(item)) {
        case Kind::Request:
            return m_made.add(openCollectionRequest(item, name));
        case Kind::Folder: {
            if (const auto opened = m_made.open(openCollectionFolder(item, name)); !opened)
                return opened;
            const Result<void> done = readItems(item["items"]);
            m_made.close();
            return done;
        }
        case Kind::Environment:
        case Kind::Collection:
        case Kind::Other:
        case Kind::Unknown:
            m_made.noteLeft(openCollectionName(item, name),
                            OpenCollectionText::tr("Line %1: it is no HTTP request, and is not imported.")
                                .arg(item.line()));
            return {};
        }
        return {};
    }

    [[nodiscard]] Result<SpecTree> treeOf(const ToolDiskFolder &folder, const ToolDiskFile &file) const
    {
        return readToolTree(file.bytes, {folder.pathOf(file.name), m_source.cancelled});
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
            if (const ToolDiskFile *file = fileCalled(inner, u"folder"_s)) {
                Result<SpecTree> tree = treeOf(inner, *file);
                if (!tree)
                    return tl::unexpected(tree.error());
                entry.order = openCollectionOrder(tree->root());
                entry.tree = std::move(*tree);
            }
            folders.push_back(std::move(entry));
        }
        std::ranges::stable_sort(folders, {}, &Entry::order);
        for (const Entry &entry : folders) {
            const ToolFolder made = entry.tree ? openCollectionFolder(entry.tree->root(), entry.name) : ToolFolder{entry.name};
            if (const auto opened = m_made.open(made); !opened)
                return opened;
            const Result<void> done = readFiles(*entry.folder, false);
            m_made.close();
            if (!done)
                return done;
        }
        return readRequests(folder, isWhole);
    }

    Result<void> readRequests(const ToolDiskFolder &folder, bool isWhole)
    {
        std::vector<Entry> entries;
        for (const ToolDiskFile &file : folder.files) {
            const QString name = nameFromFile(file.name);
            if (name == "folder"_L1 || (isWhole && (name == "opencollection"_L1 || name == "workspace"_L1)))
                continue;
            Result<SpecTree> tree = treeOf(folder, file);
            if (!tree)
                return tl::unexpected(tree.error());
            const double order = openCollectionOrder(tree->root());
            entries.push_back({order, name, nullptr, std::move(*tree)});
        }
        std::ranges::stable_sort(entries, {}, &Entry::order);
        for (const Entry &entry : entries) {
            if (const auto done = readItem(entry.tree->root(), entry.name); !done)
                return done;
        }
        return {};
    }

    Result<void> readEnvironments(const ToolDiskFolder &folder)
    {
        for (const ToolDiskFile &file : folder.files) {
            const Result<SpecTree> tree = treeOf(folder, file);
            if (!tree)
                return tl::unexpected(tree.error());
            m_environments.push_back(openCollectionEnvironment(tree->root(), nameFromFile(file.name)));
        }
        return {};
    }

    ImportedCollection take()
    {
        qsizetype inherited = 0; // many may extend one that is large
        for (const OpenCollectionEnvironment &environment : m_environments) {
            const bool isTooMuch = inherited > 10 * ToolCollection::mostVariables;
            const QList<NameValue> rows = isTooMuch ? environment.variables : withInherited(environment);
            inherited += rows.size() - environment.variables.size();
            m_made.addEnvironment(environment.name, rows);
            if (isTooMuch && !environment.extends.isEmpty())
                m_made.noteLeft(
                    environment.name,
                    OpenCollectionText::tr(
                        "The variables that it takes over are not imported: there are too many."));
            if (!environment.secrets.isEmpty())
                m_made.noteLeft(environment.name, secretVariablesWords(environment.secrets));
            if (environment.hasOutsideSecrets)
                m_made.noteLeft(
                    environment.name,
                    OpenCollectionText::tr("What it reads from a vault or a file “.env” is not imported."));
        }
        return m_made.take();
    }

    /// With the variables of those that it extends, which its own go before.
    [[nodiscard]] QList<NameValue> withInherited(const OpenCollectionEnvironment &environment) const
    {
        QList<NameValue> rows = environment.variables;
        QSet<QString> names;
        for (const NameValue &row : std::as_const(rows))
            names.insert(row.name);
        QStringList seen{environment.name};
        for (QString next = environment.extends; !next.isEmpty() && !seen.contains(next);) {
            seen.append(next);
            const auto base = std::ranges::find(m_environments, next, &OpenCollectionEnvironment::name);
            if (base == m_environments.end())
                break;
            for (const NameValue &row : base->variables) {
                if (!names.contains(row.name))
                    rows.append(row);
                names.insert(row.name);
            }
            next = base->extends;
        }
        return rows;
    }

    const CollectionSource &m_source;
    ToolCollection m_made;
    std::vector<OpenCollectionEnvironment> m_environments;
    QStringList m_ignored; // folders, by their paths in the collection
};

} // namespace

Result<ImportedCollection> readOpenCollection(const QByteArray &bytes, const CollectionSource &source)
{
    return readToolTree(bytes, source).and_then([&source](const SpecTree &tree) { return Reader(source).readFile(tree.root()); });
}

Result<ImportedCollection> readOpenCollectionFolder(const QString &path, const CollectionSource &source)
{
    return readToolFolder(path, suffixes, source.cancelled).and_then([&source](const ToolDiskFolder &folder) {
        return Reader(source).readFolder(folder);
    });
}

} // namespace keydesk
