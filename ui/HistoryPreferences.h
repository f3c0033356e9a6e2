#pragma once

#include "app/environments/Environment.h"
#include "app/history/HistoryRetention.h"

#include <QObject>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QPushButton;
class QSpinBox;
class QWidget;

namespace keydesk {

class HistoryStore;
class Settings;

/// Whether calls are kept, and for how long: in general, and in environments that have a rule of their own.
/// What the rules no longer keep goes at the start, once a day, or at once by Purge Now.
class HistoryPreferences : public QObject
{
    Q_OBJECT

public:
    /// Its rows go to the end of `form`; `window`, which owns this, asks the questions.
    HistoryPreferences(QFormLayout &form, Settings &settings, HistoryStore &history,
                       const QList<Environment> &environments, QWidget &window);

private:
    void addRules(QFormLayout &form, const QList<Environment> &environments);
    void addButtons(QFormLayout &form);
    void showRule();
    void storeRule();
    void askToPurge();
    void purge();
    void askToClear();
    void clear();
    void showWork(qint64 removed, qint64 planned, bool isShrinking);
    void setBusy(bool busy, const QString &words);
    void setDeleting(const QString &words);

    Settings &m_settings;
    HistoryStore &m_history;
    QWidget &m_window;
    QComboBox *m_place = nullptr;
    QCheckBox *m_own = nullptr;
    QSpinBox *m_days = nullptr;
    QSpinBox *m_megabytes = nullptr;
    QCheckBox *m_bodies = nullptr;
    QPushButton *m_purge = nullptr;
    QPushButton *m_clear = nullptr;
    QPushButton *m_stop = nullptr; // while calls are deleted
    QLabel *m_said = nullptr;
    bool m_isBusy = false;
    bool m_isShowing = false; // the fields are being filled
};

} // namespace keydesk
