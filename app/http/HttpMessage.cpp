#include "app/http/HttpMessage.h"

#include "app/base/Redactor.h"
#include "app/http/HeaderRules.h"
#include "app/http/RedactedRequest.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QStringDecoder>
#include <QUrlQuery>

#include <algorithm>
#include <cctype>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr qsizetype mostHeaders = 1000;
constexpr int mostMessages = 200;                 // each may be looked through to the end of the text
constexpr qsizetype longestStartLine = 16 * 1024; // of a status or request line

struct HttpMessageText
{
    Q_DECLARE_TR_FUNCTIONS(HttpMessage)
};

/// A text, line by line.
class Lines
{
public:
    explicit Lines(QByteArrayView text)
        : m_text(text)
    {
    }

    [[nodiscard]] bool isAtEnd() const { return m_at == m_text.size(); }
    [[nodiscard]] qsizetype number() const { return m_number; } ///< of the line that `peek` gives, from 1
    [[nodiscard]] QByteArrayView rest() const { return m_text.sliced(m_at); }
    /// The next line with its end.
    [[nodiscard]] QByteArrayView whole() const
    {
        const qsizetype end = m_text.indexOf('\n', m_at);
        return m_text.sliced(m_at, (end < 0 ? m_text.size() : end + 1) - m_at);
    }
    /// The next line, without its end.
    [[nodiscard]] QByteArrayView peek() const
    {
        QByteArrayView line = whole();
        if (line.endsWith('\n'))
            line.chop(1);
        if (line.endsWith('\r'))
            line.chop(1);
        return line;
    }
    void next()
    {
        m_at += whole().size();
        ++m_number;
    }
    void skip(qsizetype size)
    {
        m_number += m_text.sliced(m_at, size).count('\n');
        m_at += size;
    }
    void skipEmpty()
    {
        while (!isAtEnd() && peek().trimmed().isEmpty())
            next();
    }

private:
    QByteArrayView m_text;
    qsizetype m_at = 0;
    qsizetype m_number = 1;
};

QRegularExpressionMatch matched(const QRegularExpression &pattern, QByteArrayView line)
{
    return line.size() > longestStartLine ? QRegularExpressionMatch()
                                          : pattern.match(QString::fromLatin1(line));
}

/// "HTTP/1.1 401 Unauthorized"; as the first line of all also "401 Unauthorized".
std::optional<HttpResponse> statusLine(QByteArrayView line, bool alsoBare = false)
{
    static const QRegularExpression whole(u"^(HTTP/[0-9](?:\\.[0-9])?) +([1-5][0-9]{2})(?: +(.*))?$"_s);
    static const QRegularExpression bare(u"^()([1-5][0-9]{2})(?: +(.*))?$"_s);
    if (!alsoBare && !line.startsWith("HTTP/"))
        return {};
    QRegularExpressionMatch match = matched(whole, line);
    if (!match.hasMatch() && alsoBare)
        match = matched(bare, line.trimmed());
    if (!match.hasMatch())
        return {};
    HttpResponse response;
    response.protocol = match.captured(1).toLatin1();
    response.status = match.captured(2).toInt();
    response.reason = match.captured(3).toLatin1().trimmed();
    return response;
}

/// "GET /v1/agents HTTP/1.1"
std::optional<PrintedRequest> requestLine(QByteArrayView line)
{
    static const QRegularExpression pattern(
        u"^([!#$%&'*+.^_`|~0-9A-Za-z-]+) +(\\S+) +HTTP/[0-9](?:\\.[0-9])?$"_s);
    if (line.startsWith("HTTP/") || !line.contains(" HTTP/"))
        return {};
    const QRegularExpressionMatch match = matched(pattern, line.trimmed());
    if (!match.hasMatch())
        return {};
    PrintedRequest request;
    request.method = match.captured(1).toLatin1();
    QString target = match.captured(2);
    while (target.startsWith("//"_L1)) // a path, and no host
        target.remove(0, 1);
    request.url = QUrl(target);
    return request;
}

bool beginsMessage(QByteArrayView line)
{
    return statusLine(line) || requestLine(line);
}

/// A request's target is only the path, mostly; who prints it knows the scheme, and does not tell.
void findUrl(PrintedRequest &request, bool isPlainHttp)
{
    const QByteArray *host = findHeader(request.headers, "Host");
    if (!request.url.host().isEmpty() || !host)
        return;
    const QUrl server((isPlainHttp ? u"http://"_s : u"https://"_s) + QString::fromUtf8(*host));
    if (server.isValid() && !server.host().isEmpty() && server.userInfo().isEmpty())
        request.url = server.resolved(request.url);
}

/// The headers up to the empty line, which is taken too.
Result<Headers> readHeaders(Lines &lines)
{
    Headers headers;
    for (; !lines.isAtEnd(); lines.next()) {
        const QByteArrayView line = lines.peek();
        if (line.isEmpty()) {
            lines.next();
            break;
        }
        if ((line.front() == ' ' || line.front() == '\t') && !headers.isEmpty()) { // RFC 9112 section 5.2
            headers.last().second += ' ' + line.trimmed().toByteArray();
            continue;
        }
        if (line.front() == '{' || line.front() == '[' || line.front() == '<')
            break; // a body, whose empty line got lost
        const qsizetype colon = line.indexOf(':');
        const QByteArrayView name = line.first(std::max<qsizetype>(colon, 0)).trimmed();
        if (!isToken(name))
            return failure(Error::Kind::InvalidInput,
                           HttpMessageText::tr(
                               "line %1 is no header: that is a name, a colon and a value. An empty line "
                               "stands between headers and body.")
                               .arg(lines.number()));
        if (headers.size() == mostHeaders)
            return failure(Error::Kind::InvalidInput,
                           HttpMessageText::tr("line %1: there are more than %2 headers.")
                               .arg(lines.number())
                               .arg(mostHeaders));
        headers.append({name.toByteArray(), line.sliced(colon + 1).trimmed().toByteArray()});
    }
    return headers;
}

/// Whether nothing but another message, or nothing at all, stands from `at` on.
bool endsAt(QByteArrayView text, qsizetype at)
{
    Lines lines(text.sliced(at));
    lines.skipEmpty();
    return lines.isAtEnd() || beginsMessage(lines.peek());
}

/// How much of `text` is the body that these headers are in front of. Programs print it chunked or not, and
/// lay JSON out anew: its length counts only where what follows it is another message.
qsizetype bodySize(QByteArrayView text, const Headers &headers)
{
    if (endsAt(text, 0))
        return 0;
    const QByteArray *coding = findHeader(headers, "Transfer-Encoding");
    if (coding && coding->toLower().contains("chunked")) {
        const auto chunks = printed::readChunks(text);
        if (chunks && chunks->isWhole && endsAt(text, chunks->size))
            return chunks->size;
    }
    bool isNumber = false;
    const QByteArray *length = findHeader(headers, "Content-Length");
    const qint64 told = length ? length->toLongLong(&isNumber) : 0;
    if (isNumber && told >= 0 && told <= text.size() && endsAt(text, told))
        return told;
    Lines lines(text);
    for (bool isBehindEmpty = false; !lines.isAtEnd(); lines.next()) {
        const QByteArrayView line = lines.peek();
        if (isBehindEmpty && beginsMessage(line))
            return text.size() - lines.rest().size();
        isBehindEmpty = line.isEmpty();
    }
    return text.size();
}

Error noMessage(const QByteArray &text, QByteArrayView line, qsizetype number)
{
    const bool isBinary = text.left(1024).contains('\0');
    const QString what =
        isBinary ? HttpMessageText::tr("line %1 is no text.").arg(number)
        : line.startsWith('{') || line.startsWith('[') || line.startsWith('<')
            ? HttpMessageText::tr(
                  "line %1 begins a body. An answer begins with its status, such as “HTTP/1.1 401 "
                  "Unauthorized”.")
                  .arg(number)
            : HttpMessageText::tr("line %1 is no status line. An answer begins with one, such as “HTTP/1.1 "
                                  "401 Unauthorized”.")
                  .arg(number);
    return {Error::Kind::InvalidInput, what, {}};
}

/// Messages in a row, as they went over the wire or nearly so.
Result<PrintedAnswer> readMessages(const QByteArray &text, std::optional<PrintedRequest> request)
{
    std::optional<PrintedAnswer> last;
    Lines lines(text);
    lines.skipEmpty();
    for (int count = 0; !lines.isAtEnd(); ++count) {
        if (count == mostMessages)
            return failure(Error::Kind::InvalidInput,
                           HttpMessageText::tr("line %1: there are more than %2 requests and answers.")
                               .arg(lines.number())
                               .arg(mostMessages));
        std::optional<HttpResponse> response = statusLine(lines.peek(), count == 0);
        std::optional<PrintedRequest> asked = response ? std::nullopt : requestLine(lines.peek());
        if (!response && !asked)
            return tl::unexpected(noMessage(text, lines.peek(), lines.number()));
        lines.next();
        const Result<Headers> headers = readHeaders(lines);
        if (!headers)
            return tl::unexpected(headers.error());
        const QByteArrayView rest = lines.rest();
        const qsizetype size = bodySize(rest, *headers);
        if (asked) {
            asked->headers = *headers;
            findUrl(*asked, false);
            request = asked;
        } else {
            response->headers = *headers;
            response->body = rest.first(size).toByteArray();
            last = PrintedAnswer{*response, request, {}};
        }
        lines.skip(size);
        lines.skipEmpty();
    }
    if (!last)
        return failure(Error::Kind::InvalidInput,
                       HttpMessageText::tr("there is no answer behind the request."));
    return *last;
}

/// What `curl -v` says on standard error, taken apart from what it writes to standard output.
struct Verbose
{
    QByteArray request;  ///< the last request's head
    QByteArray response; ///< the last answer's head
    QByteArray output;
    bool isTls = false;
};

/// The progress is drawn over itself, and what curl says next stands on the same line:
/// "\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0< HTTP/1.1 200 OK"
QByteArrayView withoutProgress(QByteArrayView line)
{
    constexpr qsizetype fewest = 60;
    const QByteArrayView drawn = line.sliced(line.lastIndexOf('\r') + 1);
    const auto end = std::ranges::find_if_not(
        drawn, [](char c) { return QByteArrayView(" 0123456789.kMGTP:-").contains(c); });
    const qsizetype size = end - drawn.begin();
    return size >= fewest && size < 2 * fewest ? drawn.sliced(size) : line;
}

/// Of the body's transfer, and the heading of the progress.
bool isCount(QByteArrayView line)
{
    return (line.endsWith(" bytes data]") && (line.startsWith("{ [") || line.startsWith("} ["))) ||
           line.startsWith("  % Total ") || line.trimmed().startsWith("Dload  Upload ");
}

std::optional<Verbose> takeVerboseApart(const QByteArray &text)
{
    Verbose parts;
    bool isHead = false;
    for (Lines lines(text); !lines.isAtEnd(); lines.next()) {
        const QByteArrayView line = withoutProgress(lines.peek());
        const QByteArrayView said = line.sliced(std::min<qsizetype>(2, line.size()));
        const bool isCut = line.size() != lines.peek().size();
        if (line.startsWith('<') && (isHead || line.startsWith("< HTTP/"))) {
            if (line.startsWith("< HTTP/"))
                parts.response.clear();
            parts.response += said.toByteArray() + '\n';
            isHead = !said.isEmpty();
        } else if (line.startsWith('>') && (isHead || requestLine(said))) {
            if (requestLine(said))
                parts.request.clear();
            parts.request += said.toByteArray() + '\n';
            isHead = !said.isEmpty();
        } else if (line.startsWith("* ")) {
            parts.isTls = parts.isTls || line.startsWith("* SSL connection");
        } else if (const qsizetype farewell = line.lastIndexOf("* Connection #");
                   farewell > 0 && line.endsWith(" left intact")) {
            parts.output += line.first(farewell); // behind a body without a line break at its end
        } else if (!isCount(line) && !(isCut && line.isEmpty())) {
            parts.output += isCut ? line : lines.whole();
        }
    }
    if (parts.response.isEmpty())
        return {};
    return parts;
}

Result<PrintedAnswer> readVerbose(const Verbose &parts)
{
    std::optional<PrintedRequest> request;
    if (Lines lines(parts.request); !lines.isAtEnd()) {
        request = requestLine(lines.peek());
        lines.next();
        const Result<Headers> headers = readHeaders(lines);
        if (request && headers) {
            request->headers = *headers;
            findUrl(*request, !parts.isTls);
        }
    }
    QByteArray head = parts.output.startsWith("HTTP/") ? QByteArray() : parts.response;
    if (!head.isEmpty() && !head.endsWith("\n\n"))
        head += '\n';
    return readMessages(head + parts.output, request);
}

/// PowerShell writes what it redirects as UTF-16 with a byte order mark.
QByteArray withoutMark(const QByteArray &text)
{
    const auto encoding = QStringConverter::encodingForData(text);
    if (!encoding)
        return text;
    if (encoding == QStringConverter::Utf8)
        return text.mid(3);
    QStringDecoder decoder(*encoding);
    const QString decoded = decoder(text);
    return decoded.toUtf8();
}

/// HTTPie colours what it prints, also into a pipe if it is told to; then the very first word is coloured.
QByteArray withoutColours(QByteArray text)
{
    if (!text.startsWith("\x1B["))
        return text;
    qsizetype kept = 0;
    for (qsizetype at = 0; at < text.size(); ++at) {
        if (text.at(at) == '\x1B' && at + 1 < text.size() && text.at(at + 1) == '[') {
            qsizetype end = at + 2;
            while (end < text.size() &&
                   (isdigit(static_cast<unsigned char>(text.at(end))) || text.at(end) == ';'))
                ++end;
            if (end < text.size() && text.at(end) == 'm') { // ECMA-48: SGR
                at = end;
                continue;
            }
        }
        text[kept++] = text.at(at);
    }
    text.truncate(kept);
    return text;
}

} // namespace

Result<PrintedAnswer> readPrintedAnswer(const QByteArray &text)
{
    if (text.trimmed().isEmpty())
        return failure(Error::Kind::InvalidInput, HttpMessageText::tr("there is nothing in it."));
    if (text.size() > printedAnswerLimit)
        return failure(Error::Kind::TooLarge,
                       HttpMessageText::tr("it is longer than %1 bytes.").arg(printedAnswerLimit));
    const QByteArray plain = withoutColours(withoutMark(text));
    if (plain.trimmed().startsWith('{')) {
        if (auto har = printed::harAnswer(plain))
            return *har;
    }
    Lines first(plain);
    first.skipEmpty();
    const bool isVerbose = !beginsMessage(first.peek()) && plain.contains("< HTTP/");
    const std::optional<Verbose> verbose = isVerbose ? takeVerboseApart(plain) : std::nullopt;
    Result<PrintedAnswer> answer = verbose ? readVerbose(*verbose) : readMessages(plain, {});
    if (!answer)
        return answer;
    if (answer->response.status < 200 && answer->response.status != 101)
        return failure(Error::Kind::InvalidInput,
                       HttpMessageText::tr("%1 is not the last word: the answer behind it is missing.")
                           .arg(answer->response.status));
    if (answer->request)
        answer->response.url = answer->request->url;
    printed::undoTransfer(*answer);
    return answer;
}

std::optional<bool> carriesCredential(const PrintedRequest &request)
{
    const auto items = QUrlQuery(request.url).queryItems();
    const bool carries =
        std::ranges::any_of(request.headers,
                            [](const auto &header) {
                                return Redactor::isCredentialHeader(header.first) &&
                                       !isSameHeader(header.first, "Cookie");
                            }) ||
        std::ranges::any_of(items, [](const auto &item) { return namesCredential(item.first); }) ||
        !request.url.userInfo().isEmpty();
    if (!carries && (!request.isWhole || findHeader(request.headers, "Cookie")))
        return {}; // a cookie may be one
    return carries;
}

} // namespace keydesk
