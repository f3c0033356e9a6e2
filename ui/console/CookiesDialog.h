#pragma once

#include "app/environments/Environment.h"
#include "app/http/CookieJars.h"

#include <QDialog>

#include <memory>

class QLineEdit;
class QPushButton;
class QSortFilterProxyModel;
class QStackedWidget;
class QTableView;

namespace keydesk {

class CookiesModel;
class MessageBar;
class TimedReveal;

/// The cookies of an environment: looked through, added, edited, deleted. A value is shown for the chosen row, on request and for a while
/// (SECURITY S3). Follows what calls set meanwhile.
class CookiesDialog : public QDialog
{
    Q_OBJECT

public:
    /// `jars` outlives this.
    CookiesDialog(CookieJars &jars, const std::optional<Environment> &environment, QWidget *parent = nullptr);
    ~CookiesDialog() override;

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    QWidget *makeTop();
    QWidget *makeStates();
    QWidget *makeFoot();
    void refresh();
    void showState();
    void showSelection();
    [[nodiscard]] QList<Cookie> selected() const;
    void add();
    void edit();
    void remove(QList<Cookie> cookies); // a copy: what the model has changes meanwhile
    void openEditor(const std::optional<Cookie> &cookie);
    void select(const Cookie &cookie);

    CookieJars &m_jars;
    const CookieJars::Owner m_owner;
    const QString m_place;  // the environment's name; empty: none is chosen
    const QString m_origin; // offered for new ones
    std::unique_ptr<CookiesModel> m_model;
    QSortFilterProxyModel *m_sorted;
    QLineEdit *m_search;
    MessageBar *m_messages;
    QStackedWidget *m_states;
    QTableView *m_table;
    TimedReveal *m_reveal;
    QPushButton *m_edit;
    QPushButton *m_delete;
    QPushButton *m_deleteAll;
};

} // namespace keydesk
