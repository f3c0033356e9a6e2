#pragma once

#include <QWidget>

#include <optional>

namespace keydesk {

class UsageModel;

/// A bar for each day, failed calls on top in their own colour, today at right. Colours come from the
/// palette. The pointer and the arrow keys (Home, End) choose a day, which `dayChosen` tells; a screen reader
/// finds a table of the same numbers.
class UsageChart : public QWidget
{
    Q_OBJECT

public:
    explicit UsageChart(const UsageModel &model, QWidget *parent = nullptr);

    [[nodiscard]] const UsageModel &model() const { return m_model; }
    /// The day under the pointer, else the one that the keyboard stands on while this has the focus.
    [[nodiscard]] std::optional<int> chosenDay() const;
    /// Where a day is drawn.
    [[nodiscard]] QRect dayRect(int row) const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void dayChosen();

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    void rowsChanged();
    void stand(int row);
    void point(std::optional<int> row);
    void tellScreenReader();

    const UsageModel &m_model;
    int m_cursor = -1; // the day that the keyboard stands on; -1: none yet
    std::optional<int> m_pointed;
};

} // namespace keydesk
