#pragma once

#include <QObject>
#include <QSet>
#include <QTimer>

class QHeaderView;
class QTableView;

namespace keydesk {

class Settings;

/// The columns of the table of keys: which are shown, in which order and how wide. Until somebody sets a
/// width by hand, each is as wide as what stands in it, and names, by which people look for keys, are the
/// last to be cut short; what the details show too is left out of a window too narrow for all.
class KeyColumns : public QObject
{
    Q_OBJECT

public:
    /// The table has its model and delegate already. Lives as long as the table.
    KeyColumns(QTableView &table, Settings &settings);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void fit();
    void showMenu(const QPoint &place);
    void remember();
    [[nodiscard]] int titleWidth(int column) const;
    [[nodiscard]] int contentWidth(int column) const;

    QTableView &m_table;
    QHeaderView &m_header;
    Settings &m_settings;
    QSet<int> m_leftOut; // until there is room again
    QTimer m_fitSoon; // many rows that come at once are measured once
    bool m_chosen = false;
    bool m_fitting = false;
};

} // namespace keydesk
