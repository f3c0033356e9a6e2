#include "app/workspace/HttpEdit.h"

#include "app/workspace/HttpRequestWriter.h"

#include <QCoreApplication>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;
using LineKind = HttpLine::Kind;

namespace {

struct HttpEditText
{
    Q_DECLARE_TR_FUNCTIONS(HttpEdit)
};

tl::unexpected<Error> cannotSay(const QString &what)
{
    return failure(Error::Kind::InvalidInput,
                   HttpEditText::tr("This request cannot be written into a file with "
                                    "requests, because of its %1. Nothing was changed.")
                       .arg(what));
}

/// Which part of a request did not come back as it was meant; empty: all did.
QString lostPart(const RequestSpec &wanted, const RequestSpec &found)
{
    if (wanted.name != found.name)
        return HttpEditText::tr("name");
    if (wanted.method != found.method)
        return HttpEditText::tr("method");
    if (wanted.url != found.url)
        return HttpEditText::tr("URL");
    if (wanted.pathParts != found.pathParts)
        return HttpEditText::tr("path parts");
    if (wanted.params != found.params)
        return HttpEditText::tr("parameters");
    if (wanted.headers != found.headers)
        return HttpEditText::tr("headers");
    if (wanted.body != found.body)
        return HttpEditText::tr("body");
    return wanted.key == found.key ? QString() : HttpEditText::tr("key");
}

const HttpLine &lineAt(const HttpFile &file, int line)
{
    return file.lines().at(static_cast<std::size_t>(line));
}

/// Without a separator of its own: the first in its file.
bool isBare(const HttpFile &file, const HttpBlock &block)
{
    return lineAt(file, block.firstLine).kind != LineKind::Separator;
}

/// Where a request begins that may be moved: the variables above the first one stay.
int movableLine(const HttpFile &file, const HttpBlock &block)
{
    if (!isBare(file, block))
        return block.firstLine;
    int line = block.requestLine;
    const auto belongs = [&file](int above) {
        const LineKind kind = lineAt(file, above).kind;
        return kind == LineKind::Comment || kind == LineKind::Annotation || kind == LineKind::Script;
    };
    while (line > block.firstLine && belongs(line - 1))
        --line;
    return line;
}

/// The line behind its last one that is not empty.
int contentEnd(const HttpFile &file, const HttpBlock &block)
{
    if (block.exactBody && block.hasBody())
        return block.bodyEnd;
    int line = block.lastLine;
    while (line > block.firstLine && lineAt(file, line - 1).kind == LineKind::Blank)
        --line;
    return line;
}

Result<HttpFile> parsed(const HttpFile &file, const QByteArray &bytes)
{
    return HttpFile::parse(bytes, file.path());
}

} // namespace

Result<HttpFile> withRequest(const HttpFile &file, int request, const RequestSpec &spec)
{
    const auto was = readHttpRequest(file, request);
    if (!was)
        return tl::unexpected(was.error());
    const RequestSpec wanted = canonicalRequest(spec);
    if (wanted == canonicalRequest(was->spec))
        return file;
    if (wanted.body.kind == spec.body.kind &&
        writeHttpBody(wanted.body, {}).lines != writeHttpBody(spec.body, {}).lines)
        return cannotSay(HttpEditText::tr("body"));
    const auto bytes = HttpRequestWriter(file, request).write(*was, wanted);
    if (!bytes)
        return tl::unexpected(bytes.error());
    const auto changed = parsed(file, *bytes);
    if (!changed)
        return changed;
    if (changed->requestCount() != file.requestCount())
        return cannotSay(HttpEditText::tr("body"));
    const auto found = readHttpRequest(*changed, request);
    if (!found)
        return tl::unexpected(found.error());
    if (const QString lost = lostPart(wanted, canonicalRequest(found->spec)); !lost.isEmpty())
        return cannotSay(lost);
    // A change of one is no change of the others.
    for (int other = 0; other < file.requestCount(); ++other) {
        if (other != request && movableSource(file, other) != movableSource(*changed, other))
            return cannotSay(HttpEditText::tr("body"));
    }
    return changed;
}

Result<HttpFile> withName(const HttpFile &file, int request, const QString &name)
{
    const auto bytes = HttpRequestWriter(file, request).rename(name);
    if (!bytes)
        return tl::unexpected(bytes.error());
    const auto changed = parsed(file, *bytes);
    if (!changed)
        return changed;
    if (changed->requestCount() != file.requestCount() || changed->name(request) != name.simplified())
        return cannotSay(HttpEditText::tr("name"));
    return changed;
}

QByteArray movableSource(const HttpFile &file, int request)
{
    const HttpBlock &block = file.request(request);
    const qsizetype begin = lineAt(file, movableLine(file, block)).begin;
    const qsizetype end = lineAt(file, contentEnd(file, block) - 1).next;
    const QByteArray source = file.text().sliced(begin, end - begin);
    return source.endsWith('\n') ? source : source + file.lineEnd();
}

Result<HttpFile> withSource(const HttpFile &file, int before, const QByteArray &source)
{
    const QByteArray lineEnd = file.lineEnd();
    const bool isAtEnd = before >= file.requestCount();
    QByteArray head;
    QByteArray rest;
    if (isAtEnd) {
        head = file.text();
    } else {
        const HttpBlock &next = file.request(before);
        const qsizetype place = lineAt(file, movableLine(file, next)).begin;
        head = file.text().first(place);
        rest = file.text().sliced(place);
        if (isBare(file, next))
            rest.prepend("###" + lineEnd);
    }
    const bool isEmpty = QByteArrayView(head).trimmed().isEmpty() || head == "\xEF\xBB\xBF";
    if (!isEmpty && !head.endsWith('\n'))
        head += lineEnd;
    if (!isEmpty && !head.endsWith("\n\n") && !head.endsWith("\n\r\n"))
        head += lineEnd;
    QByteArray added = source;
    if (!added.startsWith("###"))
        added.prepend("###" + lineEnd);
    if (!added.endsWith('\n'))
        added += lineEnd;
    if (!isAtEnd)
        added += lineEnd;
    const auto changed = parsed(file, head + added + rest);
    if (changed && changed->requestCount() != file.requestCount() + 1)
        return cannotSay(HttpEditText::tr("body"));
    return changed;
}

Result<HttpFile> withNewRequest(const HttpFile &file, int before, const RequestSpec &spec)
{
    const QString name = spec.name.simplified();
    const auto title = file.encode(name.isEmpty() ? QString() : u' ' + name);
    if (!title)
        return tl::unexpected(title.error());
    const QByteArray lineEnd = file.lineEnd();
    // The name that a request gets is no reason to write it in two ways.
    const auto skeleton = HttpFile::parse("###" + *title + lineEnd + "GET /" + lineEnd, file.path());
    if (!skeleton)
        return skeleton;
    const auto written = withRequest(*skeleton, 0, spec);
    if (!written)
        return written;
    const auto changed = withSource(file, before, written->text());
    if (!changed)
        return changed;
    const auto found = readHttpRequest(*changed, std::min(before, file.requestCount()));
    if (!found)
        return tl::unexpected(found.error());
    if (const QString lost = lostPart(canonicalRequest(spec), canonicalRequest(found->spec)); !lost.isEmpty())
        return cannotSay(lost);
    return changed;
}

Result<HttpFile> withoutRequest(const HttpFile &file, int request)
{
    const HttpBlock &block = file.request(request);
    const qsizetype begin = lineAt(file, movableLine(file, block)).begin;
    const qsizetype end = file.span(block).end;
    QByteArray head = file.text().first(begin);
    const QByteArray rest = file.text().sliced(end);
    // The blank line that stood between it and the one before.
    if (rest.isEmpty() && head.endsWith("\n\r\n"))
        head.chop(2);
    else if (rest.isEmpty() && head.endsWith("\n\n"))
        head.chop(1);
    return parsed(file, head + rest);
}

Result<HttpFile> withRequestMoved(const HttpFile &file, int from, int to)
{
    if (from == to)
        return file;
    const QByteArray source = movableSource(file, from);
    return withoutRequest(file, from).and_then([&](const HttpFile &without) {
        return withSource(without, to, source);
    });
}

} // namespace keydesk
