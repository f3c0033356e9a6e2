#pragma once

#include "app/http/RepeatFigures.h"

#include <QWidget>

namespace keydesk {

/// The time of each call as a bar, in the order in which they began; failed ones in another colour and with a gap at their top, so that they
/// differ without it too. The median is a line. A screen reader gets a summary; the tables beside it hold the numbers.
class LatencyChart : public QWidget
{
    Q_OBJECT

public:
    explicit LatencyChart(QWidget *parent = nullptr);

    /// `planned`: how many there will be.
    void setCalls(const QList<RepeatCall> &calls, int planned);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void describe();
    void paintBars(QPainter &painter, const QRect &area) const;

    QList<RepeatCall> m_calls;
    int m_planned = 1;
    std::chrono::microseconds m_most{1};
    std::chrono::microseconds m_median{0};
};

} // namespace keydesk
