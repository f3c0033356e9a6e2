#pragma once

#include "app/http/RepeatFigures.h"

#include <QWidget>

namespace keydesk {

/// The time of each call as a bar, in the order in which they began; failed ones in another colour and with a gap at their top, so that they
/// differ without it too. The median is a line. Hovering says what a bar is. A screen reader gets a summary; the tables beside it hold the numbers.
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
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void describe();
    [[nodiscard]] QString medianText() const;
    /// Where the bars are: as many places as there is room for.
    struct Places
    {
        QRect area; ///< at its right is room for what stands beside the bars
        int count = 1;
        double width = 1;

        [[nodiscard]] int of(const RepeatCall &call, int planned) const;
    };
    [[nodiscard]] Places places() const;
    /// The slowest one in a place; nullptr if there is none.
    [[nodiscard]] const RepeatCall *callAt(int place) const;
    [[nodiscard]] int heightOf(std::chrono::microseconds time, const QRect &area) const;
    void paintBars(QPainter &painter, const Places &places) const;

    QList<RepeatCall> m_calls;
    int m_planned = 1;
    std::chrono::microseconds m_most{1};
    std::chrono::microseconds m_median{0};
};

} // namespace keydesk
