#include "ui/console/CopyAsCode.h"

#include "app/Core.h"
#include "app/calls/CallController.h"
#include "app/calls/SavedCall.h"
#include "app/interchange/snippets/RequestAsCode.h"
#include "ui/console/OpenRequests.h"
#include "ui/console/PromptDialog.h"
#include "ui/console/RequestEditor.h"

#include <QJsonDocument>

namespace keydesk {

using namespace Qt::StringLiterals;

CopyAsCode::CopyAsCode(Core &core, OpenRequests &requests, RequestEditor &editor, QWidget &page)
    : QObject(&page)
    , m_core(core)
    , m_requests(requests)
    , m_editor(editor)
    , m_page(page)
{
}

void CopyAsCode::copyShown()
{
    m_editor.finishEditing();
    m_editor.clearProblems();
    ask(m_editor.request(), m_requests.context(m_core.environments->current()), {},
        [this](const QList<RequestProblem> &problems) { m_editor.showProblems(problems); });
}

void CopyAsCode::copySaved(const RequestInFile &saved)
{
    const int open = m_requests.indexOf(saved.place);
    const RequestSpec request = open >= 0 ? m_requests.requests().at(open) : saved.request.spec;
    ask(request, m_requests.contextOf(callOrigin(saved), m_core.environments->current()), {}, tell(request));
}

void CopyAsCode::copyCall(qint64 id)
{
    m_core.history->load(id, this, [this](const Result<HistoryEntry> &entry) {
        if (!entry) {
            Q_EMIT failed(entry.error());
            return;
        }
        const auto environment = m_core.environments->find(entry->row.environmentId);
        if (!environment && !entry->row.environmentId.isNull()) {
            Q_EMIT message(tr("This call was sent in “%1”, which is no longer there. Open it, and copy it in "
                              "another environment.")
                               .arg(entry->row.environmentName));
            return;
        }
        QStringList notes;
        if (entry->lacksSecrets())
            notes << tr("This call held a token that history does not keep. Fill in what shows as ••••.");
        ask(entry->request, m_requests.contextOf({}, environment), notes, tell(entry->request));
    });
}

void CopyAsCode::ask(const RequestSpec &request, const CallContext &context, const QStringList &notes, const Trouble &trouble)
{
    if (context.options.prompts.isEmpty()) {
        make(request, context, notes, trouble);
        return;
    }
    PromptDialog::ask(m_page, PromptDialog::Purpose::Code, request, context, m_core.redactor,
                      [this, request, notes, trouble](const CallContext &filled) { make(request, filled, notes, trouble); });
}

void CopyAsCode::make(const RequestSpec &request, const CallContext &context, const QStringList &notes, const Trouble &trouble)
{
    m_core.storedTokens->learn(QJsonDocument(request.toJson()).toJson(QJsonDocument::Compact)); // a token may stand in it literally
    auto code = requestAsCode({request, context.environment, context.sources, context.baseFolder, context.options.encodeUrl}, m_core.providers,
                              *m_core.keys, m_core.redactor);
    if (code) {
        code->notes = notes;
        Q_EMIT ready(*code);
        return;
    }
    QList<RequestProblem> problems = CallController::problems(request, context);
    if (problems.isEmpty())
        problems.append(
            {code.error().kind == Error::Kind::TooLarge ? RequestProblem::Field::Body : RequestProblem::Field::Url, -1, 0, 0, code.error().message});
    trouble(problems);
}

/// Of a request that no field shows.
CopyAsCode::Trouble CopyAsCode::tell(const RequestSpec &request)
{
    const QString name = request.name.isEmpty() ? requestLabel(request.method, request.url) : request.name;
    return [this, name](const QList<RequestProblem> &problems) {
        Q_EMIT message(m_core.redactor.redactText(tr("“%1” cannot be written as code. %2").arg(name, problems.first().message)));
    };
}

} // namespace keydesk
