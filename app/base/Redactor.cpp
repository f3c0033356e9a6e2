#include "app/base/Redactor.h"

#include "app/base/SecretForms.h"
#include "app/base/Unescaped.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <vector>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr int deepestEscape = 2;
constexpr qsizetype longestEscape = 6; // \uXXXX
constexpr qsizetype longestBreak = 2;  // of a line: CR LF

struct Needle : SecretForm
{
    bool passing = false; // of a raw one
};

/// A place where one stands.
struct Hit
{
    const Needle &needle;
    qsizetype at;    // of its own bytes
    qsizetype begin; // with the characters that hold bits of it, too
    qsizetype end;
};

using Needles = std::vector<std::shared_ptr<const Needle>>;

/// A secret and the other ways to write it, which follow it.
void drop(Needles &needles, Needles::const_iterator raw)
{
    needles.erase(raw, std::find_if(raw + 1, needles.cend(), [](const auto &needle) { return needle->raw; }));
}

/// Makes room for one more passing secret.
void dropOldestPassing(Needles &needles)
{
    const auto isPassing = [](const auto &needle) { return needle->passing; };
    if (std::count_if(needles.begin(), needles.end(), isPassing) < Redactor::mostPassing)
        return;
    drop(needles, std::find_if(needles.cbegin(), needles.cend(), isPassing));
}

} // namespace

/// Finds any of many needles in one pass (Wu and Manber, "A fast algorithm for multi-pattern searching",
/// 1994, blocks of two bytes).
class Redactor::Index
{
public:
    explicit Index(Needles all)
        : needles(std::move(all))
    {
        for (const auto &needle : needles) {
            m_window = std::min(m_window, needle->bytes.size());
            const qsizetype ofCharacter = needle->base64 ? 1 + longestBreak : 1;
            longest =
                std::max(longest, ofCharacter * (needle->before + needle->bytes.size() + needle->after));
        }
    }

    template <typename Found>
    void search(const QByteArray &text, Found &&found) const
    {
        // Only once it is searched: thousands of keys may be added before.
        std::call_once(m_prepared, [this] { prepare(); });
        const char *bytes = text.constData();
        const qsizetype size = text.size();
        qsizetype last = m_window - 1;
        while (last < size) {
            const quint16 here = block(bytes + last);
            if (const int shift = m_shifts[here]; shift > 0) {
                last += shift;
                continue;
            }
            const qsizetype begin = last - m_window + 1;
            auto candidate =
                std::lower_bound(m_byLastBlock.begin(), m_byLastBlock.end(), std::pair(here, std::size_t{0}));
            for (; candidate != m_byLastBlock.end() && candidate->first == here; ++candidate) {
                const Needle &needle = *needles[candidate->second];
                const qsizetype length = needle.bytes.size();
                if (size - begin >= length && std::memcmp(bytes + begin, needle.bytes.reveal().data(),
                                                          static_cast<std::size_t>(length)) == 0)
                    found(Hit{needle, begin, begin - grown(text, begin - 1, needle.before),
                              begin + length + grown(text, begin + length, needle.after)});
            }
            ++last;
        }
    }

    const Needles needles;
    qsizetype longest = 0; // without escapes

private:
    void prepare() const
    {
        m_shifts.fill(static_cast<unsigned char>(m_window - 1));
        for (std::size_t i = 0; i < needles.size(); ++i) {
            const char *bytes = needles[i]->bytes.reveal().data();
            for (qsizetype end = 1; end < m_window; ++end) {
                unsigned char &shift = m_shifts[block(bytes + end)];
                shift = std::min(shift, static_cast<unsigned char>(m_window - 1 - end));
            }
            m_byLastBlock.emplace_back(block(bytes + m_window - 1), i);
        }
        std::sort(m_byLastBlock.begin(), m_byLastBlock.end());
    }

    static quint16 block(const char *last)
    {
        return static_cast<quint16>(static_cast<unsigned char>(last[-1]) << 8 |
                                    static_cast<unsigned char>(*last));
    }
    static qsizetype grown(const QByteArray &text, qsizetype at, int by)
    {
        return by > 0 && at >= 0 && at < text.size() && isBase64(text.at(at)) ? 1 : 0;
    }

    qsizetype m_window =
        32; // of the shortest needle; longer ones are compared in full once their beginning fits
    mutable std::once_flag m_prepared; // what follows
    mutable std::array<unsigned char, std::numeric_limits<quint16>::max() + 1> m_shifts;
    mutable std::vector<std::pair<quint16, std::size_t>> m_byLastBlock;
};

namespace {

using Ranges = std::vector<Redactor::Place>;

template <typename Search>
void collect(const QByteArray &text, const std::vector<const Unescaped *> &path, const Search &search,
             Ranges &ranges)
{
    const auto add = [&](qsizetype begin, qsizetype end, bool utf16) {
        for (auto view = path.rbegin(); view != path.rend(); ++view) {
            begin = (*view)->originalBegin(begin);
            end = (*view)->originalEnd(end);
        }
        ranges.push_back({begin, end, utf16 && path.empty()});
    };
    search(text, [&](const Hit &hit) { add(hit.begin, hit.end, hit.needle.utf16); });
    if (const std::optional<Unescaped> joined = Unescaped::withoutBase64Breaks(text)) {
        search(joined->bytes(), [&](const Hit &hit) {
            constexpr int last = fewestBeforeBreak - 1;
            const bool isTogether =
                joined->originalBegin(hit.at + last) - joined->originalBegin(hit.at) == last;
            if (hit.needle.base64 && isTogether)
                add(joined->originalBegin(hit.begin), joined->originalEnd(hit.end), false);
        });
    }
    if (path.size() >= deepestEscape)
        return;
    for (const auto escape : {Unescaped::Escape::Percent, Unescaped::Escape::Json}) {
        if (const std::optional<Unescaped> inner = Unescaped::of(text, escape)) {
            std::vector<const Unescaped *> deeper = path;
            deeper.push_back(&*inner);
            collect(inner->bytes(), deeper, search, ranges);
        }
    }
}

} // namespace

void Redactor::add(const Secret &secret, Kept kept)
{
    if (secret.size() < shortestSecret)
        return;
    const std::lock_guard lock(m_mutex);
    const Needles none;
    const Needles &before = m_index ? m_index->needles : none;
    const auto known = std::find_if(before.begin(), before.end(), [&](const auto &needle) {
        return needle->raw && needle->bytes.equals(secret);
    });
    const bool isKnown = known != before.end();
    if (isKnown && (kept == Kept::Passing || !(*known)->passing))
        return;
    Needles needles = before;
    if (isKnown) // in passing, and from now on for good
        drop(needles, needles.cbegin() + (known - before.begin()));
    if (kept == Kept::Passing)
        dropOldestPassing(needles);
    for (SecretForm &form : secretForms(secret)) {
        const bool passing = form.raw && kept == Kept::Passing;
        needles.push_back(std::make_shared<const Needle>(Needle{std::move(form), passing}));
    }
    m_index = std::make_shared<const Index>(std::move(needles));
}

std::shared_ptr<const Redactor::Index> Redactor::index() const
{
    const std::lock_guard lock(m_mutex);
    return m_index;
}

std::vector<Redactor::Place> Redactor::places(const QByteArray &bytes) const
{
    Ranges ranges;
    const std::shared_ptr<const Index> known = index();
    if (!known || bytes.size() < shortestSecret)
        return ranges;
    collect(
        bytes, {}, [&known](const QByteArray &text, auto &&found) { known->search(text, found); }, ranges);
    std::sort(ranges.begin(), ranges.end());
    Ranges apart;
    for (const Place &range : ranges) {
        if (apart.empty() || range.begin >= apart.back().end)
            apart.push_back(range);
        else
            apart.back().end = std::max(apart.back().end, range.end);
    }
    return apart;
}

const QByteArray &Redactor::Place::mask() const
{
    return utf16 ? secretMaskUtf16() : secretMask();
}

qsizetype Redactor::longestPlace() const
{
    const std::shared_ptr<const Index> known = index();
    static_assert(deepestEscape == 2);
    return known ? known->longest * longestEscape * longestEscape : 0;
}

Redactor::Redacted Redactor::redact(const QByteArray &bytes) const
{
    const std::vector<Place> ranges = places(bytes);
    if (ranges.empty())
        return {bytes, 0};
    Redacted redacted;
    qsizetype done = 0;
    for (const Place &range : ranges) {
        redacted.bytes.append(bytes.constData() + done, range.begin - done);
        redacted.bytes.append(range.mask());
        ++redacted.hits;
        done = range.end;
    }
    redacted.bytes.append(bytes.constData() + done, bytes.size() - done);
    return redacted;
}

QString Redactor::redactText(const QString &text) const
{
    const Redacted redacted = redact(text.toUtf8());
    return redacted.hits == 0 ? text : QString::fromUtf8(redacted.bytes);
}

QByteArray Redactor::redactHeader(QByteArrayView name, const QByteArray &value) const
{
    if (!isCredentialHeader(name))
        return redact(value).bytes;
    // IANA "HTTP Authentication Schemes", and words that are used in their place.
    static const QList<QByteArray> schemes = {
        "basic"_ba,       "bearer"_ba,        "digest"_ba,           "dpop"_ba,    "gnap"_ba,
        "hoba"_ba,        "mutual"_ba,        "negotiate"_ba,        "ntlm"_ba,    "oauth"_ba,
        "vapid"_ba,       "token"_ba,         "apikey"_ba,           "api-key"_ba, "privatetoken"_ba,
        "scram-sha-1"_ba, "scram-sha-256"_ba, "aws4-hmac-sha256"_ba, "hawk"_ba,    "jwt"_ba};
    qsizetype at = 0;
    while (at < value.size()) {
        qsizetype end = value.indexOf(' ', at);
        if (end < 0)
            end = value.size();
        if (!schemes.contains(value.mid(at, end - at).toLower()))
            break;
        at = end;
        while (at < value.size() && value.at(at) == ' ')
            ++at;
    }
    return at == value.size() ? value : value.left(at) + secretMask();
}

/// Asked for every header of every call, several times.
bool Redactor::isCredentialHeader(QByteArrayView name)
{
    QByteArray lower = name.trimmed().toByteArray().toLower();
    // Challenges and answers about authentication, which hold no credential and which the explainer needs.
    if (lower == "www-authenticate" || lower == "proxy-authenticate" || lower == "authentication-info" ||
        lower == "proxy-authentication-info")
        return false;
    lower.replace('_', '-');
    QByteArrayView before;
    QByteArrayView last;
    for (QByteArrayView rest(lower);;) {
        const qsizetype dash = rest.indexOf('-');
        before = last;
        last = dash < 0 ? rest : rest.first(dash);
        if (last == "auth" || last == "authorization" || last == "authentication" || last == "authtoken" ||
            last == "authkey" || last == "cookie" || last == "cookie2")
            return true;
        if (dash < 0)
            break;
        rest = rest.sliced(dash + 1);
    }
    static constexpr QByteArrayView ends[] = {"token",       "secret",     "apikey",   "password",
                                              "passwd",      "passphrase", "jwt",      "credential",
                                              "credentials", "session",    "sessionid"};
    if (std::ranges::any_of(ends, [last](QByteArrayView end) { return last.endsWith(end); }))
        return true;
    // "Idempotency-Key", "Sec-WebSocket-Key" and their like are no credentials.
    return last == "key" &&
           (before == "api" || before == "access" || before == "secret" || before == "private" ||
            before == "subscription" || before == "functions" || before == "license" || before == "master" ||
            before == "admin" || before == "app");
}

} // namespace keydesk
