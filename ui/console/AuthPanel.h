#pragma once

#include "app/environments/Environment.h"
#include "app/keys/KeyForRequest.h"

#include <QWidget>

class QComboBox;
class QPushButton;

namespace keydesk {

class AccessTokenLine;
class IconView;
class KeyStore;
class OAuthTokens;
class ProviderCatalog;
class RoleLabel;

/// Which key a request goes out with: the chooser, how the token is written, where it goes, and why it would
/// be held back.
class AuthPanel : public QWidget
{
    Q_OBJECT

public:
    AuthPanel(const KeyStore &keys, const ProviderCatalog &providers, OAuthTokens &tokens, QWidget *parent = nullptr);

    /// Makes the widgets. A thousand keys in a list that nobody looks at yet would hold the window up.
    void build();
    [[nodiscard]] bool isBuilt() const { return m_chooser; }
    void setChoice(const KeyChoice &choice);
    [[nodiscard]] KeyChoice choice() const { return m_choice; }
    /// `target`: the origin that the request goes to, null if its URL cannot be read yet. `headers`,
    /// `parameters`: the names of those that are written by hand.
    void setContext(const std::optional<Environment> &environment, const Origin &target, const QStringList &headers,
                    const QStringList &parameters);
    [[nodiscard]] const KeyForRequest &resolved() const { return m_resolved; }
    void focusChooser();
    /// With its list open, so that the next key press or click chooses.
    void openChooser();

Q_SIGNALS:
    void edited();
    void resolvedChanged();
    void newKeyRequested();
    void openKey(const QUuid &id);

private:
    void fill();
    void showChoice();
    void choose(int row);
    void resolve();
    void showResolved();
    void showWritten(const ApiKey &key);
    [[nodiscard]] QString handWritten(const ApiKey &key) const;

    const KeyStore &m_keys;
    const ProviderCatalog &m_providers;
    OAuthTokens &m_tokens;
    KeyChoice m_choice;
    std::optional<Environment> m_environment;
    Origin m_target;
    QStringList m_headers;
    QStringList m_parameters;
    KeyForRequest m_resolved;
    QComboBox *m_chooser = nullptr; // made at the first look, with what follows
    int m_keyRows = 0; // of its list
    RoleLabel *m_written = nullptr;
    IconView *m_whereIcon = nullptr;
    RoleLabel *m_where = nullptr;
    AccessTokenLine *m_accessToken = nullptr;
    QPushButton *m_newKey = nullptr;
    QPushButton *m_showKey = nullptr;
};

} // namespace keydesk
