#include "ui/console/Expectations.h"

#include "app/Core.h"
#include "ui/console/ExpectationsDialog.h"
#include "ui/console/OpenRequests.h"

namespace keydesk {

namespace {

QStringList textsOf(const OpenRequest &request)
{
    QStringList texts;
    for (const WrittenExpectation &each : request.expectations)
        texts << each.text;
    return texts;
}

} // namespace

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
    about.expectations = textsOf(request);
    if (request.outcome)
        about.facts = {request.outcome->response, request.outcome->trace.elapsed};
    m_dialog = new ExpectationsDialog(about, m_core.redactor, &m_page);
    m_dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(m_dialog, &ExpectationsDialog::saveRequested, this, [this, id = request.id] { save(id); });
    m_dialog->open();
}

void Expectations::add(const QString &expectation)
{
    const OpenRequest &request = m_requests.current();
    QStringList wanted = textsOf(request);
    if (wanted.contains(expectation)) {
        Q_EMIT message(tr("“%1” is expected already.").arg(expectation));
        return;
    }
    wanted << expectation;
    if (const Result<void> changed = change(request.id, wanted); !changed)
        Q_EMIT failed(changed.error());
}

void Expectations::save(const QUuid &request)
{
    if (const Result<void> changed = change(request, m_dialog->expectations()); !changed)
        m_dialog->showProblem(changed.error().message);
    else
        m_dialog->accept();
}

Result<void> Expectations::change(const QUuid &request, const QStringList &wanted)
{
    const int index = m_requests.indexOf(request);
    if (index < 0) // closed meanwhile
        return {};
    const RequestPlace place = m_requests.at(index).place;
    const QString title = m_requests.at(index).title();
    const QStringList before = textsOf(m_requests.at(index));
    if (before == wanted)
        return {};
    if (!m_requests.at(index).isSaved()) {
        const auto set = [this, request, guard = QPointer(this)](const QStringList &expectations) {
            if (guard)
                show(request, {}, expectations);
            return Result<void>();
        };
        set(wanted);
        Q_EMIT undoable({tr("Change Expectations of “%1”").arg(title),
                         tr("The expectations of “%1” are changed. They go into its file when it is saved.").arg(title),
                         [set, before] { return set(before); }, [set, wanted] { return set(wanted); }});
        return {};
    }
    const Result<FileChange> saved = m_core.workspace->files().setExpectations(place, wanted);
    if (!saved)
        return tl::unexpected(saved.error());
    show(request, saved->place, wanted);
    const auto andShow = [this, request, guard = QPointer(this)](const FileStep::Work &work, const RequestPlace &at,
                                                                 const QStringList &expectations) {
        return [=, this] {
            return work().map([&] {
                if (guard)
                    show(request, at, expectations);
            });
        };
    };
    Q_EMIT undoable(
        {saved->step.name, saved->step.message, andShow(saved->step.undo, place, before), andShow(saved->step.redo, saved->place, wanted)});
    return {};
}

/// In its tab, if that is open.
void Expectations::show(const QUuid &request, const RequestPlace &place, const QStringList &expectations)
{
    if (!place.file.isEmpty())
        m_core.workspace->refresh();
    const int index = m_requests.indexOf(request);
    if (index < 0)
        return;
    if (!place.file.isEmpty())
        m_requests.placeChanged(index, place);
    m_requests.setExpectations(index, expectations);
}

} // namespace keydesk
