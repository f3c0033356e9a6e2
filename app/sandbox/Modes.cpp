#include "app/sandbox/Modes.h"

#include <QMutexLocker>

using namespace Qt::StringLiterals;

namespace keydesk::sandbox {

namespace {

constexpr int longestDelay = 60'000;
constexpr int mostCalls = 1'000'000;
constexpr int longestRetryAfter = 86'400;

QString failingName(Mode::Failing failing)
{
    switch (failing) {
    case Mode::Failing::No:
        return u"no"_s;
    case Mode::Failing::Error:
        return u"error"_s;
    case Mode::Failing::Drop:
        return u"drop"_s;
    }
    return {};
}

/// One call fewer; false when that was the last one. None left means all, for ever.
bool goesOn(int &calls)
{
    if (calls == 0)
        return true;
    --calls;
    return calls > 0;
}

} // namespace

QJsonObject toJson(const Mode &mode)
{
    return {{u"delay_ms"_s, mode.delayMs},           {u"failing"_s, failingName(mode.failing)},
            {u"failing_calls"_s, mode.failingCalls}, {u"rate_limited"_s, mode.limited},
            {u"limited_calls"_s, mode.limitedCalls}, {u"retry_after"_s, mode.retryAfter}};
}

tl::expected<Mode, FieldErrors> readMode(const QJsonObject &wish)
{
    Fields fields(wish);
    Mode mode;
    mode.delayMs = fields.integer(u"delay_ms"_s, Presence::Optional, 0, longestDelay).value_or(0);
    const QString failing = fields.oneOf(u"failing"_s, Presence::Optional,
                                         {failingName(Mode::Failing::No), failingName(Mode::Failing::Error),
                                          failingName(Mode::Failing::Drop)});
    for (const Mode::Failing known : {Mode::Failing::Error, Mode::Failing::Drop}) {
        if (failing == failingName(known))
            mode.failing = known;
    }
    mode.failingCalls = fields.integer(u"failing_calls"_s, Presence::Optional, 0, mostCalls).value_or(0);
    mode.limited = fields.flag(u"rate_limited"_s).value_or(false);
    mode.limitedCalls = fields.integer(u"limited_calls"_s, Presence::Optional, 0, mostCalls).value_or(0);
    mode.retryAfter =
        fields.integer(u"retry_after"_s, Presence::Optional, 1, longestRetryAfter).value_or(mode.retryAfter);
    if (!fields.fine())
        return tl::unexpected(fields.errors());
    return mode;
}

Mode Modes::current() const
{
    const QMutexLocker lock(&m_mutex);
    return m_mode;
}

void Modes::set(const Mode &mode)
{
    const QMutexLocker lock(&m_mutex);
    m_mode = mode;
}

Modes::Turn Modes::take()
{
    const QMutexLocker lock(&m_mutex);
    Turn turn;
    turn.delay = std::chrono::milliseconds(m_mode.delayMs);
    // As in front of most servers: who is turned away never gets to what fails behind.
    if (m_mode.limited) {
        turn.fate = Fate::Limited;
        turn.retryAfter = std::chrono::seconds(m_mode.retryAfter);
        m_mode.limited = goesOn(m_mode.limitedCalls);
    } else if (m_mode.failing != Mode::Failing::No) {
        turn.fate = m_mode.failing == Mode::Failing::Drop ? Fate::Dropped : Fate::Fails;
        if (!goesOn(m_mode.failingCalls))
            m_mode.failing = Mode::Failing::No;
    }
    return turn;
}

} // namespace keydesk::sandbox
