#pragma once

#include "app/workspace/HttpParts.h"

#include <functional>

namespace keydesk {

/// Replacements in a file's bytes, collected in any order.
class HttpEdits
{
public:
    explicit HttpEdits(const HttpFile &file)
        : m_file(file)
        , m_lineEnd(file.lineEnd())
    {
    }

    void replace(HttpSpan span, const QByteArray &text);
    void remove(HttpSpan span) { replace(span, {}); }
    /// Whole lines, in front of line `line` (of the file).
    void insertLines(int line, const QByteArrayList &lines);
    /// Lines [first, last) by others. Those without a break at the end of the file keep that habit.
    void replaceLines(int first, int last, const QByteArrayList &lines);
    /// Rows that stand on lines of their own: those that are equal at the beginning and at the end stay.
    /// `insertAt`: the line in front of which the first one goes if there is none yet.
    void rows(const QList<HttpRow> &old, const QList<NameValue> &wanted, int insertAt,
              const std::function<QByteArray(const NameValue &)> &render);

    [[nodiscard]] bool isEmpty() const { return m_edits.isEmpty(); }
    [[nodiscard]] QByteArray lineEnd() const { return m_lineEnd; }
    [[nodiscard]] QByteArray apply() const;

private:
    struct Edit
    {
        HttpSpan span;
        QByteArray text;
    };

    [[nodiscard]] qsizetype beginOf(int line) const;
    void insertAt(qsizetype place, const QByteArrayList &lines);

    const HttpFile &m_file;
    const QByteArray m_lineEnd;
    QList<Edit> m_edits;
};

} // namespace keydesk
