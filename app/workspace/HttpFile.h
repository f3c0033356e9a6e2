#pragma once

#include "app/base/Error.h"

#include <QByteArray>
#include <QList>
#include <QString>

#include <vector>

namespace keydesk {

/// Bytes of a file: [begin, end).
struct HttpSpan
{
    qsizetype begin = 0;
    qsizetype end = 0;

    [[nodiscard]] bool isEmpty() const { return begin == end; }
    [[nodiscard]] qsizetype size() const { return end - begin; }
    bool operator==(const HttpSpan &) const = default;
};

struct HttpLine
{
    enum class Kind : quint8 {
        Blank,
        Separator,    ///< "###", with or without a title
        Comment,      ///< "#" or "//"
        Annotation,   ///< a comment that says "@name value"
        Variable,     ///< "@name = value"
        Script,       ///< of "< {% … %}" or "< file.js" before a request
        Directive,    ///< "import …", "run …"
        Request,      ///< method, URL, version
        Continuation, ///< of the URL
        Header,
        Fold, ///< of a header's value
        Body,
        Include,   ///< "< path", "<@ path", "<@latin1 path" in a body
        Handler,   ///< of "> {% … %}" or "> file.js"
        Output,    ///< ">> file", ">>! file"
        Reference, ///< "<> file"
        Other,     ///< kept, without a meaning here
    };

    qint32 begin = 0;
    qint32 end = 0;  ///< without its line break
    qint32 next = 0; ///< where the next line begins
    Kind kind = Kind::Other;
};

/// What stands between two separators, the first one included. Line numbers are places in
/// `HttpFile::lines()`.
struct HttpBlock
{
    enum class Protocol { Http, WebSocket, Grpc, RSocket, Curl };

    int firstLine = 0;
    int lastLine = 0;      ///< the one after the last
    int requestLine = -1;  ///< -1: no request, only comments, variables or other text
    int headersBegin = -1; ///< where headers may stand: after the request line and its continuations
    int headersEnd = -1;
    int bodyBegin = -1; ///< with the comments in it, without blank lines around it
    int bodyEnd = -1;
    bool exactBody = false; ///< "# @body exact": lines that look like comments belong to the body
    Protocol protocol = Protocol::Http;
    HttpSpan method;        ///< empty: GET is meant, as both other tools have it
    QList<HttpSpan> target; ///< the URL's pieces, one a line
    HttpSpan version;       ///< "HTTP/1.1" or empty

    [[nodiscard]] bool hasRequest() const { return requestLine >= 0; }
    [[nodiscard]] bool hasBody() const { return bodyEnd > bodyBegin; }
};

/// A .http or .rest file (VS Code REST Client, JetBrains HTTP Client) without loss: its bytes, and where its
/// parts stand in them. What is not understood is a line of kind Other; every byte belongs to one line, and
/// every line to one block. A value; thread-safe to read.
class HttpFile
{
public:
    static constexpr qsizetype limit = 16 * 1024 * 1024; ///< bytes
    static constexpr int mostLines = 500'000;
    static constexpr int mostRequests = 10'000;

    HttpFile() = default;
    /// TooLarge beyond the limits, InvalidInput for what is no text (UTF-16, NUL); messages name `path`, line
    /// and column.
    static Result<HttpFile> parse(const QByteArray &bytes, const QString &path = {});

    [[nodiscard]] const QByteArray &text() const { return m_bytes; }
    [[nodiscard]] const std::vector<HttpLine> &lines() const { return m_lines; }
    [[nodiscard]] const QList<HttpBlock> &blocks() const { return m_blocks; }
    [[nodiscard]] const QString &path() const { return m_path; }

    /// The requests are the blocks that have one, counted from 0.
    [[nodiscard]] int requestCount() const { return static_cast<int>(m_requests.size()); }
    [[nodiscard]] const HttpBlock &request(int index) const { return m_blocks.at(m_requests.at(index)); }
    /// The request's exact source, separator and all.
    [[nodiscard]] QByteArray source(int index) const;
    [[nodiscard]] HttpSpan span(const HttpBlock &block) const;
    /// The separator's title, else what "@name" says, else empty.
    [[nodiscard]] QString name(int index) const;
    /// By which other requests refer to its answer: what "@name" says, else the title.
    [[nodiscard]] QString reference(int index) const;
    [[nodiscard]] QString method(int index) const;
    /// The whole URL as written, its pieces joined.
    [[nodiscard]] QString url(int index) const;
    /// Of the request line in the file, from 1.
    [[nodiscard]] int lineNumber(int index) const { return request(index).requestLine + 1; }

    /// UTF-8, or Latin-1 if the file is not UTF-8: then every byte is a character, and comes back as that
    /// byte.
    [[nodiscard]] bool isUtf8() const { return m_isUtf8; }
    [[nodiscard]] QString decode(HttpSpan span) const;
    [[nodiscard]] QString decode(const HttpLine &line) const
    {
        return decode(HttpSpan{line.begin, line.end});
    }
    /// Fails for characters that the file's encoding does not have.
    [[nodiscard]] Result<QByteArray> encode(const QString &text) const;
    /// What most of its lines end with: "\n" or "\r\n".
    [[nodiscard]] QByteArray lineEnd() const;
    /// The bytes of a line without its break.
    [[nodiscard]] QByteArrayView bytes(const HttpLine &line) const;

private:
    friend class HttpParser;

    QString m_path;
    QByteArray m_bytes;
    std::vector<HttpLine> m_lines;
    QList<HttpBlock> m_blocks;
    QList<int> m_requests; // places in m_blocks
    bool m_isUtf8 = true;
};

/// A comment that says something: "# @timeout 30 s".
struct HttpAnnotation
{
    QByteArrayView name;  ///< without "@"
    QByteArrayView value; ///< trimmed, without the "=" that may stand before it
    bool operator==(const HttpAnnotation &) const = default;
};
/// Nothing if the line is none.
HttpAnnotation httpAnnotation(QByteArrayView line);

/// The name and the value of "@name = value"; an empty name if the line is none.
struct HttpAssignment
{
    QByteArrayView name;
    QByteArrayView value;
};
HttpAssignment httpAssignment(QByteArrayView line);

/// "< path", "<@ path", "<@latin1 path".
struct HttpInclude
{
    QString path;           ///< as written; empty: the line is none
    bool variables = false; ///< {{name}} in the file is replaced
    QString encoding;       ///< empty: UTF-8
};
HttpInclude httpInclude(QStringView line);

} // namespace keydesk
