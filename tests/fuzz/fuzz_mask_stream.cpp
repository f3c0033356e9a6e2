#include "app/base/MaskStream.h"
#include "app/base/Redactor.h"

#include <QList>

#include <cstdint>
#include <cstdlib>

using namespace keydesk;

namespace {

QByteArray masked(const QByteArray &secret, const QByteArray &text, const std::uint8_t *sizes,
                  std::size_t count)
{
    std::vector<Secret> secrets;
    secrets.emplace_back(std::string_view(secret.constData(), static_cast<std::size_t>(secret.size())));
    MaskStream stream(secrets);
    QByteArray out;
    std::size_t next = 0;
    for (qsizetype at = 0; at < text.size();) {
        const qsizetype size =
            count == 0 ? text.size() : std::min<qsizetype>(1 + sizes[next++ % count], text.size() - at);
        out += stream.take(QByteArrayView(text).sliced(at, size));
        at += size;
    }
    return out + stream.end();
}

/// In UTF-16, if it is text.
QByteArray utf16(const QByteArray &secret)
{
    QByteArray wide;
    for (const QChar c : QString::fromUtf8(secret))
        wide.append(static_cast<char>(c.cell())).append(static_cast<char>(c.row()));
    return wide.contains("\xFD\xFF") ? QByteArray() : wide;
}

} // namespace

/// The first two bytes say how long the secret is and where it is written into the text, in each way; the
/// next ones say in which pieces the text comes. However it comes: the same goes on, and no secret does.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    constexpr std::size_t pieces = 8;
    constexpr std::size_t head = 2 + pieces;
    const std::size_t length = size < head ? 0 : 6 + data[0] % 26;
    if (size < head + length)
        return 0;
    const QByteArray secret(reinterpret_cast<const char *>(data + head), static_cast<qsizetype>(length));
    const QByteArray rest(reinterpret_cast<const char *>(data + head + length),
                          static_cast<qsizetype>(size - head - length));
    for (const char each : QByteArray("\xE2\x80\xA2\xB7\0", 5)) { // of what it is masked with
        if (secret.contains(each))
            return 0;
    }

    Redactor redactor;
    redactor.add(Secret(std::string_view(secret.constData(), length)));
    const qsizetype place = data[1] * rest.size() / 256;
    for (const QByteArray &written :
         {QByteArray(), secret, secret.toPercentEncoding(), secret.toPercentEncoding().toPercentEncoding(),
          secret.toBase64(), secret.toBase64(QByteArray::Base64UrlEncoding), ("x:" + secret).toBase64(),
          secret.toHex(), utf16(secret), secret.toHex('\\')}) {
        const QByteArray text = rest.first(place) + written + rest.sliced(place);
        const QByteArray whole = masked(secret, text, nullptr, 0);
        if (masked(secret, text, data + 2, pieces) != whole || redactor.redact(whole).hits != 0)
            std::abort();
        // The last is no way to write it.
        if (!written.isEmpty() && written != secret.toHex('\\') && !whole.contains("\xE2\x80\xA2") &&
            !whole.contains(QByteArray("\xB7\0\xB7", 3)))
            std::abort();
    }
    return 0;
}
