#pragma once

#include <QPushButton>
#include <QTimer>

namespace keydesk {

/// Send (Connect for a WebSocket), with its shortcut beside the word; Cancel in the same place while a call runs, Stop while its answer
/// goes on. Cancel comes after a moment: where the answer is quicker nothing flickers, and a second click does not cancel.
class SendButton : public QPushButton
{
    Q_OBJECT

public:
    explicit SendButton(QWidget *parent = nullptr);

    enum class State { Ready, Running, Streaming };

    void setState(State state);
    void setConnects(bool connects); ///< a WebSocket is what Send would open
    [[nodiscard]] bool isRunning() const { return m_shown != State::Ready; } ///< as far as it says so: what a click means
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
    State m_shown = State::Ready; // what its words say
    QTimer m_wordsSoon;
    bool m_connects = false;
    QString m_hint;
    mutable QSize m_size; // the same in both states, and asked for at every layout
};

} // namespace keydesk
