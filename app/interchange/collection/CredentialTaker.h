#pragma once

#include "app/interchange/collection/CredentialNames.h"
#include "app/interchange/collection/Collection.h"
#include "app/leaks/LeakMatcher.h"

#include <QHash>
#include <QRegularExpression>

namespace keydesk {

/// The work of `takeCredentials`, place by place.
class CredentialTaker
{
public:
    CredentialTaker(ImportedCollection &imported, const QList<TokenPattern> &patterns);

    void run();

private:
    void noteNames();
    void variables(QList<NameValue> &rows, QStringList &secrets, const QString &environment);
    void request(int index);
    void userInfo(RequestSpec &spec);
    void items(QString &text, qsizetype from, const QString &what);
    void row(NameValue &row, const QString &what);
    void value(const QString &name, QString &value, const QString &what);
    QString authorization(const QString &text);
    QString basic(const QString &text);
    QString literalWords(const QString &name, const QString &text);
    void body(RequestBody &body);
    void members(QString &text);
    void members(QString &text, const QRegularExpression &form);
    void findPatterns();
    void sweep();
    void attach();
    /// The variable that stands for `value`, which is noted if it is new.
    QString variableFor(const QString &value, const QString &name);
    QString plainVariable(const QString &name, const QString &value);
    void tell(ImportNote::What what, const QString &place, const QString &text);
    [[nodiscard]] QString place(const QString &what) const;

    ImportedCollection &m_imported;
    const LeakMatcher m_patterns;
    CredentialNames m_names;
    CredentialPlaces m_places;
    QHash<QByteArray, int> m_known; // a value's SHA-256 → the credential
    QHash<QString, QString> m_plain; // value → plain variable
    QString m_request; // the place of the one that is read
};

} // namespace keydesk
