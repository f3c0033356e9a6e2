#pragma once

#include "app/http/Expectation.h"

namespace keydesk {

/// Reads one expectation, from left to right, once.
class ExpectationReader
{
public:
    explicit ExpectationReader(const QString &text)
        : m_text(text)
    {
    }

    /// Nothing if it cannot be read: then `problem` says where and why.
    std::optional<Expectation> read();
    [[nodiscard]] const ExpectationProblem &problem() const { return m_problem; }

private:
    /// False, for `return`.
    bool failed(qsizetype offset, const QString &message)
    {
        m_problem = {offset, message};
        return false;
    }

    void skipSpace()
    {
        while (m_at < m_text.size() && m_text.at(m_at).isSpace())
            ++m_at;
    }

    [[nodiscard]] QStringView rest() const { return QStringView(m_text).sliced(m_at); }

    bool readSubject();
    bool readName();
    bool readCheck();
    bool readValues();
    bool readType();
    bool readPattern();
    bool readList();
    bool addValue(qsizetype begin, qsizetype end);
    bool checkValue(const Expectation::Value &value, qsizetype offset);
    [[nodiscard]] qsizetype pathEnd() const;

    const QString m_text;
    qsizetype m_at = 0;
    Expectation m_read;
    ExpectationProblem m_problem;
};

} // namespace keydesk
