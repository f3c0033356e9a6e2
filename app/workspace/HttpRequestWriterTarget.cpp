#include "app/workspace/HttpRequestWriter.h"

#include "app/workspace/HttpEncoding.h"

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;
using Kind = HttpLine::Kind;

QString HttpRequestWriter::itemText(const NameValue &row) const
{
    const auto known = std::ranges::find_if(m_parts.query.rows, [&row](const HttpRow &old) {
        return old.row.name == row.name && old.row.value == row.value;
    });
    return known == m_parts.query.rows.end() ? writeHttpItem(row, HttpItems::Query) : known->text;
}

QStringList HttpRequestWriter::itemLines(const RequestSpec &wanted) const
{
    QStringList lines;
    bool hasQuery = queryBegin(wanted.url) >= 0;
    for (const NameValue &row : wanted.params) {
        const QString item = (hasQuery ? u'&' : u'?') + itemText(row);
        lines.append(row.enabled ? item : u"# @disabled "_s + item);
        hasQuery = hasQuery || row.enabled;
    }
    return lines;
}

void HttpRequestWriter::target(const RequestSpec &was, const RequestSpec &wanted)
{
    const bool isUrlAlone = !m_block.target.isEmpty() && m_file.decode(m_block.target.first()) == was.url;
    const qsizetype requestEnd = m_file.lines().at(static_cast<std::size_t>(m_block.requestLine)).end;
    const bool isVersionBelow = m_block.version.begin > requestEnd;
    if (m_parts.query.isLineEach && !m_parts.query.rows.isEmpty() && !wanted.params.isEmpty() && isUrlAlone &&
        !isVersionBelow && !wanted.url.isEmpty()) {
        if (was.url != wanted.url)
            m_edits.replace(m_block.target.first(), encode(wanted.url));
        targetLines(wanted);
        return;
    }
    wholeTarget(wanted);
}

/// Each parameter is a line, so that a change of one is a change of one line.
void HttpRequestWriter::targetLines(const RequestSpec &wanted)
{
    RequestSpec old;
    old.url = wanted.url;
    old.params = rowsOf(m_parts.query.rows);
    const QStringList before = itemLines(old);
    QList<HttpRow> rows;
    for (qsizetype i = 0; i < before.size(); ++i)
        rows.append({{before.at(i), {}, true}, m_parts.query.rows.at(i).lines, {}, {}});
    QList<NameValue> after;
    for (const QString &line : itemLines(wanted))
        after.append({line, {}, true});
    const QByteArrayView first =
        QByteArrayView(m_file.text()).sliced(rows.first().lines.begin, rows.first().lines.size());
    qsizetype indent = 0;
    while (indent < first.size() && (first.at(indent) == ' ' || first.at(indent) == '\t'))
        ++indent;
    const QByteArray space = indent > 0 ? first.first(indent).toByteArray() : QByteArray(4, ' ');
    m_edits.rows(rows, after, m_block.requestLine + 1,
                 [&](const NameValue &row) { return space + encode(row.name); });
}

void HttpRequestWriter::wholeTarget(const RequestSpec &wanted)
{
    const HttpLine &line = m_file.lines().at(static_cast<std::size_t>(m_block.requestLine));
    const bool isInline =
        std::ranges::all_of(wanted.params, [](const NameValue &row) { return row.enabled; });
    const QStringList items = itemLines(wanted);
    QString url = wanted.url;
    if (isInline)
        url += items.join(QString());
    QString version = m_file.decode(m_block.version);
    if (!version.isEmpty())
        version.prepend(u' ');
    QByteArrayList below;
    if (!isInline) {
        for (const QString &item : items)
            below.append(encode(u"    "_s + item));
        // The version ends the last line of the URL, whatever is switched off behind it.
        qsizetype last = below.size() - 1;
        while (last >= 0 && !wanted.params.at(last).enabled)
            --last;
        if (last >= 0)
            below[last] += encode(version);
        else
            url += version;
    } else {
        url += version;
    }
    const qsizetype begin = !m_block.target.isEmpty() && m_block.target.first().begin <= line.end
                                ? m_block.target.first().begin
                            : m_block.method.isEmpty() ? line.begin
                                                       : m_block.method.end;
    const bool needsSpace = begin == m_block.method.end && !m_block.method.isEmpty();
    m_edits.replace({begin, line.end}, (needsSpace && !url.isEmpty() ? " " : "") + encode(url));
    for (int at = m_block.requestLine + 1; at < m_block.headersEnd; ++at) {
        const HttpLine &old = m_file.lines().at(static_cast<std::size_t>(at));
        const HttpAnnotation annotation = httpAnnotation(m_file.bytes(old));
        const bool isDisabled = old.kind == Kind::Annotation &&
                                annotation.name == disabledAnnotation.toLatin1() &&
                                (annotation.value.startsWith('?') || annotation.value.startsWith('&'));
        if (isDisabled || old.kind == Kind::Continuation)
            m_edits.remove({old.begin, old.next});
    }
    m_edits.insertLines(m_block.requestLine + 1, below);
}

} // namespace keydesk
