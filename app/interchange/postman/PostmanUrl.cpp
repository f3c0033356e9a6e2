#include "app/interchange/postman/PostmanUrl.h"

#include "app/http/PathParts.h"
#include "app/workspace/HttpEncoding.h"

#include <QCoreApplication>

namespace keydesk::postman {

using namespace Qt::StringLiterals;

namespace {

struct PostmanUrlText
{
    Q_DECLARE_TR_FUNCTIONS(Postman)
};

/// Outside of {{…}}, or -1.
qsizetype indexOutside(const QString &text, QChar wanted, qsizetype from = 0)
{
    for (qsizetype at = from; at < text.size(); ++at) {
        if (text.at(at) == wanted)
            return at;
        if (QStringView(text).sliced(at).startsWith(u"{{")) {
            const qsizetype close = text.indexOf("}}"_L1, at + 2);
            if (close < 0)
                return text.indexOf(wanted, at);
            at = close + 1;
        }
    }
    return -1;
}

/// "a/b", or a list of texts and of objects with the text in `value`.
QString joined(SpecNode parts, QChar separator)
{
    if (!parts.isList())
        return parts.text();
    QStringList texts;
    for (SpecNode part = parts.first(); part.isThere(); part = part.next())
        texts.append(part.isMap() ? valueText(part["value"]) : valueText(part));
    return texts.join(separator);
}

/// Protocol, host, port and path.
QString addressOfParts(SpecNode url)
{
    QString text;
    const QString protocol = url["protocol"].text();
    if (!protocol.isEmpty())
        text += protocol + (protocol.endsWith("://"_L1) ? QString() : u"://"_s);
    text += joined(url["host"], u'.');
    if (const QString port = valueText(url["port"]); !port.isEmpty())
        text += u':' + port;
    const QString path = joined(url["path"], u'/');
    if (!path.isEmpty() && !path.startsWith(u'/'))
        text += u'/';
    return text + path;
}

/// A query item as Postman sends it: what may not stand in a query is escaped, and nothing else.
QString queryItem(const QString &name, SpecNode value)
{
    const auto escaped = [](const QString &text) {
        QString result;
        for (const QChar c : text) {
            if (c == u'#' || c.unicode() < 0x20 || c.unicode() == 0x7F)
                result += QString::fromLatin1(QString(c).toUtf8().toPercentEncoding());
            else
                result += c;
        }
        return result;
    };
    return escaped(name) + (value.isThere() && !value.isNull() ? u'=' + escaped(valueText(value)) : QString());
}

/// Each enabled item as it is sent, and the disabled ones between them where that is possible.
void addQuery(SpecNode query, Address &address)
{
    QStringList sent;
    QList<std::pair<qsizetype, NameValue>> disabled; // behind so many that are sent
    for (SpecNode row = query.first(); row.isThere(); row = row.next()) {
        if (!row.isMap()) {
            if (row.isText())
                sent.append(row.text());
            continue;
        }
        const QString name = valueText(row["key"]);
        if (name.isEmpty() && valueText(row["value"]).isEmpty())
            continue;
        const QString item = queryItem(name, row["value"]);
        if (!isDisabled(row)) {
            sent.append(item);
            continue;
        }
        const auto read = readHttpItem(item, HttpItems::Query);
        disabled.append({sent.size(), read ? NameValue{read->name, read->value, false} : NameValue{name, valueText(row["value"]), false}});
    }
    if (!sent.isEmpty()) {
        const HttpUrlParts parts = splitHttpUrl(address.url + (queryBegin(address.url) < 0 ? u'?' : u'&') + sent.join(u'&'));
        address.url = parts.url;
        address.params = parts.params;
    }
    const bool areAllRows = address.params.size() == sent.size();
    for (qsizetype i = 0; i < disabled.size(); ++i)
        address.params.insert(areAllRows ? disabled.at(i).first + i : address.params.size(), disabled.at(i).second);
}

/// "https://host/:id/x" → "https://host/{id}/x".
QString withPathParts(const QString &url)
{
    const qsizetype scheme = url.indexOf("://"_L1);
    const qsizetype path = indexOutside(url, u'/', scheme < 0 ? 0 : scheme + 3);
    const qsizetype query = queryBegin(url);
    const qsizetype end = query < 0 ? url.size() : query;
    if (path < 0 || path >= end)
        return url;
    QString result = url.first(path);
    for (qsizetype at = path; at < end;) {
        qsizetype next = indexOutside(url, u'/', at + 1);
        if (next < 0 || next > end)
            next = end;
        const QString segment = url.sliced(at + 1, next - at - 1);
        const bool isPart = segment.size() > 1 && segment.startsWith(u':') && !segment.contains(u'{') && !segment.contains(u'}');
        result += u'/' + (isPart ? u'{' + segment.sliced(1) + u'}' : segment);
        at = next;
    }
    return result + url.sliced(end);
}

QList<NameValue> partValues(SpecNode variables, const QString &place, Notes &notes)
{
    QList<NameValue> rows;
    for (SpecNode row = variables.first(); row.isThere(); row = row.next()) {
        const QString name = valueText(row["key"].isThere() ? row["key"] : row["id"]);
        if (!name.isEmpty())
            rows.append(
                {name,
                 withVariables(oneLine(valueText(row["value"])),
                               placeOf(place, PostmanUrlText::tr("path part %1").arg(oneLine(name))), notes),
                 true});
    }
    return rows;
}

} // namespace

Address readAddress(SpecNode url, const QString &place, Notes &notes)
{
    const QString here = placeOf(place, PostmanUrlText::tr("URL"));
    const bool hasParts = url.isMap() && (url["host"].isThere() || url["path"].isThere());
    QString text = oneLine(hasParts ? addressOfParts(url) : url.isMap() ? url["raw"].text() : url.text()).trimmed();
    const qsizetype ownQuery = queryBegin(text);
    const bool hasRows = url.isMap() && url["query"].isList();
    if (!hasParts && hasRows && url["query"].first().isThere() && ownQuery >= 0)
        text.truncate(ownQuery); // the same again
    if (hasParts && !hasRows && ownQuery < 0) {
        const QString raw = oneLine(url["raw"].text());
        if (const qsizetype query = queryBegin(raw); query >= 0)
            text += raw.sliced(query);
    }
    if (const qsizetype fragment = indexOutside(text, u'#'); fragment >= 0) {
        text = text.first(fragment).trimmed();
        notes.changed(here, PostmanUrlText::tr("What follows the # is never sent, and was left out."));
    }
    if (text.startsWith(u'/')) {
        text.prepend("{{baseUrl}}"_L1);
        notes.changed(here,
                      PostmanUrlText::tr("It names no host; the environment's base URL was put before it."));
    } else if (!text.isEmpty() && !text.contains("://"_L1) && !text.startsWith("{{"_L1)) {
        text.prepend("http://"_L1);
        notes.changed(
            here, PostmanUrlText::tr("It has no scheme; http:// was put before it, which Postman means."));
    }
    Address address;
    address.url = withPathParts(text);
    if (hasRows)
        addQuery(url["query"], address);
    const HttpUrlParts split = splitHttpUrl(address.url);
    address.url = split.url;
    address.params = split.params + address.params;
    for (NameValue &row : address.params) {
        const QString param = placeOf(place, PostmanUrlText::tr("parameter %1").arg(oneLine(row.name)));
        row.name = withVariables(row.name, param, notes);
        row.value = withVariables(row.value, param, notes);
    }
    address.url = withVariables(address.url, here, notes);
    address.pathParts = pathPartRows(address.url, partValues(url["variable"], place, notes));
    return address;
}

} // namespace keydesk::postman
