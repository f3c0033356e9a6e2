#pragma once

#include "app/history/HistoryQuery.h"

#include <QList>

namespace keydesk {

/// Hours of calls (HistoryStore::hours) put together to as many stretches as can be drawn beside each other:
/// hours, days, weeks or months of local time, without gaps. `from` or `until` that are not valid: where the
/// hours begin, and now.
QList<HistoryBar> historyBars(const QList<HistoryBar> &hours, const QDateTime &from, const QDateTime &until,
                              const QDateTime &now);

/// "26 November, 14:00", "26 November", "November 2026": what a stretch is called.
QString barName(const HistoryBar &bar);
/// "26 November: 12 calls, 1 failed".
QString barSentence(const HistoryBar &bar);

} // namespace keydesk
