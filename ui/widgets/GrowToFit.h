#pragma once

#include <QEvent>
#include <QLayout>
#include <QWidget>

#include <algorithm>

namespace keydesk {

/// Keeps a window at least as high as what it holds: Qt does not make one higher for labels that wrap anew.
class GrowToFit : public QObject
{
public:
    /// Lives as long as the window, which has its layout already.
    explicit GrowToFit(QWidget &window)
        : QObject(&window)
        , m_window(window)
    {
        window.installEventFilter(this);
    }

    void fit()
    {
        const QLayout *layout = m_window.layout();
        const int wide = std::max(m_window.width(), m_window.minimumWidth());
        const int needed = layout->hasHeightForWidth() ? layout->totalHeightForWidth(wide) : m_window.sizeHint().height();
        m_window.resize(wide, std::max(needed, m_window.isVisible() ? m_window.height() : 0));
    }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        if (event->type() == QEvent::LayoutRequest) {
            m_window.layout()->activate();
            fit();
        }
        return QObject::eventFilter(watched, event);
    }

private:
    QWidget &m_window;
};

} // namespace keydesk
