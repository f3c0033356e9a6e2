#pragma once

#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace keydesk::sandbox {

struct FieldError
{
    QString field;
    QString message;
};
using FieldErrors = QList<FieldError>;

enum class Presence { Required, Optional };

/// Reads the fields of a JSON body and collects what is wrong with them, in the words that Talkover's
/// documentation shows
/// ("The webhook url field is required."). An optional field that is absent or null is no error and gives
/// nothing.
class Fields
{
public:
    explicit Fields(const QJsonObject &object, const QString &prefix = {});

    QString text(const QString &name, Presence presence, qsizetype most = 10000);
    QString oneOf(const QString &name, Presence presence, const QStringList &choices);
    std::optional<double> number(const QString &name, Presence presence, double least, double most);
    std::optional<int> integer(const QString &name, Presence presence, int least, int most);
    std::optional<bool> flag(const QString &name);
    QJsonObject object(const QString &name, Presence presence);
    QJsonArray array(const QString &name, Presence presence);
    std::optional<QStringList> texts(const QString &name, qsizetype most);

    void refuse(const QString &name, const QString &message);
    void adopt(const FieldErrors &errors) { m_errors += errors; }
    /// "The webhook url field"
    [[nodiscard]] QString label(const QString &name) const;
    [[nodiscard]] bool fine() const { return m_errors.isEmpty(); }
    [[nodiscard]] const FieldErrors &errors() const { return m_errors; }

private:
    /// Nothing if the field is absent; notes it if it is required.
    std::optional<QJsonValue> value(const QString &name, Presence presence);

    QJsonObject m_object;
    QString m_prefix;
    FieldErrors m_errors;
};

/// E.164: + and 7 to 15 digits, the first not 0.
bool isE164(const QString &number);
/// Country code and number, digits only (AISoule).
bool isDigitsNumber(const QString &number);

} // namespace keydesk::sandbox
