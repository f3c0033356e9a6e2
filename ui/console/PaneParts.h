#pragma once

#include "ui/theme/Theme.h"

#include <QLabel>
#include <QToolButton>

class QButtonGroup;
class QComboBox;
class QHBoxLayout;

namespace keydesk {

/// What a call says of itself before its answer is there comes after this time, in ms: a quick one must not flicker.
constexpr int flickerTime = 150;

/// The line at which two panes meet.
class Hairline : public QWidget
{
    Q_OBJECT

public:
    explicit Hairline(QWidget *parent = nullptr);

protected:
    void paintEvent(QPaintEvent *event) override;
};

/// A pane in the quieter colour of side panes and bars.
class Pane : public QWidget
{
    Q_OBJECT

public:
    using QWidget::QWidget;

protected:
    void paintEvent(QPaintEvent *event) override;
};

/// The slim bar under a body: a line above it, second text in it.
class FootBar : public Pane
{
    Q_OBJECT

public:
    explicit FootBar(QWidget *parent = nullptr);

    [[nodiscard]] QHBoxLayout *row() const { return m_row; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QHBoxLayout *m_row;
};

/// A few words of which one is chosen: "Pretty · Raw". The chosen one is bold and says so to screen readers.
class ModeSwitch : public QWidget
{
    Q_OBJECT

public:
    explicit ModeSwitch(const QString &accessibleName, QWidget *parent = nullptr);

    void addMode(int id, const QString &text);
    void setModeVisible(int id, bool visible);
    [[nodiscard]] bool isModeVisible(int id) const;
    [[nodiscard]] int mode() const;
    void setMode(int id); ///< does not emit

Q_SIGNALS:
    void modeChosen(int id);

private:
    QHBoxLayout *m_row;
    QButtonGroup *m_buttons;
    QList<QLabel *> m_dots; // m_dots[i] stands before button i + 1
};

/// Second text on one line that may be cut where there is no room, with … at its end.
class ElidedLabel : public QLabel
{
    Q_OBJECT

public:
    explicit ElidedLabel(QWidget *parent = nullptr);

    QSize minimumSizeHint() const override { return {0, QLabel::minimumSizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent *event) override;
};

/// An icon and a word without a frame; the word may be cut where there is no room.
class ElidedButton : public QToolButton
{
    Q_OBJECT

public:
    explicit ElidedButton(QWidget *parent = nullptr);

    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
};

/// Second text on one line: follows the theme.
QLabel *secondLabel(const QString &text = {});

/// Qt reports a combo box's value as its name on Linux: a label that is its buddy carries the name. The label
/// stands beside the combo box in its parent; `shown` says whether people see it.
QLabel *nameCombo(QComboBox *combo, const QString &name, bool shown);

} // namespace keydesk
