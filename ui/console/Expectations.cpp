#include "ui/console/Expectations.h"

#include "app/Core.h"
#include "ui/console/ExpectationsDialog.h"
#include "ui/console/OpenRequests.h"

namespace keydesk {

Expectations::Expectations(Core &core, OpenRequests &requests, QWidget &page)
    : QObject(&page)
    , m_core(core)
    , m_requests(requests)
    , m_page(page)
{
}

void Expectations::edit()
{
    if (m_dialog)
        return;
    const OpenRequest &request = m_requests.current();
    ExpectationsOfRequest about{request.title(), {}, request.isSaved(), {}, m_requests.sourcesOfAnswer()};
    for (const WrittenExpectation &each : request.expectations)
        about.expectations << each.text;
    if (request.outcome)
        about.facts = {request.outcome->response, request.outcome->trace.elapsed};
    m_dialog = new ExpectationsDialog(about, m_core.redactor, &m_page);
    m_dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(m_dialog, &ExpectationsDialog::saveRequested, this, [this, id = request.id] { save(id); });
    m_dialog->open();
}

void Expectations::save(const QUuid &request)
{
    const QStringList wanted = m_dialog->expectations();
    const int index = m_requests.indexOf(request);
    if (index >= 0 && m_requests.at(index).isSaved()) {
        const auto change = m_core.workspace->files().setExpectations(m_requests.at(index).place, wanted);
        if (!change) {
            m_dialog->showProblem(change.error().message);
            return;
        }
        m_requests.placeChanged(index, change->place);
        m_core.workspace->refresh();
        Q_EMIT message(change->step.message);
    }
    if (index >= 0)
        m_requests.setExpectations(index, wanted);
    m_dialog->accept();
}

} // namespace keydesk
