#include "app/body/BackgroundScan.h"

namespace keydesk {

BackgroundScan::BackgroundScan(Work work, QObject *parent)
    : QObject(parent)
    , m_work(std::move(work))
{
}

BackgroundScan::~BackgroundScan()
{
    m_stop = true;
}

void BackgroundScan::start()
{
    m_isComplete = false;
    if (m_isRunning)
        m_isWantedAgain = true;
    else
        run();
}

void BackgroundScan::startNow()
{
    if (m_isRunning)
        return;
    Pulse quiet(m_stop, [] {});
    m_work(quiet);
    m_isComplete = true;
}

void BackgroundScan::run()
{
    m_isRunning = true;
    m_isWantedAgain = false;
    m_background.run(
        this,
        [this] {
            Pulse pulse(m_stop, [this] {
                QMetaObject::invokeMethod(this, &BackgroundScan::grew, Qt::QueuedConnection);
            });
            m_work(pulse);
            return true;
        },
        [this](bool) {
            m_isRunning = false;
            if (m_isWantedAgain) {
                run();
                return;
            }
            m_isComplete = true;
            Q_EMIT grew();
        });
}

} // namespace keydesk
