#pragma once

#include "app/environments/Environment.h"

#include <QUuid>
#include <QWidget>

#include <functional>
#include <optional>

class QGridLayout;

namespace keydesk {

class KeyStore;
struct Provider;
struct TokenKind;

/// The keys that an environment uses: a row a token kind for the default identity and for each further one, with the chosen key, its last
/// check and its status; below them, a way to add an identity.
class EnvironmentKeys : public QWidget
{
    Q_OBJECT

public:
    explicit EnvironmentKeys(const KeyStore &keys, QWidget *parent = nullptr);

    void showEnvironment(const Environment &environment, const Provider *provider);

Q_SIGNALS:
    /// `identity` is empty for the default one, here and below.
    void chosen(const QString &kindId, const std::optional<QUuid> &keyId, const QString &identity);
    void newKeyRequested(const QString &kindId, const QString &identity);
    void identityAdded(const QString &name);
    void identityRenamed(const QString &name, const QString &newName);
    void identityRemoved(const QString &name);

private:
    void addRow(const Provider &provider, const TokenKind &kind, const QString &identity, const QUuid &used, bool isFirst);
    QWidget *identityLabel(const QString &identity, bool isFirst);
    void askForName(const QString &title, const QString &before, const std::function<void(const QString &)> &named);

    const KeyStore &m_keys;
    QGridLayout *m_rows;
    bool m_hasIdentities = false;
};

} // namespace keydesk
