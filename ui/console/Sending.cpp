#include "ui/console/Sending.h"

#include "app/Core.h"
#include "app/calls/CallController.h"
#include "ui/console/Consent.h"
#include "ui/console/OpenRequests.h"
#include "ui/console/PromptDialog.h"
#include "ui/console/RepeatDialog.h"
#include "ui/console/RequestEditor.h"
#include "ui/console/RunAsEachDialog.h"

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

/// What a server said names no variable: it would be sent the values.
void keepLiteral(QString &value, CallContext &context)
{
    if (!value.contains("{{"_L1))
        return;
    const QString name = u"$lastEventId"_s;
    context.sources.literals.insert(name, value);
    value = u"{{"_s + name + u"}}"_s;
}

} // namespace

Sending::Sending(Core &core, OpenRequests &requests, RequestEditor &editor, QWidget &page)
    : QObject(&page)
    , m_core(core)
    , m_requests(requests)
    , m_editor(editor)
    , m_page(page)
{
}

void Sending::send()
{
    sendAfter({});
}

void Sending::reconnect(const QByteArray &lastEventId)
{
    sendAfter(lastEventId);
}

void Sending::sendAfter(const QByteArray &lastEventId)
{
    if (m_requests.isRunning())
        return;
    prepare(withConsent([this, lastEventId](RequestSpec request, const CallContext &context) {
        CallContext filled = context;
        if (!lastEventId.isEmpty()) {
            request.headers.removeIf([](const NameValue &row) { return row.name.trimmed().compare("Last-Event-ID"_L1, Qt::CaseInsensitive) == 0; });
            request.headers.append({u"Last-Event-ID"_s, QString::fromUtf8(lastEventId), true});
            keepLiteral(request.headers.last().value, filled);
        }
        const auto problems = m_requests.send(request, filled);
        if (problems.isEmpty())
            m_editor.clearProblems();
        else
            m_editor.showProblems(problems);
        m_requests.keep();
    }));
}

void Sending::runAsEach()
{
    const auto environment = m_core.environments->current();
    if (!environment || environment->identities.isEmpty()) {
        Q_EMIT message(tr("This environment has one identity. Environments → Settings → Add Identity… makes another."));
        return;
    }
    prepare(withConsent([this](const RequestSpec &request, const CallContext &context) {
        const auto problems = CallController::problems(request, context);
        if (!problems.isEmpty()) {
            m_editor.showProblems(problems);
            return;
        }
        auto *dialog = new RunAsEachDialog(m_core, request, context, &m_page);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->open();
    }));
}

/// The dialog asks for consent itself: it knows how many calls are meant.
void Sending::repeat()
{
    prepare([this](const RequestSpec &request, const CallContext &context) {
        const auto problems = CallController::problems(request, context);
        if (!problems.isEmpty()) {
            m_editor.showProblems(problems);
            return;
        }
        m_editor.clearProblems();
        auto *dialog = new RepeatDialog(m_core, request, context, &m_page);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->open();
    });
}

void Sending::prepare(const Work &work)
{
    m_editor.finishEditing();
    m_editor.compareWithDocumentation(); // said, and sent all the same
    const RequestSpec request = m_editor.request();
    const CallContext context = m_requests.context(m_core.environments->current());
    if (context.options.prompts.isEmpty() && !context.options.confirm)
        work(request, context);
    else
        PromptDialog::ask(m_page, PromptDialog::Purpose::Sending, request, context, m_core.redactor,
                          [request, work](const CallContext &filled) { work(request, filled); });
}

Sending::Work Sending::withConsent(const Work &work)
{
    return [this, work](const RequestSpec &request, const CallContext &context) { askConsent(request, context, work); };
}

void Sending::askConsent(const RequestSpec &request, const CallContext &context, const Work &work)
{
    if (!needsConsent(request, context)) {
        work(request, context);
        return;
    }
    // What stops the request anyway is said at its field, without a question before it.
    const auto problems = CallController::problems(request, context);
    if (problems.isEmpty())
        keydesk::askConsent(m_page, request, context, m_core.redactor, [request, context, work] { work(request, context); });
    else
        m_editor.showProblems(problems);
}

} // namespace keydesk
