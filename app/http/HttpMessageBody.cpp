#include "app/http/ContentDecoder.h"
#include "app/http/HeaderRules.h"
#include "app/http/HttpMessage.h"

#include <QCoreApplication>
#include <QStringDecoder>

#include <algorithm>
#include <utility>

namespace keydesk::printed {

namespace {

struct HttpMessageBodyText
{
    Q_DECLARE_TR_FUNCTIONS(HttpMessage)
};

/// A line's size with its end, from the beginning of `text`; 0 if there is no end.
qsizetype lineSize(QByteArrayView text)
{
    return text.indexOf('\n') + 1;
}

/// The size that a chunk begins with, in front of extensions; -1 if that is none.
qint64 chunkSize(QByteArrayView line)
{
    const QByteArray digits =
        line.first(line.contains(';') ? line.indexOf(';') : line.size()).toByteArray().trimmed();
    const bool isHex = !digits.isEmpty() && digits.size() <= 8 && std::ranges::all_of(digits, [](char c) {
        return QByteArrayView("0123456789abcdefABCDEF").contains(c);
    });
    return isHex ? digits.toLongLong(nullptr, 16) : -1;
}

/// What no compression gives: UTF-8 without control characters.
bool isText(const QByteArray &bytes)
{
    const bool hasControls = std::ranges::any_of(bytes, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 && c != '\t' && c != '\n' && c != '\r';
    });
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    [[maybe_unused]] const QString text = decoder(bytes);
    return !hasControls && !decoder.hasError();
}

} // namespace

std::optional<Chunks> readChunks(QByteArrayView text)
{
    Chunks chunks;
    for (bool isFirst = true;; isFirst = false) {
        const QByteArrayView rest = text.sliced(chunks.size);
        const qsizetype head = lineSize(rest);
        const qint64 size = head > 0 ? chunkSize(rest.first(head)) : -1;
        if (size > 0 && size <= rest.size() - head) {
            chunks.body += rest.sliced(head, size);
            chunks.size += head + size;
            // The line break behind it is not its own.
            if (text.sliced(chunks.size).startsWith("\r\n"))
                chunks.size += 2;
            else if (text.sliced(chunks.size).startsWith('\n'))
                ++chunks.size;
            else
                return isFirst ? std::nullopt : std::optional(chunks);
            continue;
        }
        if (size != 0)
            return isFirst ? std::nullopt : std::optional(chunks);
        chunks.size += head;
        chunks.isWhole = true;
        // Trailers, and the empty line behind them.
        while (const qsizetype line = lineSize(text.sliced(chunks.size))) {
            const bool isEnd = text.sliced(chunks.size, line).trimmed().isEmpty();
            chunks.size += line;
            if (isEnd)
                break;
        }
        return chunks;
    }
}

void undoTransfer(PrintedAnswer &answer)
{
    HttpResponse &response = answer.response;
    response.wireBytes = response.body.size();
    if (response.header("Transfer-Encoding").toLower().contains("chunked")) {
        if (const std::optional<Chunks> chunks = readChunks(response.body)) {
            response.body = chunks->body;
            if (!chunks->isWhole)
                answer.notes.append(HttpMessageBodyText::tr("The body ends before its last chunk."));
        }
    }
    const QByteArray coding = response.header("Content-Encoding").trimmed().toLower();
    if (coding.isEmpty() || coding == "identity" || isText(response.body))
        return;
    static const QList<QByteArray> known{"gzip", "x-gzip", "deflate", "br"};
    if (!known.contains(coding)) {
        answer.notes.append(HttpMessageBodyText::tr(
            "The body is compressed in a way that Keydesk does not know; it was not looked into."));
        response.body.clear();
        return;
    }
    ContentDecoder decoder;
    decoder.start(coding);
    const QByteArray packed = std::exchange(response.body, {});
    switch (decoder.feed(packed, response.body, printedAnswerLimit)) {
    case ContentDecoder::State::More:
        if (!decoder.isComplete())
            answer.notes.append(HttpMessageBodyText::tr("The body ends before its compression does."));
        break;
    case ContentDecoder::State::Full:
        answer.notes.append(
            HttpMessageBodyText::tr("The body unpacks to more than %1 bytes; only those were looked into.")
                .arg(printedAnswerLimit));
        break;
    case ContentDecoder::State::Broken:
        answer.notes.append(HttpMessageBodyText::tr(
            "The body is not compressed as its header Content-Encoding says; it was not looked into."));
        response.body.clear();
        break;
    }
}

} // namespace keydesk::printed
