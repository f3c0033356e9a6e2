#include "ui/console/OpenRequests.h"

#include "app/Core.h"
#include "app/calls/CallController.h"
#include "app/calls/SavedCall.h"
#include "ui/console/RequestEditor.h"
#include "ui/widgets/MessageBar.h"

#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype quickBody = 256 * 1024; // bytes that are checked without a thread

} // namespace

QString OpenRequest::title() const
{
    if (!edited.name.isEmpty())
        return edited.name;
    if (edited.url.isEmpty())
        return OpenRequests::tr("New request");
    return requestLabel(edited.method, edited.url);
}

OpenRequests::OpenRequests(Core &core, RequestEditor &editor, QObject *parent)
    : QObject(parent)
    , m_core(core)
    , m_editor(editor)
    , m_session(QDir(core.paths.data).filePath(u"keydesk.db"_s), core.redactor, *core.storedTokens)
{
    connect(&m_editor, &RequestEditor::edited, this, &OpenRequests::edit);
    connect(&m_session, &SessionTabs::failed, this, &OpenRequests::failed);
}

OpenRequests::~OpenRequests() = default;

void OpenRequests::restore()
{
    const Result<SessionState> last = m_session.restore(*m_core.database);
    if (!last)
        Q_EMIT failed(last.error());
    for (const SessionTab &each : last ? last->tabs : QList<SessionTab>()) {
        auto tab = std::make_unique<OpenRequest>();
        tab->id = each.id;
        tab->place = each.place;
        tab->origin = each.origin;
        tab->edited = each.request;
        tab->original = each.isEdited ? each.original : each.request;
        tab->isKept = true;
        tab->isRead = !tab->isSaved();
        if (each.id == last->current)
            m_current = count();
        m_tabs.push_back(std::move(tab));
    }
    if (m_tabs.empty()) {
        auto tab = std::make_unique<OpenRequest>();
        tab->id = QUuid::createUuid();
        tab->edited = tab->original = firstRequest();
        m_tabs.push_back(std::move(tab));
    }
    show(m_current);
}

/// To begin with: the request that a Keydesk without tabs remembered, or what shows whether the environment's key works.
RequestSpec OpenRequests::firstRequest() const
{
    const QByteArray before = m_core.settings->remembered(u"console/request"_s).toByteArray();
    if (const QJsonObject object = QJsonDocument::fromJson(before).object(); !object.isEmpty())
        return RequestSpec::fromJson(object);
    const auto environment = m_core.environments->current();
    const Provider *provider = environment ? m_core.providers.find(environment->providerId) : nullptr;
    const TokenKind *kind = provider ? provider->firstStorableKind() : nullptr;
    const ProviderRequest *first = kind ? provider->checkRequest(kind->id) : nullptr;
    return first ? first->request : RequestSpec();
}

void OpenRequests::remember()
{
    leave();
    m_session.set(state());
    m_session.flush();
}

SessionState OpenRequests::state() const
{
    SessionState state;
    for (int index = 0; index < count(); ++index) {
        const OpenRequest &tab = at(index);
        const bool edited = isEdited(index);
        // That of a request in a file is in the file.
        const RequestSpec original = edited && !tab.isSaved() ? tab.original : RequestSpec();
        state.tabs.append({tab.id, tab.place, tab.origin, index == m_current ? m_editor.request() : tab.edited, edited, original});
    }
    state.current = current().id;
    return state;
}

bool OpenRequests::isEdited(int index) const
{
    return index == m_current ? m_editor.request() != at(index).original : at(index).isEdited();
}

QList<RequestSpec> OpenRequests::requests() const
{
    QList<RequestSpec> all;
    for (int index = 0; index < count(); ++index)
        all.append(index == m_current ? m_editor.request() : at(index).edited);
    return all;
}

int OpenRequests::indexOf(const RequestPlace &place) const
{
    const auto found = std::find_if(m_tabs.begin(), m_tabs.end(), [&](const Tab &tab) {
        return tab->isSaved() && tab->place.file == place.file && tab->place.index == place.index;
    });
    return found == m_tabs.end() ? -1 : static_cast<int>(found - m_tabs.begin());
}

int OpenRequests::indexOf(const QUuid &id) const
{
    const auto found = std::ranges::find(m_tabs, id, [](const Tab &tab) { return tab->id; });
    return found == m_tabs.end() ? -1 : static_cast<int>(found - m_tabs.begin());
}

void OpenRequests::open(const RequestSpec &request)
{
    leave();
    auto tab = std::make_unique<OpenRequest>();
    tab->edited = tab->original = request;
    tab->isKept = true;
    add(std::move(tab));
}

void OpenRequests::openListed(const QString &origin, const RequestSpec &request)
{
    leave();
    const auto same = std::find_if(m_tabs.begin(), m_tabs.end(), [&](const Tab &tab) { return !tab->isSaved() && tab->origin == origin; });
    if (same != m_tabs.end()) {
        show(static_cast<int>(same - m_tabs.begin()));
        return;
    }
    auto tab = std::make_unique<OpenRequest>();
    tab->origin = origin;
    tab->edited = tab->original = request;
    add(std::move(tab));
}

void OpenRequests::openSaved(const RequestInFile &opened)
{
    leave();
    if (const int index = indexOf(opened.place); index >= 0) {
        OpenRequest &tab = *m_tabs[static_cast<std::size_t>(index)];
        if (!tab.isEdited()) // it may have been changed by somebody else
            take(tab, opened);
        show(index);
        return;
    }
    auto tab = std::make_unique<OpenRequest>();
    take(*tab, opened);
    add(std::move(tab));
}

void OpenRequests::add(Tab tab)
{
    tab->id = QUuid::createUuid();
    // One that was only looked at makes room. A call that is on its way keeps its tab.
    const auto looked = std::find_if(m_tabs.begin(), m_tabs.end(), [](const Tab &each) {
        return !each->isKept && !each->isEdited() && !(each->calls && each->calls->isRunning());
    });
    if (looked == m_tabs.end()) {
        m_tabs.insert(m_tabs.begin() + m_current + 1, std::move(tab));
        show(m_current + 1);
        return;
    }
    delete (*looked)->calls;
    *looked = std::move(tab);
    show(static_cast<int>(looked - m_tabs.begin()));
}

void OpenRequests::take(OpenRequest &tab, const RequestInFile &opened)
{
    tab.place = opened.place;
    const CallOrigin origin = callOrigin(opened);
    tab.variables = origin.variables;
    tab.options = origin.options;
    tab.reference = opened.request.reference;
    tab.expectations = opened.request.expectations;
    tab.edited = tab.original = opened.request.spec;
    tab.isRead = true;
}

/// A request of the last run knows its place; what else its file says comes when it is first looked at.
void OpenRequests::readFile()
{
    OpenRequest &tab = currentTab();
    if (tab.isRead)
        return;
    tab.isRead = true;
    const Result<RequestPlace> place = m_core.workspace->files().find(tab.place);
    const Result<RequestInFile> opened = place ? m_core.workspace->files().open(place->file, place->index)
                                               : Result<RequestInFile>(tl::unexpected(place.error()));
    if (!opened && opened.error().kind == Error::Kind::Conflict && !tab.isEdited()) {
        // Nothing of ours is lost: what stands in the file is what is shown, as after a pull.
        if (const auto conflict = m_core.workspace->files().conflict(tab.place, tab.edited); conflict && conflict->theirRequest) {
            take(tab, *conflict->theirRequest);
            return;
        }
    }
    if (!opened) {
        Q_EMIT fileTrouble(opened.error());
        return;
    }
    const RequestSpec edited = tab.edited;
    const bool wasEdited = tab.isEdited();
    take(tab, *opened);
    if (wasEdited)
        tab.edited = edited;
}

void OpenRequests::leave()
{
    m_editor.finishEditing();
    if (!m_tabs.empty())
        currentTab().edited = m_editor.request();
}

void OpenRequests::show(int index)
{
    m_current = std::clamp(index, 0, count() - 1);
    m_editor.messages().clear();
    readFile();
    OpenRequest &tab = currentTab();
    const bool wasEdited = tab.isEdited();
    updateSources();
    m_editor.setRequest(tab.edited);
    if (!wasEdited) // what the fields make of it is the version to compare with
        tab.edited = tab.original = m_editor.request();
    m_wasEdited = wasEdited;
    m_editor.setRunning(tab.calls && tab.calls->isRunning(), tab.calls && tab.calls->stream());
    changed();
    Q_EMIT currentChanged();
}

void OpenRequests::edit()
{
    OpenRequest &tab = currentTab();
    tab.isKept = true;
    const QString title = tab.title();
    tab.edited = m_editor.request();
    if (tab.isEdited() != m_wasEdited || tab.title() != title) {
        m_wasEdited = tab.isEdited();
        Q_EMIT tabsChanged();
    }
    m_session.set(state());
}

void OpenRequests::changed()
{
    Q_EMIT tabsChanged();
    m_session.set(state());
}

void OpenRequests::keep()
{
    currentTab().isKept = true;
}

void OpenRequests::setCurrent(int index)
{
    if (index == m_current || index < 0 || index >= count())
        return;
    leave();
    show(index);
}

void OpenRequests::move(int from, int to)
{
    const QUuid shown = current().id;
    const auto begin = m_tabs.begin();
    if (from < to)
        std::rotate(begin + from, begin + from + 1, begin + to + 1);
    else
        std::rotate(begin + to, begin + from, begin + from + 1);
    m_current = static_cast<int>(std::find_if(begin, m_tabs.end(), [&](const Tab &tab) { return tab->id == shown; }) - begin);
    changed();
}

void OpenRequests::duplicate(int index)
{
    leave();
    open(at(index).edited);
}

void OpenRequests::close(int index)
{
    leave();
    Tab tab = std::move(m_tabs[static_cast<std::size_t>(index)]);
    m_tabs.erase(m_tabs.begin() + index);
    if (CallController *calls = std::exchange(tab->calls, nullptr)) {
        // What was on its way is cancelled, and kept in the history as that.
        connect(calls, &CallController::finished, calls, &QObject::deleteLater);
        if (calls->isRunning())
            calls->cancel();
        else
            delete calls;
    }
    if (tab->outcome && tab->outcome->response && tab->outcome->response->spool)
        tab->outcome.reset(); // nobody keeps gigabytes for a tab that may be opened again
    const bool tell = tab->isEdited();
    const QString title = tab->title();
    m_closed.push_back(std::move(tab));
    if (m_closed.size() > mostClosed)
        m_closed.erase(m_closed.begin());
    if (m_tabs.empty()) {
        m_tabs.push_back(std::make_unique<OpenRequest>());
        m_tabs.back()->id = QUuid::createUuid();
    }
    if (index <= m_current)
        show(index < m_current || m_current == count() ? m_current - 1 : m_current);
    else
        changed();
    if (tell)
        Q_EMIT closed(title);
}

void OpenRequests::closeOthers(int index)
{
    const QUuid kept = at(index).id;
    for (int other = count() - 1; other >= 0; --other) {
        if (at(other).id != kept)
            close(other);
    }
}

void OpenRequests::reopen()
{
    if (m_closed.empty())
        return;
    leave();
    Tab tab = std::move(m_closed.back());
    m_closed.pop_back();
    tab->isKept = true;
    m_tabs.insert(m_tabs.begin() + m_current + 1, std::move(tab));
    show(m_current + 1);
}

void OpenRequests::discardChanges()
{
    currentTab().edited = currentTab().original;
    show(m_current);
}

void OpenRequests::setSaved(const QUuid &id, const RequestSpec &saved, const RequestPlace &place)
{
    leave();
    const auto found = std::find_if(m_tabs.begin(), m_tabs.end(), [&](const Tab &tab) { return tab->id == id; });
    if (found == m_tabs.end()) // closed meanwhile; it is in its file
        return;
    OpenRequest &tab = **found;
    tab.place = place;
    tab.origin.clear();
    tab.isKept = true;
    if (tab.edited.name != saved.name) { // it has got one, which no field shows
        tab.edited.name = saved.name;
        if (&tab == &currentTab())
            m_editor.setRequest(tab.edited);
    }
    tab.original = saved; // what was typed meanwhile is not
    m_wasEdited = currentTab().isEdited();
    changed();
}

void OpenRequests::setTheirs(const RequestInFile &opened)
{
    OpenRequest &tab = currentTab();
    take(tab, opened);
    show(m_current);
}

void OpenRequests::pathChanged(const QString &from, const QString &to)
{
    for (const Tab &tab : m_tabs) {
        if (tab->place.file == from)
            tab->place.file = to;
        else if (tab->place.file.startsWith(from + u'/'))
            tab->place.file = to + tab->place.file.sliced(from.size());
    }
    changed();
}

void OpenRequests::readAgain(int index)
{
    m_tabs[static_cast<std::size_t>(index)]->isRead = false;
}

void OpenRequests::placeChanged(int index, const RequestPlace &place)
{
    m_tabs[static_cast<std::size_t>(index)]->place = place;
    changed();
}

CallController &OpenRequests::calls()
{
    OpenRequest &tab = currentTab();
    if (tab.calls)
        return *tab.calls;
    tab.calls = new CallController(m_core, this);
    tab.calls->followStreams();
    tab.calls->spoolBodies();
    const QUuid id = tab.id;
    connect(tab.calls, &CallController::streaming, this, [this, id, calls = tab.calls] {
        if (current().id == id)
            Q_EMIT streaming(*calls->stream());
    });
    connect(tab.calls, &CallController::spooling, this, [this, id, calls = tab.calls] {
        if (current().id == id)
            Q_EMIT spooling(*calls->arriving());
    });
    connect(tab.calls, &CallController::phaseChanged, this, [this, id](CallController::Phase phase, qint64 received, qint64 total) {
        if (current().id == id)
            Q_EMIT phaseChanged(phase, received, total);
    });
    connect(tab.calls, &CallController::finished, this, [this, id](const CallOutcome &outcome) {
        const auto found = std::find_if(m_tabs.begin(), m_tabs.end(), [&](const Tab &each) { return each->id == id; });
        if (found == m_tabs.end())
            return;
        (*found)->outcome = outcome;
        (*found)->entry.reset();
        (*found)->isKept = true;
        keepAnswer(m_answers, (*found)->reference.isEmpty() ? (*found)->edited.name : (*found)->reference, outcome);
        check(**found);
        m_editor.setAnswers(std::make_shared<const NamedAnswers>(m_answers));
        if (current().id == id)
            Q_EMIT finished(outcome);
    });
    return *tab.calls;
}

QList<RequestProblem> OpenRequests::send(const RequestSpec &request, const CallContext &context)
{
    currentTab().sources = context.sources;
    return calls().send(request, context);
}

VariableSources OpenRequests::sourcesOfAnswer() const
{
    return current().outcome ? current().sources : context(m_core.environments->current()).sources;
}

void OpenRequests::setExpectations(int index, const QStringList &expectations)
{
    OpenRequest &tab = *m_tabs[static_cast<std::size_t>(index)];
    tab.expectations.clear();
    for (const QString &text : expectations)
        tab.expectations.append({0, 1, text});
    if (tab.outcome)
        check(tab);
}

/// Like the answer itself, a large one is looked through aside.
void OpenRequests::check(OpenRequest &tab)
{
    tab.checked.clear();
    const auto work = [expectations = tab.expectations, facts = AnswerFacts{tab.outcome->response, tab.outcome->trace.elapsed}, sources = tab.sources,
                       redactor = &m_core.redactor] { return checkExpectations(expectations, facts, sources, *redactor); };
    const auto done = [this, id = tab.id](const QList<ExpectationOutcome> &outcomes) {
        const int index = indexOf(id);
        if (index < 0)
            return;
        m_tabs[static_cast<std::size_t>(index)]->checked = outcomes;
        if (index == m_current)
            Q_EMIT checked(outcomes);
    };
    if (tab.outcome->response && tab.outcome->response->body.size() > quickBody && !tab.expectations.isEmpty())
        m_background.run(this, work, done);
    else
        done(work());
}

CallContext OpenRequests::context(const std::optional<Environment> &environment) const
{
    const OpenRequest &tab = current();
    return contextOf({tab.place.file, tab.variables, tab.options}, environment);
}

CallContext OpenRequests::contextOf(const CallOrigin &origin, const std::optional<Environment> &environment) const
{
    return callContext(origin, environment, m_core.workspace->folder(), std::make_shared<const NamedAnswers>(m_answers), m_core.redactor);
}

void OpenRequests::updateSources()
{
    VariableSources sources = context(m_core.environments->current()).sources;
    // What is asked for before it is sent has no value yet, and will have one.
    for (const HttpPrompt &prompt : current().options.prompts)
        sources.literals.insert(prompt.name, prompt.description.isEmpty() ? tr("‹asked for when it is sent›")
                                                                          : tr("‹asked for when it is sent: %1›").arg(prompt.description));
    m_editor.setSources(sources);
}

bool OpenRequests::isRunning() const
{
    return !m_tabs.empty() && current().calls && current().calls->isRunning();
}

void OpenRequests::setEntry(const HistoryEntry &entry)
{
    currentTab().entry = entry;
    currentTab().outcome.reset();
    currentTab().checked.clear();
}

} // namespace keydesk
