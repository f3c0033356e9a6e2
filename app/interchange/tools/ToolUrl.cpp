#include "app/interchange/tools/ToolUrl.h"

#include "app/workspace/HttpEncoding.h"

#include <QHash>
#include <QSet>

#include <utility>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

/// "a=b" as it is written, with nothing undone.
NameValue rawItem(const QString &text)
{
    const qsizetype equals = text.indexOf(u'=');
    return equals < 0 ? NameValue{text, {}, true} : NameValue{text.first(equals), text.sliced(equals + 1), true};
}

/// The URL's own query without what the rows say again.
QString withoutShown(const QString &url, const QList<NameValue> &rows)
{
    const qsizetype question = queryBegin(url);
    if (question < 0)
        return url;
    qsizetype fragment = url.indexOf(u'#', question);
    if (fragment < 0)
        fragment = url.size();
    QHash<std::pair<QString, QString>, int> shown;
    for (const NameValue &row : rows)
        shown[{row.name, row.value}] += row.enabled ? 1 : 0;
    const auto isShown = [&shown](const NameValue &item) {
        const auto found = shown.find({item.name, item.value});
        if (found == shown.end() || *found == 0)
            return false;
        --*found;
        return true;
    };
    QStringList items = splitHttpItems(url.sliced(question + 1, fragment - question - 1));
    items.removeIf([&](const QString &text) {
        const auto read = readHttpItem(text, HttpItems::Query);
        return text.isEmpty() || isShown(rawItem(text)) || (read && isShown(*read));
    });
    return url.first(question) + (items.isEmpty() ? QString() : u'?' + items.join(u'&')) + url.sliced(fragment);
}

} // namespace

QStringList takePathParts(RequestSpec &spec, const QList<NameValue> &rows)
{
    QStringList left;
    if (rows.isEmpty())
        return left;
    qsizetype end = queryBegin(spec.url);
    if (end < 0)
        end = spec.url.contains(u'#') ? spec.url.indexOf(u'#') : spec.url.size();
    QSet<QString> names;
    for (const NameValue &row : rows)
        names.insert(row.name);
    names.remove({});
    QSet<QString> found;
    QStringList segments = spec.url.first(end).split(u'/');
    for (QString &segment : segments) {
        const bool isBraced = segment.startsWith(u'{') && segment.endsWith(u'}');
        const QString name = segment.startsWith(u':') ? segment.sliced(1) : isBraced ? segment.sliced(1).chopped(1) : QString();
        if (!names.contains(name))
            continue;
        segment = u'{' + name + u'}';
        found.insert(name);
    }
    for (const NameValue &row : rows) {
        if (found.contains(row.name))
            spec.pathParts.append({row.name, row.value, true});
        else if (!row.name.isEmpty())
            left.append(row.name);
    }
    spec.url = segments.join(u'/') + spec.url.sliced(end);
    return left;
}

void takeQuery(RequestSpec &spec, const QList<NameValue> &rows, ToolQuery query, bool isEscaped)
{
    if (query == ToolQuery::Shown)
        spec.url = withoutShown(spec.url, rows);
    for (const NameValue &row : rows) {
        if (row.name.isEmpty() && row.value.isEmpty())
            continue;
        const auto read = isEscaped ? readHttpItem(row.name + u'=' + row.value, HttpItems::Query) : std::nullopt;
        spec.params.append(read && !row.name.contains(u'=') ? NameValue{read->name, read->value, row.enabled} : row);
    }
}

} // namespace keydesk
