#include "app/workspace/HttpMultipart.h"

#include "app/workspace/HttpFile.h"

#include <QFileInfo>
#include <QJsonDocument>
#include <QRegularExpression>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

const QString disabledPart = u"# @disabled-part "_s;

/// RFC 7578 section 4.2 as browsers write it: quotes and line breaks as percent escapes.
QString quoted(QString text)
{
    text.replace(u'"', u"%22"_s);
    text.replace(u'\r', u"%0D"_s);
    text.replace(u'\n', u"%0A"_s);
    return u'"' + text + u'"';
}

QString unquoted(QString text)
{
    text.replace(u"%22"_s, u"\""_s);
    text.replace(u"%0D"_s, u"\r"_s);
    text.replace(u"%0A"_s, u"\n"_s);
    return text;
}

struct Disposition
{
    QString name;
    std::optional<QString> fileName;
};

std::optional<Disposition> dispositionOf(const QString &value)
{
    static const QRegularExpression whole(
        u"^\\s*form-data\\s*((?:;\\s*\\w+\\s*=\\s*(?:\"[^\"]*\"|[^\\s;\"]+)\\s*)+);?\\s*$"_s,
        QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression parameter(u";\\s*(\\w+)\\s*=\\s*(?:\"([^\"]*)\"|([^\\s;\"]+))"_s);
    const auto match = whole.match(value);
    if (!match.hasMatch())
        return std::nullopt;
    Disposition found;
    bool named = false;
    auto parameters = parameter.globalMatch(match.captured(1));
    while (parameters.hasNext()) {
        const auto each = parameters.next();
        const QString text = unquoted(each.captured(2) + each.captured(3));
        if (each.captured(1).compare("name"_L1, Qt::CaseInsensitive) == 0) {
            found.name = text;
            named = true;
        } else if (each.captured(1).compare("filename"_L1, Qt::CaseInsensitive) == 0) {
            found.fileName = text;
        } else {
            return std::nullopt;
        }
    }
    return named ? std::optional(found) : std::nullopt;
}

/// `lines` between two boundaries.
std::optional<RequestPart> readPart(const QStringList &lines)
{
    RequestPart part;
    bool isDisposed = false;
    std::optional<QString> fileName;
    qsizetype at = 0;
    for (; at < lines.size() && !lines.at(at).trimmed().isEmpty(); ++at) {
        const QString line = lines.at(at).trimmed();
        const qsizetype colon = line.indexOf(u':');
        if (colon <= 0)
            return std::nullopt;
        const NameValue header{line.first(colon).trimmed(), line.sliced(colon + 1).trimmed(), true};
        if (!isDisposed && header.name.compare("Content-Disposition"_L1, Qt::CaseInsensitive) == 0) {
            const auto disposition = dispositionOf(header.value);
            if (!disposition)
                return std::nullopt;
            isDisposed = true;
            part.name = disposition->name;
            fileName = disposition->fileName;
        } else if (part.contentType.isEmpty() &&
                   header.name.compare("Content-Type"_L1, Qt::CaseInsensitive) == 0) {
            part.contentType = header.value;
        } else {
            part.headers.append(header);
        }
    }
    if (!isDisposed)
        return std::nullopt;
    const QStringList content = at < lines.size() ? lines.sliced(at + 1) : QStringList();
    const auto isInclude = [](const QString &line) { return !httpInclude(line).path.isEmpty(); };
    const auto includes = std::ranges::count_if(content, isInclude);
    if (includes == 0) {
        part.value = content.join(u'\n');
        part.fileName = fileName.value_or(QString());
        return part;
    }
    QStringList filled = content;
    while (!filled.isEmpty() && filled.last().trimmed().isEmpty())
        filled.removeLast();
    if (filled.size() != 1 || httpInclude(filled.first()).variables)
        return std::nullopt;
    part.file = httpInclude(filled.first()).path;
    if (fileName && *fileName != QFileInfo(part.file).fileName())
        part.fileName = *fileName;
    return part;
}

QJsonObject toJson(const RequestPart &part)
{
    RequestSpec spec;
    spec.body.kind = RequestBody::Kind::Multipart;
    spec.body.parts = {part};
    return spec.toJson()[u"body"_s].toObject()[u"parts"_s].toArray().first().toObject();
}

std::optional<RequestPart> fromJson(const QByteArray &json)
{
    const QJsonObject object = QJsonDocument::fromJson(json).object();
    const RequestSpec spec =
        RequestSpec::fromJson({{u"body"_s, QJsonObject{{u"parts"_s, QJsonArray{object}}}}});
    if (object.isEmpty() || spec.body.parts.size() != 1)
        return std::nullopt;
    RequestPart part = spec.body.parts.first();
    part.enabled = false;
    return part;
}

} // namespace

QString boundaryOf(const QString &contentType)
{
    static const QRegularExpression form(u";\\s*boundary\\s*=\\s*(?:\"([^\"]*)\"|([^\\s;\"]+))"_s,
                                         QRegularExpression::CaseInsensitiveOption);
    const auto match = form.match(contentType);
    return match.captured(1) + match.captured(2);
}

std::optional<QList<RequestPart>> readMultipart(const QStringList &lines, const QString &boundary)
{
    if (boundary.isEmpty())
        return std::nullopt;
    QList<RequestPart> parts;
    std::optional<QStringList> open; // of the part that is being read
    bool isClosed = false;
    for (const QString &line : lines) {
        const QString trimmed = line.trimmed();
        const bool isEnd = trimmed == u"--"_s + boundary + u"--"_s;
        const bool isBoundary = isEnd || trimmed == u"--"_s + boundary;
        const bool isDisabled = (!open || isClosed || open->isEmpty()) && trimmed.startsWith(disabledPart);
        if (isDisabled) {
            const auto part = fromJson(trimmed.sliced(disabledPart.size()).toUtf8());
            if (!part)
                return std::nullopt;
            parts.append(*part);
            continue;
        }
        if (!isBoundary && (!open || isClosed)) {
            if (!trimmed.isEmpty())
                return std::nullopt;
            continue;
        }
        if (!isBoundary) {
            open->append(line);
            continue;
        }
        if (open && !(open->isEmpty() && isEnd)) {
            const auto part = readPart(*open);
            if (!part)
                return std::nullopt;
            parts.append(*part);
        }
        open = QStringList();
        isClosed = isEnd;
    }
    // Without its end, other tools would send it as it is.
    return isClosed ? std::optional(parts) : std::nullopt;
}

QStringList multipartLines(const QList<RequestPart> &parts, const QString &boundary)
{
    if (parts.isEmpty())
        return {};
    QStringList lines;
    QStringList disabled; // behind the boundary of the next part, or behind the end
    for (const RequestPart &part : parts) {
        if (!part.enabled) {
            disabled.append(disabledPart +
                            QString::fromUtf8(QJsonDocument(toJson(part)).toJson(QJsonDocument::Compact)));
            continue;
        }
        lines.append(u"--"_s + boundary);
        lines += disabled;
        disabled.clear();
        QString disposition = u"Content-Disposition: form-data; name="_s + quoted(part.name);
        const QString fileName = !part.fileName.isEmpty() ? part.fileName : QFileInfo(part.file).fileName();
        if (!fileName.isEmpty())
            disposition += u"; filename="_s + quoted(fileName);
        lines.append(disposition);
        if (!part.contentType.isEmpty())
            lines.append(u"Content-Type: "_s + part.contentType);
        for (const NameValue &header : part.headers) {
            if (header.enabled && !header.name.isEmpty())
                lines.append(header.name + u": "_s + header.value);
        }
        lines.append(QString());
        QString value = part.value;
        value.replace("\r\n"_L1, "\n"_L1);
        if (part.file.isEmpty())
            lines += value.split(u'\n');
        else
            lines.append(u"< "_s + part.file);
    }
    lines.append(u"--"_s + boundary + u"--"_s);
    return lines + disabled;
}

QString freeBoundary(const QList<RequestPart> &parts, const QString &wanted)
{
    const QString base = wanted.isEmpty() ? u"boundary"_s : wanted;
    QString boundary = base;
    const auto isTaken = [&boundary](const RequestPart &part) {
        return part.value.contains(u"--"_s + boundary);
    };
    for (int number = 2; std::ranges::any_of(parts, isTaken); ++number)
        boundary = base + u'-' + QString::number(number);
    return boundary;
}

} // namespace keydesk
