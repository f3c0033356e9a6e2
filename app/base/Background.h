#pragma once

#include <QFutureWatcher>
#include <QObject>
#include <QPromise>
#include <QThreadPool>

#include <memory>
#include <utility>

namespace keydesk {

/// Work on values, off the UI thread. Ending it waits for what runs, so that the work may refer to what
/// outlives this object.
class Background
{
public:
    Background() { m_pool.setMaxThreadCount(2); }
    ~Background()
    {
        m_pool.clear();
        m_pool.waitForDone();
    }
    /// Until all that was begun has been done; what `done` gets still comes later.
    void wait() { m_pool.waitForDone(); }
    Background(const Background &) = delete;
    Background &operator=(const Background &) = delete;

    /// `done(work())` on the thread of `guard`, never inside this call, not after `guard` died.
    template <typename Work, typename Done>
    void run(QObject *guard, Work work, Done done)
    {
        using Value = std::invoke_result_t<Work>;
        auto promise = std::make_shared<QPromise<Value>>();
        auto *watcher = new QFutureWatcher<Value>(guard);
        QObject::connect(watcher, &QFutureWatcher<Value>::finished, guard, [watcher, done = std::move(done)] {
            watcher->deleteLater();
            if (watcher->future().resultCount() > 0)
                done(watcher->result());
        });
        promise->start();
        watcher->setFuture(promise->future());
        m_pool.start([promise, work = std::move(work)] {
            promise->addResult(work());
            promise->finish();
        });
    }

private:
    QThreadPool m_pool;
};

} // namespace keydesk
