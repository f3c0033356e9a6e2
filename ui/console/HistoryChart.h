#pragma once

#include "app/history/HistoryQuery.h"

#include <QWidget>

#include <optional>

namespace keydesk {

/// A bar for each stretch of time, failed calls on top in their own colour. The pointer and the arrow keys
/// (Home, End) choose one, a click or Enter takes it. Its accessible description says the same in sentences.
class HistoryChart : public QWidget
{
    Q_OBJECT

public:
    explicit HistoryChart(QWidget *parent = nullptr);

    void setBars(const QList<HistoryBar> &bars);
    [[nodiscard]] const QList<HistoryBar> &bars() const { return m_bars; }
    /// Under the pointer, else where the keyboard stands.
    [[nodiscard]] std::optional<int> chosen() const;
    [[nodiscard]] QRect barRect(int bar) const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {60, sizeHint().height()}; }

Q_SIGNALS:
    void barChosen(); ///< another one, or none
    void barTaken(const keydesk::HistoryBar &bar);

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    [[nodiscard]] std::optional<int> at(const QPoint &point) const;
    void describe();

    QList<HistoryBar> m_bars;
    int m_cursor = -1;
    std::optional<int> m_pointed;
};

} // namespace keydesk
