#pragma once

#include "app/environments/Environment.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;

namespace keydesk {

class ColourPicker;
class EnvironmentKeys;
class KeyStore;
class ProviderCatalog;

/// The fields of one environment. Every valid change is handed on at once; a field that is not valid says why beside it, keeps what was typed, and
/// leaves the stored value alone.
class EnvironmentEditor : public QWidget
{
    Q_OBJECT

public:
    EnvironmentEditor(const KeyStore &keys, const ProviderCatalog &providers, QWidget *parent = nullptr);

    /// Fields that the user is typing in and that did not change in `environment` are left as they are.
    void showEnvironment(const Environment &environment);
    void focusName();

Q_SIGNALS:
    void edited(const keydesk::Environment &environment);
    /// `identity` is empty for the default one, here and below.
    void keyChosen(const QString &kindId, const std::optional<QUuid> &keyId, const QString &identity);
    void newKeyRequested(const QString &kindId, const QString &identity);
    void identityAdded(const QString &name);
    void identityRenamed(const QString &name, const QString &newName);
    void identityRemoved(const QString &name);

private:
    void applyName();
    void applyUrl();
    void applyProvider();
    void change(const Environment &environment);

    const ProviderCatalog &m_providers;
    Environment m_shown;
    QLineEdit *m_name;
    QLabel *m_nameProblem;
    QComboBox *m_provider;
    QLineEdit *m_url;
    QLabel *m_urlProblem;
    ColourPicker *m_colour;
    QCheckBox *m_protected;
    EnvironmentKeys *m_keys;
};

} // namespace keydesk
