#pragma once

#include <QCoreApplication>
#include <QEvent>
#include <QFile>
#include <QTimer>
#include <QWidget>

#include <cstdio>

namespace keydesk::bench {

/// This process's proportional set size in kB, from /proc/self/smaps_rollup; 0 if it cannot be read.
inline long pssKilobytes()
{
    QFile file(QStringLiteral("/proc/self/smaps_rollup"));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    for (const QByteArray &line : file.readAll().split('\n')) {
        if (line.startsWith("Pss:"))
            return line.mid(4).trimmed().split(' ').first().toLong();
    }
    return 0;
}

/// Prints "ready" when the window was painted and the event loop has nothing left to do, and "pss N" a second later; then quits.
class Ready : public QObject
{
public:
    explicit Ready(QWidget &window)
        : QObject(&window)
    {
        window.installEventFilter(this);
    }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        if (event->type() == QEvent::Paint && !m_painted) {
            m_painted = true;
            // A zero timer fires after what is queued already.
            QTimer::singleShot(0, this, [this] {
                std::puts("ready");
                std::fflush(stdout);
                QTimer::singleShot(1000, this, [] {
                    std::printf("pss %ld\n", pssKilobytes());
                    std::fflush(stdout);
                    QCoreApplication::quit();
                });
            });
        }
        return QObject::eventFilter(watched, event);
    }

private:
    bool m_painted = false;
};

} // namespace keydesk::bench
