#pragma once

#include "app/interchange/collection/Collection.h"
#include "app/leaks/LeakMatcher.h"

#include <QStringList>

namespace keydesk {

/// A token that looks like a provider's.
struct PatternToken
{
    QString value;
    QString provider;
};

/// Those in a text: as they are, percent-encoded, JSON-escaped or in Base64.
QList<PatternToken> patternTokens(const QString &text, const LeakMatcher &patterns);

/// Takes known values out of texts, however they are encoded (SECURITY S8). Linear in the length of a text,
/// whatever the number of values.
class TokenSweep
{
public:
    /// `variables[i]` stands for `values[i]`.
    TokenSweep(const QList<std::shared_ptr<const Secret>> &values, const QStringList &variables);

    /// {{variable}} in the place of a value, {{%variable}} of one that is percent-encoded, and dots where no
    /// variable can say it.
    [[nodiscard]] QString withVariables(const QString &text) const;
    /// Dots.
    [[nodiscard]] QString masked(const QString &text) const;

private:
    [[nodiscard]] QString replaced(const QString &text, bool withVariables) const;

    LeakMatcher m_matcher;
    QStringList m_variables;
};

} // namespace keydesk
