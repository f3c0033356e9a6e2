#pragma once

#include "app/keys/RevokeAdvice.h"

#include <QWidget>

#include <functional>
#include <memory>

class QLabel;
class QLayout;
class QMenu;
class QTableView;

namespace keydesk {

class Chip;
class EnvironmentStore;
class HistoryStore;
class Settings;
class UsageChart;
class UsageJournal;
class UsageModel;
class WrapLabel;

/// How a key was used in the last 30 or 90 days, as a chart or a table, and whether it can be revoked. Part
/// of KeyDetails.
class KeyUsage : public QWidget
{
    Q_OBJECT

public:
    /// The requests of the console that name a key and are not in history yet.
    using Drafts = std::function<QStringList(const QUuid &keyId)>;

    KeyUsage(UsageJournal &journal, const EnvironmentStore &environments, HistoryStore &history,
             Settings &settings, QWidget *parent = nullptr);
    ~KeyUsage() override;

    void setDrafts(const Drafts &drafts) { m_drafts = drafts; }
    void show(const ApiKey &key);
    /// About the key that is shown.
    [[nodiscard]] const RevokeAdvice &advice() const { return m_advice; }

private:
    QWidget *makeTitle();
    void prepareTable();
    QLayout *makeChoice();
    QMenu *makeMenu(QWidget *owner);
    void choose(int days, bool asTable);
    void showUse();
    void showDay();
    void showAdvice();
    void findRequests();

    UsageJournal &m_journal;
    const EnvironmentStore &m_environments;
    HistoryStore &m_history;
    Settings &m_settings;
    Drafts m_drafts;
    ApiKey m_key;
    QStringList m_requests; // of history
    QList<UsageRow> m_rows;
    RevokeAdvice m_advice;
    int m_days = 30;
    bool m_asTable = false;

    std::unique_ptr<UsageModel> m_model;
    QLabel *m_title;
    WrapLabel *m_total;
    UsageChart *m_chart;
    QTableView *m_table;
    WrapLabel *m_day;
    Chip *m_verdict;
    WrapLabel *m_reasons;
};

} // namespace keydesk
