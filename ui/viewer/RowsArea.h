#pragma once

#include <QAbstractScrollArea>
#include <QBasicTimer>

namespace keydesk {

/// What the views of files of any size have in common: rows of one height, of which only those in sight are
/// made; the wheel and the scroll bar's buttons go by rows; a drag scrolls while the mouse is outside.
class RowsArea : public QAbstractScrollArea
{
    Q_OBJECT

public:
    explicit RowsArea(QWidget *parent = nullptr);

protected:
    [[nodiscard]] virtual int rowHeight() const = 0;
    /// Of the viewport.
    [[nodiscard]] virtual QRect rowsRect() const { return viewport()->rect(); }
    [[nodiscard]] int rowsInSight() const; ///< those that are whole; at least 1
    /// Downwards; here, of a vertical scroll bar that counts rows.
    virtual void scrollRows(int rows);
    /// The mouse has been dragged to there, or the rows below it have moved.
    virtual void dragTo(const QPoint &place) = 0;
    /// Units of a vertical scroll bar for each byte of a text, so that none is too long for it.
    [[nodiscard]] static double scrollScale(qint64 size);

    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void timerEvent(QTimerEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    void takeAction(int action);

    double m_turned = 0; // rows that the wheel has turned beyond the last whole one
    QBasicTimer m_dragging;
    QPoint m_dragPlace;
};

} // namespace keydesk
