#include "app/interchange/bruno/BruRequest.h"

#include "app/base/PlainText.h"
#include "app/interchange/bruno/BrunoTerms.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct BruRequestText
{
    Q_DECLARE_TR_FUNCTIONS(BruRequest)
};

const BruBlock *methodBlock(const BruFile &file)
{
    static const QStringList methods{u"get"_s,     u"post"_s, u"put"_s,     u"delete"_s, u"patch"_s,
                                     u"options"_s, u"head"_s, u"connect"_s, u"trace"_s,  u"http"_s};
    const auto found = std::ranges::find_if(file.blocks(), [](const BruBlock &block) { return methods.contains(block.name); });
    return found == file.blocks().cend() ? nullptr : &*found;
}

QList<NameValue> rowsOf(const QList<BruRow> &rows)
{
    QList<NameValue> made;
    for (const BruRow &row : rows)
        made.append({row.name, row.value, row.enabled});
    return made;
}

/// The names that its "body:" row and the blocks have for one kind of body.
QString bodyBlock(const QString &kind)
{
    if (kind == "formUrlEncoded"_L1 || kind == "form-urlencoded"_L1)
        return u"body:form-urlencoded"_s;
    if (kind == "multipartForm"_L1 || kind == "multipart-form"_L1)
        return u"body:multipart-form"_s;
    return u"body:"_s + kind;
}

/// "@file(a|b) @contentType(text/csv)", or "(Content-Type=text/csv)" as it once was.
struct FileValue
{
    QString text;
    QStringList files;
    QString contentType;
};

FileValue fileValue(const QString &value)
{
    static const QRegularExpression typed(u"^(.*?)\\s*(?:@contentType\\(|\\(Content-Type=)([^)]*)\\)\\s*$"_s,
                                          QRegularExpression::DotMatchesEverythingOption);
    FileValue made{value, {}, {}};
    if (const auto match = typed.match(value); match.hasMatch()) {
        made.text = match.captured(1);
        made.contentType = match.captured(2).trimmed();
    }
    const QString text = made.text.trimmed();
    if (text.startsWith("@file("_L1) && text.endsWith(u')'))
        made.files = text.sliced(6).chopped(1).split(u'|', Qt::SkipEmptyParts);
    return made;
}

void takeBlock(const BruFile &file, const BruBlock &block, ToolRequest &request)
{
    static const QString graphQlVariables = u"body:graphql:vars"_s;
    const QString wanted = bodyBlock(block.name == "body"_L1 ? u"json"_s : block.name.sliced(5));
    RequestBody &body = request.spec.body;
    if (wanted == "body:form-urlencoded"_L1) {
        body.kind = RequestBody::Kind::Form;
        body.form = rowsOf(block.rows);
    } else if (wanted == "body:multipart-form"_L1) {
        body.kind = RequestBody::Kind::Multipart;
        for (const BruRow &row : block.rows) {
            const FileValue value = fileValue(row.value);
            if (value.files.isEmpty())
                body.parts.append({row.name, value.text, {}, {}, value.contentType, {}, row.enabled});
            else
                addBrunoFiles(request, row.name, value.files, value.contentType, row.enabled);
        }
    } else if (wanted == "body:file"_L1) {
        const auto row = std::ranges::find(block.rows, true, &BruRow::enabled);
        const FileValue value = row == block.rows.cend() ? FileValue() : fileValue(row->value);
        if (!value.files.isEmpty())
            takeBrunoFile(request, value.files.first(), value.contentType);
    } else if (wanted == "body:graphql"_L1) {
        body.kind = RequestBody::Kind::GraphQl;
        body.text = block.text;
        body.graphQlVariables = file.text(graphQlVariables);
    } else {
        takeBrunoText(request, wanted.sliced(5), block.text);
    }
}

/// The one that is sent. The others are told of.
void takeBodies(const BruFile &file, const QString &chosen, ToolRequest &request)
{
    QStringList left;
    for (const BruBlock &block : file.blocks()) {
        if (!block.name.startsWith("body"_L1) || block.name == "body:graphql:vars"_L1 ||
            (block.text.trimmed().isEmpty() && block.rows.isEmpty()))
            continue;
        const QString kind = block.name == "body"_L1 ? u"json"_s : block.name.sliced(5);
        const bool isSent = chosen.isEmpty() ? request.spec.body.kind == RequestBody::Kind::None : bodyBlock(chosen) == bodyBlock(kind);
        if (isSent)
            takeBlock(file, block, request);
        else
            left.append(kind);
    }
    if (!left.isEmpty())
        request.left.append(
            BruRequestText::tr("It also keeps a body that it does not send (%1); that one is left out.")
                .arg(plainText(left.join(", "_L1).left(80))));
}

ToolAuth authIn(const BruFile &file, const QString &kind)
{
    return brunoAuth(kind, [&](const QString &name) { return file.value(u"auth:"_s + kind, name); });
}

/// Without a "mode:" the block that is there counts, as it did before there were modes.
QString authKind(const BruFile &file, const QString &said)
{
    if (!said.isEmpty())
        return said;
    const auto block = std::ranges::find_if(
        file.blocks(), [](const BruBlock &each) { return each.name.startsWith("auth:"_L1) && each.name.count(u':') == 1; });
    return block == file.blocks().cend() ? QString() : block->name.sliced(5);
}

QStringList leftIn(const BruFile &file)
{
    QStringList left;
    const auto hasText = [&file](const QString &name) { return !file.text(name).trimmed().isEmpty(); };
    if (hasText(u"script"_s) || hasText(u"script:pre-request"_s) || hasText(u"script:post-response"_s))
        left.append(scriptsWords());
    if (hasText(u"tests"_s))
        left.append(testsWords());
    if (const qsizetype count = file.rows(u"assert"_s).size(); count > 0)
        left.append(assertionsWords(count));
    if (!file.rows(u"vars:post-response"_s).isEmpty())
        left.append(answerVariablesWords());
    if (hasText(u"example"_s))
        left.append(BruRequestText::tr("Its examples are not imported."));
    static const QStringList known{u"meta"_s,
                                   u"auth"_s,
                                   u"headers"_s,
                                   u"query"_s,
                                   u"params:query"_s,
                                   u"params:path"_s,
                                   u"vars"_s,
                                   u"vars:pre-request"_s,
                                   u"vars:post-response"_s,
                                   u"vars:secret"_s,
                                   u"assert"_s,
                                   u"tests"_s,
                                   u"docs"_s,
                                   u"settings"_s,
                                   u"example"_s,
                                   u"script"_s};
    const BruBlock *method = methodBlock(file);
    QStringList unknown;
    for (const BruBlock &block : file.blocks()) {
        const QString kind = block.name.section(u':', 0, 0);
        const bool isKnown =
            known.contains(block.name) || kind == "auth"_L1 || kind == "body"_L1 || kind == "script"_L1 || &block == method;
        if (!isKnown && unknown.size() < 20 && !unknown.contains(block.name))
            unknown.append(block.name);
    }
    for (const QString &name : std::as_const(unknown))
        left.append(BruRequestText::tr("Its block “%1” is not imported.").arg(name.left(60)));
    return left;
}

QList<NameValue> variablesOf(const BruFile &file)
{
    return rowsOf(file.rows(u"vars"_s) + file.rows(u"vars:pre-request"_s));
}

} // namespace

BruContent contentOf(const BruFile &file)
{
    if (methodBlock(file))
        return BruContent::HttpRequest;
    if (file.block(u"grpc"_s) || file.block(u"ws"_s) || file.block(u"app"_s))
        return BruContent::OtherRequest;
    const bool isEnvironment = std::ranges::all_of(file.blocks(), [](const BruBlock &block) {
        return block.name == "vars"_L1 || block.name.startsWith("vars:secret"_L1) || block.name.startsWith("vars:external"_L1);
    });
    return isEnvironment ? BruContent::Environment : BruContent::Folder;
}

ToolRequest requestOf(const BruFile &file, const QString &name)
{
    ToolRequest request;
    RequestSpec &spec = request.spec;
    const BruBlock *method = methodBlock(file);
    const QString own = file.value(u"meta"_s, u"name"_s);
    spec.name = own.isEmpty() ? name : own;
    spec.method = method->name == "http"_L1 ? method->value(u"method"_s) : method->name;
    spec.url = method->value(u"url"_s);
    spec.headers = rowsOf(file.rows(u"headers"_s));
    request.about = file.text(u"docs"_s);
    request.variables = variablesOf(file);
    request.left = leftIn(file);
    takeBodies(file, method->value(u"body"_s), request);
    takeBrunoSettings(request, [&file](const QString &row) { return file.value(u"settings"_s, row); });
    takeBrunoParameters(request, rowsOf(file.rows(u"query"_s) + file.rows(u"params:query"_s)), rowsOf(file.rows(u"params:path"_s)));
    const QString auth = authKind(file, method->value(u"auth"_s));
    request.auth =
        auth.isEmpty() ? noAuth() : authIn(file, auth); // to Bruno, a request that says nothing has none
    return request;
}

ToolFolder folderOf(const BruFile &file, const QString &name)
{
    ToolFolder folder;
    const QString own = file.value(u"meta"_s, u"name"_s);
    folder.name = own.isEmpty() ? name : own;
    folder.about = file.text(u"docs"_s);
    folder.headers = rowsOf(file.rows(u"headers"_s));
    folder.variables = variablesOf(file);
    folder.auth = authIn(file, authKind(file, file.value(u"auth"_s, u"mode"_s)));
    folder.left = leftIn(file);
    return folder;
}

QList<NameValue> environmentOf(const BruFile &file)
{
    QList<NameValue> rows = variablesOf(file);
    for (const BruRow &row : file.rows(u"vars:secret"_s))
        rows.append({row.name, {}, false});
    return rows;
}

QStringList secretsOf(const BruFile &file)
{
    QStringList names;
    for (const BruRow &row : file.rows(u"vars:secret"_s))
        names.append(row.name);
    return names;
}

double placeInOrder(const BruFile &file)
{
    return file.value(u"meta"_s, u"seq"_s).toDouble();
}

} // namespace keydesk
