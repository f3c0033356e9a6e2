#pragma once

#include <QHash>
#include <QString>

namespace keydesk {

/// Quotes words for bash so that it hands them on byte for byte; {{variables}} become "$variables".
class BashQuote
{
public:
    /// One argument. A null character, which no argument can hold, is left out.
    QString word(const QString &text);
    /// The name that a variable has in the shell: "api-key" is api_key.
    QString variable(const QString &name);
    /// The names that were used, by those of the shell.
    [[nodiscard]] const QHash<QString, QString> &variables() const { return m_variables; }

private:
    QHash<QString, QString> m_variables;
};

} // namespace keydesk
