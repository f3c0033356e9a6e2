#pragma once

#include "app/base/Error.h"
#include "app/history/HistoryQuery.h"
#include "ui/UndoHistory.h"

#include <QTimer>
#include <QWidget>

#include <atomic>
#include <memory>

class QLabel;
class QLineEdit;
class QListView;
class QModelIndex;
class QToolButton;

namespace keydesk {

class EmptyState;
class EnvironmentStore;
class HistoryChart;
class HistoryFilters;
class HistoryModel;
class HistoryStore;
struct HistoryEntry;
class Settings;

/// The calls that were made: searched and filtered, how many there were over time, and what can be done with
/// them.
class HistoryPane : public QWidget
{
    Q_OBJECT

public:
    HistoryPane(const EnvironmentStore &environments, HistoryStore &history, Settings &settings,
                QWidget *parent = nullptr);

    void focusInside();

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

Q_SIGNALS:
    void callOpened(qint64 id, bool sendAgain);
    void codeRequested(qint64 id);                  ///< a call is to be copied as code
    void exportRequested(const QList<qint64> &ids); ///< none: all
    void exportFoundRequested(const keydesk::HistoryQuery &query);
    void compareRequested(qint64 one, qint64 other);
    void compareWithShownRequested(qint64 id);
    void undoable(const keydesk::UndoStep &step);
    void failed(const keydesk::Error &error);
    void countChanged(qint64 calls);

private:
    /// Deleted calls that can be brought back, for as long as that is.
    struct Held
    {
        std::weak_ptr<const QList<HistoryEntry>> calls;
        qint64 bytes = 0;
    };

    QWidget *makeSearchRow();
    QWidget *makeWorkRow();
    QWidget *makeChart();
    void makeList();
    void applyQuery();
    void showState();
    void showPurge(qint64 removed, qint64 planned, bool isShrinking);
    void showBars();
    void showSum();
    void showBarWords();
    void countCalls();
    void setCount(qint64 calls);
    void openCall(const QModelIndex &index, bool sendAgain);
    void showCallMenu(const QPoint &position);
    void remove(const QList<qint64> &ids);
    void removeUndoably(const QList<qint64> &ids, qint64 bytes);
    void askToRemoveForGood(const QList<qint64> &ids);
    void clearHistory();

    HistoryStore &m_history;
    Settings &m_settings;
    HistoryFilters *m_filters;
    QLineEdit *m_search = nullptr;
    HistoryModel *m_calls = nullptr;
    QListView *m_list = nullptr;
    EmptyState *m_none = nullptr;
    QLabel *m_work = nullptr; // what is being done with the history
    QToolButton *m_stop = nullptr;
    QString m_purge;                               // the words of a purge that goes on
    std::shared_ptr<std::atomic<bool>> m_stopBars; // to be set when others are wanted
    HistoryChart *m_chart = nullptr;
    QLabel *m_barWords = nullptr;
    QTimer m_searchSoon;
    QTimer m_sumSoon;
    bool m_isSeen = false;
    bool m_isSumOld = false; // it changed while nobody saw it
    qint64 m_count = 0;
    QList<Held> m_held;
};

} // namespace keydesk
