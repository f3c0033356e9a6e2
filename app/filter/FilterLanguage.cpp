#include "app/filter/FilterLanguage.h"

namespace keydesk {

FilterLanguage guessFilterLanguage(const QString &expression)
{
    const QString text = expression.trimmed();
    if (text.startsWith(u'/'))
        return FilterLanguage::Pointer;
    // "$ENV" and "$__loc__" are jq's.
    const bool isPath =
        text.startsWith(u'$') && (text.size() == 1 || text.at(1) == u'.' || text.at(1) == u'[');
    return isPath ? FilterLanguage::Path : FilterLanguage::Jq;
}

} // namespace keydesk
