#include "app/keys/CheckAllJob.h"

#include "app/base/Guarded.h"
#include "app/environments/EnvironmentStore.h"

#include <algorithm>
#include <memory>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

// For an origin that says 429 and not how long.
constexpr std::chrono::seconds unnamedWait{5};

} // namespace

QList<KeyPlace> allKeyPlaces(const EnvironmentStore &environments)
{
    QList<KeyPlace> places;
    for (const Environment &environment : environments.all()) {
        for (const QUuid &key : environment.callKeys())
            places.append({key, environment.id});
    }
    return places;
}

QList<KeyPlace> placesOf(const QList<QUuid> &keyIds, const KeyStore &keys, const EnvironmentStore &environments)
{
    QList<KeyPlace> places;
    for (const QUuid &id : keyIds) {
        const QList<Environment> users = environments.usedBy(id);
        const std::optional<ApiKey> key = users.isEmpty() ? keys.find(id) : std::nullopt;
        places.append({id, users.isEmpty() ? QUuid() : users.first().id,
                       key && !key->origins.isEmpty() ? key->origins.first().toString() : QString()});
    }
    return places;
}

QString CheckAllJob::Summary::words() const
{
    QStringList parts;
    if (works > 0)
        parts << tr("%n key(s) work", nullptr, works);
    if (refused > 0)
        parts << tr("%n refused", nullptr, refused);
    if (unanswered > 0)
        parts << tr("%n without an answer that proves anything", nullptr, unanswered);
    if (notTried > 0)
        parts << tr("%n not tried", nullptr, notTried);
    const QString text = tr("Checked: %1.").arg(parts.join(u", "_s));
    return firstError ? text + u' ' + firstError->message : text;
}

CheckAllJob::CheckAllJob(KeyService &service, const EnvironmentStore &environments, const QList<KeyPlace> &places, QObject *parent)
    : QObject(parent)
    , m_service(service)
    , m_total(static_cast<int>(places.size()))
{
    for (const KeyPlace &place : places) {
        const std::optional<Environment> environment = environments.find(place.environmentId);
        const Result<Origin> origin = Origin::fromUrl(QUrl(environment ? environment->baseUrl : QString()));
        m_waiting.append({place, origin ? origin->toString() : place.origin, false});
    }
    m_resume.setSingleShot(true);
    connect(&m_resume, &QTimer::timeout, this, &CheckAllJob::next);
    later(this, [this] { next(); });
}

void CheckAllJob::cancel()
{
    if (m_summary.cancelled || m_ended)
        return;
    m_summary.cancelled = true;
    for (KeyJob *job : std::as_const(m_running))
        job->cancel();
    later(this, [this] { next(); });
}

void CheckAllJob::next()
{
    if (m_ended)
        return;
    if (m_summary.cancelled) {
        for (qsizetype left = m_waiting.size(); left > 0; --left)
            skip({Error::Kind::Cancelled, tr("The check was stopped."), {}});
        m_waiting.clear();
    }
    const Clock::time_point now = Clock::now();
    std::optional<Clock::time_point> resume;
    for (qsizetype i = 0; i < m_waiting.size() && m_running.size() < atOnce;) {
        const Waiting waiting = m_waiting.at(i);
        Lane &lane = m_lanes[waiting.origin];
        if (lane.closed) {
            m_waiting.removeAt(i);
            skip({Error::Kind::Refused, tr("%1 takes no more calls for now.").arg(waiting.origin), {}});
        } else if (lane.pausedUntil > now) {
            resume = std::min(resume.value_or(lane.pausedUntil), lane.pausedUntil);
            ++i;
        } else if (lane.running >= atOnceForOrigin) {
            ++i;
        } else {
            m_waiting.removeAt(i);
            ++lane.running;
            start(waiting);
        }
    }
    if (m_waiting.isEmpty() && m_running.isEmpty())
        end();
    else if (resume)
        m_resume.start(std::chrono::ceil<std::chrono::milliseconds>(*resume - now));
}

void CheckAllJob::start(const Waiting &waiting)
{
    const QUuid &environment = waiting.place.environmentId;
    KeyJob *job = m_service.check(waiting.place.keyId, environment.isNull() ? std::nullopt : std::optional(environment));
    m_running.append(job);
    auto answer = std::make_shared<TokenCheck>();
    connect(job, &KeyJob::checked, this, [answer](const TokenCheck &check) { *answer = check; });
    connect(job, &KeyJob::finished, this, [this, job, waiting, answer](const Result<ApiKey> &outcome) {
        m_running.removeOne(job);
        ended(waiting, *answer, outcome);
    });
}

void CheckAllJob::ended(const Waiting &waiting, const TokenCheck &answer, const Result<ApiKey> &outcome)
{
    Lane &lane = m_lanes[waiting.origin];
    --lane.running;
    if (answer.status == 429 && !m_summary.cancelled) {
        const std::chrono::seconds time = answer.retryAfter.count() > 0 ? answer.retryAfter : unnamedWait;
        if (time > longestWait) {
            lane.closed = true;
        } else {
            lane.pausedUntil = std::max(lane.pausedUntil, Clock::now() + time);
            tell(tr("%1 asks to wait %n second(s).", nullptr, static_cast<int>(time.count())).arg(waiting.origin));
        }
        if (!waiting.again && !lane.closed) {
            m_waiting.prepend({waiting.place, waiting.origin, true});
            next();
            return;
        }
    }
    if (!outcome && answer.note.isEmpty()) // no call was made, or it was stopped
        skip(outcome.error());
    else
        count(answer);
    tell(tr("%1 of %2 checked").arg(m_done).arg(m_total));
    next();
}

void CheckAllJob::count(const TokenCheck &answer)
{
    ++m_done;
    switch (answer.verdict) {
    case ApiKey::Status::Works:
        ++m_summary.works;
        break;
    case ApiKey::Status::Unchecked:
    case ApiKey::Status::Missing:
        ++m_summary.unanswered;
        if (answer.error && !m_summary.firstError)
            m_summary.firstError = answer.error;
        break;
    case ApiKey::Status::Refused:
    case ApiKey::Status::Expired:
    case ApiKey::Status::Revoked:
        ++m_summary.refused;
        break;
    }
}

void CheckAllJob::skip(const Error &error)
{
    ++m_done;
    ++m_summary.notTried;
    if (!m_summary.firstError && error.kind != Error::Kind::Cancelled)
        m_summary.firstError = error;
}

void CheckAllJob::tell(const QString &what)
{
    Q_EMIT progress(m_done, m_total, what);
}

void CheckAllJob::end()
{
    m_ended = true;
    Q_EMIT finished(m_summary);
    deleteLater();
}

} // namespace keydesk
