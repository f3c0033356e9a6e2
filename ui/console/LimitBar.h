#pragma once

#include "app/http/RateLimits.h"
#include "ui/console/PaneParts.h"

#include <QDeadlineTimer>
#include <QTimer>

class QProgressBar;
class QPushButton;

namespace keydesk {

/// Under the response's tabs, while there is something to say: how many calls the server still takes, as a meter, and the countdown to
/// sending again, which somebody has started and anybody can stop.
class LimitBar : public Pane
{
    Q_OBJECT

public:
    explicit LimitBar(QWidget *parent = nullptr);

    /// Of an answer; none hides the meter. Ends a countdown.
    void setLimits(const QList<RateLimit> &limits);
    /// Counts down; `sendDue` follows unless `stopWaiting` comes first, or this is no longer looked at.
    void startWaiting(std::chrono::seconds wait);
    void stopWaiting();

Q_SIGNALS:
    void sendDue();

protected:
    void paintEvent(QPaintEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void showNow();
    void showMeter(const QDateTime &now);

    QList<RateLimit> m_limits;
    bool m_isWaiting = false;
    QDeadlineTimer m_due;
    QTimer m_second;
    QProgressBar *m_meter;
    ElidedLabel *m_text;
    ElidedLabel *m_countdown;
    QPushButton *m_cancel;
};

} // namespace keydesk
