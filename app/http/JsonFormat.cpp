#include "app/http/JsonFormat.h"

#include "app/http/JsonWalker.h"

#include <QList>

#include <algorithm>
#include <cstring>

namespace keydesk {

using namespace Qt::StringLiterals;
using json::Part;
using json::Walker;

namespace {

// Indentation stops growing here: otherwise a deep document costs the square of its size.
constexpr int deepestIndent = 48;
constexpr int indentWidth = 2;

class JsonPrinter
{
public:
    JsonPrinter(bool pretty, qsizetype limit)
        : m_pretty(pretty)
        , m_limit(limit)
    {
    }

    bool operator()(Part part, const char *from, const char *to)
    {
        if (part == Part::Close)
            --m_depth;
        const bool onNewLine = part == Part::Close ? !m_justOpened : m_justOpened || m_afterComma;
        if (m_pretty && onNewLine) {
            text.append('\n');
            text.append(qMin(m_depth, deepestIndent) * indentWidth, ' ');
        }
        text.append(from, to - from);
        if (m_pretty && part == Part::Colon)
            text.append(' ');
        m_justOpened = part == Part::Open;
        m_afterComma = part == Part::Comma;
        if (part == Part::Open)
            ++m_depth;
        if (m_limit < 0 || text.size() <= m_limit)
            return true;
        text.truncate(m_limit);
        cut = true;
        return false;
    }

    QByteArray text;
    bool cut = false;

private:
    bool m_pretty;
    qsizetype m_limit;
    int m_depth = 0;
    bool m_justOpened = false;
    bool m_afterComma = false;
};

JsonText print(const QByteArray &json, JsonDialect dialect, bool pretty, qsizetype limit)
{
    JsonPrinter printer(pretty, limit);
    printer.text.reserve(limit < 0 ? json.size() : qMin(json.size(), limit + 1));
    auto problem = Walker(json, dialect, printer).walk();
    return {printer.text, printer.cut, problem};
}

struct Nothing
{
    bool operator()(Part, const char *, const char *) const { return true; }
};

} // namespace

QString JsonProblem::sentence() const
{
    return json::tr("Line %1, column %2: %3.").arg(line).arg(column).arg(message);
}

JsonText prettyJson(const QByteArray &json, JsonDialect dialect, qsizetype limit)
{
    return print(json, dialect, true, limit);
}

JsonText minifiedJson(const QByteArray &json, JsonDialect dialect)
{
    return print(json, dialect, false, noJsonLimit);
}

std::optional<JsonProblem> checkJson(const QByteArray &json, JsonDialect dialect)
{
    Nothing sink;
    return Walker(json, dialect, sink).walk();
}

QString jsonPathStep(const QString &name)
{
    const bool plain = std::all_of(name.begin(), name.end(), [](QChar c) {
        return c == u'_' || (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= u'0' && c <= u'9');
    });
    return plain && !name.isEmpty() ? u'.' + name : u"[\"%1\"]"_s.arg(name);
}

} // namespace keydesk
