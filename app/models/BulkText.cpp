#include "app/models/BulkText.h"

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

constexpr QChar escape = u'\\';

QString escapedName(const QString &name)
{
    QString text;
    for (qsizetype i = 0; i < name.size(); ++i) {
        const QChar c = name.at(i);
        if (c == u'\n') {
            text += u"\\n"_s;
            continue;
        }
        const bool isEnd = i == 0 || i == name.size() - 1;
        if (c == escape || c == u':' || (i == 0 && c == u'/') || (isEnd && c.isSpace()))
            text += escape;
        text += c;
    }
    return text;
}

/// A line without the marks before it, from its first to its last character that counts.
class LineReader
{
public:
    explicit LineReader(QStringView line)
        : m_line(line)
    {
    }

    std::optional<NameValue> row()
    {
        skipSpace();
        NameValue row;
        row.enabled = !m_line.sliced(m_at).startsWith(u"//");
        if (!row.enabled) {
            m_at += 2;
            skipSpace();
        }
        const bool isEmpty = m_at == m_line.size();
        row.name = name();
        if (m_at < m_line.size()) { // at the colon
            ++m_at;
            if (m_at < m_line.size() && m_line.at(m_at) == u' ')
                ++m_at;
            row.value = m_line.sliced(m_at).toString();
        }
        return isEmpty ? std::nullopt : std::optional(row);
    }

private:
    void skipSpace()
    {
        while (m_at < m_line.size() && m_line.at(m_at).isSpace())
            ++m_at;
    }

    /// Up to the colon, or to the end.
    QString name()
    {
        QString name;
        qsizetype kept = 0; // what stands before it is no white space at the end
        for (; m_at < m_line.size() && m_line.at(m_at) != u':'; ++m_at) {
            const bool isEscaped = m_line.at(m_at) == escape && m_at + 1 < m_line.size();
            if (isEscaped)
                ++m_at;
            const QChar c = m_line.at(m_at);
            name += isEscaped && c == u'n' ? QChar(u'\n') : c;
            if (isEscaped || !c.isSpace())
                kept = name.size();
        }
        name.truncate(kept);
        return name;
    }

    QStringView m_line;
    qsizetype m_at = 0;
};

} // namespace

QString bulkText(const QList<NameValue> &rows)
{
    QStringList lines;
    for (const NameValue &row : rows) {
        QString value = row.value;
        value.replace(u'\n', u"\n\t"_s);
        lines.append((row.enabled ? QString() : u"// "_s) + escapedName(row.name) +
                     (value.isEmpty() ? u":"_s : u": "_s) + value);
    }
    return lines.join(u'\n');
}

QList<NameValue> rowsFromBulkText(const QString &text)
{
    QList<NameValue> rows;
    bool continues = false; // a line that begins with a tab goes on where the one before it ended
    for (const QStringView line : QStringView(text).split(u'\n')) {
        if (continues && line.startsWith(u'\t')) {
            rows.last().value += u'\n' + line.sliced(1).toString();
            continue;
        }
        const auto row = LineReader(line).row();
        continues = row.has_value();
        if (row)
            rows.append(*row);
    }
    return rows;
}

} // namespace keydesk
