#include "app/history/HistoryStore.h"
#include "app/history/HistoryWords.h"

#include <cstddef>
#include <cstdint>

using namespace keydesk;
using namespace Qt::StringLiterals;

// Whatever a server answers and whoever types what: the words are in order, none twice and none longer than
// they may be; what is asked of FTS5 is nothing but quoted words; and a call is found by all of its address,
// and by the beginning of its body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray bytes(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const QString text = QString::fromUtf8(bytes.left(1000));
    HistoryRow row;
    row.method = u"GET"_s;
    row.url = text;
    row.keyName = text.left(20);
    const QString stored = historywords::ofCall(row, {}, {}, bytes);
    if (stored != historywords::ofCall(row, {}, {}, bytes))
        __builtin_trap();
    const QStringList words = stored.split(u' ');
    for (qsizetype i = 0; i < words.size(); ++i) {
        if ((i > 0 && words.at(i - 1) >= words.at(i)) ||
            (words.at(i).size() > historywords::wordLimit && !words.at(i).startsWith(u'§')))
            __builtin_trap();
    }
    const historywords::Question question = historywords::question({.text = text});
    for (const QString &term : question.match.split(u" AND "_s, Qt::SkipEmptyParts)) {
        if (term.size() < 4 || !term.startsWith(u'"') || !term.endsWith(u"\"*"_s))
            __builtin_trap();
        const QString word = term.mid(1, term.size() - 3);
        if (word.contains(u'"') || word.contains(u' ') || word.contains(u'\0'))
            __builtin_trap();
        const auto found = std::lower_bound(words.cbegin(), words.cend(), word);
        if (found == words.cend() || !found->startsWith(word))
            __builtin_trap();
    }
    return 0;
}
