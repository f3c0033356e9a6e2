#pragma once

#include "app/keys/RevokeAdvice.h"

#include <QWidget>

#include <functional>
#include <memory>

class QLabel;
class QStackedWidget;
class QToolButton;

namespace keydesk {

class Chip;
class EnvironmentStore;
class HistoryStore;
class Settings;
class UsageChart;
class UsageJournal;
class UsageModel;

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
    QWidget *makeChart();
    QWidget *makeTable();
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

    std::unique_ptr<UsageModel> m_model;
    QToolButton *m_period;
    QLabel *m_total;
    QStackedWidget *m_views;
    UsageChart *m_chart = nullptr;
    QLabel *m_day;
    Chip *m_verdict;
    QLabel *m_reasons;
};

} // namespace keydesk
