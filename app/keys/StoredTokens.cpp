#include "app/keys/StoredTokens.h"

#include "app/base/Redactor.h"
#include "app/keys/KeyStore.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <utility>

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

bool isLetterOrDigit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool isOfToken(char c)
{
    return isLetterOrDigit(c) || (c != '\0' && QByteArrayView("._~|+/=-").contains(c));
}

} // namespace

class StoredTokens::Search
{
public:
    Search(const Traces &traces, Redactor &redactor)
        : m_traces(traces)
        , m_ends(traces.ends)
        , m_redactor(redactor)
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
            const auto found =
                m_ends.beginnings.constFind(QByteArray::fromRawData(text.constData() + end - length, length));
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
        if (m_traces.fingerprints.contains(m_traces.fingerprint(candidate)))
            m_redactor.add(candidate);
    }

    const Traces &m_traces;
    const KnownEnds &m_ends;
    Redactor &m_redactor;
    std::unordered_set<std::string_view> m_tried; // parts of the text
    int m_hashes = mostHashes;
    int m_hashesWithoutEnd = mostHashesWithoutEnd;
    qsizetype m_steps = mostSteps;
    qsizetype m_stepsWithoutEnd =
        mostSteps; // of its own: a short token must not keep the others from being found
};

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
    connect(&keys, &KeyStore::reset, this, [this] {
        if (std::exchange(m_areNoted, false))
            noteAll();
    });
}

StoredTokens::Traces StoredTokens::Shared::now()
{
    const std::lock_guard lock(mutex);
    return traces;
}

void StoredTokens::noteAll()
{
    if (std::exchange(m_areNoted, true))
        return;
    {
        const std::lock_guard lock(m_shared->mutex);
        m_shared->traces.fingerprint = m_keys.fingerprints();
    }
    for (const ApiKey &key : m_keys.all())
        note(key);
}

void StoredTokens::note(const ApiKey &key)
{
    const qsizetype bullets = key.hint.indexOf(u"••••"_s);
    if (bullets < 0 || key.fingerprint.isEmpty())
        return;
    const QByteArray end = key.hint.sliced(bullets + 4).toUtf8();
    const std::lock_guard lock(m_shared->mutex);
    KnownEnds &ends = m_shared->traces.ends;
    m_shared->traces.fingerprints.insert(key.fingerprint);
    ends.beginnings[end].insert(key.hint.first(bullets).toUtf8());
    if (end.isEmpty())
        return;
    ends.lengths.insert(end.size());
    ends.lastBytes.set(static_cast<unsigned char>(end.back()));
}

void StoredTokens::learn(const QByteArray &text)
{
    noteAll();
    learnFrom(text.first(std::min(text.size(), searched)), m_shared->now(), m_redactor);
}

std::function<void(const QByteArray &text)> StoredTokens::reader()
{
    noteAll();
    return [shared = m_shared, &redactor = m_redactor](const QByteArray &text) {
        const Traces traces = shared->now();
        for (qsizetype at = 0; at < text.size(); at += searched - longestToken)
            learnFrom(text.mid(at, searched), traces, redactor);
    };
}

void StoredTokens::learnFrom(const QByteArray &text, const Traces &traces, Redactor &redactor)
{
    if (traces.ends.beginnings.isEmpty() || text.size() < shortestToken)
        return;
    Search search(traces, redactor);
    search.in(text);
    if (text.contains('%'))
        search.in(QByteArray::fromPercentEncoding(text));
    if (text.contains("\\/"))
        search.in(QByteArray(text).replace("\\/", "/"));
    if (text.contains('\0')) // UTF-16, in which tokens are wider
        search.in(QByteArray(text).removeIf([](char c) { return c == '\0'; }));
}

} // namespace keydesk
