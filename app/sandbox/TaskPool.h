#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

namespace keydesk::sandbox {

/// Threads that come when there is work and leave when there is none: an idle sandbox costs no stacks, and a
/// waiting keep-alive connection (which holds its thread) does not starve the others.
class TaskPool
{
public:
    explicit TaskPool(std::size_t mostThreads);
    ~TaskPool(); ///< as `finish`
    TaskPool(const TaskPool &) = delete;
    TaskPool &operator=(const TaskPool &) = delete;

    void enqueue(std::function<void()> task);
    /// True while a task waits because every thread is taken.
    [[nodiscard]] bool isCrowded() const;
    /// Runs what is queued, takes nothing more, and waits for the threads.
    void finish();

private:
    using Threads = std::list<std::thread>;

    void work(Threads::iterator self);

    [[nodiscard]] bool isFull() const { return m_threads.size() >= m_mostThreads; }

    const std::size_t m_mostThreads;
    mutable std::mutex m_mutex;
    std::condition_variable m_hasWork;
    std::condition_variable m_ended;
    std::deque<std::function<void()>> m_tasks;
    Threads m_threads;
    Threads m_leaving; ///< have ended or are about to; to be joined
    std::size_t m_idle = 0;
    bool m_finishing = false;
};

} // namespace keydesk::sandbox
