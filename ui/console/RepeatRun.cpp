#include "ui/console/RepeatRun.h"

#include "app/Core.h"
#include "app/http/RateLimits.h"

#include <algorithm>

namespace keydesk {

namespace {

constexpr qint64 longestWait = 600; // seconds
constexpr int tooManyRequests = 429;
constexpr int serviceUnavailable = 503;

} // namespace

RepeatRun::RepeatRun(Core &core, const RequestSpec &request, const CallContext &context, const RepeatPlan &plan, QObject *parent)
    : QObject(parent)
    , m_core(core)
    , m_request(request)
    , m_context(context)
    , m_plan(plan)
{
    m_context.options.keepLog = false; // a thousand lines would bury the history
    m_wait.setSingleShot(true);
    connect(&m_wait, &QTimer::timeout, this, &RepeatRun::sendNext);
    const int places = std::clamp(plan.atOnce, 1, RepeatPlan::mostAtOnce);
    for (std::size_t place = 0; place < static_cast<std::size_t>(places); ++place) {
        m_places.push_back({new CallController(core, this), {}});
        connect(m_places.back().calls, &CallController::finished, this, [this, place](const CallOutcome &outcome) { ended(place, outcome); });
    }
}

RepeatRun::~RepeatRun()
{
    for (const Place &place : m_places) {
        place.calls->disconnect(this);
        place.calls->cancel();
    }
}

void RepeatRun::start()
{
    m_isRunning = true;
    m_clock.start();
    sendNext();
}

void RepeatRun::stop()
{
    end(tr("The run was stopped."));
    for (const Place &place : m_places)
        place.calls->cancel();
    sendNext();
}

std::chrono::microseconds RepeatRun::elapsed() const
{
    return m_isRunning ? std::chrono::microseconds(m_clock.nsecsElapsed() / 1000) : m_elapsed;
}

qint64 RepeatRun::secondsToWait() const
{
    return m_wait.isActive() ? (m_wait.remainingTime() + 999) / 1000 : 0;
}

void RepeatRun::sendNext()
{
    if (!m_isRunning)
        return;
    for (std::size_t place = 0; place < m_places.size(); ++place) {
        if (m_places[place].isFree && !m_isEnding && m_sent < m_plan.times && !m_wait.isActive())
            send(place);
    }
    if (m_onTheWay > 0 || (!m_isEnding && m_sent < m_plan.times))
        return;
    m_elapsed = elapsed();
    m_isRunning = false;
    m_wait.stop();
    Q_EMIT finished();
}

void RepeatRun::send(std::size_t place)
{
    Place &at = m_places[place];
    at.call = {++m_sent, std::chrono::microseconds(m_clock.nsecsElapsed() / 1000), {}, 0, {}};
    const QList<RequestProblem> problems = at.calls->send(m_request, m_context);
    if (!problems.isEmpty()) {
        end(problems.constFirst().message);
        return;
    }
    at.isFree = false;
    ++m_onTheWay;
}

void RepeatRun::ended(std::size_t place, const CallOutcome &outcome)
{
    RepeatCall call = m_places[place].call;
    --m_onTheWay;
    if (!outcome.error || outcome.error->kind != Error::Kind::Cancelled) {
        call.elapsed = outcome.trace.elapsed;
        if (outcome.response)
            call.status = outcome.response->status;
        else if (outcome.error)
            call.failure = m_core.redactor.redactText(outcome.error->message);
        m_calls.append(call);
        if (outcome.response)
            obey(*outcome.response);
    }
    Q_EMIT progressed();
    const auto goOn = [this, place] {
        m_places[place].isFree = true;
        sendNext();
    };
    if (m_plan.pause.count() > 0 && !m_isEnding && m_sent < m_plan.times)
        QTimer::singleShot(m_plan.pause, this, goOn);
    else
        goOn();
}

/// What a server says that has enough.
void RepeatRun::obey(const HttpResponse &response)
{
    const bool isLimit = response.status == tooManyRequests;
    if (!isLimit && (response.status != serviceUnavailable || !m_plan.waitsWhenTold))
        return;
    const qint64 wait = retryAfterSeconds(response, QDateTime::currentDateTimeUtc());
    if (m_plan.waitsWhenTold && wait >= 0 && wait <= longestWait)
        m_wait.start(std::chrono::seconds(std::max(wait, secondsToWait())));
    else if (m_plan.waitsWhenTold && wait > longestWait)
        end(tr("The server takes calls again in %1, which is too long to wait for.").arg(waitText(wait)));
    else if (isLimit && m_plan.waitsWhenTold)
        end(tr("The server takes no more calls for now (429) and does not say for how long."));
    else if (isLimit)
        end(tr("The server takes no more calls for now (429). With “Wait when the server says so” the run goes on after the time that it names."));
}

void RepeatRun::end(const QString &why)
{
    if (!m_isRunning || m_isEnding)
        return;
    m_isEnding = true;
    m_ending = why;
}

} // namespace keydesk
