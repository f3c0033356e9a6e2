#pragma once

#include "app/calls/CallContext.h"
#include "app/http/RequestCheck.h"

#include <QObject>

#include <functional>

namespace keydesk {

struct Core;
struct Error;
struct RequestAsCode;
struct RequestInFile;
class OpenRequests;
class RequestEditor;

/// Makes code of a request, as it would be sent: of the one in the editor, of a saved one, or of a call of
/// the history. What its file wants to be asked for is asked before. Sends nothing, and reads no secret.
class CopyAsCode : public QObject
{
    Q_OBJECT

public:
    CopyAsCode(Core &core, OpenRequests &requests, RequestEditor &editor, QWidget &page);

    /// What is wrong with it is said at its fields.
    void copyShown();
    /// In the current environment; with what was edited, if it is open.
    void copySaved(const RequestInFile &saved);
    /// In the environment that it was sent in.
    void copyCall(qint64 id);

Q_SIGNALS:
    void ready(const keydesk::RequestAsCode &code);
    void message(const QString &text); ///< why there is none
    void failed(const keydesk::Error &error);

private:
    using Trouble = std::function<void(const QList<RequestProblem> &)>;

    void ask(const RequestSpec &request, const CallContext &context, const QStringList &notes, const Trouble &trouble);
    void make(const RequestSpec &request, const CallContext &context, const QStringList &notes, const Trouble &trouble);
    [[nodiscard]] Trouble tell(const RequestSpec &request);

    Core &m_core;
    OpenRequests &m_requests;
    RequestEditor &m_editor;
    QWidget &m_page;
};

} // namespace keydesk
