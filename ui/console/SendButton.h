#pragma once

#include <QPushButton>

namespace keydesk {

/// Send (Connect for a WebSocket), with its shortcut beside the word; Cancel in the same place while a call runs, Stop while its answer
/// goes on.
class SendButton : public QPushButton
{
    Q_OBJECT

public:
    explicit SendButton(QWidget *parent = nullptr);

    enum class State { Ready, Running, Streaming };

    void setState(State state);
    void setConnects(bool connects); ///< a WebSocket is what Send would open
    [[nodiscard]] bool isRunning() const { return m_state != State::Ready; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    [[nodiscard]] QFont hintFont() const;
    [[nodiscard]] QSize measured() const;

    void showWords();

    State m_state = State::Ready;
    bool m_connects = false;
    QString m_hint;
    mutable QSize m_size; // the same in both states, and asked for at every layout
};

} // namespace keydesk
