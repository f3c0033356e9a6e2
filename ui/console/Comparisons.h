#pragma once

#include "ui/console/CompareDialog.h"

#include <QObject>
#include <QPointer>

namespace keydesk {

struct Core;
class OpenRequests;

/// Compares the answer that is shown with an earlier one, with the same request's in another environment, or two calls of the history.
class Comparisons : public QObject
{
    Q_OBJECT

public:
    Comparisons(Core &core, const OpenRequests &requests, QWidget &page);

    /// What the response pane shows now.
    void setShown(const CallOutcome &outcome, const ShownCall &shown);
    void setShown(const HistoryEntry &entry);
    void clear() { m_shown.reset(); }
    [[nodiscard]] bool hasShown() const { return m_shown.has_value(); }

    /// With the call before it of the same method and address.
    void withPrevious();
    void withCall(qint64 id);
    void calls(qint64 one, qint64 other);
    /// Sends the request that was shown there (with consent if it is protected) and compares the answers.
    void withEnvironment(const Environment &environment);

Q_SIGNALS:
    void message(const QString &text);
    void failed(const keydesk::Error &error);

private:
    struct Shown
    {
        ComparedCall compared;
        RequestSpec request;
        QString address; ///< as the history has it
        QDateTime at;    ///< UTC
    };

    static ComparedCall comparedCall(const HistoryEntry &entry);
    void load(qint64 id, const std::function<void(const HistoryEntry &)> &done);
    void sendTo(const CallContext &context);
    void open(const ComparedCall &left, const ComparedCall &right);

    Core &m_core;
    const OpenRequests &m_requests;
    QWidget &m_page;
    std::optional<Shown> m_shown;
    QPointer<CallController> m_elsewhere; // the call that is on its way to another environment
};

} // namespace keydesk
