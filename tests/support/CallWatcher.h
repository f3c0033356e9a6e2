#pragma once

#include "app/http/HttpClient.h"

#include <QPair>
#include <QTest>

#include <optional>

namespace keydesk::test {

/// Keeps what a call says, which deletes itself when it has said it all.
class CallWatcher
{
public:
    explicit CallWatcher(HttpCall *call)
    {
        QObject::connect(call, &HttpCall::waitingForToken, &m_context, [this] { ++waitedForToken; });
        QObject::connect(call, &HttpCall::progress, &m_context, [this](qint64 received, qint64 total) {
            progress.append({received, total});
        });
        QObject::connect(call, &HttpCall::finished, &m_context,
                         [this, call](const Result<HttpResponse> &result) {
                             ++finishedCount;
                             outcome = result;
                             trace = call->trace();
                         });
        QObject::connect(call, &QObject::destroyed, &m_context, [this] { gone = true; });
    }

    /// True once the call is finished and gone.
    bool wait(int milliseconds = 20'000)
    {
        return QTest::qWaitFor([this] { return gone; }, milliseconds) && finishedCount == 1;
    }
    [[nodiscard]] bool isValue() const { return outcome && outcome->has_value(); }
    [[nodiscard]] const HttpResponse &response() const { return **outcome; }
    [[nodiscard]] const Error &error() const { return outcome->error(); }
    [[nodiscard]] bool failedWith(Error::Kind kind) const
    {
        return outcome && !*outcome && outcome->error().kind == kind;
    }

    std::optional<Result<HttpResponse>> outcome;
    CallTrace trace;
    QList<QPair<qint64, qint64>> progress;
    int finishedCount = 0;
    int waitedForToken = 0;
    bool gone = false;

private:
    QObject m_context;
};

} // namespace keydesk::test
