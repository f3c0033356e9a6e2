#include "app/history/HistoryWords.h"

#include "app/history/HistoryStore.h"

#include <QCryptographicHash>
#include <QSet>

using namespace Qt::StringLiterals;

namespace keydesk {

bool HistoryQuery::isAll() const
{
    return text.trimmed().isEmpty() && !from.isValid() && !until.isValid() && !statusClass &&
           !environmentId && !keyName && !pinned;
}

namespace historywords {

namespace {

constexpr qsizetype mostWordsAsked = 16;
constexpr qsizetype longestAsked = 1000; // SQLite refuses patterns of more than 50,000 bytes
// A part of a word that begins later than this is not found; tokens and bodies in addresses are as long.
constexpr qsizetype mostEnds = 64;

/// Calls `take` with each word of a text, folded and whole.
template <typename Take>
void eachWord(const QString &text, Take take)
{
    const QString folded = text.toCaseFolded();
    const QStringView view(folded);
    qsizetype begin = -1;
    for (qsizetype i = 0; i <= view.size(); ++i) {
        bool isPart = false;
        qsizetype width = 1;
        if (i < view.size()) {
            char32_t character = view[i].unicode();
            if (view[i].isHighSurrogate() && i + 1 < view.size() && view[i + 1].isLowSurrogate()) {
                character = QChar::surrogateToUcs4(view[i], view[i + 1]);
                width = 2;
            }
            isPart = QChar::isLetterOrNumber(character);
        }
        if (isPart && begin < 0)
            begin = i;
        if (!isPart && begin >= 0) {
            take(view.mid(begin, i - begin));
            begin = -1;
        }
        i += width - 1;
    }
}

/// The first `wordLimit` characters, no half one at the end.
QStringView cut(QStringView word)
{
    if (word.size() <= wordLimit)
        return word;
    return word.first(word[wordLimit - 1].isHighSurrogate() ? wordLimit - 1 : wordLimit);
}

// § is no letter: no word of a text begins so.
QString environmentFact(const QUuid &id)
{
    return u"§e"_s + id.toString(QUuid::Id128);
}

QString keyFact(const QString &name)
{
    return u"§k"_s +
           QString::fromLatin1(
               QCryptographicHash::hash(name.toUtf8(), QCryptographicHash::Sha256).first(12).toHex());
}

QString statusFact(int statusClass)
{
    return u"§s"_s + QString::number(statusClass);
}

} // namespace

QString ofCall(const HistoryRow &row, const QString &sent, const QString &responseHead,
               const QByteArray &responseBody)
{
    QSet<QString> words{statusFact(row.status / 100), environmentFact(row.environmentId),
                        keyFact(row.keyName)};
    for (const QString &shown : {row.method, row.url, QString::number(row.status), row.environmentName,
                                 row.keyName, row.errorText}) {
        eachWord(shown.left(textLimit), [&words](QStringView word) {
            for (qsizetype from = 0; from < qMin(word.size(), mostEnds); ++from) {
                if (!word[from].isLowSurrogate())
                    words.insert(cut(word.mid(from)).toString());
            }
        });
    }
    const auto addText = [&words](const QString &text) {
        eachWord(text, [&words](QStringView word) { words.insert(cut(word).toString()); });
    };
    addText(sent.left(textLimit));
    addText(responseHead.left(textLimit));
    if (const QByteArray body = responseBody.left(textLimit); !body.contains('\0'))
        addText(QString::fromUtf8(body));
    // In order: whatever is stored for a call can be taken out again by the same text.
    QStringList all(words.cbegin(), words.cend());
    all.sort();
    return all.join(u' ');
}

Question question(const HistoryQuery &query)
{
    Question asked;
    QStringList terms;
    for (QString word : query.text.simplified().split(u' ', Qt::SkipEmptyParts).mid(0, mostWordsAsked)) {
        word.truncate(longestAsked);
        qsizetype parts = 0;
        qsizetype covered = 0;
        eachWord(word, [&](QStringView part) {
            ++parts;
            covered += cut(part).size();
            terms.append(u'"' + cut(part).toString() + u"\"*"_s);
        });
        // Signs, and what was cut off, are not in the index.
        if (parts == 0)
            asked.inTheList.append(word);
        else if (covered != word.toCaseFolded().size())
            asked.anywhere.append(word);
    }
    const auto fact = [&terms](const QString &word) { terms.append(u'"' + word + u'"'); };
    if (query.statusClass)
        fact(statusFact(*query.statusClass));
    if (query.environmentId)
        fact(environmentFact(*query.environmentId));
    if (query.keyName)
        fact(keyFact(*query.keyName));
    terms.removeDuplicates();
    asked.match = terms.join(u" AND "_s);
    return asked;
}

} // namespace historywords

} // namespace keydesk
