#include "app/workspace/HttpFile.h"

#include "app/workspace/HttpParser.h"

#include <QCoreApplication>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct HttpFileText
{
    Q_DECLARE_TR_FUNCTIONS(HttpFile)
};

} // namespace

Result<HttpFile> HttpFile::parse(const QByteArray &bytes, const QString &path)
{
    HttpFile file;
    file.m_path = path;
    file.m_bytes = bytes;
    if (const auto parsed = HttpParser(file).run(); !parsed)
        return tl::unexpected(parsed.error());
    return file;
}

QByteArrayView HttpFile::bytes(const HttpLine &line) const
{
    return QByteArrayView(m_bytes).sliced(line.begin, line.end - line.begin);
}

HttpSpan HttpFile::span(const HttpBlock &block) const
{
    const auto begin = [this](int line) {
        return line < static_cast<int>(m_lines.size()) ? m_lines.at(static_cast<std::size_t>(line)).begin
                                                       : m_bytes.size();
    };
    // A byte order mark stays where it is, whatever happens to the first request.
    return {begin(block.firstLine), begin(block.lastLine)};
}

QByteArray HttpFile::source(int index) const
{
    const HttpSpan where = span(request(index));
    return m_bytes.sliced(where.begin, where.size());
}

QString HttpFile::decode(HttpSpan span) const
{
    const QByteArrayView part = QByteArrayView(m_bytes).sliced(span.begin, span.size());
    return m_isUtf8 ? QString::fromUtf8(part) : QString::fromLatin1(part);
}

Result<QByteArray> HttpFile::encode(const QString &text) const
{
    if (m_isUtf8)
        return text.toUtf8();
    const auto foreign = std::ranges::find_if(text, [](QChar c) { return c.unicode() > 0xFF; });
    if (foreign == text.end())
        return text.toLatin1();
    return failure(
        Error::Kind::InvalidInput,
        HttpFileText::tr("%1 is not in UTF-8, and its encoding does not have the character “%2”. Save the "
                         "file as UTF-8 first.")
            .arg(m_path.isEmpty() ? HttpFileText::tr("The file") : m_path, QString(*foreign)));
}

QByteArray HttpFile::lineEnd() const
{
    qsizetype windows = 0;
    for (const HttpLine &line : m_lines)
        windows += line.next - line.end == 2 ? 1 : 0;
    return windows * 2 > static_cast<qsizetype>(m_lines.size()) ? QByteArray("\r\n") : QByteArray("\n");
}

namespace {

QString titleOf(const HttpFile &file, const HttpBlock &block)
{
    const HttpLine &first = file.lines().at(static_cast<std::size_t>(block.firstLine));
    if (first.kind != HttpLine::Kind::Separator)
        return {};
    QString title = file.decode(first);
    while (title.startsWith(u'#'))
        title.remove(0, 1);
    return title.trimmed();
}

QString annotatedName(const HttpFile &file, const HttpBlock &block)
{
    for (int line = block.firstLine; line < block.headersEnd; ++line) {
        const HttpLine &at = file.lines().at(static_cast<std::size_t>(line));
        if (at.kind != HttpLine::Kind::Annotation)
            continue;
        const HttpAnnotation annotation = httpAnnotation(file.bytes(at));
        if (annotation.name == "name")
            return file.isUtf8() ? QString::fromUtf8(annotation.value)
                                 : QString::fromLatin1(annotation.value);
    }
    return {};
}

} // namespace

QString HttpFile::name(int index) const
{
    const QString title = titleOf(*this, request(index));
    return title.isEmpty() ? annotatedName(*this, request(index)) : title;
}

QString HttpFile::reference(int index) const
{
    const QString named = annotatedName(*this, request(index));
    return named.isEmpty() ? titleOf(*this, request(index)) : named;
}

QString HttpFile::method(int index) const
{
    const QString method = decode(request(index).method);
    if (method.isEmpty())
        return u"GET"_s;
    return method.compare("GRAPHQL"_L1, Qt::CaseInsensitive) == 0 ? u"POST"_s : method;
}

QString HttpFile::url(int index) const
{
    QString url;
    for (const HttpSpan &piece : request(index).target)
        url += decode(piece);
    return url;
}

} // namespace keydesk
