#include "app/base/RedactedStream.h"
#include "app/base/Redactor.h"

#include <cstdint>
#include <cstdlib>

using namespace keydesk;

/// The first byte says how long the secret is and which way it is written into the text between two parts of
/// the input.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size < 8)
        return 0;
    const qsizetype length = 6 + data[0] % 58;
    const int encoding = data[0] / 58;
    const QByteArray input(reinterpret_cast<const char *>(data + 1), static_cast<qsizetype>(size - 1));
    const QByteArray secret = input.first(std::min(length, input.size()));
    if (secret.size() < 6)
        return 0;
    const QByteArray text = input.mid(secret.size());

    Redactor redactor;
    redactor.add(Secret(std::string_view(secret.constData(), static_cast<std::size_t>(secret.size()))));
    const Redactor::Redacted redacted = redactor.redact(text);
    if (redacted.hits == 0 ? redacted.bytes != text
                           : redacted.bytes.contains(secret) && !QByteArray("••••").contains(secret))
        std::abort();

    QByteArray written;
    switch (encoding) {
    case 0:
        written = secret;
        break;
    case 1:
        written = secret.toPercentEncoding();
        break;
    case 2:
        written = secret.toBase64();
        break;
    case 3:
        for (const char c : secret)
            written += '%' + QByteArray(1, c).toHex();
        break;
    default:
        written = secret.toBase64(QByteArray::Base64UrlEncoding);
        break;
    }
    RedactedStream stream(redactor);
    QByteArray streamed;
    for (qsizetype at = 0; at < text.size(); at += 1 + data[0] % 32)
        streamed += stream.take(text.mid(at, 1 + data[0] % 32));
    streamed += stream.end();
    if (streamed != redacted.bytes)
        std::abort();
    const QByteArray half = text.first(text.size() / 2);
    // A half escape at the end of the text before could take the first bytes of what follows into itself: a
    // raw secret is still found in the text as it stands, the others are kept apart from it.
    if (redactor.redact(half + (encoding == 0 ? "" : " ") + written + ' ' + text.mid(text.size() / 2)).hits ==
        0)
        std::abort();
    (void)redactor.redactHeader("Authorization", text);
    (void)Redactor::isCredentialHeader(secret);
    return 0;
}
