#include "app/cli/commands/Run.h"

#include "app/Core.h"
#include "app/calls/ReportFormats.h"
#include "app/cli/Options.h"
#include "app/cli/Session.h"

#include <QJsonArray>
#include <QSaveFile>

#include <cstdlib>

using namespace Qt::StringLiterals;

namespace keydesk::cli {

namespace {

using State = RequestResult::State;

/// What --json calls it, for good.
QString stateId(State state)
{
    switch (state) {
    case State::Waiting:
    case State::Sending:
        break;
    case State::Passed:
        return u"passed"_s;
    case State::Failed:
        return u"failed"_s;
    case State::Skipped:
        return u"skipped"_s;
    }
    return u"waiting"_s;
}

QString stateWord(State state)
{
    return state == State::Passed ? Run::tr("passed") : state == State::Failed ? Run::tr("FAILED") : Run::tr("skipped");
}

QJsonObject toJson(const RequestResult &result)
{
    QJsonArray expectations;
    for (const ExpectationOutcome &each : result.expectations)
        expectations.append(QJsonObject{{u"text"_s, each.text}, {u"met"_s, each.isMet()}, {u"message"_s, each.message}, {u"line"_s, each.line}});
    return {
        {u"name"_s, result.name},
        {u"line"_s, result.line},
        {u"method"_s, result.method},
        {u"url"_s, result.url},
        {u"state"_s, stateId(result.state)},
        {u"reason"_s, result.reason},
        {u"status"_s, result.status},
        {u"elapsedMs"_s, static_cast<double>(result.elapsed.count()) / 1000},
        {u"expectations"_s, expectations},
    };
}

QJsonObject toJson(const RunReport &report)
{
    QJsonArray files;
    for (const FileResult &file : report.files) {
        QJsonArray requests;
        for (const RequestResult &request : file.requests)
            requests.append(toJson(request));
        files.append(QJsonObject{{u"file"_s, file.name}, {u"problem"_s, file.problem}, {u"requests"_s, requests}});
    }
    return {
        {u"environment"_s, report.environment},
        {u"startedAt"_s, report.startedAt.toString(Qt::ISODateWithMs)},
        {u"elapsedMs"_s, static_cast<double>(report.elapsed.count()) / 1000},
        {u"passed"_s, report.count(State::Passed)},
        {u"failed"_s, report.count(State::Failed)},
        {u"skipped"_s, report.count(State::Skipped)},
        {u"unreadableFiles"_s, report.unreadableFiles()},
        {u"ending"_s, report.ending},
        {u"files"_s, files},
    };
}

} // namespace

Run::Run()
    : Command(u"run"_s, tr("Sends the requests of files or folders, checks their expectations, and reports."))
{
}

void Run::declare(CLI::App &app)
{
    addTexts(app, "paths", m_paths, Value::File, tr("Files of requests, or folders with all below them."));
    addText(app, "-e,--environment", m_environment, Value::Environment, tr("The environment whose base URL, variables and key are used."));
    addText(app, "-k,--key", m_key, Value::Key, tr("The key that goes along instead of the environment's, by its name."));
    addTexts(app, "--var", m_variables, Value::Text, tr("NAME=VALUE: the answer to a value that a request asks for (@prompt)."));
    addFlag(app, "--stop-on-failure", m_stopsAtFailure, tr("Sends nothing more after the first failure."));
    addText(app, "--junit", m_junit, Value::File, tr("The file that a JUnit XML report is written to; - is standard output."));
    addText(app, "--html", m_html, Value::File, tr("The file that an HTML report is written to; - is standard output."));
    addFlag(app, "--yes", m_yes, tr("Sends what changes something in a protected environment, and what wants to be confirmed (@note)."));
}

Result<void> Run::readOptions()
{
    m_paths += tail();
    if (m_paths.isEmpty())
        return failure(Error::Kind::InvalidInput, tr("What is to be run? Name files of requests, or folders with such files."));
    if (int(m_junit == "-"_L1) + int(m_html == "-"_L1) + int(session().output().isJson()) > 1)
        return failure(Error::Kind::InvalidInput, tr("Standard output takes one report: --json, --junit - or --html -. The others need a file."));
    for (const QString &given : std::as_const(m_variables)) {
        if (given.indexOf(u'=') < 1)
            return failure(Error::Kind::InvalidInput, tr("--var wants NAME=VALUE."));
        m_choices.values.insert(given.section(u'=', 0, 0), given.section(u'=', 1));
    }
    m_choices.stopsAtFailure = m_stopsAtFailure;
    m_choices.agreesToChanges = m_choices.agreesToNotes = m_yes;
    return {};
}

Result<RunPlan> Run::plan(const Core &core) const
{
    RunPlan plan{.paths = m_paths, .environment = {}, .root = {}, .keepsHistory = core.settings->historyEnabled()};
    if (!m_environment.isEmpty() || !m_key.isEmpty() || core.environments->current()) {
        const Result<Environment> environment = findEnvironment(core, m_environment);
        if (!environment)
            return tl::unexpected(environment.error());
        plan.environment = *environment;
    }
    if (!m_key.isEmpty()) {
        const Result<ApiKey> key = findKey(core, m_key);
        if (!key)
            return tl::unexpected(key.error());
        if (key->providerId != plan.environment->providerId)
            return failure(Error::Kind::InvalidInput,
                           tr("The key “%1” is not one for “%2”: it belongs to another provider.").arg(key->name, plan.environment->name));
        plan.environment->identity.clear();
        plan.environment->keys.insert(key->kindId, key->id);
    }
    return plan;
}

void Run::start()
{
    if (const Result<void> read = readOptions(); !read)
        return fail(read.error());
    const Result<Core *> core = session().core();
    if (!core)
        return fail(core.error());
    m_core = *core;
    const Result<RunPlan> planned = plan(*m_core);
    if (!planned)
        return fail(planned.error());
    m_run = std::make_unique<RequestRun>(CallParts(*m_core), *planned);
    connect(m_run.get(), &RequestRun::loaded, this, [this] { m_run->start(m_choices); });
    connect(m_run.get(), &RequestRun::progressed, this, &Run::tell);
    // Queued: they end the run, which may not happen inside its own signal.
    connect(m_run.get(), &RequestRun::finished, this, &Run::finish, Qt::QueuedConnection);
    connect(
        m_run.get(), &RequestRun::failed, this,
        [this](const Error &error) {
            m_run.reset();
            fail(error);
        },
        Qt::QueuedConnection);
    m_run->load();
}

void Run::interrupt(const CaughtSignal &signal)
{
    m_signal = 128 + signal.number;
    if (m_isKeeping)
        std::_Exit(*m_signal); // an ordinary end would wait for the history, too, which somebody else may
                               // have locked
    if (m_run && m_run->isRunning())
        return m_run->stop(); // `finished` follows
    m_run.reset();
    end(*m_signal);
}

void Run::tell(int file, int request)
{
    const RequestResult &result = m_run->report().files.at(file).requests.at(request);
    if (result.state == State::Sending || result.state == State::Waiting)
        return;
    Output &output = session().output();
    const QString answer = result.answer.isEmpty() ? QString() : tr(" (%1, %2 ms)").arg(result.answer).arg(result.elapsed.count() / 1000);
    output.fact(u"%1  %2%3"_s.arg(stateWord(result.state), result.name, answer));
    for (const ExpectationOutcome &each : result.expectations)
        output.fact(each.isMet() ? tr("    met: %1").arg(each.text) : tr("    NOT met, line %1: %2. %3").arg(each.line).arg(each.text, each.message));
    if (!result.reason.isEmpty())
        output.fact(u"    "_s + result.reason);
}

void Run::finish()
{
    if (!m_run)
        return;
    const RunReport report = m_run->report();
    m_run.reset();
    Output &output = session().output();
    for (const FileResult &file : report.files) {
        if (!file.problem.isEmpty())
            output.fact(file.problem);
    }
    if (!report.ending.isEmpty())
        output.fact(report.ending);
    output.fact(report.summary());
    if (output.isJson())
        output.document(toJson(report));
    // What was skipped was not checked: a script must not take that for a success.
    const bool isGood = report.isOk() && report.count(State::Skipped) == 0;
    int status = m_signal.value_or(static_cast<int>(isGood ? ExitCode::Ok : ExitCode::Refused));
    if (const Result<void> written = writeReports(report); !written) {
        output.error(written.error());
        status = static_cast<int>(exitCodeFor(written.error().kind));
    }
    m_isKeeping = true;
    m_core->recorder->whenKept(this, [this, status] { end(status); });
}

Result<void> Run::writeReports(const RunReport &report)
{
    if (!m_junit.isEmpty()) {
        if (const Result<void> written = writeReport(m_junit, junitReport(report, m_core->redactor)); !written)
            return written;
    }
    return m_html.isEmpty() ? Result<void>() : writeReport(m_html, htmlReport(report, m_core->redactor));
}

Result<void> Run::writeReport(const QString &path, const QByteArray &bytes)
{
    if (path == "-"_L1) {
        session().output().data(bytes);
        return {};
    }
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return failure(Error::Kind::StorageFailed, tr("The report %1 cannot be written. %2").arg(path, file.errorString()));
    return {};
}

} // namespace keydesk::cli
