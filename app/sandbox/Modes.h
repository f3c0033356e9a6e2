#pragma once

#include "app/sandbox/Fields.h"

#include <QJsonObject>
#include <QMutex>

#include <tl/expected.hpp>

#include <chrono>

namespace keydesk::sandbox {

/// How a service misbehaves on purpose, so that a client can be tried against it.
struct Mode
{
    enum class Failing {
        No,
        Error, ///< 500
        Drop   ///< the connection is closed without a reply
    };

    int delayMs = 0; ///< before each reply; 0 to 60,000
    Failing failing = Failing::No;
    int failingCalls = 0; ///< how many more calls fail; 0: all of them
    bool limited = false; ///< 429
    int limitedCalls = 0; ///< how many more calls are turned away; 0: all of them
    int retryAfter = 15;  ///< seconds, told with each 429; 1 to 86,400
};

/// `{"delay_ms","failing","failing_calls","rate_limited","limited_calls","retry_after"}`
QJsonObject toJson(const Mode &mode);
/// What is left out is as in a service that behaves.
tl::expected<Mode, FieldErrors> readMode(const QJsonObject &wish);

/// The mode of one service. Not kept over a restart of the sandbox. Thread-safe.
class Modes
{
public:
    [[nodiscard]] Mode current() const;
    void set(const Mode &mode);

    enum class Fate { Answered, Fails, Dropped, Limited };
    struct Turn
    {
        Fate fate = Fate::Answered;
        std::chrono::milliseconds delay{0};
        std::chrono::seconds retryAfter{0};
    };
    /// What becomes of the next call. Counts it.
    Turn take();

private:
    mutable QMutex m_mutex;
    Mode m_mode;
};

} // namespace keydesk::sandbox
