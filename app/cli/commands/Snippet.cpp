#include "app/cli/commands/Snippet.h"

#include "app/Core.h"
#include "app/calls/SavedCall.h"
#include "app/cli/Options.h"
#include "app/cli/SavedRequests.h"
#include "app/cli/Session.h"
#include "app/interchange/snippets/CodeSnippet.h"
#include "app/interchange/snippets/RequestAsCode.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace keydesk::cli {

namespace {

QStringList formatIds()
{
    QStringList ids;
    for (const CodeFormat format : codeFormats())
        ids << codeFormatId(format);
    return ids;
}

} // namespace

Snippet::Snippet()
    : Command(u"snippet"_s, tr("Writes a saved request as code, with the names of variables instead of tokens."))
{
}

void Snippet::declare(CLI::App &app)
{
    addText(app, "request", m_request, Value::Request, tr("A saved request by its name, or FILE#NAME."));
    addText(app, "-e,--environment", m_environment, Value::Environment, tr("The environment whose base URL, variables and key are used."));
    addText(app, "-k,--key", m_key, Value::Key, tr("The key that goes along, by its name."));
    addChoice(app, "--format", m_format, formatIds(), tr("What it is written as; curl if nothing is said."));
    addTexts(app, "--var", m_variables, Value::Text, tr("NAME=VALUE: what {{NAME}} stands for in the code."));
    addFlag(app, "--list", m_list, tr("Lists the formats."));
}

void Snippet::start()
{
    if (m_list)
        return list();
    if (const Result<void> written = write(); !written)
        return fail(written.error());
    end(ExitCode::Ok);
}

void Snippet::list()
{
    Output &output = session().output();
    QJsonArray formats;
    for (const CodeFormat format : codeFormats()) {
        formats.append(QJsonObject{{u"id"_s, codeFormatId(format)}, {u"name"_s, codeFormatName(format)}});
        if (!output.isJson())
            output.line(u"%1\t%2"_s.arg(codeFormatId(format), codeFormatName(format)));
    }
    if (output.isJson())
        output.document({{u"formats"_s, formats}});
    end(ExitCode::Ok);
}

Result<void> Snippet::write()
{
    const QString wanted = m_request.isEmpty() ? tail().value(0) : m_request;
    if (wanted.isEmpty())
        return failure(Error::Kind::InvalidInput, tr("Which request? Name a saved one, or one of a file: file.http#name."));
    const Result<Core *> opened = session().core();
    if (!opened)
        return tl::unexpected(opened.error());
    Core &core = **opened;
    const Result<RequestInFile> saved = savedRequest(core, wanted);
    if (!saved)
        return tl::unexpected(saved.error());
    std::optional<Environment> environment = core.environments->current();
    if (!m_environment.isEmpty()) {
        const Result<Environment> found = findEnvironment(core, m_environment);
        if (!found)
            return tl::unexpected(found.error());
        environment = *found;
    }
    RequestSpec request = saved->request.spec;
    core.storedTokens->learn(QJsonDocument(request.toJson()).toJson(QJsonDocument::Compact)); // a token may stand in it literally
    if (!m_key.isEmpty()) {
        const Result<ApiKey> key = findKey(core, m_key);
        if (!key)
            return tl::unexpected(key.error());
        request.key = {KeyChoice::Mode::Chosen, key->id, key->kindId};
    } else if (!environment) {
        request.key = {KeyChoice::Mode::None, {}, {}};
    }
    CallContext context = callContext(callOrigin(*saved), environment, core.settings->workspaceFolder(), nullptr, core.redactor);
    for (const QString &given : std::as_const(m_variables)) {
        if (given.indexOf(u'=') < 1)
            return failure(Error::Kind::InvalidInput, tr("--var wants NAME=VALUE."));
        context.sources.literals.insert(given.section(u'=', 0, 0), given.section(u'=', 1));
    }
    const Result<RequestAsCode> code = requestAsCode({request, context.environment, context.sources, context.baseFolder, context.options.encodeUrl},
                                                     core.providers, *core.keys, core.redactor);
    if (!code)
        return failure(code.error().kind, core.redactor.redactText(code.error().message));
    const CodeFormat format = m_format.isEmpty() ? CodeFormat::CurlBash : codeFormatOf(m_format).value_or(CodeFormat::CurlBash);
    const CodeSnippet snippet = codeSnippet(format, code->request);
    Output &output = session().output();
    if (output.isJson()) {
        output.document({{u"format"_s, codeFormatId(format)},
                         {u"code"_s, QString::fromUtf8(snippet.text)},
                         {u"notes"_s, QJsonArray::fromStringList(snippet.notes)}});
        return {};
    }
    output.data(snippet.text.endsWith('\n') || format == CodeFormat::RawHttp ? snippet.text : snippet.text + '\n');
    for (const QString &note : snippet.notes)
        output.fact(note);
    return {};
}

} // namespace keydesk::cli
