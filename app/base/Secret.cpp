#include "app/base/Secret.h"

#include <QString>

#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <utility>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

bool isPlain(char c)
{
    return c > 0x20 && c < 0x7f;
}

} // namespace

Secret::Secret(std::string_view bytes)
{
    if (bytes.empty())
        return;
    m_bytes = std::make_unique<char[]>(bytes.size());
    m_size = static_cast<qsizetype>(bytes.size());
    std::memcpy(m_bytes.get(), bytes.data(), bytes.size());
}

Secret Secret::take(QByteArray &&bytes)
{
    Secret secret(std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
    keydesk::wipe(bytes);
    return secret;
}

Secret::Secret(Secret &&other) noexcept
    : m_bytes(std::move(other.m_bytes))
    , m_size(std::exchange(other.m_size, 0))
{
}

Secret &Secret::operator=(Secret &&other) noexcept
{
    if (this != &other) {
        wipe();
        m_bytes = std::move(other.m_bytes);
        m_size = std::exchange(other.m_size, 0);
    }
    return *this;
}

Secret::~Secret()
{
    wipe();
}

bool Secret::equals(const Secret &other) const
{
    if (m_size != other.m_size)
        return false;
    return m_size == 0 ||
           sodium_memcmp(m_bytes.get(), other.m_bytes.get(), static_cast<std::size_t>(m_size)) == 0;
}

void Secret::wipe() noexcept
{
    if (m_bytes)
        sodium_memzero(m_bytes.get(), static_cast<std::size_t>(m_size));
    m_bytes.reset();
    m_size = 0;
}

// Only size(), not capacity(): Qt 6 counts free space before the first byte into the capacity.
void wipe(QByteArray &bytes)
{
    if (!bytes.isEmpty() && bytes.isDetached())
        sodium_memzero(bytes.data(), static_cast<std::size_t>(bytes.size()));
    bytes.clear();
}

void wipe(QString &text)
{
    if (!text.isEmpty() && text.isDetached())
        sodium_memzero(text.data(), static_cast<std::size_t>(text.size()) * sizeof(QChar));
    text.clear();
}

QString tokenHint(const Secret &token)
{
    if (token.isEmpty())
        return {};
    constexpr std::size_t longestPrefix = 8;
    constexpr std::size_t shown = 4;
    constexpr std::size_t shortestWithEnd = 16;

    const std::string_view bytes = token.reveal();
    QString hint;
    const std::size_t separator = bytes.find_first_of("_|");
    if (separator != std::string_view::npos) {
        const std::string_view prefix = bytes.substr(0, separator + 1);
        if (prefix.size() <= longestPrefix && prefix.size() * 3 <= bytes.size() &&
            std::all_of(prefix.begin(), prefix.end(), isPlain))
            hint += QLatin1String(prefix.data(), static_cast<qsizetype>(prefix.size()));
    }
    hint += u"••••"_s;
    if (bytes.size() >= shortestWithEnd) {
        const std::string_view end = bytes.substr(bytes.size() - shown);
        if (std::all_of(end.begin(), end.end(), isPlain))
            hint += QLatin1String(end.data(), static_cast<qsizetype>(end.size()));
    }
    return hint;
}

} // namespace keydesk
