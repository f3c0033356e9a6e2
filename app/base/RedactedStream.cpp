#include "app/base/RedactedStream.h"

#include "app/base/Redactor.h"
#include "app/base/Unescaped.h"

#include <algorithm>

namespace keydesk {

namespace {

bool isLetterOrDigit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// No escape goes over this place: what is behind it is read alike with and without what is before it.
bool isBetweenEscapes(const QByteArray &bytes, qsizetype at)
{
    constexpr qsizetype longestEscape = 72; // a surrogate pair, each character of it escaped as well
    const char before = bytes.at(at - 1);
    if (!isLetterOrDigit(before) && !isEscapeSign(before))
        return true;
    const auto *from = bytes.constData() + std::max<qsizetype>(0, at - longestEscape);
    return std::none_of(from, bytes.constData() + at, isEscapeSign);
}

} // namespace

QByteArray RedactedStream::take(const QByteArray &bytes)
{
    m_held.append(bytes);
    const qsizetype least = m_redactor.longestPlace();
    return m_held.size() < 2 * least ? QByteArray() : release(least);
}

QByteArray RedactedStream::end()
{
    return release(0);
}

/// Keeps at least as many bytes back: what begins before them has its end among what is here.
QByteArray RedactedStream::release(qsizetype least)
{
    qsizetype cut = m_held.size() - least;
    if (least > 0) {
        constexpr qsizetype furthest = 4096;
        constexpr qsizetype most = 64 * 1024; // to wait with: then it is cut anywhere
        qsizetype between = cut;
        while (between > std::max<qsizetype>(1, cut - furthest) && !isBetweenEscapes(m_held, between))
            --between;
        if (isBetweenEscapes(m_held, between))
            cut = between;
        else if (cut < most)
            return {};
    }
    QByteArray out;
    qsizetype done = std::min(m_maskedUntil, cut);
    for (const Redactor::Place &place : m_redactor.places(m_held)) {
        if (place.begin >= cut)
            break;
        if (place.begin >= m_maskedUntil) {
            out.append(m_held.constData() + done, place.begin - done);
            out.append(place.mask());
            ++m_hits;
        }
        m_maskedUntil = std::max(m_maskedUntil, place.end);
        done = std::clamp(m_maskedUntil, done, cut);
    }
    out.append(m_held.constData() + done, cut - done);
    m_held.remove(0, cut);
    m_maskedUntil = std::max<qsizetype>(0, m_maskedUntil - cut);
    return out;
}

} // namespace keydesk
