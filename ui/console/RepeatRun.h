#pragma once

#include "app/calls/CallController.h"
#include "app/http/RepeatFigures.h"

#include <QElapsedTimer>
#include <QTimer>

#include <vector>

namespace keydesk {

struct RepeatPlan
{
    static constexpr int mostTimes = 1000;
    static constexpr int mostAtOnce = 6; ///< more to one host would wait in Qt's queue, and that would be measured

    int times = 20;
    int atOnce = 1;
    std::chrono::milliseconds pause{0}; ///< after each call, before the next one in its place
    bool waitsWhenTold = false;         ///< by Retry-After and its like; else a 429 ends the run
};

/// One request sent again and again, for looking at the times. Every call is resolved anew ({{$guid}} differs) and goes through the same
/// checks as any other; none goes into the history. Bodies are let go of as they come. Ending this cancels what is on its way; not from a
/// slot of `finished` or `progressed`.
class RepeatRun : public QObject
{
    Q_OBJECT

public:
    RepeatRun(Core &core, const RequestSpec &request, const CallContext &context, const RepeatPlan &plan, QObject *parent = nullptr);
    ~RepeatRun() override;

    void start();
    void stop(); ///< cancels what is on its way, which then does not count
    [[nodiscard]] bool isRunning() const { return m_isRunning; }
    [[nodiscard]] const RepeatPlan &plan() const { return m_plan; }
    /// In the order in which they ended.
    [[nodiscard]] const QList<RepeatCall> &calls() const { return m_calls; }
    [[nodiscard]] std::chrono::microseconds elapsed() const;
    /// Seconds until the server takes calls again; 0: it is not waited for.
    [[nodiscard]] qint64 secondsToWait() const;
    /// Why not all calls were made, a sentence; empty if they were, or while it runs.
    [[nodiscard]] QString ending() const { return m_ending; }

Q_SIGNALS:
    void progressed();
    void finished();

private:
    struct Place
    {
        CallController *calls;
        RepeatCall call;
        bool isFree = true;
    };

    void sendNext();
    void send(std::size_t place);
    void ended(std::size_t place, const CallOutcome &outcome);
    void obey(const HttpResponse &response);
    void end(const QString &why);

    Core &m_core;
    const RequestSpec m_request;
    CallContext m_context;
    const RepeatPlan m_plan;
    std::vector<Place> m_places;
    QList<RepeatCall> m_calls;
    QElapsedTimer m_clock;
    std::chrono::microseconds m_elapsed{0};
    QTimer m_wait; // until the server takes calls again
    QString m_ending;
    int m_sent = 0;
    int m_onTheWay = 0;
    bool m_isRunning = false;
    bool m_isEnding = false; // no more are begun
};

} // namespace keydesk
