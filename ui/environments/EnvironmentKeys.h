#pragma once

#include <QUuid>
#include <QWidget>

#include <optional>

class QGridLayout;

namespace keydesk {

class KeyStore;
struct Environment;
struct Provider;

/// The keys that an environment uses: a row a token kind, with the chosen key, its last check and its status.
class EnvironmentKeys : public QWidget
{
    Q_OBJECT

public:
    explicit EnvironmentKeys(const KeyStore &keys, QWidget *parent = nullptr);

    void showEnvironment(const Environment &environment, const Provider *provider);

Q_SIGNALS:
    void chosen(const QString &kindId, const std::optional<QUuid> &keyId);
    void newKeyRequested(const QString &kindId);

private:
    const KeyStore &m_keys;
    QGridLayout *m_rows;
};

} // namespace keydesk
