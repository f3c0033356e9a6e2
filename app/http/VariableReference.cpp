#include "app/http/VariableReference.h"

using namespace Qt::StringLiterals;

namespace keydesk {

std::optional<VariableReference> nextVariable(const QString &text, qsizetype from)
{
    for (qsizetype open = text.indexOf("{{"_L1, from); open >= 0; open = text.indexOf("{{"_L1, open)) {
        const qsizetype close = text.indexOf("}}"_L1, open + 2);
        if (close < 0)
            return std::nullopt;
        // "{{{name}}": the braces next to the name are the variable's.
        open = text.lastIndexOf("{{"_L1, close - 2);
        const QString name = text.sliced(open + 2, close - open - 2).trimmed();
        const qsizetype end = close + 2;
        if (!name.isEmpty() && !name.contains(u'\n'))
            return VariableReference{open, end - open, name};
        open = end;
    }
    return std::nullopt;
}

} // namespace keydesk
