#pragma once

#include "app/history/HistoryStore.h"
#include "ui/console/CallController.h"

namespace keydesk {

/// A call as the response pane shows it, whether it just ended or comes from history.
struct ShownCall
{
    std::optional<HttpResponse> response;
    std::optional<Error> error; ///< why there is no response
    std::chrono::microseconds elapsed{0};
    QDateTime answeredAt; ///< UTC
    QList<HopTiming> timings; ///< none: they were not kept
    QString sent; ///< what went out, as text
    QList<ConnectionFacts> connections{};
    bool isFromHistory = false;
    Explanation explanation;
    QString note; ///< what has to be said about the response as a whole; may be empty
};

ShownCall shownCall(const CallOutcome &outcome);
ShownCall shownCall(const HistoryEntry &entry);

/// "200 OK", "No answer", "Cancelled": the word of the status chip.
QString statusWord(const ShownCall &call);

} // namespace keydesk
