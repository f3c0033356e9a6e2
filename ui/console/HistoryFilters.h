#pragma once

#include "app/history/HistoryQuery.h"

#include <QWidget>

class QLayout;
class QMenu;
class QToolButton;

namespace keydesk {

class EnvironmentStore;
class HistoryStore;

/// What of the history is shown, but for the words: a button with the choices is `button()`, and this is a
/// chip for each that is set, which a click takes away. Nothing is shown while none is.
class HistoryFilters : public QWidget
{
    Q_OBJECT

public:
    HistoryFilters(const EnvironmentStore &environments, HistoryStore &history, QWidget *parent = nullptr);

    /// Without its text.
    [[nodiscard]] const HistoryQuery &query() const { return m_query; }
    /// Of the chips: "Today", "4xx".
    [[nodiscard]] QStringList words() const;
    [[nodiscard]] QToolButton *button() const { return m_button; }
    /// `until` not valid: to now.
    void setDates(const QDateTime &from, const QDateTime &until, const QString &name);

Q_SIGNALS:
    void changed();

private:
    void fillMenu();
    void askDates();
    void set(const HistoryQuery &query);
    void showChips();
    [[nodiscard]] QString environmentName(const QUuid &id) const;

    const EnvironmentStore &m_environments;
    HistoryStore &m_history;
    HistoryQuery m_query;
    QString m_dates; // what the stretch of time is called
    QToolButton *m_button;
    QMenu *m_menu;
};

} // namespace keydesk
