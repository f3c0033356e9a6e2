#pragma once

#include "app/calls/CallContext.h"

#include <QObject>

#include <functional>

namespace keydesk {

struct Core;
class OpenRequests;
class RequestEditor;

/// Sends what stands in the editor, after the questions that come before it: consent for a protected environment, and what annotations in
/// the request's file ask for (`@prompt`, `@note`).
class Sending : public QObject
{
    Q_OBJECT

public:
    Sending(Core &core, OpenRequests &requests, RequestEditor &editor, QWidget &page);

    void send();
    void runAsEach();
    void repeat();
    /// Sends with the header Last-Event-ID (unless it is empty), for an event stream that ended.
    void reconnect(const QByteArray &lastEventId);

Q_SIGNALS:
    void message(const QString &text);

private:
    using Work = std::function<void(const RequestSpec &, const CallContext &)>;

    void sendAfter(const QByteArray &lastEventId);
    void prepare(const Work &work);
    [[nodiscard]] Work withConsent(const Work &work);
    void askConsent(const RequestSpec &request, const CallContext &context, const Work &work);

    Core &m_core;
    OpenRequests &m_requests;
    RequestEditor &m_editor;
    QWidget &m_page;
};

} // namespace keydesk
