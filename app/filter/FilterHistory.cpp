#include "app/filter/FilterHistory.h"

#include "app/base/Redactor.h"
#include "app/storage/Settings.h"

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr qsizetype longest = 2000; // of an expression that is kept, in characters

QString key()
{
    return u"filter/expressions"_s;
}

} // namespace

FilterHistory::FilterHistory(Settings &settings, const Redactor &redactor)
    : m_settings(&settings)
    , m_redactor(&redactor)
    , m_expressions(settings.remembered(key()).toStringList().mid(0, most))
{
}

void FilterHistory::add(const QString &expression)
{
    if (expression.trimmed().isEmpty() || expression.size() > longest)
        return;
    m_expressions.removeAll(expression);
    m_expressions.prepend(expression);
    if (m_expressions.size() > most)
        m_expressions.removeLast();
    if (!m_settings)
        return;
    QStringList kept;
    for (const QString &each : std::as_const(m_expressions)) {
        if (m_redactor->redactText(each) == each)
            kept << each;
    }
    m_settings->remember(key(), kept);
}

} // namespace keydesk
