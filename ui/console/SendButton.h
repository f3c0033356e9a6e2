#pragma once

#include <QPushButton>

namespace keydesk {

/// Send, with its shortcut beside the word; Cancel in the same place while a call runs.
class SendButton : public QPushButton
{
    Q_OBJECT

public:
    explicit SendButton(QWidget *parent = nullptr);

    void setRunning(bool running);
    [[nodiscard]] bool isRunning() const { return m_running; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    [[nodiscard]] QFont hintFont() const;
    [[nodiscard]] QSize measured() const;

    bool m_running = false;
    QString m_hint;
    mutable QSize m_size; // the same in both states, and asked for at every layout
};

} // namespace keydesk
