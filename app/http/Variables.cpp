#include "app/http/PreparedRequest.h"

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

constexpr int deepest = 16;
// Values that name values can grow without bound ("billion laughs"); no request needs this much.
constexpr qsizetype mostCharacters = 32LL * 1024 * 1024;
constexpr int mostReplacements = 100'000;

class Resolver
{
public:
    Resolver(const Variables &variables, QStringList *unresolved)
        : m_variables(variables)
        , m_unresolved(unresolved)
    {
    }

    QString resolve(const QString &text)
    {
        append(text, 0);
        return m_result;
    }

private:
    void append(const QString &text, int depth)
    {
        qsizetype done = 0;
        for (qsizetype open = text.indexOf("{{"_L1); open >= 0; open = text.indexOf("{{"_L1, open)) {
            const qsizetype close = text.indexOf("}}"_L1, open + 2);
            if (close < 0)
                break;
            // "{{{name}}": the braces next to the name are the variable's.
            open = text.lastIndexOf("{{"_L1, close - 2);
            const QString name = text.sliced(open + 2, close - open - 2).trimmed();
            const qsizetype end = close + 2;
            if (!name.isEmpty() && !name.contains(u'\n')) {
                m_result += QStringView(text).sliced(done, open - done);
                if (!replace(name, depth)) {
                    m_result += QStringView(text).sliced(open, end - open);
                    note(name);
                }
                done = end;
            }
            open = end;
        }
        m_result += QStringView(text).sliced(done);
    }

    bool replace(const QString &name, int depth)
    {
        const NameValue *variable = find(name);
        const bool cycle = m_open.contains(name);
        if (!variable || cycle || depth == deepest || ++m_replacements > mostReplacements ||
            m_result.size() + variable->value.size() > mostCharacters)
            return false;
        m_open.append(name);
        append(variable->value, depth + 1);
        m_open.removeLast();
        return true;
    }

    [[nodiscard]] const NameValue *find(const QString &name) const
    {
        for (const NameValue &variable : m_variables) {
            if (variable.enabled && variable.name == name)
                return &variable;
        }
        return nullptr;
    }

    void note(const QString &name)
    {
        if (m_unresolved && !m_unresolved->contains(name))
            m_unresolved->append(name);
    }

    const Variables &m_variables;
    QStringList *m_unresolved;
    QString m_result;
    QStringList m_open; // the variables that are being replaced, outermost first
    int m_replacements = 0;
};

} // namespace

QString resolveVariables(const QString &text, const Variables &variables, QStringList *unresolved)
{
    return Resolver(variables, unresolved).resolve(text);
}

} // namespace keydesk
