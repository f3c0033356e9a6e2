#pragma once

#include "app/history/HistoryQuery.h"

#include <QStringList>

namespace keydesk {

struct HistoryRow;

/// What the full-text index of the history is made of. A word is a run of letters and digits in lower case,
/// cut after `wordLimit` characters; of what the list shows every end of a word is a word too, so that the
/// beginning of a word finds any part of it. Facts that are filtered by are words that nobody can type.
namespace historywords {

inline constexpr int wordLimit = 12;
/// Characters of each text that are searched.
inline constexpr int textLimit = 64 * 1024;

/// Everything that a call is found by, each word once. A body that is not text has no words.
QString ofCall(const HistoryRow &row, const QString &sent, const QString &responseHead,
               const QByteArray &responseBody);

/// How a query is asked.
struct Question
{
    QString match;         ///< for FTS5's MATCH; empty: nothing that the index could answer
    QStringList anywhere;  ///< words as typed that must be looked for in the texts as well
    QStringList inTheList; ///< those of signs alone, looked for in what the list shows
};
Question question(const HistoryQuery &query);

} // namespace historywords

} // namespace keydesk
