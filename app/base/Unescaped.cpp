#include "app/base/Unescaped.h"

#include "app/base/SecretForms.h"

#include <QChar>
#include <QString>

#include <algorithm>
#include <cstring>

namespace keydesk {

namespace {

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

/// The value of `count` hex digits at `at`; -1 if they are not there.
int hexValue(const QByteArray &text, qsizetype at, int count)
{
    if (text.size() - at < count)
        return -1;
    int value = 0;
    for (int i = 0; i < count; ++i) {
        const int digit = hexDigit(text.at(at + i));
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

/// Appends what the escape at `at` stands for and returns its length; 0 if there is none.
int undoPercent(const QByteArray &text, qsizetype at, QByteArray &out)
{
    const int byte = hexValue(text, at + 1, 2);
    if (byte < 0)
        return 0;
    out.append(static_cast<char>(byte));
    return 3;
}

int undoJson(const QByteArray &text, qsizetype at, QByteArray &out)
{
    if (at + 1 >= text.size())
        return 0;
    switch (text.at(at + 1)) {
    case '"':
    case '\\':
    case '/':
        out.append(text.at(at + 1));
        return 2;
    case 'b':
        out.append('\b');
        return 2;
    case 'f':
        out.append('\f');
        return 2;
    case 'n':
        out.append('\n');
        return 2;
    case 'r':
        out.append('\r');
        return 2;
    case 't':
        out.append('\t');
        return 2;
    case 'u': {
        const int unit = hexValue(text, at + 2, 4);
        if (unit < 0)
            return 0;
        if (unit < 0x80) {
            out.append(static_cast<char>(unit));
            return 6;
        }
        char32_t character = static_cast<char32_t>(unit);
        int length = 6;
        if (QChar::isHighSurrogate(character) && text.size() - at >= 12 && text.at(at + 6) == '\\' &&
            text.at(at + 7) == 'u') {
            const int low = hexValue(text, at + 8, 4);
            if (low >= 0 && QChar::isLowSurrogate(static_cast<char32_t>(low))) {
                character = QChar::surrogateToUcs4(static_cast<char16_t>(unit), static_cast<char16_t>(low));
                length = 12;
            }
        }
        out.append(QString::fromUcs4(&character, 1).toUtf8());
        return length;
    }
    default:
        return 0;
    }
}

} // namespace

std::optional<Unescaped> Unescaped::of(const QByteArray &text, Escape escape)
{
    const char sign = escape == Escape::Percent ? '%' : '\\';
    const auto undo = escape == Escape::Percent ? undoPercent : undoJson;
    Unescaped result;
    qsizetype done = 0;
    qsizetype at = text.indexOf(sign);
    while (at >= 0) {
        QByteArray &out = result.m_bytes;
        if (result.m_places.empty())
            out.reserve(text.size());
        out.append(text.constData() + done, at - done);
        done = at;
        const qsizetype begin = out.size();
        if (const int length = undo(text, at, out); length > 0) {
            done = at + length;
            result.m_places.push_back({begin, out.size(), at, done});
            at = text.indexOf(sign, done);
        } else {
            at = text.indexOf(sign, at + 1);
        }
    }
    if (result.m_places.empty())
        return {};
    result.m_bytes.append(text.constData() + done, text.size() - done);
    return result;
}

std::optional<Unescaped> Unescaped::withoutBase64Breaks(const QByteArray &text)
{
    Unescaped result;
    qsizetype done = 0;
    for (qsizetype at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
        const qsizetype begin = at > 0 && text.at(at - 1) == '\r' ? at - 1 : at;
        if (begin == 0 || at + 1 == text.size() || !isBase64(text.at(begin - 1)) ||
            !isBase64(text.at(at + 1)))
            continue;
        QByteArray &out = result.m_bytes;
        if (result.m_places.empty())
            out.reserve(text.size());
        out.append(text.constData() + done, begin - done);
        done = at + 1;
        result.m_places.push_back({out.size(), out.size(), begin, done});
    }
    if (result.m_places.empty())
        return {};
    result.m_bytes.append(text.constData() + done, text.size() - done);
    return result;
}

const Unescaped::Place *Unescaped::lastBefore(qsizetype position) const
{
    const auto after =
        std::upper_bound(m_places.begin(), m_places.end(), position,
                         [](qsizetype value, const Place &place) { return value < place.begin; });
    return after == m_places.begin() ? nullptr : &*std::prev(after);
}

qsizetype Unescaped::originalBegin(qsizetype position) const
{
    const Place *place = lastBefore(position);
    if (!place)
        return position;
    return position < place->end ? place->originalBegin : place->originalEnd + (position - place->end);
}

qsizetype Unescaped::originalEnd(qsizetype end) const
{
    const Place *place = lastBefore(end - 1);
    if (!place)
        return end;
    return end - 1 < place->end ? place->originalEnd : place->originalEnd + (end - place->end);
}

} // namespace keydesk
