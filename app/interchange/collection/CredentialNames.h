#pragma once

#include <QHash>
#include <QSet>
#include <QString>

namespace keydesk {

/// Whether a header, parameter, form field or variable of this name holds a credential. A name that is often
/// another thing's, too ("key"), counts only with a value that looks like a credential.
bool holdsCredential(const QString &name, const QString &value);

/// The same, where the same names are asked for again and again: each is looked at once.
class CredentialPlaces
{
public:
    bool holdsCredential(const QString &name, const QString &value);
    /// For a member of a JSON or XML body, where "token" and "auth" are often ordinary words.
    bool memberHoldsCredential(const QString &name, const QString &value);

private:
    enum class Name : quint8 { Ordinary, Perhaps, Credential };
    struct Meaning
    {
        Name name;       ///< of a header, parameter, field or variable
        bool isPassword; ///< of a member, whatever its value
    };

    static Meaning meaningOf(const QString &name);
    Meaning known(const QString &name);

    QHash<QString, Meaning> m_known;
};

/// Stands in ordinary text, too ("password", "12345678"): it is taken out where it is a credential, and not
/// looked for elsewhere.
bool isCommonValue(const QString &value);

/// Names for the {{variables}} that stand in the place of credentials.
class CredentialNames
{
public:
    void take(const QString &name) { m_taken.insert(name); }
    /// "apiKey" of "X-Api-Key", or "apiKey2" if that means something else already; taken from then on.
    QString freeName(const QString &of);

private:
    QSet<QString> m_taken;
    QHash<QString, int> m_counts; // the last number that a name got
};

} // namespace keydesk
