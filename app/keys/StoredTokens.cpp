#include "app/keys/StoredTokens.h"

#include "app/base/Redactor.h"
#include "app/keys/KeyStore.h"

#include <QHash>
#include <QSet>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr qsizetype shortestToken = 16; // the hints of shorter ones do not show how they end
constexpr qsizetype longestToken = 4096;
// So that a text made for it cannot keep the window waiting.
constexpr int mostHashes = 4096;
constexpr qsizetype mostSteps = 4 * 1024 * 1024;

/// What the hints of the keys tell of their tokens: how they end (nearly always with four characters), and what begins those that end so.
/// The beginnings may be empty.
using KnownEnds = QHash<QByteArray, QSet<QByteArray>>;

KnownEnds knownEnds(const KeyStore &keys)
{
    KnownEnds known;
    for (const ApiKey &key : keys.all()) {
        const qsizetype bullets = key.hint.indexOf(u"••••"_s);
        if (bullets < 0 || bullets + 4 == key.hint.size())
            continue;
        known[key.hint.sliced(bullets + 4).toUtf8()].insert(key.hint.first(bullets).toUtf8());
    }
    return known;
}

bool isLetterOrDigit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool isOfToken(char c)
{
    return isLetterOrDigit(c) || (c != '\0' && QByteArrayView("._~|+/=-").contains(c));
}

class Search
{
public:
    Search(const KeyStore &keys, Redactor &redactor)
        : m_keys(keys)
        , m_redactor(redactor)
        , m_ends(knownEnds(keys))
    {
    }

    [[nodiscard]] bool isPointless() const { return m_ends.isEmpty(); }

    void in(const QByteArray &text)
    {
        QSet<qsizetype> lengths;
        for (auto ends = m_ends.cbegin(); ends != m_ends.cend(); ++ends)
            lengths.insert(ends.key().size());
        // Place by place, not end by end: there may be thousands of keys.
        for (const qsizetype length : lengths) {
            for (qsizetype end = length; end <= text.size(); ++end) {
                const auto found = m_ends.constFind(QByteArray::fromRawData(text.constData() + end - length, length));
                if (found == m_ends.cend())
                    continue;
                for (const QByteArray &first : *found) {
                    if (m_hashes <= 0 || m_steps <= 0)
                        return;
                    endingAt(text, end, first);
                }
            }
        }
    }

private:
    /// A token may begin wherever a word does: in "api_key=talq_…" it is not the whole run.
    void endingAt(const QByteArray &text, qsizetype end, const QByteArray &first)
    {
        for (qsizetype begin = end;
             begin > 0 && isOfToken(text.at(begin - 1)) && end - begin < longestToken;) {
            --begin;
            --m_steps;
            const bool startsWord = begin == 0 || !isLetterOrDigit(text.at(begin - 1));
            if (end - begin < shortestToken || !startsWord ||
                !QByteArrayView(text).sliced(begin).startsWith(first))
                continue;
            if (--m_hashes < 0)
                return;
            const Secret candidate(
                std::string_view(text.constData() + begin, static_cast<std::size_t>(end - begin)));
            if (m_keys.findByFingerprint(m_keys.fingerprint(candidate)))
                m_redactor.add(candidate);
        }
    }

    const KeyStore &m_keys;
    Redactor &m_redactor;
    const KnownEnds m_ends;
    int m_hashes = mostHashes;
    qsizetype m_steps = mostSteps;
};

} // namespace

void learnStoredTokens(const QByteArray &text, const KeyStore &keys, Redactor &redactor)
{
    Search search(keys, redactor);
    if (search.isPointless() || text.size() < shortestToken)
        return;
    const QByteArray searched = text.first(std::min(text.size(), searchedForTokens));
    search.in(searched);
    if (searched.contains('%'))
        search.in(QByteArray::fromPercentEncoding(searched));
    if (searched.contains("\\/"))
        search.in(QByteArray(searched).replace("\\/", "/"));
}

} // namespace keydesk
