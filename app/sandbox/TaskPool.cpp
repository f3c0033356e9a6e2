#include "app/sandbox/TaskPool.h"

#include <chrono>
#include <system_error>

namespace keydesk::sandbox {

namespace {

constexpr std::chrono::seconds idleTime{5};

} // namespace

TaskPool::TaskPool(std::size_t mostThreads)
    : m_mostThreads(mostThreads)
{
}

TaskPool::~TaskPool()
{
    finish();
}

void TaskPool::enqueue(std::function<void()> task)
{
    Threads left;
    {
        const std::scoped_lock lock(m_mutex);
        if (m_finishing)
            return;
        left.swap(m_leaving);
        m_tasks.push_back(std::move(task));
        if (m_idle < m_tasks.size() && !isFull()) {
            const Threads::iterator self = m_threads.emplace(m_threads.end());
            try {
                *self = std::thread([this, self] { work(self); });
            } catch (const std::system_error &) {
                m_threads.erase(self); // no more threads to be had: another one will take the task
            }
        }
    }
    m_hasWork.notify_one();
    for (std::thread &thread : left)
        thread.join();
}

bool TaskPool::isCrowded() const
{
    const std::scoped_lock lock(m_mutex);
    return isFull() && m_tasks.size() > m_idle;
}

void TaskPool::finish()
{
    Threads left;
    {
        std::unique_lock lock(m_mutex);
        m_finishing = true;
        m_hasWork.notify_all();
        m_ended.wait(lock, [this] { return m_threads.empty(); });
        left.swap(m_leaving);
    }
    for (std::thread &thread : left)
        thread.join();
}

void TaskPool::work(Threads::iterator self)
{
    std::unique_lock lock(m_mutex);
    while (true) {
        ++m_idle;
        const bool found =
            m_hasWork.wait_for(lock, idleTime, [this] { return !m_tasks.empty() || m_finishing; });
        --m_idle;
        if (!found || m_tasks.empty())
            break;
        const std::function<void()> task = std::move(m_tasks.front());
        m_tasks.pop_front();
        lock.unlock();
        task();
        lock.lock();
    }
    m_leaving.splice(m_leaving.end(), m_threads, self);
    m_ended.notify_all();
}

} // namespace keydesk::sandbox
