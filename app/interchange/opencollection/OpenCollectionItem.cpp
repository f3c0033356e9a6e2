#include "app/interchange/opencollection/OpenCollectionItem.h"

#include "app/base/PlainText.h"
#include "app/interchange/bruno/BrunoTerms.h"

#include <QCoreApplication>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct OpenCollectionItemText
{
    Q_DECLARE_TR_FUNCTIONS(OpenCollection)
};

/// A text, or {content, type}.
QString words(SpecNode node)
{
    return (node.isMap() ? node["content"] : node).text();
}

bool isEnabled(SpecNode row)
{
    return !row["disabled"].isTrue() && !(row["enabled"].isThere() && !row["enabled"].isTrue());
}

/// Of several variants the one that is selected, or the first.
SpecNode selected(SpecNode variants)
{
    for (SpecNode each = variants.first(); each.isThere(); each = each.next()) {
        if (each["selected"].isTrue())
            return each;
    }
    return variants.first();
}

/// A text, {type, data}, or variants of these.
QString valueOf(SpecNode value)
{
    if (value.isList())
        return valueOf(selected(value)["value"]);
    return (value.isMap() ? value["data"] : value).text();
}

QList<NameValue> rowsOf(SpecNode list)
{
    QList<NameValue> rows;
    if (list.isMap()) { // written by hand: "a: b"
        for (SpecNode row = list.first(); row.isThere(); row = row.next())
            rows.append({row.keyText(), row.text(), true});
        return rows;
    }
    for (SpecNode row = list.first(); row.isThere(); row = row.next())
        rows.append({row["name"].text(), valueOf(row["value"]), isEnabled(row)});
    return rows;
}

/// One list whose rows say what they are, or a list for each.
QList<NameValue> parametersOf(SpecNode params, const QString &type)
{
    if (params.isMap() && (params["query"].isThere() || params["path"].isThere()))
        return rowsOf(params[type.toStdString()]);
    QList<NameValue> rows;
    for (SpecNode row = params.first(); params.isList() && row.isThere(); row = row.next()) {
        const bool isPath = row["type"].text() == "path"_L1;
        if (isPath == (type == "path"_L1))
            rows.append({row["name"].text(), valueOf(row["value"]), isEnabled(row)});
    }
    return rows;
}

/// {type: basic, username: …}, {type: basic, basic: {username: …}}, or one word.
ToolAuth authOf(SpecNode auth)
{
    if (!auth.isMap())
        return brunoAuth(auth.text(), [](const QString &) { return QString(); });
    const QString kind = auth["type"].isThere() ? auth["type"].text() : auth["mode"].text();
    return brunoAuth(kind, [&](const QString &name) {
        const SpecNode inner = auth[kind.toStdString()];
        return (inner.isMap() ? inner : auth)[name.toStdString()].text();
    });
}

void takeParts(SpecNode data, ToolRequest &request)
{
    request.spec.body.kind = RequestBody::Kind::Multipart;
    for (SpecNode part = data.first(); part.isThere(); part = part.next()) {
        const QString name = part["name"].text();
        const QString type = part["contentType"].text();
        if (part["type"].text() != "file"_L1) {
            request.spec.body.parts.append({name, part["value"].text(), {}, {}, type, {}, isEnabled(part)});
            continue;
        }
        QStringList files;
        for (SpecNode file = part["value"].first(); file.isThere(); file = file.next())
            files.append(file.text());
        addBrunoFiles(request, name, part["value"].isList() ? files : QStringList{part["value"].text()}, type, isEnabled(part));
    }
}

void takeBody(SpecNode written, ToolRequest &request)
{
    SpecNode body = written;
    if (body.isList()) {
        if (body.first().next().isThere())
            request.left.append(OpenCollectionItemText::tr(
                "It keeps several bodies; the ones that it does not send are left out."));
        body = selected(body)["body"];
    }
    const QString type = body["type"].text();
    const SpecNode data = body["data"];
    if (type == "form-urlencoded"_L1) {
        request.spec.body.kind = RequestBody::Kind::Form;
        request.spec.body.form = rowsOf(data);
    } else if (type == "multipart-form"_L1) {
        takeParts(data, request);
    } else if (type == "file"_L1) {
        const SpecNode file = data.isList() ? selected(data) : data;
        takeBrunoFile(request, file.isMap() ? file["filePath"].text() : file.text(), file["contentType"].text());
    } else if (!type.isEmpty() && type != "none"_L1 && !data.text().isEmpty()) {
        takeBrunoText(request, type, data.text());
    }
}

void takeGraphQl(SpecNode written, ToolRequest &request)
{
    const SpecNode body = written.isList() ? selected(written)["body"] : written;
    request.spec.body.kind = RequestBody::Kind::GraphQl;
    request.spec.body.text = body["query"].text();
    request.spec.body.graphQlVariables = body["variables"].text();
}

/// `scripts` is a list of {type, code}; the tests are among them.
void noteScripts(SpecNode scripts, QStringList &left)
{
    bool hasScripts = false;
    bool hasTests = false;
    for (SpecNode script = scripts.first(); script.isThere(); script = script.next()) {
        const bool isTests = script["type"].text() == "tests"_L1 || script.key() == "tests";
        (isTests ? hasTests : hasScripts) = true;
    }
    if (hasScripts)
        left.append(scriptsWords());
    if (hasTests)
        left.append(testsWords());
}

qsizetype countOf(SpecNode list)
{
    qsizetype count = 0;
    for (SpecNode each = list.first(); each.isThere(); each = each.next())
        ++count;
    return count;
}

QStringList leftOf(SpecNode from)
{
    QStringList left;
    noteScripts(from["scripts"], left);
    if (!words(from["tests"]).isEmpty())
        left.append(testsWords());
    if (const qsizetype count = countOf(from["assertions"]); count > 0)
        left.append(assertionsWords(count));
    if (from["actions"].first().isThere())
        left.append(answerVariablesWords());
    return left;
}

/// Members that the format does not have, or that came with a later version of it.
void noteUnknown(SpecNode item, std::initializer_list<std::string_view> known, QStringList &left)
{
    for (SpecNode member = item.first(); item.isMap() && member.isThere(); member = member.next()) {
        if (std::ranges::find(known, member.key()) == known.end())
            left.append(OpenCollectionItemText::tr("Its part “%1” is not imported.")
                            .arg(plainText(member.keyText().left(60))));
        if (left.size() > 20)
            return;
    }
}

QString setting(SpecNode settings, const QString &name)
{
    return settings[name.toStdString()].text();
}

} // namespace

OpenCollectionKind openCollectionKind(SpecNode item)
{
    const QString type = item["info"]["type"].isThere() ? item["info"]["type"].text() : item["type"].text();
    if (item["opencollection"].isThere())
        return OpenCollectionKind::Collection;
    if (item["http"].isMap() || item["graphql"].isMap())
        return OpenCollectionKind::Request;
    if (type == "folder"_L1 || item["items"].isList())
        return OpenCollectionKind::Folder;
    if (!type.isEmpty() || item["grpc"].isThere() || item["websocket"].isThere())
        return OpenCollectionKind::Other;
    if (item["variables"].isThere())
        return OpenCollectionKind::Environment;
    return item["request"].isMap() ? OpenCollectionKind::Folder : OpenCollectionKind::Unknown;
}

QString openCollectionName(SpecNode item, const QString &otherwise)
{
    const QString name = item["info"]["name"].isThere() ? item["info"]["name"].text() : item["name"].text();
    return name.trimmed().isEmpty() ? otherwise : name;
}

double openCollectionOrder(SpecNode item)
{
    return item["info"]["seq"].text().toDouble();
}

ToolRequest openCollectionRequest(SpecNode item, const QString &name)
{
    const bool isGraphQl = item["graphql"].isMap();
    const SpecNode from = isGraphQl ? item["graphql"] : item["http"];
    const SpecNode runtime = item["runtime"];
    ToolRequest request;
    request.spec.name = openCollectionName(item, name);
    request.spec.method = from["method"].isThere() ? from["method"].text() : isGraphQl ? u"POST"_s : QString();
    request.spec.url = from["url"].text();
    request.spec.headers = rowsOf(from["headers"]);
    request.about = words(item["docs"]).isEmpty() ? words(item["info"]["description"]) : words(item["docs"]);
    request.variables = rowsOf(runtime["variables"]);
    request.left = leftOf(runtime);
    if (item["examples"].first().isThere())
        request.left.append(OpenCollectionItemText::tr("Its examples are not imported."));
    noteUnknown(item, {"info", "http", "graphql", "runtime", "settings", "examples", "docs"}, request.left);
    noteUnknown(from, {"method", "url", "headers", "params", "body", "auth"}, request.left);
    if (isGraphQl)
        takeGraphQl(from["body"], request);
    else
        takeBody(from["body"], request);
    takeBrunoSettings(request, [item](const QString &each) { return setting(item["settings"], each); });
    if (item["settings"]["omitHeaders"].first().isThere())
        request.left.append(OpenCollectionItemText::tr(
            "That it leaves out some headers which are sent by themselves is not imported."));
    takeBrunoParameters(request, parametersOf(from["params"], u"query"_s), parametersOf(from["params"], u"path"_s));
    request.auth = from["auth"].isThere() ? authOf(from["auth"]) : authOf(runtime["auth"]);
    if (!from["auth"].isThere() && !runtime["auth"].isThere())
        request.auth = noAuth(); // as in Bruno's other format
    return request;
}

ToolFolder openCollectionFolder(SpecNode item, const QString &name)
{
    const SpecNode shared = item["request"];
    ToolFolder folder;
    folder.name = openCollectionName(item, name);
    folder.about = words(item["docs"]).isEmpty() ? words(item["info"]["description"]) : words(item["docs"]);
    folder.headers = rowsOf(shared["headers"]);
    folder.variables = rowsOf(shared["variables"]);
    folder.auth = authOf(shared["auth"]);
    folder.left = leftOf(shared);
    noteUnknown(item, {"opencollection", "info", "config", "items", "request", "docs", "bundled", "extensions"}, folder.left);
    return folder;
}

OpenCollectionEnvironment openCollectionEnvironment(SpecNode item, const QString &name)
{
    OpenCollectionEnvironment made{openCollectionName(item, name), {}, {}, item["extends"].text()};
    for (SpecNode row = item["variables"].first(); row.isThere(); row = row.next()) {
        const QString variable = row.isMap() ? row["name"].text() : row.keyText();
        const bool isSecret = row["secret"].isTrue();
        made.variables.append({variable, isSecret ? QString() : valueOf(row.isMap() ? row["value"] : row), isEnabled(row) && !isSecret});
        if (isSecret)
            made.secrets.append(variable);
    }
    made.hasOutsideSecrets = item["externalSecrets"]["variables"].first().isThere() || item["dotEnvFilePath"].isThere();
    return made;
}

} // namespace keydesk
