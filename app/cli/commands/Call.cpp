#include "app/cli/commands/Call.h"

#include "app/Core.h"
#include "app/calls/CallConsent.h"
#include "app/calls/CallController.h"
#include "app/calls/NetworkOptions.h"
#include "app/calls/SavedCall.h"
#include "app/cli/CallFactsText.h"
#include "app/cli/LightCall.h"
#include "app/cli/Options.h"
#include "app/cli/SavedRequests.h"
#include "app/cli/Session.h"
#include "app/cli/StandardInput.h"
#include "app/history/CallRecorder.h"
#include "app/http/DynamicValues.h"
#include "app/keys/KeyForRequest.h"

#include <QDir>
#include <QFile>

#include <cstdlib>

using namespace Qt::StringLiterals;

namespace keydesk::cli {

namespace {

bool isWholeUrl(const QString &target)
{
    return target.contains("://"_L1);
}

bool isPath(const QString &target)
{
    return target.startsWith(u'/') || target.startsWith(u'?') || target.startsWith("{{"_L1);
}

/// A path of a file that is there, with or without "#request" behind it.
bool isFile(const QString &target)
{
    return isRequestFile(target.section(u'#', 0, 0)) && QFile::exists(target.section(u'#', 0, 0));
}

} // namespace

Call::Call()
    : Command(u"call"_s, tr("Sends a request: a URL, a path of an environment, or a saved request."))
{
}

Call::~Call() = default;

void Call::declare(CLI::App &app)
{
    addTexts(app, "request", m_words, Value::Request,
             tr("[METHOD] URL|SAVED-REQUEST, then items: Name:value a header, name==value a parameter, name=value a text of the JSON body or a "
                "field, name:=json a JSON value, name@FILE a file of a form, @FILE the body."));
    addText(app, "-e,--environment", m_environment, Value::Environment, tr("The environment whose base URL, variables and key are used."));
    addText(app, "-k,--key", m_key, Value::Key, tr("The key that goes along, by its name."));
    addFlag(app, "--no-key", m_noKey, tr("No key goes along."));
    addText(app, "--key-env", m_keyVariable, Value::Text, tr("The variable that holds a token for this call alone."));
    addFlag(app, "--key-stdin", m_keyFromInput, tr("Reads a token for this call alone from standard input."));
    addText(app, "--body", m_bodyFile, Value::File, tr("The file that is the body; - is standard input."));
    addFlag(app, "-f,--form", m_form, tr("The fields are a form's instead of JSON's."));
    addFlag(app, "--multipart", m_multipart, tr("The fields are those of a multipart form, which takes files."));
    addTexts(app, "--var", m_variables, Value::Text, tr("NAME=VALUE: what {{NAME}} stands for in this call."));
    addFlag(app, "-i,--include", m_include, tr("Writes the head of the answer before its body."));
    addText(app, "-o,--output", m_outputFile, Value::File, tr("The file that the body is written to as it arrives; it stays if it is not whole. - is standard output."));
    addNumber(app, "--timeout", m_timeout, 0.001, 86400, tr("Seconds without a byte until it is given up."));
    addFlag(app, "--no-follow", m_noFollow, tr("Redirects are not followed."));
    addFlag(app, "--yes", m_yes, tr("Sends what changes something in a protected environment."));
}

void Call::start()
{
    if (m_outputFile == "-"_L1)
        m_outputFile.clear();
    if (const Result<void> read = readOptions(); !read)
        return fail(read.error());
    if (!needsStored())
        return sendLight();
    const Result<Core *> core = session().core();
    if (!core)
        return fail(core.error());
    sendStored(**core);
}

Result<void> Call::readOptions()
{
    m_call = readCallWords(m_words + tail());
    if (m_call.target.isEmpty())
        return failure(Error::Kind::InvalidInput, tr("What is to be called? keydesk-cli call --help tells how it is written."));
    if (m_call.target.startsWith(u':'))
        m_call.target.prepend(m_call.target.size() > 1 && m_call.target.at(1).isDigit() ? "http://localhost"_L1 : "http://localhost/"_L1);
    const int keys = int(!m_key.isEmpty()) + int(m_noKey) + int(!m_keyVariable.isEmpty()) + int(m_keyFromInput);
    if (keys > 1)
        return failure(Error::Kind::InvalidInput, tr("One key goes along at most: choose one of --key, --key-env, --key-stdin and --no-key."));
    if (m_keyFromInput && m_bodyFile == "-"_L1)
        return failure(Error::Kind::InvalidInput, tr("Standard input is either the token or the body. Take --key-env for the token."));
    if (m_form && m_multipart)
        return failure(Error::Kind::InvalidInput, tr("A form is either --form or --multipart."));
    Result<Secret> token = Secret();
    if (m_keyFromInput)
        token = tokenFromInput(session().signalWatch());
    else if (!m_keyVariable.isEmpty())
        token = tokenFromVariable(m_keyVariable);
    if (!token)
        return tl::unexpected(token.error());
    if (!token->isEmpty())
        m_token = std::make_shared<const Secret>(std::move(*token));
    return {};
}

bool Call::needsStored() const
{
    return !m_environment.isEmpty() || !m_key.isEmpty() || !isWholeUrl(m_call.target) || isFile(m_call.target);
}

Result<RequestSpec> Call::build(RequestSpec request)
{
    const auto fields = m_multipart ? CallWords::Fields::Multipart : m_form ? CallWords::Fields::Form : CallWords::Fields::Json;
    if (const Result<void> body = takeBody(request); !body)
        return tl::unexpected(body.error());
    Result<RequestSpec> built = withItems(std::move(request), m_call, fields);
    if (built) {
        for (const NameValue &header : built->headers) {
            if (Redactor::isCredentialHeader(header.name.toUtf8()) && m_words.contains(header.name + u':' + header.value))
                session().output().fact(tr("%1 stands on the command line, where other programs can read it. A stored key, --key-env or --key-stdin "
                                           "keeps it from there.")
                                            .arg(header.name));
        }
    }
    return built;
}

Result<void> Call::takeBody(RequestSpec &request)
{
    if (m_bodyFile.isEmpty())
        return {};
    Result<QString> path = QDir::current().absoluteFilePath(m_bodyFile);
    if (m_bodyFile == "-"_L1) {
        path = inputAsFile(session().signalWatch());
        if (!path)
            return tl::unexpected(path.error());
        const bool hasType = std::ranges::any_of(request.headers, [](const NameValue &header) {
            return header.enabled && header.name.compare("Content-Type"_L1, Qt::CaseInsensitive) == 0;
        });
        const bool givesType = std::ranges::any_of(
            m_call.items, [](const QString &item) { return item.startsWith("Content-Type:"_L1, Qt::CaseInsensitive); });
        QFile file(*path);
        if (!hasType && !givesType && file.open(QIODevice::ReadOnly)) {
            const QByteArray begin = file.read(1024).trimmed();
            const bool isJson = begin.startsWith('{') || begin.startsWith('[');
            request.headers.append({u"Content-Type"_s, isJson ? u"application/json"_s : u"application/octet-stream"_s});
        }
    }
    request.body = {.kind = RequestBody::Kind::File, .text = {}, .form = {}, .file = *path};
    return {};
}

Result<void> Call::applyOptions(const RequestSpec &request, CallContext &context) const
{
    if (m_noFollow)
        context.options.followRedirects = false;
    if (m_timeout)
        context.options.timeoutMs = static_cast<int>(*m_timeout * 1000);
    for (const QString &given : m_variables) {
        if (!given.contains(u'='))
            return failure(Error::Kind::InvalidInput, tr("--var wants NAME=VALUE."));
        context.sources.literals.insert(given.section(u'=', 0, 0), given.section(u'=', 1));
    }
    for (const HttpPrompt &prompt : context.options.prompts) {
        if (!context.sources.literals.contains(prompt.name))
            return failure(Error::Kind::InvalidInput,
                           tr("This request asks for “%1” when it is sent. Give it with --var %1=VALUE.").arg(prompt.name));
    }
    if (context.options.confirm && !m_yes)
        return failure(Error::Kind::InvalidInput, tr("This request wants to be confirmed when it is sent. Confirm it with --yes."));
    if (needsConsent(request, context) && !m_yes)
        return failure(Error::Kind::InvalidInput,
                       tr("“%1” is protected, and %2 may change something there. Nothing was sent; --yes sends it.")
                           .arg(context.environment->name, request.method));
    return {};
}

Result<void> Call::openOutput()
{
    return m_outputFile.isEmpty() ? Result<void>() : m_file.open(m_outputFile, session().signalWatch());
}

void Call::sendLight()
{
    const Result<Paths> paths = session().paths();
    if (!paths)
        return fail(paths.error());
    RequestSpec start;
    start.method.clear();
    start.url = m_call.target;
    start.key.mode = KeyChoice::Mode::None;
    const Result<RequestSpec> request = build(start);
    if (!request)
        return fail(request.error());
    CallContext context;
    const QString settingsFile = paths->config + u"/settings.ini"_s;
    HttpClient::Options options;
    if (QFile::exists(settingsFile))
        options = networkOptions(Settings(settingsFile));
    auto sender = std::make_unique<LightCall>(options);
    LightCall &call = *sender;
    m_redactor = &call.redactor();
    m_sender = std::move(sender);
    DynamicContext dynamic;
    dynamic.secretFound = [&redactor = call.redactor()](const Secret &secret) { redactor.add(secret); };
    context.sources.dynamic = std::make_shared<const DynamicValues>(dynamic);
    if (const Result<void> applied = applyOptions(*request, context); !applied)
        return fail(applied.error());
    if (m_token)
        context.oneTimeToken = std::make_shared<OneTimeToken>(OneTimeToken{m_token, {}, {}});
    if (const Result<void> opened = openOutput(); !opened)
        return fail(opened.error());
    m_cancel = [&call] { call.cancel(); };
    connect(&call, &LightCall::answered, this, &Call::answered);
    connect(&call, &LightCall::arrived, this, &Call::arrived);
    connect(&call, &LightCall::finished, this, &Call::finished);
    if (const Result<void> sent = call.send(*request, context); !sent)
        fail(sent.error());
}

Result<RequestSpec> Call::findRequest(Core &core, CallContext &context)
{
    std::optional<Environment> environment;
    if (!m_environment.isEmpty() || !isWholeUrl(m_call.target)) {
        const Result<Environment> found = findEnvironment(core, m_environment);
        if (!found)
            return tl::unexpected(found.error());
        environment = *found;
    }
    RequestSpec request;
    CallOrigin origin;
    if (isWholeUrl(m_call.target) || (isPath(m_call.target) && !isFile(m_call.target))) {
        request.method.clear();
        request.url = m_call.target;
    } else {
        const Result<RequestInFile> saved = savedRequest(core, m_call.target);
        if (!saved)
            return tl::unexpected(saved.error());
        request = saved->request.spec;
        origin = callOrigin(*saved);
    }
    context = callContext(origin, environment, core.settings->workspaceFolder(), nullptr, core.redactor);
    return request;
}

Result<void> Call::chooseKey(const Core &core, RequestSpec &request, const CallContext &context)
{
    if (m_noKey) {
        request.key = {KeyChoice::Mode::None, {}, {}};
    } else if (!m_key.isEmpty()) {
        const Result<ApiKey> key = findKey(core, m_key);
        if (!key)
            return tl::unexpected(key.error());
        request.key = {KeyChoice::Mode::Chosen, key->id, key->kindId};
    } else if (!context.environment && !m_token) {
        request.key = {KeyChoice::Mode::None, {}, {}};
    }
    return {};
}

/// A key that is named for a whole URL brings the protection of the environments along that use it.
Result<void> Call::checkKeysEnvironments(const Core &core, const RequestSpec &request, const CallContext &context) const
{
    if (context.environment || request.key.mode != KeyChoice::Mode::Chosen || m_yes || !changesThings(request))
        return {};
    for (const Environment &environment : core.environments->usedBy(request.key.keyId)) {
        if (environment.isProtected)
            return failure(Error::Kind::InvalidInput,
                           tr("The key is used by “%1”, which is protected, and %2 may change something there. Nothing was sent; --yes sends it.")
                               .arg(environment.name, request.method));
    }
    return {};
}

void Call::sendStored(Core &core)
{
    m_redactor = &core.redactor;
    CallContext context;
    Result<RequestSpec> request = findRequest(core, context).and_then([this](const RequestSpec &found) { return build(found); });
    if (!request)
        return fail(request.error());
    if (const Result<void> chosen = chooseKey(core, *request, context); !chosen)
        return fail(chosen.error());
    if (const Result<void> applied = applyOptions(*request, context); !applied)
        return fail(applied.error());
    if (const Result<void> allowed = checkKeysEnvironments(core, *request, context); !allowed)
        return fail(allowed.error());
    if (m_token) {
        const Provider *provider = context.environment ? core.providers.find(context.environment->providerId) : nullptr;
        const TokenKind *kind = provider ? provider->firstStorableKind() : nullptr;
        const Result<Origin> home = Origin::fromUrl(QUrl(context.environment ? context.environment->baseUrl : request->url));
        if (!home)
            return fail(home.error());
        const KeyForm form = kind ? kind->form() : KeyForm();
        makeKnown(core.redactor, form.placement, *m_token);
        context.oneTimeToken = std::make_shared<OneTimeToken>(OneTimeToken{m_token, form, {*home}});
    }
    if (core.settings->historyEnabled() && context.options.keepLog)
        m_recorder = core.recorder.get();
    if (const Result<void> opened = openOutput(); !opened)
        return fail(opened.error());
    auto sender = std::make_unique<CallController>(CallParts(core));
    CallController &calls = *sender;
    m_sender = std::move(sender);
    m_cancel = [&calls] { calls.cancel(); };
    calls.tellPieces();
    connect(&calls, &CallController::answered, this, &Call::answered);
    connect(&calls, &CallController::arrived, this, &Call::arrived);
    connect(&calls, &CallController::finished, this, &Call::finished);
    if (const QList<RequestProblem> problems = calls.send(*request, context); !problems.isEmpty())
        fail({Error::Kind::InvalidInput, core.redactor.redactText(problems.first().message), {}});
}

void Call::interrupt(const CaughtSignal &signal)
{
    m_signal = 128 + signal.number;
    if (m_isKeeping)
        std::_Exit(*m_signal); // an ordinary end would wait for the history, too, which somebody else may have locked
    if (m_cancel)
        m_cancel(); // `finished` follows
    else
        end(*m_signal);
}

void Call::answered(const HttpResponse &head)
{
    if (m_file.isOpen())
        toFile(m_file.begin());
    if (m_include)
        arrived(headText(head, *m_redactor));
}

void Call::arrived(const QByteArray &piece)
{
    if (status() || m_signal)
        return;
    if (m_file.isOpen())
        return toFile(m_file.write(piece));
    session().output().data(piece);
    if (session().output().isBroken()) {
        end(ExitCode::Ok); // whoever read it has enough
        m_cancel();
    }
}

void Call::toFile(const Result<void> &written)
{
    if (written || status() || m_signal) // which a signal may have ended, see `interrupt`
        return;
    fail(written.error());
    m_cancel();
}

void Call::finished(const CallOutcome &outcome)
{
    if (status())
        return;
    Output &output = session().output();
    for (const QString &line : factLines(outcome, *m_redactor))
        output.fact(line);
    output.fact(factsJson(outcome, *m_redactor));
    if (outcome.error) {
        if (m_file.holdsAnswer())
            output.fact(tr("%1 holds what arrived, which is not all of it.").arg(m_outputFile));
        if (output.isJson())
            output.error({outcome.error->kind, m_redactor->redactText(outcome.error->message), {}});
        return endWhenKept(m_signal.value_or(static_cast<int>(exitCodeFor(outcome.error->kind))));
    }
    if (m_file.isOpen()) {
        if (const Result<void> closed = m_file.close(); !closed) {
            output.error(closed.error());
            return endWhenKept(static_cast<int>(exitCodeFor(closed.error().kind)));
        }
    }
    endWhenKept(static_cast<int>(outcome.response->status >= 400 ? ExitCode::Refused : ExitCode::Ok));
}

void Call::endWhenKept(int status)
{
    if (!m_recorder)
        return end(status);
    m_isKeeping = true;
    // Queued: it is kept only after it was told of.
    QMetaObject::invokeMethod(
        this, [this, status] { m_recorder->whenKept(this, [this, status] { end(status); }); }, Qt::QueuedConnection);
}

} // namespace keydesk::cli
