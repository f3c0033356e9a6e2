#include "app/interchange/postman/PostmanFormat1.h"

#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace keydesk::postman {

using NodeKind = SpecTree::Kind;

namespace {

bool isOff(SpecNode row)
{
    const SpecNode enabled = row["enabled"];
    return row["disabled"].isTrue() ||
           (enabled.isThere() && enabled.kind() == NodeKind::Boolean && !enabled.isTrue());
}

/// Builds the new tree from its first value to its last; after a limit is passed it does nothing any more.
class Converter
{
public:
    Converter(SpecNode collection, const std::atomic_bool &cancelled)
        : m_collection(collection)
        , m_build(cancelled)
    {
        for (const bool isFolder : {false, true}) {
            for (SpecNode each = collection[isFolder ? "folders" : "requests"].first(); each.isThere(); each = each.next()) {
                m_byId.emplace(each["id"].bytes(), m_items.size());
                m_byParent[parentOf(each)].push_back(m_items.size());
                m_items.push_back({each, isFolder});
                for (const char *order : {"order", "folders_order"}) {
                    for (SpecNode id = each[order].first(); isFolder && id.isThere(); id = id.next())
                        m_isListed.insert(id.bytes());
                }
            }
        }
    }

    Result<SpecTree> convert()
    {
        open(NodeKind::Map, m_collection);
        open("info", NodeKind::Map, m_collection);
        copy("name", m_collection["name"]);
        copy("description", m_collection["description"]);
        text("schema", "https://schema.getpostman.com/json/collection/v2.1.0/collection.json", m_collection);
        close();
        common(m_collection);
        open("item", NodeKind::List, m_collection);
        itemsOf(m_collection, {});
        for (std::size_t at = 0; at < m_items.size(); ++at) // whose folder is not there, or stands in itself
            item(at);
        close();
        close();
        if (isStopped())
            return failure(Error::Kind::TooLarge, m_build.problem());
        return m_build.take();
    }

private:
    struct Item
    {
        SpecNode node;
        bool isFolder = false;
        bool isDone = false;
    };

    static std::string_view parentOf(SpecNode node)
    {
        for (const char *name : {"folder", "parentId"}) {
            if (node[name].isText())
                return node[name].bytes();
        }
        return {};
    }

    [[nodiscard]] bool isStopped() const { return !m_build.problem().isEmpty(); }

    void open(NodeKind kind, SpecNode at)
    {
        if (!isStopped())
            m_build.open(kind, static_cast<quint32>(at.line()));
    }

    void open(std::string_view name, NodeKind kind, SpecNode at)
    {
        member(name);
        open(kind, at);
    }

    void close()
    {
        if (!isStopped())
            m_build.close();
    }

    void member(std::string_view name)
    {
        if (!isStopped())
            m_build.name(name);
    }

    void scalar(NodeKind kind, std::string_view text, SpecNode at)
    {
        if (!isStopped())
            m_build.scalar(kind, text, static_cast<quint32>(at.line()));
    }

    void text(std::string_view name, std::string_view text, SpecNode at)
    {
        member(name);
        scalar(NodeKind::Text, text, at);
    }

    void copy(SpecNode node)
    {
        if (!node.isMap() && !node.isList()) {
            scalar(node.kind(), node.bytes(), node);
            return;
        }
        open(node.kind(), node);
        for (SpecNode each = node.first(); each.isThere() && !isStopped(); each = each.next()) {
            if (node.isMap())
                member(each.key());
            copy(each);
        }
        close();
    }

    void copy(std::string_view name, SpecNode node)
    {
        if (!node.isThere())
            return;
        member(name);
        copy(node);
    }

    /// Rows that are not enabled are disabled; the value of a file is its path.
    void rows(std::string_view name, SpecNode list)
    {
        open(name, NodeKind::List, list);
        for (SpecNode row = list.first(); row.isThere(); row = row.next()) {
            if (!row.isMap())
                continue;
            open(NodeKind::Map, row);
            for (SpecNode each = row.first(); each.isThere(); each = each.next()) {
                const bool isPath = each.key() == "value" && row["type"].bytes() == "file";
                if (each.key() != "enabled" && each.key() != "disabled")
                    copy(isPath ? "src" : each.key(), each);
            }
            if (isOff(row)) {
                member("disabled");
                scalar(NodeKind::Boolean, "true", row);
            }
            close();
        }
        close();
    }

    /// What a collection, a folder and a request have alike.
    void common(SpecNode node)
    {
        copy("auth", node["auth"]);
        copy("variable", node["variables"]);
        copy("protocolProfileBehavior", node["protocolProfileBehavior"]);
        if (node["events"].isList()) {
            copy("event", node["events"]);
            return;
        }
        open("event", NodeKind::List, node);
        script(node["preRequestScript"], "prerequest");
        script(node["tests"], "test");
        close();
    }

    void script(SpecNode source, std::string_view listen)
    {
        if (!source.isText() || source.bytes().empty())
            return;
        open(NodeKind::Map, source);
        text("listen", listen, source);
        copy("script", source);
        close();
    }

    /// In their order; those that none names stand behind.
    void itemsOf(SpecNode folder, std::string_view id)
    {
        for (const char *order : {"order", "folders_order"}) {
            for (SpecNode each = folder[order].first(); each.isThere(); each = each.next()) {
                if (const auto found = m_byId.find(each.bytes()); found != m_byId.end())
                    item(found->second);
            }
        }
        const auto own = m_byParent.find(id);
        for (const std::size_t at : own == m_byParent.end() ? std::vector<std::size_t>() : own->second) {
            if (!id.empty() || !m_isListed.contains(m_items[at].node["id"].bytes()))
                item(at);
        }
    }

    void item(std::size_t at)
    {
        if (m_items[at].isDone || isStopped())
            return;
        m_items[at].isDone = true;
        const SpecNode node = m_items[at].node;
        if (!node.isMap()) {
            copy(node); // which its reader will tell of
            return;
        }
        open(NodeKind::Map, node);
        copy("name", node["name"]);
        common(node);
        if (m_items[at].isFolder) {
            copy("description", node["description"]);
            open("item", NodeKind::List, node);
            itemsOf(node, node["id"].bytes());
            close();
        } else {
            request(node);
        }
        close();
    }

    void request(SpecNode node)
    {
        open("request", NodeKind::Map, node);
        copy("method", node["method"]);
        copy("description", node["description"]);
        if (node["headerData"].isList())
            rows("header", node["headerData"]);
        else
            copy("header", node["headers"]);
        open("url", NodeKind::Map, node["url"]);
        copy("raw", node["url"]);
        if (node["queryParams"].isList())
            rows("query", node["queryParams"]);
        copy("variable", node["pathVariableData"]);
        close();
        body(node);
        close();
        open("response", NodeKind::List, node);
        for (SpecNode answer = node["responses"].first(); answer.isThere(); answer = answer.next())
            scalar(NodeKind::Null, {}, answer); // they are counted, and not kept
        close();
    }

    void body(SpecNode node)
    {
        const std::string_view mode = node["dataMode"].bytes();
        const SpecNode data = node["data"];
        const SpecNode raw = node["rawModeData"].isText() ? node["rawModeData"] : data;
        if (mode.empty())
            return;
        open("body", NodeKind::Map, node["dataMode"]);
        text("mode", mode == "params" ? "formdata" : mode == "binary" ? "file" : mode, node["dataMode"]);
        if (mode == "raw" && raw.isText())
            copy("raw", raw);
        else if (mode == "params")
            rows("formdata", data);
        else if (mode == "urlencoded")
            rows("urlencoded", data);
        else if (mode == "graphql")
            copy("graphql", node["graphqlModeData"]);
        if (mode == "binary") {
            open("file", NodeKind::Map, node);
            copy("src", raw);
            close();
        }
        copy("options", node["dataOptions"]);
        close();
    }

    SpecNode m_collection;
    SpecBuilder m_build;
    std::vector<Item> m_items;
    std::unordered_map<std::string_view, std::size_t> m_byId;
    std::unordered_map<std::string_view, std::vector<std::size_t>> m_byParent;
    std::unordered_set<std::string_view> m_isListed; // ids that a folder names
};

} // namespace

bool isFormat1(SpecNode collection)
{
    return collection.isMap() && !collection["info"].isThere() && collection["requests"].isList();
}

Result<SpecTree> inFormat2(SpecNode collection, const std::atomic_bool &cancelled)
{
    return Converter(collection, cancelled).convert();
}

} // namespace keydesk::postman
