#pragma once

#include "app/leaks/LeakFinding.h"
#include "app/models/LeaksModel.h"

#include <QWidget>

#include <optional>

class QLabel;
class QPushButton;
class QSortFilterProxyModel;
class QTableView;

namespace keydesk {

class Clipboard;
class Settings;

/// The findings as a table, and what can be done about the selected one. It does none of it but opening and
/// copying.
class LeakResults : public QWidget
{
    Q_OBJECT

public:
    LeakResults(LeaksModel &model, Clipboard &clipboard, Settings &settings, QWidget *parent = nullptr);

    void selectFirst(); ///< unless one is selected

Q_SIGNALS:
    void rotateRequested(const QUuid &key);
    void keyRequested(const QUuid &key);

private:
    void makeTable(Settings &settings);
    QWidget *makeDetails();
    QPushButton *makeAction(const QString &text, const QString &iconName);
    void showSelection();
    void openMenu(const QPoint &place);
    [[nodiscard]] std::optional<LeakFinding> selected() const;

    LeaksModel &m_model;
    Clipboard &m_clipboard;
    QSortFilterProxyModel *m_sorted;
    QTableView *m_table;
    QLabel *m_title;
    QLabel *m_place;
    QPushButton *m_rotate;
    QPushButton *m_goToKey;
    QPushButton *m_openFile;
    QPushButton *m_openFolder;
    QPushButton *m_copy;
};

} // namespace keydesk
