#include "app/cli/commands/Exec.h"

#include "app/Core.h"
#include "app/cli/Options.h"
#include "app/cli/Session.h"
#include "app/interchange/SecretSnippet.h"
#include "app/keys/KeyForRequest.h"

#include <QJsonArray>
#include <QTimer>

#include <algorithm>
#include <array>
#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace keydesk::cli {

namespace {

constexpr std::array endingSignals = {SIGINT, SIGTERM, SIGHUP};

/// What is sent instead of a client's secret has a name of its own.
QString defaultName(const Core &core, const ApiKey &key)
{
    return key.oauth ? u"ACCESS_TOKEN"_s : variableName(core.providers.find(key.providerId), key.kindId);
}

} // namespace

Exec::Exec()
    : KeysCommand(u"exec"_s,
                  tr("Runs a program with an environment's variables and key in its environment alone."))
{
}

Exec::~Exec() = default;

void Exec::declare(CLI::App &app)
{
    addText(app, "-e,--environment", m_environmentName, Value::Environment,
            tr("The environment whose variables and key the program gets; the window's current one if "
               "neither it nor a key is named."));
    addText(app, "-k,--key", m_keyName, Value::Key,
            tr("The key, by its name, instead of the environment's; without -e it goes along alone."));
    addText(app, "--as", m_as, Value::Text,
            tr("The name of the variable that the key's token goes under, instead of what its provider calls "
               "it."));
    addTexts(app, "--only", m_only, Value::Text,
             tr("The name of a variable that is passed, and no other but those that are named likewise."));
    addFlag(app, "--mask", m_masks, tr("Masks the secrets in what the program writes."));
    addFlag(app, "--yes", m_yes, tr("Runs it for a protected environment without asking."));
    addNote(app, tr("keydesk-cli exec [OPTIONS] -- COMMAND [ARGUMENT…]\n"
                    "The token is in the environment of COMMAND and of what that starts, and nowhere else. "
                    "Where they send it cannot be watched: unlike "
                    "a call of Keydesk's it is bound to no origin there.\n"
                    "Variables that programs take orders from, such as PATH and LD_PRELOAD, are passed only "
                    "if --only names them.\n"
                    "--mask knows a secret as it is, in Base64, in hex, percent-encoded and escaped as in "
                    "JSON. It helps against accidents; a "
                    "program can write a secret in ways that nobody knows. COMMAND then writes into pipes "
                    "and sees no terminal there.\n"
                    "Exit codes: those of COMMAND; 128 and a signal's number if one ended it; 127 if COMMAND "
                    "is not there, 126 if it cannot be run; "
                    "before it runs those of keydesk-cli."));
}

void Exec::start()
{
    if (tailBytes().isEmpty())
        return fail({Error::Kind::InvalidInput,
                     tr("What is to be run? keydesk-cli exec [OPTIONS] -- COMMAND [ARGUMENT…]"),
                     {}});
    if (!m_as.isEmpty() && !isVariableName(m_as))
        return fail({Error::Kind::InvalidInput,
                     tr("--as wants the name of a variable: letters, digits and _, and no digit first."),
                     {}});
    m_program = std::make_unique<OtherProgram>(tailBytes());
    Core *core = open();
    if (!core)
        return;
    if (const Result<void> found = find(*core).and_then([&] { return planVariables(*core); }); !found)
        return fail(found.error());
    askForConsent(*core, [this, core] {
        tellPlan();
        if (m_variables.secrets.isEmpty())
            return readSecrets(*core, {});
        whenReady(*core, false, [this, core] { readSecrets(*core, m_variables.secrets); });
    });
}

Result<void> Exec::find(const Core &core)
{
    if (!m_environmentName.isEmpty() || m_keyName.isEmpty()) {
        const Result<Environment> found = findEnvironment(core, m_environmentName);
        if (!found)
            return tl::unexpected(found.error());
        m_environment = *found;
    }
    if (!m_keyName.isEmpty()) {
        const Result<ApiKey> found = findKey(core, m_keyName);
        if (!found)
            return tl::unexpected(found.error());
        m_key = *found;
        return {};
    }
    const KeyForRequest own = keyForRequest({}, m_environment, core.providers, *core.keys);
    m_key = own.key;
    if (!m_key && !m_as.isEmpty())
        return failure(Error::Kind::InvalidInput,
                       tr("There is no key that --as could name. %1").arg(own.missing));
    if (!m_key && m_only.isEmpty())
        session().output().fact(own.missing);
    return {};
}

Result<void> Exec::planVariables(const Core &core)
{
    std::optional<std::pair<QString, QUuid>> key;
    if (m_key) {
        key = {m_as.isEmpty() ? defaultName(core, *m_key) : m_as, m_key->id};
        // It may come from a provider file that somebody else wrote.
        if (m_as.isEmpty() && (!isVariableName(key->first) || (steersPrograms(key->first) && !m_only.contains(key->first))))
            return failure(Error::Kind::InvalidInput,
                           tr("The key's provider calls its variable “%1”, which programs take orders from or cannot have. --as gives it another name.")
                               .arg(key->first));
    }
    const Result<ProgramVariables> made = programVariables(m_environment, key, m_only);
    if (!made)
        return tl::unexpected(made.error());
    m_variables = *made;
    return {};
}

/// Whatever the program does there may change something.
void Exec::askForConsent(const Core &core, std::function<void()> goOn)
{
    QList<Environment> places;
    if (m_environment)
        places << *m_environment;
    if (m_key)
        places << core.environments->usedBy(m_key->id);
    const auto guarded = std::ranges::find_if(places, &Environment::isProtected);
    if (guarded == places.end() || m_yes)
        return goOn();
    if (!Input::isTerminal())
        return fail({Error::Kind::InvalidInput,
                     tr("“%1” is protected, and a program may change something there. Nothing was run; --yes "
                        "runs it.")
                         .arg(guarded->name),
                     {}});
    input().confirm(
        tr("“%1” is protected. Run “%2” with its keys? [y/N]").arg(guarded->name, m_program->name()),
        [this, goOn = std::move(goOn)](bool yes) {
            if (yes)
                return goOn();
            fail({Error::Kind::Cancelled, tr("Nothing was run."), {}});
        });
}

void Exec::tellPlan()
{
    Output &output = session().output();
    QJsonArray passed;
    for (const NameValue &variable : std::as_const(m_variables.passed))
        passed.append(variable.name);
    QJsonArray left;
    for (const ProgramVariables::Left &variable : std::as_const(m_variables.left)) {
        output.fact(tr("The variable “%1” is not passed: %2.").arg(variable.name, variable.why));
        left.append(QJsonObject{{u"name"_s, variable.name}, {u"why"_s, variable.why}});
    }
    for (const QString &name : std::as_const(m_variables.unresolved))
        output.fact(
            tr("The value of “%1” names something that has no value; that is passed as it is written.")
                .arg(name));
    output.fact(QJsonObject{
        {u"exec"_s,
         QJsonObject{{u"environment"_s, m_environment ? QJsonValue(m_environment->name) : QJsonValue()},
                     {u"key"_s, m_key ? QJsonValue(m_key->name) : QJsonValue()},
                     {u"passed"_s, passed},
                     {u"notPassed"_s, left},
                     {u"unresolved"_s, QJsonArray::fromStringList(m_variables.unresolved)}}}});
}

/// One after the other; then the program is run.
void Exec::readSecrets(Core &core, QList<QUuid> left)
{
    if (!left.isEmpty()) {
        const QUuid id = left.takeFirst();
        const std::optional<QUuid> environmentId =
            m_environment ? std::optional(m_environment->id) : std::nullopt;
        core.oauth->readTokenFor(environmentId, id, this, [this, &core, id, left](Result<Secret> secret) {
            if (!secret && secret.error().kind == Error::Kind::SealedLocked)
                return unlockSealed(core, secret.error(), QList{id} + left);
            if (!secret)
                return fail(secret.error());
            m_secrets.insert_or_assign(id, std::move(*secret));
            readSecrets(core, left);
        });
        return;
    }
    noteExport(core);
    if (!m_masks) {
        // From now on a signal ends this process, as it would end the program.
        for (const int number : endingSignals) {
            struct sigaction now = {};
            if (::sigaction(number, nullptr, &now) == 0 && now.sa_handler != SIG_IGN)
                ::signal(number, SIG_DFL);
        }
    }
    // Not from within what the stores call back.
    QTimer::singleShot(0, this, [this] {
        if (status())
            return;
        session().close();
        if (const Result<void> given = giveVariables(); !given)
            return fail(given.error());
        if (m_masks)
            startProgram();
        else if (session().signalWatch().isQuiet()) // nothing came before it would have ended this process
            becomeProgram();
    });
}

/// At a terminal the passphrase is asked for (KeysCommand).
void Exec::unlockSealed(Core &core, const Error &error, const QList<QUuid> &left)
{
    core.sealed->unlock(this, [this, &core, error, left](const Result<void> &outcome) {
        if (outcome)
            readSecrets(core, left);
        else
            fail(outcome.error().kind == Error::Kind::Cancelled ? error : outcome.error());
    });
}

void Exec::noteExport(Core &core) const
{
    for (const NameValue &variable : m_variables.passed) {
        for (const QUuid &id : markedSecrets(variable.value.toUtf8())) {
            if (!m_secrets.contains(id))
                continue;
            const QString what = tr("Given to a program as %1, with keydesk-cli exec").arg(variable.name);
            if (const Result<void> noted = core.keys->addEvent(id, KeyAction::Exported, what); !noted)
                session().output().fact(noted.error().message);
        }
    }
}

Result<void> Exec::giveVariables()
{
    for (const NameValue &variable : std::as_const(m_variables.passed)) {
        const Secret value = withSecrets(variable.value.toUtf8(), m_secrets);
        if (value.reveal().find('\0') != std::string_view::npos)
            return failure(Error::Kind::InvalidInput, tr("The value of “%1” has a character in it that no "
                                                         "variable can have (NUL). Nothing was run.")
                                                          .arg(variable.name));
        m_program->addVariable(variable.name.toLatin1(), value);
    }
    return {};
}

void Exec::becomeProgram()
{
    m_secrets.clear();
    cannotStart(m_program->become());
}

void Exec::startProgram()
{
    SignalWatch &signals = session().signalWatch();
    bool isQuiet = true;
    const auto started = m_program->start([&] { return isQuiet = signals.isQuiet(); });
    if (!isQuiet)
        return; // and has ended
    if (!started)
        return cannotStart(started.error());
    signals.watch(SIGCHLD);
    m_child = started->id;
    m_program.reset();
    const std::vector<Secret> secrets = masked();
    passOn(started->out, STDOUT_FILENO, secrets);
    passOn(started->err, STDERR_FILENO, secrets);
    m_secrets.clear();
    reap(); // it may have ended before SIGCHLD was watched
}

void Exec::cannotStart(int error)
{
    const int code = OtherProgram::exitCodeFor(error);
    const QString name = m_program->name();
    if (code == 127)
        session().output().error(
            {Error::Kind::NotFound,
             tr("“%1” was not found, or the program that its first line names.").arg(name),
             {}});
    else
        session().output().error(
            {Error::Kind::Unsupported, tr("“%1” cannot be run. %2").arg(name, qt_error_string(error)), {}});
    end(code);
}

/// What the program was given, and the password of a pair by itself.
std::vector<Secret> Exec::masked() const
{
    std::vector<Secret> secrets;
    for (const auto &[id, secret] : m_secrets) {
        secrets.push_back(secret.copy());
        if (m_key && m_key->id == id && m_key->placement == KeyPlacement::Basic)
            secrets.push_back(secretPartOf(m_key->placement, secret));
    }
    if (std::ranges::any_of(secrets, [](const Secret &secret) { return secret.size() < shortestSecret; }))
        session().output().fact(
            tr("A secret of less than %1 characters is not masked: it would mask ordinary text.")
                .arg(shortestSecret));
    return secrets;
}

void Exec::passOn(int from, int to, const std::vector<Secret> &secrets)
{
    auto pipe = std::make_unique<MaskedPipe>(from, to, secrets);
    connect(pipe.get(), &MaskedPipe::ended, this, &Exec::endOnceAllIsThere);
    m_pipes.push_back(std::move(pipe));
}

void Exec::interrupt(const CaughtSignal &signal)
{
    if (signal.number == SIGCHLD) {
        reap();
    } else if (m_child == 0) {
        KeysCommand::interrupt(signal);
    } else if (m_childStatus) {
        // Something that the program left behind still has its output open.
        end(128 + signal.number);
        for (const std::unique_ptr<MaskedPipe> &pipe : m_pipes)
            pipe->stop();
    } else if (!signal.fromTerminal) {
        ::kill(m_child, signal.number);
    }
}

void Exec::reap()
{
    int waited = 0;
    if (m_child == 0 || m_childStatus || ::waitpid(m_child, &waited, WNOHANG) != m_child)
        return;
    m_childStatus = WIFSIGNALED(waited) ? 128 + WTERMSIG(waited) : WEXITSTATUS(waited);
    endOnceAllIsThere();
}

void Exec::endOnceAllIsThere()
{
    if (m_childStatus && std::ranges::all_of(m_pipes, [](const auto &pipe) { return pipe->hasEnded(); }))
        end(*m_childStatus);
}

} // namespace keydesk::cli
