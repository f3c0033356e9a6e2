#pragma once

#include "app/environments/Environment.h"

#include <QDialog>

class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace keydesk {

class HistoryStore;
class ProviderCatalog;
class Settings;

/// Theme, timeouts, size limit, clipboard seconds, proxy, history, reminders. Changes apply at once;
/// Close ends.
class PreferencesDialog : public QDialog
{
    Q_OBJECT

public:
    PreferencesDialog(Settings &settings, HistoryStore &history, const ProviderCatalog &providers,
                      const QList<Environment> &environments = {}, QWidget *parent = nullptr);

private:
    void addAppearance(QFormLayout *form);
    void addCalls(QFormLayout *form);
    void addSecurity(QFormLayout *form);
    void addProxy(QFormLayout *form);
    /// Takes over what stands in the proxy fields if it can be used, and says why if not.
    void applyProxy();

    Settings &m_settings;
    QComboBox *m_proxy = nullptr;
    QLineEdit *m_proxyUrl = nullptr;
    QLabel *m_proxyProblem = nullptr;
};

} // namespace keydesk
