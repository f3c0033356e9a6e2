#pragma once

#include "app/http/ExpectationCheck.h"

#include <QDateTime>

#include <chrono>

namespace keydesk {

/// How one request of a run went. All texts may be shown and stored: they are redacted.
struct RequestResult
{
    enum class State {
        Waiting, ///< its turn has not come
        Sending,
        Passed, ///< every expectation is met; without any: it was answered with a status below 400
        Failed,
        Skipped, ///< it was not sent; `reason` says why
    };

    int index = 0; ///< in its file, from 0
    int line = 1;  ///< of the request line
    QString name;  ///< what its file calls it, else method and URL; never empty
    QString method;
    QString url; ///< where it went, or what the file says if it was not sent
    State state = State::Waiting;
    QString reason; ///< why it failed beside its expectations, or was skipped, whole sentences
    int status = 0; ///< 0: no answer
    QString answer; ///< "200 OK"
    std::chrono::microseconds elapsed{0};
    QList<ExpectationOutcome> expectations;

    [[nodiscard]] int unmet() const;
};

struct FileResult
{
    QString path;     ///< absolute
    QString name;     ///< as it is shown: from the folder of the run
    QString problem;  ///< why it could not be read; empty: it was
    QList<RequestResult> requests;
};

/// What came of a run, complete at any time of it.
struct RunReport
{
    QString environment; ///< its name; empty: none
    QDateTime startedAt; ///< UTC
    std::chrono::microseconds elapsed{0};
    QList<FileResult> files;
    QString ending; ///< why not all was sent, a sentence; empty if it was, or while it runs

    [[nodiscard]] int count() const;
    [[nodiscard]] int count(RequestResult::State state) const;
    [[nodiscard]] int unreadableFiles() const;
    /// Nothing failed. What was skipped did not fail.
    [[nodiscard]] bool isOk() const;
    /// "12 requests passed, 1 failed, 2 were skipped."
    [[nodiscard]] QString summary() const;
};

} // namespace keydesk
