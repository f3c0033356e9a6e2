#include "app/interchange/bruno/BrunoJson.h"

#include "app/base/PlainText.h"
#include "app/interchange/bruno/BrunoTerms.h"
#include "app/interchange/tools/ToolFile.h"

#include <QCoreApplication>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct BrunoJsonText
{
    Q_DECLARE_TR_FUNCTIONS(BrunoJson)
};

bool isEnabled(SpecNode row)
{
    return !row["enabled"].isThere() || row["enabled"].isTrue();
}

QList<NameValue> rowsOf(SpecNode list)
{
    QList<NameValue> rows;
    for (SpecNode row = list.first(); list.isList() && row.isThere(); row = row.next())
        rows.append({row["name"].text(), row["value"].text(), isEnabled(row)});
    return rows;
}

QList<NameValue> parametersOf(SpecNode list, bool ofPath)
{
    QList<NameValue> rows;
    for (SpecNode row = list.first(); list.isList() && row.isThere(); row = row.next()) {
        if ((row["type"].text() == "path"_L1) == ofPath)
            rows.append({row["name"].text(), row["value"].text(), isEnabled(row)});
    }
    return rows;
}

ToolAuth authOf(SpecNode auth)
{
    const QString kind = auth["mode"].text();
    const SpecNode values = auth[kind.toStdString()];
    return brunoAuth(kind, [values](const QString &name) { return values[name.toStdString()].text(); });
}

void takeBody(SpecNode body, ToolRequest &request)
{
    const QString mode = body["mode"].text();
    RequestBody &made = request.spec.body;
    if (mode == "formUrlEncoded"_L1) {
        made.kind = RequestBody::Kind::Form;
        made.form = rowsOf(body["formUrlEncoded"]);
    } else if (mode == "multipartForm"_L1) {
        made.kind = RequestBody::Kind::Multipart;
        for (SpecNode part = body["multipartForm"].first(); part.isThere(); part = part.next()) {
            const QString name = part["name"].text();
            const QString type = part["contentType"].text();
            if (part["type"].text() != "file"_L1) {
                made.parts.append({name, part["value"].text(), {}, {}, type, {}, isEnabled(part)});
                continue;
            }
            QStringList files;
            for (SpecNode file = part["value"].first(); file.isThere(); file = file.next())
                files.append(file.text());
            addBrunoFiles(request, name, files, type, isEnabled(part));
        }
    } else if (mode == "graphql"_L1) {
        made.kind = RequestBody::Kind::GraphQl;
        made.text = body["graphql"]["query"].text();
        made.graphQlVariables = body["graphql"]["variables"].text();
    } else if (mode == "file"_L1) {
        for (SpecNode file = body["file"].first(); file.isThere(); file = file.next()) {
            if (file["selected"].isTrue())
                takeBrunoFile(request, file["filePath"].text(), file["contentType"].text());
        }
    } else if (!mode.isEmpty() && mode != "none"_L1 && !body[mode.toStdString()].text().isEmpty()) {
        takeBrunoText(request, mode, body[mode.toStdString()].text());
    }
}

QStringList leftOf(SpecNode request)
{
    QStringList left;
    if (!request["script"]["req"].bytes().empty() || !request["script"]["res"].bytes().empty())
        left.append(scriptsWords());
    if (!request["tests"].bytes().empty())
        left.append(testsWords());
    if (const qsizetype count = rowsOf(request["assertions"]).size(); count > 0)
        left.append(assertionsWords(count));
    if (request["vars"]["res"].first().isThere())
        left.append(answerVariablesWords());
    return left;
}

/// `root`: what Bruno keeps in a folder.bru or collection.bru.
ToolFolder folderOf(const QString &name, SpecNode root)
{
    const SpecNode request = root["request"];
    const QString own = root["meta"]["name"].text();
    return {own.isEmpty() ? name : own,     root["docs"].text(),     rowsOf(request["headers"]),
            rowsOf(request["vars"]["req"]), authOf(request["auth"]), leftOf(request)};
}

class ExportReader
{
public:
    explicit ExportReader(const CollectionSource &source)
        : m_made(BrunoJsonText::tr("Bruno collection"), brunoSyntax(), source)
    {
    }

    Result<ImportedCollection> read(SpecNode root)
    {
        m_made.setWhole(folderOf(root["name"].text(), root["root"]));
        for (SpecNode environment = root["environments"].first(); environment.isThere(); environment = environment.next())
            readEnvironment(environment);
        if (root["brunoConfig"]["proxy"]["enabled"].isTrue() || root["brunoConfig"]["clientCertificates"]["certs"].first().isThere())
            m_made.noteLeft({}, BrunoJsonText::tr("Its proxy and client certificates are not imported; an "
                                                  "environment has them in Keydesk."));
        return readItems(root["items"]).map([this] { return m_made.take(); });
    }

private:
    void readEnvironment(SpecNode environment)
    {
        QList<NameValue> rows;
        QStringList secrets;
        for (SpecNode row = environment["variables"].first(); row.isThere(); row = row.next()) {
            const bool isSecret = row["secret"].isTrue() && row["value"].bytes().empty();
            rows.append({row["name"].text(), row["value"].text(), isEnabled(row) && !isSecret});
            if (isSecret)
                secrets.append(row["name"].text());
        }
        m_made.addEnvironment(environment["name"].text(), rows);
        if (!secrets.isEmpty())
            m_made.noteLeft(environment["name"].text(), secretVariablesWords(secrets));
    }

    Result<void> readItems(SpecNode items)
    {
        for (SpecNode item = items.first(); item.isThere(); item = item.next()) {
            const QString type = item["type"].text();
            const Result<void> done = type == "folder"_L1 ? readFolder(item) : readRequest(item, type);
            if (!done)
                return done;
        }
        return {};
    }

    Result<void> readFolder(SpecNode item)
    {
        if (const auto opened = m_made.open(folderOf(item["name"].text(), item["root"])); !opened)
            return opened;
        const Result<void> done = readItems(item["items"]);
        m_made.close();
        return done;
    }

    Result<void> readRequest(SpecNode item, const QString &type)
    {
        const SpecNode from = item["request"];
        if (!from.isMap() || (type != "http-request"_L1 && type != "graphql-request"_L1 && type != "http"_L1 && type != "graphql"_L1)) {
            m_made.noteLeft(item["name"].text(),
                            BrunoJsonText::tr("It is no HTTP request (%1), and is not imported.")
                                .arg(plainText(type.left(40))));
            return {};
        }
        ToolRequest request;
        request.spec.name = item["name"].text();
        request.spec.method = from["method"].text();
        request.spec.url = from["url"].text();
        request.spec.headers = rowsOf(from["headers"]);
        request.about = from["docs"].text();
        request.variables = rowsOf(from["vars"]["req"]);
        request.auth = from["auth"]["mode"].isThere() ? authOf(from["auth"]) : noAuth();
        request.left = leftOf(from);
        if (item["examples"].first().isThere())
            request.left.append(BrunoJsonText::tr("Its examples are not imported."));
        takeBody(from["body"], request);
        takeBrunoSettings(request, [item](const QString &name) { return item["settings"][name.toStdString()].text(); });
        takeBrunoParameters(request, parametersOf(from["params"], false), parametersOf(from["params"], true));
        return m_made.add(request);
    }

    ToolCollection m_made;
};

} // namespace

bool isBrunoExport(SpecNode root)
{
    return root["items"].isList() && !root["info"].isThere() &&
           (root["brunoConfig"].isThere() || root["version"].isThere() || root["environments"].isThere());
}

Result<ImportedCollection> readBrunoExport(SpecNode root, const CollectionSource &source)
{
    if (!isBrunoExport(root))
        return toolFailure(
            source.fileName,
            BrunoJsonText::tr(
                "It is no collection that Bruno has exported: it has no “items” beside a “version”."));
    const QString version = root["version"].text();
    if (!version.isEmpty() && version != "1"_L1)
        return toolFailure(
            source.fileName,
            BrunoJsonText::tr("Line %1: it is a Bruno collection of version %2; Keydesk reads version 1.")
                .arg(root["version"].line())
                .arg(plainText(version.left(20))),
            Error::Kind::Unsupported);
    return ExportReader(source).read(root);
}

} // namespace keydesk
