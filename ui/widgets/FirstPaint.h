#pragma once

#include <QEvent>
#include <QTimer>
#include <QWidget>

#include <functional>

namespace keydesk {

/// Does some work once, after the window has been on screen for the first time: what nobody waits for yet must not hold the first frame up.
class FirstPaint : public QObject
{
public:
    FirstPaint(QWidget &window, std::function<void()> work)
        : QObject(&window)
        , m_work(std::move(work))
    {
        window.installEventFilter(this);
    }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        if (event->type() == QEvent::Paint) {
            watched->removeEventFilter(this);
            // In the next turn: the paint event comes before anything is painted.
            QTimer::singleShot(0, this, [this] {
                deleteLater();
                m_work();
            });
        }
        return QObject::eventFilter(watched, event);
    }

private:
    std::function<void()> m_work;
};

} // namespace keydesk
