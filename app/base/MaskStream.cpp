#include "app/base/MaskStream.h"

#include "app/base/Unescaped.h"

#include <QString>

#include <algorithm>
#include <utility>

namespace keydesk {

namespace {

/// So many cost less than finding out which of them come to the same.
constexpr std::size_t fewReadings = 8;

int hexDigit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/// What a backslash before it stands for; 0: nothing. Shells write one before any sign, too.
char unescaped(char c)
{
    switch (c) {
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        break;
    }
    const bool isSign = c > ' ' && c < '\x7f' && !(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z') &&
                        !(c >= 'a' && c <= 'z');
    return isSign ? c : '\0';
}

} // namespace

MaskStream::Escape::Next MaskStream::Escape::take(char c, std::string &undone)
{
    if (m_sign == '\\')
        return takeJson(c, undone);
    const int digit = hexDigit(c);
    if (digit < 0)
        return Next::None;
    m_value = m_value * 16 + static_cast<char32_t>(digit);
    if (++m_count < 2)
        return Next::More;
    undone.assign(1, static_cast<char>(m_value));
    return Next::Done;
}

/// RFC 8259 section 7: \uD83D\uDD11 is one character.
MaskStream::Escape::Next MaskStream::Escape::takeJson(char c, std::string &undone)
{
    constexpr std::uint8_t digitsEnd = 5; // after the u
    const std::uint8_t at = m_count++;
    if (at == 0) {
        if (c == 'u')
            return Next::More;
        undone.assign(1, unescaped(c));
        return undone.front() == '\0' || m_high != 0 ? Next::None : Next::Done;
    }
    if (at == digitsEnd) { // behind a high surrogate
        m_count = 0;
        return c == '\\' ? Next::More : Next::None;
    }
    const int digit = hexDigit(c);
    if (digit < 0)
        return Next::None;
    m_value = m_value * 16 + static_cast<char32_t>(digit);
    if (m_count < digitsEnd)
        return Next::More;
    char32_t character = std::exchange(m_value, 0);
    if (m_high == 0 && QChar::isHighSurrogate(character)) {
        m_high = character;
        return Next::More;
    }
    if (QChar::isLowSurrogate(character) != (m_high != 0))
        return Next::None;
    if (m_high != 0)
        character = QChar::surrogateToUcs4(static_cast<char16_t>(m_high), static_cast<char16_t>(character));
    undone = QString::fromUcs4(&character, 1).toStdString();
    return Next::Done;
}

MaskStream::MaskStream(const std::vector<Secret> &secrets)
{
    for (const Secret &secret : secrets) {
        if (secret.size() < shortestSecret)
            continue;
        for (SecretForm &form : secretForms(secret))
            m_forms.push_back(std::move(form));
    }
    if (m_forms.empty())
        return;
    for (std::size_t i = 0; i < m_forms.size(); ++i)
        m_formsByFirst[static_cast<unsigned char>(m_forms[i].bytes.reveal().front())].push_back(
            static_cast<std::int32_t>(i));
    for (std::size_t c = 0; c < m_canBegin.size(); ++c)
        m_canBegin[c] = !m_formsByFirst[c].empty() || isEscapeSign(static_cast<char>(c));
}

QByteArray MaskStream::take(QByteArrayView bytes)
{
    m_held.append(bytes.data(), bytes.size());
    for (const char c : bytes)
        step(c);
    qint64 upTo = m_position;
    for (const Reading &reading : m_readings)
        upTo = std::min(upTo, reading.begin);
    return release(upTo);
}

QByteArray MaskStream::end()
{
    m_readings.clear();
    return release(m_position);
}

void MaskStream::step(char c)
{
    if (m_mixedAt == m_position && isBase64(c))
        m_ranges.push_back({m_position - 1, m_position + 1, false});
    const bool begins = m_canBegin[static_cast<unsigned char>(c)];
    if (begins || !m_readings.empty()) {
        const std::string_view bytes(&c, 1);
        for (const Reading &reading : m_readings)
            read(reading, 0, bytes);
        if (begins) {
            Reading reading;
            reading.begin = m_position;
            read(reading, 0, bytes);
        }
        if (m_next.size() > fewReadings)
            unite();
        m_readings.swap(m_next);
        m_next.clear();
    }
    ++m_position;
}

void MaskStream::read(const Reading &reading, std::size_t layer, std::string_view bytes)
{
    if (layer == layers) {
        match(reading, bytes);
        return;
    }
    if (!reading.escapes.at(layer).isOpen()) {
        read(reading, layer + 1, bytes); // as it stands
        if (bytes.size() == 1 && isEscapeSign(bytes.front())) {
            Reading escaped = reading;
            escaped.escapes.at(layer).open(bytes.front());
            m_next.push_back(escaped);
        }
        return;
    }
    if (bytes.size() != 1)
        return;
    Reading after = reading;
    std::string undone;
    switch (after.escapes.at(layer).take(bytes.front(), undone)) {
    case Escape::Next::None:
        break;
    case Escape::Next::More:
        m_next.push_back(after);
        break;
    case Escape::Next::Done:
        after.escapes.at(layer) = {};
        read(after, layer + 1, undone);
        break;
    }
}

void MaskStream::match(const Reading &reading, std::string_view bytes)
{
    if (reading.form >= 0) {
        matchForm(reading, bytes);
        return;
    }
    for (const std::int32_t form : m_formsByFirst[static_cast<unsigned char>(bytes.front())]) {
        Reading chosen = reading;
        chosen.form = form;
        matchForm(chosen, bytes);
    }
}

void MaskStream::matchForm(Reading reading, std::string_view bytes)
{
    const SecretForm &form = m_forms[static_cast<std::size_t>(reading.form)];
    const auto matched = static_cast<std::size_t>(reading.matched);
    const bool isBreak = bytes == "\n" || bytes == "\r";
    if (form.base64 && isBreak && reading.matched >= fewestBeforeBreak) {
        takeBreak(reading, bytes.front());
        return;
    }
    if (reading.lineBreak == Break::Begun)
        return;
    reading.lineBreak = Break::None;
    if (form.bytes.reveal().substr(matched, bytes.size()) != bytes)
        return;
    reading.matched += static_cast<std::int32_t>(bytes.size());
    if (reading.matched < form.bytes.size()) {
        m_next.push_back(reading);
        return;
    }
    const qint64 end = m_position + 1;
    m_ranges.push_back({reading.begin, end, form.utf16 && end - reading.begin == form.bytes.size()});
    if (form.after > 0)
        m_mixedAt = m_position + 1;
}

/// One alone: what goes on behind an empty line is no Base64, and nothing waits for it.
void MaskStream::takeBreak(Reading reading, char c)
{
    if (reading.lineBreak == Break::Whole || (c == '\r' && reading.lineBreak == Break::Begun))
        return;
    reading.lineBreak = c == '\n' ? Break::Whole : Break::Begun;
    m_next.push_back(reading);
}

/// Different ways to read the same bytes may come to the same: the one that began first stands for all.
void MaskStream::unite()
{
    std::ranges::sort(m_next);
    const auto goesOnAs = [](const Reading &one, const Reading &other) { return one.goesOnAs(other); };
    m_next.erase(std::unique(m_next.begin(), m_next.end(), goesOnAs), m_next.end());
}

/// Nothing that is found later begins before `upTo`, but the mixed character behind what was found.
QByteArray MaskStream::release(qint64 upTo)
{
    std::ranges::sort(m_ranges, {}, &Range::begin);
    QByteArray out;
    qint64 done = m_heldFrom;
    const auto go = [&](qint64 until) {
        done = std::max(done, m_maskedUntil);
        if (until > done)
            out.append(m_held.constData() + (done - m_heldFrom), until - done);
    };
    auto range = m_ranges.begin();
    for (; range != m_ranges.end() && range->begin < upTo; ++range) {
        if (range->begin >= m_maskedUntil) {
            go(range->begin);
            out.append(range->utf16 ? secretMaskUtf16() : secretMask());
        }
        m_maskedUntil = std::max(m_maskedUntil, range->end);
    }
    go(upTo);
    m_ranges.erase(m_ranges.begin(), range);
    m_held.remove(0, upTo - m_heldFrom);
    m_heldFrom = upTo;
    return out;
}

} // namespace keydesk
