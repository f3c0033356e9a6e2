#pragma once

#include "ui/console/RepeatRun.h"

#include <QDialog>

class QCheckBox;
class QLabel;
class QProgressBar;
class QPushButton;
class QSpinBox;
class QTableWidget;

namespace keydesk {

class LatencyChart;
class RoleLabel;

/// Sends one request many times and shows how long the answers took: a chart, percentiles, what came back. For looking, not for load. Asks
/// before a method that changes things is sent. Closing it stops the calls.
class RepeatDialog : public QDialog
{
    Q_OBJECT

public:
    RepeatDialog(Core &core, const RequestSpec &request, const CallContext &context, QWidget *parent = nullptr);

    QSize sizeHint() const override;

private:
    QWidget *makePlan();
    QWidget *makeResults();
    QLayout *makeFoot();
    [[nodiscard]] RepeatPlan plan() const;
    void restorePlan();
    void rememberPlan() const;
    void startOrStop();
    void start();
    void showRun();
    void showFigures();
    void showOutcomes();

    Core &m_core;
    const RequestSpec m_request;
    const CallContext m_context;
    const QString m_what; // method and URL, redacted
    RepeatRun *m_run = nullptr;
    QTimer m_soon; // a thousand calls a second are not shown one by one
    QSpinBox *m_times;
    QSpinBox *m_atOnce;
    QSpinBox *m_pause;
    QCheckBox *m_waits;
    QWidget *m_planWidget;
    QProgressBar *m_progress;
    QLabel *m_summary;
    RoleLabel *m_message;
    LatencyChart *m_chart;
    QTableWidget *m_figures;
    QTableWidget *m_outcomes;
    QPushButton *m_copyText;
    QPushButton *m_copyCsv;
    QPushButton *m_start;
};

} // namespace keydesk
