#include "app/workspace/HttpEdits.h"

#include <algorithm>
#include <utility>

namespace keydesk {

void HttpEdits::replace(HttpSpan span, const QByteArray &text)
{
    if (!span.isEmpty() || !text.isEmpty())
        m_edits.append({span, text});
}

qsizetype HttpEdits::beginOf(int line) const
{
    const auto &lines = m_file.lines();
    return line < static_cast<int>(lines.size()) ? lines.at(static_cast<std::size_t>(line)).begin
                                                 : m_file.text().size();
}

void HttpEdits::insertAt(qsizetype place, const QByteArrayList &lines)
{
    if (lines.isEmpty())
        return;
    const QByteArray &all = m_file.text();
    const bool isBehindOpenEnd = place == all.size() && !all.isEmpty() && !all.endsWith('\n');
    const QByteArray text = lines.join(m_lineEnd);
    replace({place, place}, isBehindOpenEnd ? m_lineEnd + text : text + m_lineEnd);
}

void HttpEdits::insertLines(int line, const QByteArrayList &lines)
{
    insertAt(beginOf(line), lines);
}

void HttpEdits::replaceLines(int first, int last, const QByteArrayList &lines)
{
    if (first >= last) {
        insertLines(first, lines);
        return;
    }
    const HttpLine &end = m_file.lines().at(static_cast<std::size_t>(last) - 1);
    QByteArray text = lines.join(m_lineEnd);
    if (!lines.isEmpty() && end.next > end.end)
        text += m_lineEnd;
    replace({beginOf(first), end.next}, text);
}

void HttpEdits::rows(const QList<HttpRow> &old, const QList<NameValue> &wanted, int insertAtLine,
                     const std::function<QByteArray(const NameValue &)> &render)
{
    qsizetype begin = 0;
    while (begin < std::min(old.size(), wanted.size()) && old.at(begin).row == wanted.at(begin))
        ++begin;
    qsizetype tail = 0;
    while (tail < std::min(old.size(), wanted.size()) - begin &&
           old.at(old.size() - 1 - tail).row == wanted.at(wanted.size() - 1 - tail))
        ++tail;
    const qsizetype oldEnd = old.size() - tail;
    const qsizetype wantedEnd = wanted.size() - tail;
    qsizetype at = begin;
    for (; at < std::min(oldEnd, wantedEnd); ++at) {
        const HttpRow &row = old.at(at);
        const NameValue &next = wanted.at(at);
        if (!row.valueSpan.isEmpty() && row.row.name == next.name && row.row.enabled == next.enabled &&
            !next.value.isEmpty()) {
            const QByteArray line = render(next);
            replace(row.valueSpan, line.sliced(line.indexOf(':') + 1).trimmed());
            continue;
        }
        const QByteArrayView lines = QByteArrayView(m_file.text()).sliced(row.lines.begin, row.lines.size());
        const qsizetype lineBreak = lines.endsWith("\r\n") ? 2 : lines.endsWith('\n') ? 1 : 0;
        replace({row.lines.begin, row.lines.end - lineBreak}, render(next));
    }
    for (qsizetype gone = at; gone < oldEnd; ++gone)
        remove(old.at(gone).lines);
    QByteArrayList added;
    for (qsizetype more = at; more < wantedEnd; ++more)
        added.append(render(wanted.at(more)));
    const qsizetype place = at > 0           ? old.at(at - 1).lines.end
                            : !old.isEmpty() ? old.first().lines.begin
                                             : beginOf(insertAtLine);
    insertAt(place, added);
}

QByteArray HttpEdits::apply() const
{
    QList<Edit> edits = m_edits;
    // What is put in front of a place comes before what replaces it.
    std::ranges::stable_sort(edits, [](const Edit &one, const Edit &other) {
        return std::pair(one.span.begin, !one.span.isEmpty()) <
               std::pair(other.span.begin, !other.span.isEmpty());
    });
    const QByteArray &all = m_file.text();
    QByteArray result;
    result.reserve(all.size() + 256);
    qsizetype done = 0;
    for (const Edit &edit : std::as_const(edits)) {
        if (edit.span.begin < done)
            continue; // inside of what was replaced already
        result += QByteArrayView(all).sliced(done, edit.span.begin - done);
        result += edit.text;
        done = edit.span.end;
    }
    return result + QByteArrayView(all).sliced(done).toByteArray();
}

} // namespace keydesk
