#pragma once

#include "app/leaks/TokenPattern.h"

#include <QString>

namespace keydesk::openapi {

/// What came in, said once each, and cut when there is too much.
class Report
{
public:
    void add(const QString &sentence);
    [[nodiscard]] QStringList sentences() const;

private:
    static constexpr qsizetype most = 200;
    QStringList m_sentences;
    qsizetype m_left = 0;
};

/// Texts of a foreign file as they may be kept: on one line, without what cannot be seen, without tokens.
class Texts
{
public:
    Texts(const QList<TokenPattern> &tokens, Report &report)
        : m_tokens(tokens)
        , m_report(report)
    {
    }

    /// A description or a name, cut to `most` characters. A token in it becomes ••••.
    [[nodiscard]] QString words(const QString &text, const QString &place, qsizetype most = 1000) const;
    /// An example's value, on one line; empty if it looks like a token.
    [[nodiscard]] QString value(const QString &text, const QString &place) const;
    /// The same of a whole body, line by line as it stands.
    [[nodiscard]] QString lines(const QString &text, const QString &place) const;
    /// Whether an example may be kept as it is: short enough, and no token.
    [[nodiscard]] bool mayBeKept(const QString &text, const QString &place) const;

private:
    [[nodiscard]] QString withoutVariables(QString text, const QString &place) const;
    [[nodiscard]] bool looksLikeToken(QStringView word) const;

    const QList<TokenPattern> &m_tokens;
    Report &m_report;
};

/// A text in JSON's quotes. What cannot be seen is written as an escape, and so is what would be taken for a
/// variable: {{name}}.
QString quotedJson(const QString &text);

} // namespace keydesk::openapi
