#pragma once

#include "app/base/Error.h"
#include "app/http/HttpResponse.h"

#include <QStringList>

#include <optional>

namespace keydesk {

/// The head of a request, as another program printed it.
struct PrintedRequest
{
    QByteArray method;
    QUrl url; ///< by its Host header; https if the scheme is not printed
    Headers headers;
    bool isWhole = true; ///< false: what keeps it may have left credentials out, as browsers do
};

/// An answer, and what stood beside it.
struct PrintedAnswer
{
    HttpResponse response; ///< its `url` is that of the request; `body` without chunks and compression
    std::optional<PrintedRequest> request; ///< the one that it answers, if that was printed too
    QStringList notes;                     ///< what of the body could not be undone, in sentences
};

/// More is not read.
inline constexpr qint64 printedAnswerLimit = 4LL * 1024 * 1024;

/// Reads an HTTP answer as programs print it: raw, `curl -i`, `curl -D -`, `curl -v` with both its outputs,
/// HTTPie (coloured, too), an entry of a HAR file or the file, or its status line alone ("401 Unauthorized"
/// too). Of several, such as those of redirects and of 100 Continue, the last one counts. The body may be
/// chunked and compressed or already not so any more, whatever the headers say. Errors name the line. Linear
/// in the size of the text; what it unpacks to is limited likewise.
Result<PrintedAnswer> readPrintedAnswer(const QByteArray &text);

/// Whether a credential is in its headers or its query; nothing if that cannot be told.
std::optional<bool> carriesCredential(const PrintedRequest &request);

/// The parts of `readPrintedAnswer`.
namespace printed {

/// A HAR file's last entry, or one entry. Nothing: it is neither.
std::optional<Result<PrintedAnswer>> harAnswer(const QByteArray &text);
/// Takes chunks and compression off the body, and notes what could not be taken off.
void undoTransfer(PrintedAnswer &answer);

/// A body that came in chunks (RFC 9112 section 7.1), from the beginning of `text`.
struct Chunks
{
    QByteArray body;
    qsizetype size = 0;   ///< of all of them in `text`
    bool isWhole = false; ///< the last one is there
};
/// Nothing: not even the first one is there, so `text` is no such body.
std::optional<Chunks> readChunks(QByteArrayView text);

} // namespace printed

} // namespace keydesk
