#pragma once

#include "app/body/StreamLog.h"
#include "app/calls/CallController.h"
#include "app/history/HistoryStore.h"

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
    bool isArriving = false; ///< the response's spool grows
    Explanation explanation;
    std::shared_ptr<StreamLog> stream; ///< of an answer that goes on or went on: instead of the response's body
    QPointer<WebSocket> socket;        ///< the open connection; null when there is none
    QStringList drafts;                ///< messages for it that the request brings along
    QString note; ///< what has to be said about the response as a whole; may be empty
};

ShownCall shownCall(const RunningStream &stream);
ShownCall shownCall(const ArrivingAnswer &answer);
ShownCall shownCall(const CallOutcome &outcome);
ShownCall shownCall(const HistoryEntry &entry);

/// "200 OK", "No answer", "Cancelled": the word of the status chip.
QString statusWord(const ShownCall &call);

} // namespace keydesk
