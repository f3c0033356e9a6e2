#include "app/sandbox/TokenHash.h"

#include <sodium.h>

namespace keydesk::sandbox {

namespace {

constexpr std::size_t saltBytes = crypto_generichash_KEYBYTES;
constexpr std::size_t hashBytes = crypto_generichash_BYTES;

QByteArray hashOf(const QByteArray &token, const QByteArray &salt)
{
    QByteArray hash(hashBytes, '\0');
    crypto_generichash(reinterpret_cast<unsigned char *>(hash.data()), hashBytes,
                       reinterpret_cast<const unsigned char *>(token.constData()),
                       static_cast<unsigned long long>(token.size()),
                       reinterpret_cast<const unsigned char *>(salt.constData()), saltBytes);
    return hash;
}

} // namespace

QByteArray randomText(qsizetype length)
{
    static constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    QByteArray text(length, '\0');
    for (char &c : text)
        c = alphabet[randombytes_uniform(sizeof alphabet - 1)];
    return text;
}

TokenHash TokenHash::of(const QByteArray &token)
{
    TokenHash made;
    made.salt.resize(saltBytes);
    randombytes_buf(made.salt.data(), saltBytes);
    made.hash = hashOf(token, made.salt);
    return made;
}

bool TokenHash::matches(const QByteArray &token) const
{
    return salt.size() == static_cast<qsizetype>(saltBytes) &&
           hash.size() == static_cast<qsizetype>(hashBytes) &&
           sodium_memcmp(hashOf(token, salt).constData(), hash.constData(), hashBytes) == 0;
}

} // namespace keydesk::sandbox
