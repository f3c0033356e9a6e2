#include "app/workspace/HttpParser.h"

#include "app/workspace/HttpWords.h"

#include <QCoreApplication>
#include <QLocale>

namespace keydesk {

using namespace Qt::StringLiterals;
using Kind = HttpLine::Kind;
using namespace words;

namespace {

struct HttpParserText
{
    Q_DECLARE_TR_FUNCTIONS(HttpFile)
};

QString nameOf(const QString &path)
{
    return path.isEmpty() ? HttpParserText::tr("The file") : path;
}

} // namespace

QByteArrayView HttpParser::text(int line) const
{
    return m_file.bytes(m_file.m_lines.at(static_cast<std::size_t>(line)));
}

Result<void> HttpParser::checkText() const
{
    const QByteArray &bytes = m_file.m_bytes;
    if (bytes.size() > HttpFile::limit)
        return failure(
            Error::Kind::TooLarge,
            HttpParserText::tr("%1 is %2 long. Keydesk reads files with requests of up to %3; split it.")
                .arg(nameOf(m_file.m_path), QLocale().formattedDataSize(bytes.size()),
                     QLocale().formattedDataSize(HttpFile::limit)));
    if (bytes.startsWith("\xFF\xFE") || bytes.startsWith("\xFE\xFF"))
        return failure(
            Error::Kind::InvalidInput,
            HttpParserText::tr("%1 is in UTF-16, which a file with requests cannot be. Save it as UTF-8.")
                .arg(nameOf(m_file.m_path)));
    const qsizetype zero = bytes.indexOf('\0');
    if (zero < 0)
        return {};
    const QByteArrayView before = QByteArrayView(bytes).first(zero);
    return failure(Error::Kind::InvalidInput,
                   HttpParserText::tr("%1 is not text: line %2, column %3 holds a null byte.")
                       .arg(nameOf(m_file.m_path))
                       .arg(before.count('\n') + 1)
                       .arg(zero - before.lastIndexOf('\n')));
}

Result<void> HttpParser::splitLines()
{
    const QByteArray &bytes = m_file.m_bytes;
    // The mark at the beginning belongs to the first line, but not to its text.
    qsizetype begin = bytes.startsWith("\xEF\xBB\xBF") ? 3 : 0;
    while (begin < bytes.size()) {
        const qsizetype found = bytes.indexOf('\n', begin);
        const qsizetype next = found < 0 ? bytes.size() : found + 1;
        qsizetype end = found < 0 ? bytes.size() : found;
        if (end > begin && bytes.at(end - 1) == '\r')
            --end;
        if (m_file.m_lines.size() >= HttpFile::mostLines)
            return failure(Error::Kind::TooLarge,
                           HttpParserText::tr(
                               "%1 has more than %2 lines. Split it: Keydesk stopped at line %2, column 1.")
                               .arg(nameOf(m_file.m_path))
                               .arg(HttpFile::mostLines));
        m_file.m_lines.push_back(
            {static_cast<qint32>(begin), static_cast<qint32>(end), static_cast<qint32>(next), Kind::Other});
        begin = next;
    }
    return {};
}

Result<void> HttpParser::run()
{
    if (const auto checked = checkText(); !checked)
        return checked;
    m_file.m_isUtf8 = QUtf8StringView(m_file.m_bytes.constData(), m_file.m_bytes.size()).isValidUtf8();
    if (const auto split = splitLines(); !split)
        return split;
    const int count = static_cast<int>(m_file.m_lines.size());
    int first = 0;
    for (int line = 0; line <= count; ++line) {
        if (line < count && !(line > first && text(line).startsWith("###")))
            continue;
        if (line > first || line == count)
            block(first, line);
        first = line;
        if (m_file.m_requests.size() > HttpFile::mostRequests)
            return failure(
                Error::Kind::TooLarge,
                HttpParserText::tr(
                    "%1 has more than %2 requests. Split it: Keydesk stopped at line %3, column 1.")
                    .arg(nameOf(m_file.m_path))
                    .arg(HttpFile::mostRequests)
                    .arg(line));
    }
    return {};
}

void HttpParser::block(int first, int last)
{
    m_block = HttpBlock();
    m_block.firstLine = first;
    m_block.lastLine = last;
    m_region = Region::Before;
    m_inScript = false;
    m_hasHeader = false;
    for (int line = first; line < last; ++line) {
        Kind &kind = m_file.m_lines.at(static_cast<std::size_t>(line)).kind;
        if (m_inScript) {
            kind = m_scriptKind;
            m_inScript = !text(line).contains("%}");
            continue;
        }
        switch (m_region) {
        case Region::Before:
            kind = line == first && text(line).startsWith("###") ? Kind::Separator : before(line);
            break;
        case Region::Target:
            kind = inTarget(line);
            break;
        case Region::Headers:
            kind = inHeaders(line);
            break;
        case Region::Body:
            kind = inBody(line);
            break;
        case Region::After:
            kind = after(line);
            break;
        case Region::Rest:
            kind = Kind::Other;
            break;
        }
    }
    finish();
    if (m_block.hasRequest())
        m_file.m_requests.append(static_cast<int>(m_file.m_blocks.size()));
    m_file.m_blocks.append(m_block);
}

/// "< {%" or "> {%": what follows is a script until "%}".
bool HttpParser::opensScript(QByteArrayView trimmed, char mark)
{
    if (!trimmed.startsWith(mark) || !trimmed.sliced(1).trimmed().startsWith("{%"))
        return false;
    m_scriptKind = mark == '<' ? Kind::Script : Kind::Handler;
    m_inScript = !trimmed.contains("%}");
    return true;
}

Kind HttpParser::before(int line)
{
    const QByteArrayView trimmed = text(line).trimmed();
    if (trimmed.isEmpty())
        return Kind::Blank;
    if (isComment(trimmed)) {
        const HttpAnnotation annotation = httpAnnotation(text(line));
        if (annotation.name == "body" && annotation.value == "exact")
            m_block.exactBody = true;
        return annotation.name.isEmpty() ? Kind::Comment : Kind::Annotation;
    }
    if (!httpAssignment(trimmed).name.isEmpty())
        return Kind::Variable;
    if (opensScript(trimmed, '<') || trimmed.startsWith("< "))
        return Kind::Script;
    if (trimmed.startsWith("import ") || trimmed.startsWith("run "))
        return Kind::Directive;
    if (trimmed.startsWith("HTTP/")) { // an answer that was kept in the file
        m_region = Region::Rest;
        return Kind::Other;
    }
    return startsRequest(line) ? Kind::Request : Kind::Other;
}

bool HttpParser::startsRequest(int line)
{
    const QByteArrayView whole = text(line);
    const QByteArrayView trimmed = whole.trimmed();
    const qsizetype begin =
        m_file.m_lines.at(static_cast<std::size_t>(line)).begin + (trimmed.data() - whole.data());
    qsizetype word = 0;
    while (word < trimmed.size() && trimmed.at(word) != ' ' && trimmed.at(word) != '\t')
        ++word;
    const QByteArrayView first = trimmed.first(word);
    const QByteArrayView rest = trimmed.sliced(word).trimmed();
    m_block.requestLine = line;
    m_region = Region::Target;
    if (first == "curl") {
        m_block.protocol = HttpBlock::Protocol::Curl;
        m_block.method = {begin, begin + word};
        if (!rest.isEmpty())
            m_block.target = {{begin + (rest.data() - trimmed.data()), begin + trimmed.size()}};
        m_region = Region::Rest;
        return true;
    }
    if (isMethodWord(first) || (isTokenWord(first) && looksLikeTarget(rest))) {
        m_block.method = {begin, begin + word};
        if (first.compare("WEBSOCKET", Qt::CaseInsensitive) == 0)
            m_block.protocol = HttpBlock::Protocol::WebSocket;
        else if (first.compare("GRPC", Qt::CaseInsensitive) == 0)
            m_block.protocol = HttpBlock::Protocol::Grpc;
        else if (first.compare("RSOCKET", Qt::CaseInsensitive) == 0)
            m_block.protocol = HttpBlock::Protocol::RSocket;
    }
    addTarget(line);
    return true;
}

/// What a line adds to the URL, and the version at its end.
void HttpParser::addTarget(int line)
{
    const HttpLine &at = m_file.m_lines.at(static_cast<std::size_t>(line));
    const QByteArrayView whole = text(line);
    const qsizetype from =
        line == m_block.requestLine && !m_block.method.isEmpty() ? m_block.method.end - at.begin : 0;
    // The space in front of the version is what tells it from a URL, also when the URL is empty.
    const QByteArrayView rest = whole.sliced(from);
    qsizetype last = rest.size();
    while (last > 0 && (rest.at(last - 1) == ' ' || rest.at(last - 1) == '\t'))
        --last;
    const qsizetype version = versionBegin(rest.first(last));
    if (version < last)
        m_block.version = {at.begin + from + version, at.begin + from + last};
    const QByteArrayView target = rest.first(version).trimmed();
    if (target.isEmpty())
        return;
    const qsizetype begin = at.begin + (target.data() - whole.data());
    m_block.target.append({begin, begin + target.size()});
}

Kind HttpParser::inTarget(int line)
{
    const QByteArrayView whole = text(line);
    const QByteArrayView trimmed = whole.trimmed();
    // Switched-off parameters and other comments stand between the lines of a query.
    const bool continues = !trimmed.isEmpty() && !isComment(trimmed) &&
                           (trimmed.startsWith('?') || trimmed.startsWith('&') ||
                            (isIndented(whole) && !isPlainHeader(trimmed)));
    if (continues) {
        addTarget(line);
        return Kind::Continuation;
    }
    if (isComment(trimmed) && isIndented(whole))
        return httpAnnotation(whole).name.isEmpty() ? Kind::Comment : Kind::Annotation;
    m_region = Region::Headers;
    m_block.headersBegin = line;
    return inHeaders(line);
}

Kind HttpParser::inHeaders(int line)
{
    const QByteArrayView whole = text(line);
    const QByteArrayView trimmed = whole.trimmed();
    const bool endsHeaders = trimmed.isEmpty() || trimmed.startsWith('>') || trimmed.startsWith("<> ");
    if (endsHeaders) {
        m_block.headersEnd = line;
        m_region = Region::Body;
        return trimmed.isEmpty() ? Kind::Blank : inBody(line);
    }
    if (isComment(trimmed))
        return httpAnnotation(whole).name.isEmpty() ? Kind::Comment : Kind::Annotation;
    if (isIndented(whole) && m_hasHeader) {
        const QByteArrayView previous = text(line - 1).trimmed();
        const bool goesOn = previous.endsWith(',') || previous.endsWith(';');
        if (goesOn || !isPlainHeader(trimmed))
            return Kind::Fold;
    }
    if (!trimmed.contains(':'))
        return Kind::Other;
    m_hasHeader = true;
    return Kind::Header;
}

Kind HttpParser::inBody(int line)
{
    const QByteArrayView whole = text(line);
    const QByteArrayView trimmed = whole.trimmed();
    if (m_block.exactBody) {
        if (m_block.bodyBegin < 0)
            m_block.bodyBegin = line;
        m_block.bodyEnd = line + 1;
        return httpInclude(QString::fromUtf8(whole)).path.isEmpty() ? Kind::Body : Kind::Include;
    }
    if (trimmed.isEmpty())
        return Kind::Blank;
    if (whole.startsWith('>') || whole.startsWith("<>")) {
        const Kind kind = after(line);
        if (kind != Kind::Other) {
            m_region = Region::After;
            return kind;
        }
    }
    // What is switched off is part of the body, other comments only if they stand in it.
    const HttpAnnotation annotation = httpAnnotation(whole);
    const bool isDisabled = annotation.name.startsWith("disabled");
    if (isComment(trimmed) && !isDisabled)
        return annotation.name.isEmpty() ? Kind::Comment : Kind::Annotation;
    if (m_block.bodyBegin < 0)
        m_block.bodyBegin = line;
    m_block.bodyEnd = line + 1;
    if (isDisabled)
        return Kind::Annotation;
    const bool includes = whole.startsWith('<') && !httpInclude(QString::fromUtf8(whole)).path.isEmpty();
    return includes ? Kind::Include : Kind::Body;
}

Kind HttpParser::after(int line)
{
    const QByteArrayView trimmed = text(line).trimmed();
    if (trimmed.isEmpty())
        return Kind::Blank;
    if (opensScript(trimmed, '>') ||
        (trimmed.startsWith('>') && !trimmed.startsWith(">>") && endsInScriptName(trimmed)))
        return Kind::Handler;
    const QByteArrayView forced = trimmed.startsWith(">>!") ? trimmed.sliced(3) : QByteArrayView();
    const QByteArrayView output = !forced.isNull()           ? forced
                                  : trimmed.startsWith(">>") ? trimmed.sliced(2)
                                                             : QByteArrayView();
    if (!output.isEmpty() && (output.front() == ' ' || output.front() == '\t'))
        return Kind::Output;
    if (trimmed.startsWith("<> "))
        return Kind::Reference;
    if (isComment(trimmed))
        return Kind::Comment;
    return Kind::Other;
}

void HttpParser::finish()
{
    if (!m_block.hasRequest())
        return;
    if (m_block.headersBegin < 0)
        m_block.headersBegin = m_block.lastLine;
    if (m_block.protocol == HttpBlock::Protocol::Curl)
        m_block.headersBegin = m_block.requestLine + 1;
    if (m_block.headersEnd < 0)
        m_block.headersEnd =
            m_block.protocol == HttpBlock::Protocol::Curl ? m_block.headersBegin : m_block.lastLine;
    const bool isLast = m_block.lastLine == static_cast<int>(m_file.m_lines.size());
    // A blank line stands between a body and the next separator.
    if (m_block.exactBody && !isLast && m_block.bodyEnd - m_block.bodyBegin > 0 &&
        text(m_block.bodyEnd - 1).isEmpty())
        --m_block.bodyEnd;
    // Comments that stand in front of the first line of a body are in it, too.
    if (m_block.bodyBegin < 0)
        return;
    while (!m_block.exactBody && m_block.bodyBegin > m_block.headersEnd) {
        const Kind above = m_file.m_lines.at(static_cast<std::size_t>(m_block.bodyBegin) - 1).kind;
        if (above != Kind::Comment && above != Kind::Annotation)
            break;
        --m_block.bodyBegin;
    }
}

} // namespace keydesk
