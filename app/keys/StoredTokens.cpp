#include "app/keys/StoredTokens.h"

#include "app/base/Redactor.h"
#include "app/keys/KeyStore.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr qsizetype shortestWithEnd = 16; // the hints of shorter ones do not show how they end
constexpr qsizetype shortestToken = 6;    // the redactor takes no shorter one
constexpr qsizetype longestToken = 4096;
// So that a text made for it cannot keep the window waiting.
constexpr int mostHashes = 4096;
constexpr int mostHashesWithoutEnd = 8192;
constexpr qsizetype longestWithoutEnd = 128; // a short one, or one of common length with an odd end
constexpr qsizetype mostSteps = 4 * 1024 * 1024;

using KnownEnds = StoredTokens::KnownEnds;

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
    Search(const KeyStore &keys, Redactor &redactor, const KnownEnds &ends)
        : m_keys(keys)
        , m_redactor(redactor)
        , m_ends(ends)
    {
    }

    void in(const QByteArray &text)
    {
        for (const qsizetype length : m_ends.lengths)
            endingAsKnown(text, length);
        m_tried.clear();
        for (const QByteArray &first : m_ends.beginnings.value({}))
            anywhere(text, first);
    }

private:
    /// Place by place, not end by end: there may be thousands of keys.
    void endingAsKnown(const QByteArray &text, qsizetype length)
    {
        for (qsizetype end = length; end <= text.size(); ++end) {
            if (!m_ends.lastBytes.test(static_cast<unsigned char>(text.at(end - 1))))
                continue;
            const auto found = m_ends.beginnings.constFind(QByteArray::fromRawData(text.constData() + end - length, length));
            if (found == m_ends.beginnings.cend())
                continue;
            for (const QByteArray &first : *found) {
                if (m_hashes <= 0 || m_steps <= 0)
                    return;
                endingAt(text, end, first);
            }
        }
    }

    /// Nothing tells where a token of an unknown end is: whatever begins and ends where a word does may be
    /// one.
    void anywhere(const QByteArray &text, const QByteArray &first)
    {
        for (qsizetype begin = 0; begin < text.size(); ++begin) {
            if (!startsWord(text, begin) || !QByteArrayView(text).sliced(begin).startsWith(first))
                continue;
            const qsizetype furthest = std::min(text.size(), begin + longestWithoutEnd);
            for (qsizetype end = begin + 1; end <= furthest && isOfToken(text.at(end - 1)); ++end) {
                if (m_hashesWithoutEnd <= 0 || --m_stepsWithoutEnd <= 0)
                    return;
                const bool endsWord = end == text.size() || !isLetterOrDigit(text.at(end));
                if (end - begin < shortestToken || !endsWord)
                    continue;
                // JSON names its members again and again.
                const std::string_view word(text.constData() + begin, static_cast<std::size_t>(end - begin));
                if (!m_tried.insert(word).second)
                    continue;
                --m_hashesWithoutEnd;
                tryOut(text, begin, end);
            }
        }
    }

    /// A token may begin wherever a word does: in "api_key=talq_…" it is not the whole run.
    void endingAt(const QByteArray &text, qsizetype end, const QByteArray &first)
    {
        for (qsizetype begin = end;
             begin > 0 && isOfToken(text.at(begin - 1)) && end - begin < longestToken;) {
            --begin;
            --m_steps;
            if (end - begin < shortestWithEnd || !startsWord(text, begin) ||
                !QByteArrayView(text).sliced(begin).startsWith(first))
                continue;
            if (--m_hashes < 0)
                return;
            tryOut(text, begin, end);
        }
    }

    static bool startsWord(const QByteArray &text, qsizetype at)
    {
        return isOfToken(text.at(at)) && (at == 0 || !isLetterOrDigit(text.at(at - 1)));
    }

    void tryOut(const QByteArray &text, qsizetype begin, qsizetype end)
    {
        const Secret candidate(
            std::string_view(text.constData() + begin, static_cast<std::size_t>(end - begin)));
        if (m_keys.findByFingerprint(m_keys.fingerprint(candidate)))
            m_redactor.add(candidate);
    }

    const KeyStore &m_keys;
    Redactor &m_redactor;
    const KnownEnds &m_ends;
    std::unordered_set<std::string_view> m_tried; // parts of the text
    int m_hashes = mostHashes;
    int m_hashesWithoutEnd = mostHashesWithoutEnd;
    qsizetype m_steps = mostSteps;
    qsizetype m_stepsWithoutEnd = mostSteps; // of its own: a short token must not keep the others from being found
};

} // namespace

StoredTokens::StoredTokens(const KeyStore &keys, Redactor &redactor, QObject *parent)
    : QObject(parent)
    , m_keys(keys)
    , m_redactor(redactor)
{
    // A row's token stays what it is.
    connect(&keys, &KeyStore::added, this, [this](int position) {
        if (m_areNoted)
            note(m_keys.all().at(position));
    });
    connect(&keys, &KeyStore::reset, this, [this] { m_areNoted = false; });
}

void StoredTokens::note(const ApiKey &key)
{
    const qsizetype bullets = key.hint.indexOf(u"••••"_s);
    if (bullets < 0)
        return;
    const QByteArray end = key.hint.sliced(bullets + 4).toUtf8();
    m_ends.beginnings[end].insert(key.hint.first(bullets).toUtf8());
    if (end.isEmpty())
        return;
    m_ends.lengths.insert(end.size());
    m_ends.lastBytes.set(static_cast<unsigned char>(end.back()));
}

void StoredTokens::learn(const QByteArray &text)
{
    if (!m_areNoted) {
        for (const ApiKey &key : m_keys.all())
            note(key);
        m_areNoted = true;
    }
    if (m_ends.beginnings.isEmpty() || text.size() < shortestToken)
        return;
    Search search(m_keys, m_redactor, m_ends);
    const QByteArray first = text.first(std::min(text.size(), searched));
    search.in(first);
    if (first.contains('%'))
        search.in(QByteArray::fromPercentEncoding(first));
    if (first.contains("\\/"))
        search.in(QByteArray(first).replace("\\/", "/"));
}

} // namespace keydesk
