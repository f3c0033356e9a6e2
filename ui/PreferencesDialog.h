#pragma once

#include <QDialog>

class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace keydesk {

class HistoryStore;
class ProviderCatalog;
class Settings;

/// Theme, timeouts, size limit, clipboard seconds, proxy, history on or off and days, reminders. Changes apply at once;
/// Close ends.
class PreferencesDialog : public QDialog
{
    Q_OBJECT

public:
    PreferencesDialog(Settings &settings, HistoryStore &history, const ProviderCatalog &providers, QWidget *parent = nullptr);

private:
    void addAppearance(QFormLayout *form);
    void addCalls(QFormLayout *form);
    void addSecurity(QFormLayout *form);
    void addProxy(QFormLayout *form);
    void addHistory(QFormLayout *form);
    /// Takes over what stands in the proxy fields if it can be used, and says why if not.
    void applyProxy();
    void askToClearHistory();
    void clearHistory();

    Settings &m_settings;
    HistoryStore &m_history;
    QComboBox *m_proxy = nullptr;
    QLineEdit *m_proxyUrl = nullptr;
    QLabel *m_proxyProblem = nullptr;
    QPushButton *m_clear = nullptr;
    QLabel *m_cleared = nullptr;
};

} // namespace keydesk
