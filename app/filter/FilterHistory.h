#pragma once

#include <QStringList>

namespace keydesk {

class Redactor;
class Settings;

/// The expressions that were used to filter, the last one first. They are kept for the next start, too, where
/// there are settings, except those that hold a known secret.
class FilterHistory
{
public:
    static constexpr int most = 50;

    /// For this session alone.
    FilterHistory() = default;
    /// Both outlive this.
    FilterHistory(Settings &settings, const Redactor &redactor);

    [[nodiscard]] const QStringList &expressions() const { return m_expressions; }
    void add(const QString &expression);

private:
    Settings *m_settings = nullptr;
    const Redactor *m_redactor = nullptr;
    QStringList m_expressions;
};

} // namespace keydesk
