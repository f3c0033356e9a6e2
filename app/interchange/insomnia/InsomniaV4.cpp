#include "app/interchange/insomnia/InsomniaFiles.h"
#include "app/interchange/insomnia/InsomniaRequest.h"
#include "app/interchange/insomnia/InsomniaTerms.h"
#include "app/interchange/tools/ToolFile.h"

#include <QCoreApplication>
#include <QHash>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct InsomniaV4Text
{
    Q_DECLARE_TR_FUNCTIONS(Insomnia)
};

double orderOf(SpecNode resource)
{
    return resource["metaSortKey"].text().toDouble();
}

class V4Reader
{
public:
    explicit V4Reader(const CollectionSource &source)
        : m_made(InsomniaV4Text::tr("Insomnia v4"), insomniaSyntax(), source)
        , m_source(source)
    {
    }

    Result<ImportedCollection> read(SpecNode resources)
    {
        sort(resources);
        if (m_workspaces.size() == 1) {
            const SpecNode workspace = m_workspaces.front();
            ToolFolder whole{workspace["name"].text(), workspace["description"].text()};
            m_made.setWhole(whole);
            readEnvironments(workspace, {});
            if (const auto done = readChildren(workspace["_id"].text()); !done)
                return tl::unexpected(done.error());
        } else {
            for (const SpecNode &workspace : m_workspaces) {
                if (const auto done = readWorkspace(workspace); !done)
                    return tl::unexpected(done.error());
            }
        }
        if (const auto done = readOrphans(); !done)
            return tl::unexpected(done.error());
        noteOthers();
        if (m_made.requestCount() == 0 && !m_made.hasVariables())
            return toolFailure(m_source.fileName, InsomniaV4Text::tr("The export holds no requests."));
        return m_made.take();
    }

private:
    void sort(SpecNode resources)
    {
        for (SpecNode resource = resources.first(); resource.isThere(); resource = resource.next()) {
            const QString type = resource["_type"].text();
            const QString parent = resource["parentId"].text();
            if (type == "workspace"_L1)
                m_workspaces.push_back(resource);
            else if (type == "environment"_L1)
                m_environments[parent].push_back(resource);
            else if (type == "request"_L1 || type == "request_group"_L1)
                m_children[parent].push_back(resource);
            else if (type == "grpc_request"_L1 || type == "websocket_request"_L1 || type == "socketio_request"_L1 ||
                     type == "mcp_request"_L1)
                m_children[parent].push_back(resource);
            else if (type == "api_spec"_L1 && !resource["contents"].text().isEmpty())
                m_hasSpec = true;
            else if (type == "cookie_jar"_L1 && resource["cookies"].first().isThere())
                m_hasCookies = true;
            else if (type == "unit_test"_L1)
                m_hasTests = true;
            else if (type == "mock_route"_L1)
                m_hasMocks = true;
            if (type == "workspace"_L1 || type == "request_group"_L1)
                m_ids.insert(resource["_id"].text());
        }
        for (auto &children : m_children)
            std::ranges::stable_sort(children, {}, orderOf);
        for (auto &environments : m_environments)
            std::ranges::stable_sort(environments, {}, orderOf);
    }

    /// Several workspaces in one export: each is a folder, whose base environment is the folder's.
    Result<void> readWorkspace(SpecNode workspace)
    {
        ToolFolder folder{workspace["name"].text()};
        for (const SpecNode &base : m_environments.value(workspace["_id"].text()))
            folder.variables += insomniaVariables(base["data"]);
        if (const auto opened = m_made.open(folder); !opened)
            return opened;
        readEnvironments(workspace, workspace["name"].text());
        const Result<void> done = readChildren(workspace["_id"].text());
        m_made.close();
        return done;
    }

    /// `of`: the workspace's name, if there are several.
    void readEnvironments(SpecNode workspace, const QString &of)
    {
        for (const SpecNode &base : m_environments.value(workspace["_id"].text())) {
            if (of.isEmpty())
                addInsomniaVariables(m_made, base["data"], base["kvPairData"]);
            for (const SpecNode &each : m_environments.value(base["_id"].text()))
                addInsomniaEnvironment(m_made, of.isEmpty() ? each["name"].text() : each["name"].text() + u" ("_s + of + u')', each["data"],
                                       each["kvPairData"]);
        }
    }

    Result<void> readChildren(const QString &parent)
    {
        // Each parent once: one that is in itself would never end.
        const auto children = m_children.take(parent);
        for (const SpecNode &child : children) {
            if (const auto done = readChild(child); !done)
                return done;
        }
        return {};
    }

    Result<void> readChild(SpecNode child)
    {
        const QString type = child["_type"].text();
        if (type == "request"_L1)
            return m_made.add(insomniaRequest(child, InsomniaVersion::V4));
        if (type != "request_group"_L1) {
            m_made.noteLeft(child["name"].text(),
                            InsomniaV4Text::tr("It is no HTTP request, and is not imported."));
            return {};
        }
        if (const auto opened = m_made.open(insomniaFolder(child, InsomniaVersion::V4)); !opened)
            return opened;
        const Result<void> done = readChildren(child["_id"].text());
        m_made.close();
        return done;
    }

    /// Parts of an export lack what they were in.
    Result<void> readOrphans()
    {
        QStringList parents;
        for (auto each = m_children.cbegin(); each != m_children.cend(); ++each) {
            if (!m_ids.contains(each.key()))
                parents.append(each.key());
        }
        parents.sort();
        for (const QString &parent : std::as_const(parents)) {
            if (const auto done = readChildren(parent); !done)
                return done;
        }
        if (!m_children.isEmpty())
            m_made.noteLeft(
                {}, InsomniaV4Text::tr(
                        "Some folders say that they are in themselves; what is in them is not imported."));
        return {};
    }

    void noteOthers()
    {
        if (m_hasSpec)
            m_made.noteLeft({},
                            InsomniaV4Text::tr(
                                "The API description in it is not imported; import it as an OpenAPI file."));
        if (m_hasCookies)
            m_made.noteLeft({}, InsomniaV4Text::tr("Its cookies are not imported."));
        if (m_hasTests)
            m_made.noteLeft({}, InsomniaV4Text::tr(
                                    "Its tests are not imported: they are scripts, and Keydesk runs none."));
        if (m_hasMocks)
            m_made.noteLeft({}, InsomniaV4Text::tr("Its mock servers are not imported."));
    }

    ToolCollection m_made;
    const CollectionSource &m_source;
    std::vector<SpecNode> m_workspaces;
    QHash<QString, std::vector<SpecNode>> m_children;     // by the parent's id
    QHash<QString, std::vector<SpecNode>> m_environments; // likewise
    QSet<QString> m_ids;                                  // of workspaces and folders
    bool m_hasSpec = false;
    bool m_hasCookies = false;
    bool m_hasTests = false;
    bool m_hasMocks = false;
};

} // namespace

Result<ImportedCollection> readInsomniaV4(SpecNode root, const CollectionSource &source)
{
    return V4Reader(source).read(root["resources"]);
}

} // namespace keydesk
