#include "app/interchange/openapi/ApiOutline.h"
#include "app/interchange/openapi/OpenApiCollection.h"
#include "app/interchange/openapi/SpecTree.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <yaml-cpp/emitter.h>

#include <algorithm>
#include <optional>
#include <vector>

using namespace Qt::StringLiterals;

namespace keydesk {

using namespace openapi;

namespace {

struct WriteOpenApiText
{
    Q_DECLARE_TR_FUNCTIONS(OpenApiWriter)
};

/// A key whose written form is longer than 1024 characters needs "? " before it (YAML 1.2 section 8.2.2). The
/// emitter itself counts the bytes before they are escaped, and is confused if it is told of those that it
/// finds.
bool needsLongKey(const QString &name, const std::string &bytes)
{
    constexpr std::size_t most = 1024;
    constexpr std::size_t ofEscape = 10; // \U0010FFFF
    std::size_t written = 2;             // the quotes
    for (const QChar c : name)
        written += c == u'"' || c == u'\\' ? 2 : c >= u' ' && c <= u'~' ? 1 : ofEscape;
    return written > most && bytes.size() <= most;
}

bool isDeeper(SpecNode node, int levels)
{
    for (SpecNode inner = node.first(); inner.isThere(); inner = inner.next()) {
        if (levels == 0 || isDeeper(inner, levels - 1))
            return true;
    }
    return false;
}

/// Nothing if it is no JSON, or deeper than a file that is read again may have it.
std::optional<SpecTree> jsonOf(const QString &text)
{
    const std::atomic_bool goesOn = false;
    auto tree = readJsonTree(text.toUtf8(), goesOn);
    return tree && !isDeeper(tree->root(), collectionDepthLimit) ? std::optional(std::move(*tree))
                                                                 : std::nullopt;
}

/// The document, from its first line to its last. Texts of the collection are always in quotes: a plain "no"
/// is a boolean for many a reader.
class Writer
{
public:
    Writer(const Collection &collection, QList<ImportNote> &notes)
        : m_collection(collection)
        , m_outline(collection, notes)
        , m_notes(notes)
    {
    }

    Result<QByteArray> write()
    {
        if (m_outline.paths().isEmpty())
            return failure(Error::Kind::InvalidInput,
                           WriteOpenApiText::tr("There is no request that OpenAPI can describe."));
        m_out.SetNullFormat(YAML::LowerNull);
        m_out << YAML::BeginMap;
        word("openapi", "3.0.3"); // what most tools read; 3.1 adds nothing that is needed here
        key("info") << YAML::BeginMap;
        text("title", m_collection.name.isEmpty() ? WriteOpenApiText::tr("Requests") : m_collection.name);
        if (!m_collection.about.isEmpty())
            text("description", m_collection.about);
        text("version", u"1.0.0"_s);
        m_out << YAML::EndMap;
        servers(m_outline.servers());
        if (const QStringList tags = m_outline.tags(); !tags.isEmpty()) {
            key("tags") << YAML::BeginSeq;
            for (const QString &tag : tags) {
                m_out << YAML::BeginMap;
                text("name", tag);
                m_out << YAML::EndMap;
            }
            m_out << YAML::EndSeq;
        }
        key("paths") << YAML::BeginMap;
        for (const ApiPath &path : m_outline.paths()) {
            key(path.path) << YAML::BeginMap;
            for (const ApiOperation &each : path.operations)
                operation(each);
            m_out << YAML::EndMap;
        }
        m_out << YAML::EndMap;
        schemes();
        m_out << YAML::EndMap;
        return QByteArray(m_out.c_str(), static_cast<qsizetype>(m_out.size())) + '\n';
    }

private:
    YAML::Emitter &key(const char *name) { return m_out << YAML::Key << name << YAML::Value; }

    YAML::Emitter &key(const QString &name)
    {
        static const QRegularExpression plain(
            u"^(?!(?:true|false|null|yes|no|on|off|y|n)$)[A-Za-z][A-Za-z0-9_-]*$"_s,
            QRegularExpression::CaseInsensitiveOption);
        const std::string bytes = name.toStdString();
        if (needsLongKey(name, bytes))
            m_out << YAML::LongKey;
        m_out << YAML::Key;
        if (!plain.match(name).hasMatch())
            m_out << YAML::DoubleQuoted;
        return m_out << bytes << YAML::Value;
    }

    void value(const QString &value) { m_out << YAML::DoubleQuoted << value.toStdString(); }
    void word(const char *name, const char *word) { key(name) << word; }

    void text(const char *name, const QString &text)
    {
        key(name);
        value(text);
    }

    void servers(const QList<ApiServer> &servers)
    {
        if (servers.isEmpty())
            return;
        key("servers") << YAML::BeginSeq;
        for (const ApiServer &server : servers) {
            m_out << YAML::BeginMap;
            text("url", server.url);
            if (!server.about.isEmpty())
                text("description", server.about);
            if (!server.variables.isEmpty()) {
                key("variables") << YAML::BeginMap;
                for (const NameValue &variable : server.variables) {
                    key(variable.name) << YAML::BeginMap;
                    text("default", variable.value);
                    m_out << YAML::EndMap;
                }
                m_out << YAML::EndMap;
            }
            m_out << YAML::EndMap;
        }
        m_out << YAML::EndSeq;
    }

    void operation(const ApiOperation &operation)
    {
        key(operation.method) << YAML::BeginMap;
        if (!operation.tag.isEmpty()) {
            key("tags") << YAML::BeginSeq;
            value(operation.tag);
            m_out << YAML::EndSeq;
        }
        if (!operation.summary.isEmpty())
            text("summary", operation.summary);
        if (!operation.about.isEmpty())
            text("description", operation.about);
        text("operationId", operation.id);
        servers(m_outline.serversFor(operation));
        if (!operation.parameters.isEmpty()) {
            key("parameters") << YAML::BeginSeq;
            for (const ApiParameter &each : operation.parameters)
                parameter(each);
            m_out << YAML::EndSeq;
        }
        if (!operation.contents.isEmpty()) {
            key("requestBody") << YAML::BeginMap;
            key("content") << YAML::BeginMap;
            for (const ApiContent &each : operation.contents)
                content(each, operation.summary);
            m_out << YAML::EndMap << YAML::EndMap;
        }
        key("responses") << YAML::BeginMap;
        key("default") << YAML::BeginMap;
        text("description", WriteOpenApiText::tr("The answer."));
        if (!operation.answers.isEmpty()) {
            key("content") << YAML::BeginMap;
            for (const QString &type : operation.answers)
                key(type) << YAML::Flow << YAML::BeginMap << YAML::EndMap;
            m_out << YAML::EndMap;
        }
        m_out << YAML::EndMap << YAML::EndMap;
        if (!m_outline.schemes().isEmpty())
            security(operation);
        m_out << YAML::EndMap;
    }

    /// One of these, each with all that it names. None at all is said, too.
    void security(const ApiOperation &operation)
    {
        if (operation.schemes.isEmpty() && operation.otherSchemes.isEmpty()) {
            key("security") << YAML::Flow << YAML::BeginSeq << YAML::EndSeq;
            return;
        }
        key("security") << YAML::BeginSeq;
        for (const QStringList &choice : QList<QStringList>{operation.schemes} + operation.otherSchemes) {
            m_out << YAML::Flow << YAML::BeginMap;
            for (const QString &scheme : choice)
                key(scheme) << YAML::Flow << YAML::BeginSeq << YAML::EndSeq;
            m_out << YAML::EndMap;
        }
        m_out << YAML::EndSeq;
    }

    void parameter(const ApiParameter &parameter)
    {
        m_out << YAML::BeginMap;
        text("name", parameter.name);
        key("in") << parameter.in.toStdString();
        if (parameter.isRequired)
            key("required") << true;
        key("schema") << YAML::BeginMap;
        schema(parameter);
        m_out << YAML::EndMap;
        if (parameter.examples.size() > 1 || !parameter.examples.value(0).isEmpty()) {
            key("example");
            examples(parameter);
        }
        m_out << YAML::EndMap;
    }

    /// The members of a schema.
    void schema(const ApiParameter &parameter)
    {
        if (parameter.isFile) {
            word("type", "string");
            word("format", "binary");
            return;
        }
        const char *type = typeOf(parameter.examples.value(0));
        for (const QString &each : parameter.examples)
            type = typeOf(each) == std::string_view(type) ? type : "string";
        if (parameter.examples.size() > 1) {
            word("type", "array");
            key("items") << YAML::BeginMap;
            word("type", type);
            m_out << YAML::EndMap;
        } else {
            word("type", type);
        }
    }

    void examples(const ApiParameter &parameter)
    {
        if (parameter.examples.size() > 1)
            m_out << YAML::BeginSeq;
        for (const QString &each : parameter.examples) {
            if (typeOf(each) == std::string_view("string"))
                value(each);
            else
                m_out << each.toStdString();
        }
        if (parameter.examples.size() > 1)
            m_out << YAML::EndSeq;
    }

    /// Numbers and booleans only where they are written as both JSON and this program write them.
    static const char *typeOf(const QString &value)
    {
        static const QRegularExpression number(u"^(?:0|-?[1-9]\\d{0,14})(\\.\\d{1,14})?$"_s);
        if (value == "true"_L1 || value == "false"_L1)
            return "boolean";
        const auto match = number.match(value);
        return !match.hasMatch() ? "string" : match.capturedLength(1) > 0 ? "number" : "integer";
    }

    void content(const ApiContent &content, const QString &place)
    {
        key(content.type) << YAML::BeginMap;
        key("schema") << YAML::BeginMap;
        std::vector<std::optional<SpecTree>> trees;
        const bool isJson = content.type == "application/json"_L1 || content.type.endsWith("+json"_L1);
        for (const auto &[name, example] : content.examples) {
            trees.push_back(isJson ? jsonOf(example) : std::nullopt);
            if (isJson && !trees.back() && !example.isEmpty())
                m_notes.append({ImportNote::What::Changed, name.isEmpty() ? place : name,
                                WriteOpenApiText::tr(
                                    "As an example its body is a text: as long as its variables have no "
                                    "values it is no JSON, or it is nested too deeply.")});
        }
        if (content.isFile) {
            word("type", "string");
            word("format", "binary");
        } else if (!content.fields.isEmpty()) {
            fields(content.fields);
        } else if (!isJson) {
            word("type", "string");
        } else if (!trees.empty() && trees.front()) {
            word("type", typeOf(trees.front()->root()));
        }
        m_out << YAML::EndMap;
        if (trees.size() == 1 && !content.examples.constFirst().second.isEmpty()) {
            key("example");
            example(trees.front(), content.examples.constFirst().second);
        } else if (trees.size() > 1) {
            key("examples") << YAML::BeginMap;
            for (std::size_t i = 0; i < trees.size(); ++i) {
                const auto &[name, written] = content.examples.at(static_cast<qsizetype>(i));
                key(u"example%1"_s.arg(i + 1)) << YAML::BeginMap;
                text("summary", name);
                key("value");
                example(trees[i], written);
                m_out << YAML::EndMap;
            }
            m_out << YAML::EndMap;
        }
        m_out << YAML::EndMap;
    }

    void fields(const QList<ApiParameter> &fields)
    {
        word("type", "object");
        if (std::ranges::any_of(fields, &ApiParameter::isRequired)) {
            key("required") << YAML::BeginSeq;
            for (const ApiParameter &field : fields) {
                if (field.isRequired)
                    value(field.name);
            }
            m_out << YAML::EndSeq;
        }
        key("properties") << YAML::BeginMap;
        for (const ApiParameter &field : fields) {
            key(field.name) << YAML::BeginMap;
            schema(field);
            if (field.examples.size() > 1 || !field.examples.value(0).isEmpty()) {
                key("example");
                examples(field);
            }
            m_out << YAML::EndMap;
        }
        m_out << YAML::EndMap;
    }

    static const char *typeOf(SpecNode json)
    {
        switch (json.kind()) {
        case SpecTree::Kind::Map:
            return "object";
        case SpecTree::Kind::List:
            return "array";
        case SpecTree::Kind::Number:
            return "number";
        case SpecTree::Kind::Boolean:
            return "boolean";
        case SpecTree::Kind::Null:
        case SpecTree::Kind::Text:
            break;
        }
        return "string";
    }

    void example(const std::optional<SpecTree> &json, const QString &text)
    {
        if (json)
            tree(json->root());
        else
            value(text);
    }

    void tree(SpecNode node)
    {
        const auto word = [&node] { return std::string(node.bytes()); };
        switch (node.kind()) {
        case SpecTree::Kind::Map:
            if (!node.first().isThere())
                m_out << YAML::Flow;
            m_out << YAML::BeginMap;
            for (SpecNode member = node.first(); member.isThere(); member = member.next()) {
                key(member.keyText());
                tree(member);
            }
            m_out << YAML::EndMap;
            break;
        case SpecTree::Kind::List:
            if (!node.first().isThere())
                m_out << YAML::Flow;
            m_out << YAML::BeginSeq;
            for (SpecNode item = node.first(); item.isThere(); item = item.next())
                tree(item);
            m_out << YAML::EndSeq;
            break;
        case SpecTree::Kind::Text:
            value(node.text());
            break;
        case SpecTree::Kind::Number:
        case SpecTree::Kind::Boolean:
            m_out << word();
            break;
        case SpecTree::Kind::Null:
            m_out << YAML::Null;
        }
    }

    void schemes()
    {
        if (m_outline.schemes().isEmpty())
            return;
        key("components") << YAML::BeginMap;
        key("securitySchemes") << YAML::BeginMap;
        for (const ApiScheme &scheme : m_outline.schemes()) {
            key(scheme.id) << YAML::BeginMap;
            word("type", scheme.httpScheme.isEmpty() ? "apiKey" : "http");
            if (scheme.httpScheme.isEmpty()) {
                key("in") << scheme.in.toStdString();
                text("name", scheme.name);
            } else {
                text("scheme", scheme.httpScheme);
            }
            m_out << YAML::EndMap;
        }
        m_out << YAML::EndMap << YAML::EndMap;
    }

    const Collection &m_collection;
    const ApiOutline m_outline;
    QList<ImportNote> &m_notes;
    YAML::Emitter m_out;
};

} // namespace

Result<QByteArray> writeOpenApi(const Collection &collection, QList<ImportNote> &notes)
{
    return Writer(collection, notes).write();
}

} // namespace keydesk
