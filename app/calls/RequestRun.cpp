#include "app/calls/RequestRun.h"

#include "app/base/Redactor.h"
#include "app/calls/CallConsent.h"
#include "app/history/CallRecorder.h"
#include "app/http/RedactedRequest.h"
#include "app/http/StreamKind.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;
using State = RequestResult::State;

namespace {

constexpr qsizetype quickBody = 256 * 1024; // bytes that are checked without a thread
constexpr int firstFailure = 400;           // the first status that says no

} // namespace

RequestRun::RequestRun(const CallParts &parts, const RunPlan &plan, QObject *parent)
    : QObject(parent)
    , m_parts(parts)
    , m_plan(plan)
    , m_calls(parts)
{
    connect(&m_calls, &CallController::finished, this, &RequestRun::ended);
}

RequestRun::~RequestRun()
{
    m_isEnding = true; // the reading of a large folder, too
    m_calls.disconnect(this);
    m_calls.cancel();
}

void RequestRun::load()
{
    const auto work = [paths = m_plan.paths, &redactor = m_parts.redactor, &stop = m_isEnding]() -> Result<QList<RunFile>> {
        const RequestFiles files(redactor);
        return requestFilesAt(paths, stop).map([&files, &stop](const QStringList &all) {
            QList<RunFile> read;
            for (qsizetype at = 0; at < all.size() && !stop; ++at)
                read.append(readRunFile(files, all.at(at)));
            return read;
        });
    };
    m_background.run(this, work, [this](const Result<QList<RunFile>> &files) {
        if (files)
            takeFiles(*files);
        else
            Q_EMIT failed(files.error());
    });
}

void RequestRun::takeFiles(const QList<RunFile> &files)
{
    m_files = files;
    listRequests();
    m_isLoaded = true;
    Q_EMIT loaded();
}

/// A report of what is to be sent, and what has to be agreed to before.
void RequestRun::listRequests()
{
    m_questions = {};
    m_report = {};
    m_report.environment = m_plan.environment ? m_plan.environment->name : QString();
    const bool isProtected = m_plan.environment && m_plan.environment->isProtected;
    const auto shown = [this](const QString &text) { return m_parts.redactor.redactText(text); };
    for (const RunFile &file : std::as_const(m_files)) {
        FileResult result{file.path, nameOf(file.path), shown(file.problem), {}};
        for (const RunRequest &each : file.requests) {
            RequestResult request;
            request.index = each.index;
            request.line = each.line;
            request.name = withoutCredentialItems(shown(each.label));
            if (each.request) {
                request.method = each.request->spec.method;
                request.url = withoutCredentialItems(shown(each.request->spec.url));
                const HttpOptions &options = each.request->options;
                m_questions.changing += isProtected && changesThings(each.request->spec) ? 1 : 0;
                m_questions.notes += options.confirm ? 1 : 0;
                for (const HttpPrompt &prompt : options.prompts) {
                    if (std::ranges::find(m_questions.prompts, prompt.name, &HttpPrompt::name) == m_questions.prompts.end())
                        m_questions.prompts.append(prompt);
                }
            }
            result.requests.append(request);
        }
        m_report.files.append(result);
    }
}

QString RequestRun::nameOf(const QString &path) const
{
    const QFileInfo first(m_plan.paths.value(0));
    const QString root = !m_plan.root.isEmpty() ? m_plan.root : first.isDir() ? first.absoluteFilePath() : first.absolutePath();
    const QString relative = QDir(root).relativeFilePath(path);
    return relative.startsWith("../"_L1) ? QFileInfo(path).fileName() : relative;
}

void RequestRun::start(const RunChoices &choices)
{
    if (m_isRunning || !m_isLoaded)
        return;
    listRequests(); // what was sent before is forgotten
    m_choices = choices;
    for (auto value = choices.values.cbegin(); value != choices.values.cend(); ++value) {
        if (namesCredential(value.key())) // it may be in a URL, which the report names
            m_parts.redactor.add(Secret(value.value().toStdString()), Redactor::Kept::Passing);
    }
    m_answers.clear();
    m_restReason.clear();
    m_isStopping = false;
    m_isRunning = true;
    m_file = m_request = 0;
    m_report.startedAt = QDateTime::currentDateTimeUtc();
    m_clock.start();
    QMetaObject::invokeMethod(this, &RequestRun::sendNext, Qt::QueuedConnection);
}

void RequestRun::stop()
{
    if (!m_isRunning)
        return;
    m_isStopping = true;
    m_restReason = tr("The run was stopped before its turn came.");
    m_report.ending = tr("The run was stopped.");
    m_calls.cancel();
}

void RequestRun::sendNext()
{
    for (; m_file < m_files.size(); ++m_file, m_request = 0) {
        for (; m_request < m_files.at(m_file).requests.size(); ++m_request) {
            if (send())
                return;
        }
    }
    end();
}

bool RequestRun::send()
{
    if (!m_restReason.isEmpty()) {
        settle(State::Skipped, m_restReason);
        return false;
    }
    const RunRequest &next = request();
    if (!next.request) {
        settle(State::Skipped, m_parts.redactor.redactText(next.problem));
        return false;
    }
    const RunFile &file = m_files.at(m_file);
    CallContext context = callContext({file.path, file.variables, next.request->options}, m_plan.environment, m_plan.root,
                                      std::make_shared<const NamedAnswers>(m_answers), m_parts.redactor);
    context.options.keepLog = context.options.keepLog && m_plan.keepsHistory;
    if (const QString reason = skipReason(*next.request, context); !reason.isEmpty()) {
        settle(State::Skipped, reason);
        return false;
    }
    for (const HttpPrompt &prompt : next.request->options.prompts)
        context.sources.literals.insert(prompt.name, m_choices.values.value(prompt.name));
    m_sources = context.sources;
    result().state = State::Sending;
    const QList<RequestProblem> problems = m_calls.send(next.request->spec, context);
    if (!problems.isEmpty()) {
        settle(State::Failed, m_parts.redactor.redactText(problems.constFirst().message));
        return false;
    }
    Q_EMIT progressed(static_cast<int>(m_file), static_cast<int>(m_request));
    return true;
}

/// Why a request is not sent although it could be; empty: it is.
QString RequestRun::skipReason(const HttpRequest &request, const CallContext &context) const
{
    if (opensWebSocket(request.spec.method.trimmed().toUpper(), resolveVariables(request.spec.url, context.sources, nullptr)))
        return tr("It opens a WebSocket, which a run does not do.");
    if (needsConsent(request.spec, context) && !m_choices.agreesToChanges)
        return tr("It can change things in “%1”, which is protected, and nobody agreed to that before the run.").arg(context.environment->name);
    if (request.options.confirm && !m_choices.agreesToNotes)
        return tr("Its file says that a person is to agree before it is sent (@note), and nobody did before the run.");
    for (const HttpPrompt &prompt : request.options.prompts) {
        if (!m_choices.values.contains(prompt.name))
            return tr("It asks for “%1” when it is sent (@prompt), and no value was given before the run.").arg(prompt.name);
    }
    return {};
}

void RequestRun::ended(const CallOutcome &outcome)
{
    RequestResult &sent = result();
    const RunRequest &made = request();
    sent.url = CallRecorder::addressOf(outcome, m_parts.redactor);
    sent.elapsed = outcome.trace.elapsed;
    if (m_isStopping && outcome.error && outcome.error->kind == Error::Kind::Cancelled) {
        settle(State::Skipped, tr("It was stopped before the answer came."));
        goOn();
        return;
    }
    if (outcome.response) {
        sent.status = outcome.response->status;
        const QByteArray phrase = outcome.response->reason.isEmpty() ? reasonPhrase(sent.status) : outcome.response->reason;
        sent.answer = m_parts.redactor.redactText(QString::number(sent.status) + u' ' + QString::fromUtf8(phrase)).trimmed();
        keepAnswer(m_answers, made.request->reference.isEmpty() ? made.request->spec.name : made.request->reference, outcome);
    } else if (outcome.error) {
        sent.reason = m_parts.redactor.redactText(outcome.error->message);
    }
    check(outcome);
}

void RequestRun::check(const CallOutcome &outcome)
{
    const auto work = [written = request().request->expectations, facts = AnswerFacts{outcome.response, outcome.trace.elapsed},
                       sources = m_sources, &redactor = m_parts.redactor] { return checkExpectations(written, facts, sources, redactor); };
    if (outcome.response && outcome.response->body.size() > quickBody && !request().request->expectations.isEmpty())
        m_background.run(this, work, [this](const QList<ExpectationOutcome> &found) { take(found); });
    else
        take(work());
}

void RequestRun::take(const QList<ExpectationOutcome> &expectations)
{
    RequestResult &sent = result();
    sent.expectations = expectations;
    const bool isAnswered = sent.status > 0;
    const bool isRefused = expectations.isEmpty() && sent.status >= firstFailure;
    if (isRefused)
        sent.reason = tr("The server answered %1, and the request has no expectation that says so.").arg(sent.answer);
    const bool isPassed = isAnswered && sent.unmet() == 0 && !isRefused;
    settle(isPassed ? State::Passed : State::Failed, sent.reason);
    goOn();
}

void RequestRun::settle(State state, const QString &reason)
{
    RequestResult &settled = result();
    settled.state = state;
    settled.reason = reason;
    if (state == State::Failed && m_choices.stopsAtFailure && m_restReason.isEmpty()) {
        m_restReason = tr("It was not sent, because an earlier request failed.");
        m_report.ending = tr("The run ended at the first failure.");
    }
    Q_EMIT progressed(static_cast<int>(m_file), static_cast<int>(m_request));
}

/// With the next one, once the call that just ended is written down.
void RequestRun::goOn()
{
    ++m_request;
    QMetaObject::invokeMethod(this, &RequestRun::sendNext, Qt::QueuedConnection);
}

void RequestRun::end()
{
    m_report.elapsed = std::chrono::microseconds(m_clock.nsecsElapsed() / 1000);
    m_isRunning = false;
    Q_EMIT finished();
}

} // namespace keydesk
