#include "ui/console/ConsolePage.h"

#include "app/Core.h"
#include "ui/console/CallController.h"
#include "ui/console/ExplanationActions.h"
#include "ui/console/ImportApiDialog.h"
#include "ui/console/RequestEditor.h"
#include "ui/console/RequestOpener.h"
#include "ui/console/ResponseView.h"
#include "ui/console/RunAsEachDialog.h"
#include "ui/console/SidePanel.h"
#include "ui/widgets/CodeView.h"

#include <QAction>
#include <QApplication>
#include <QBoxLayout>
#include <QFileDialog>
#include <QJsonDocument>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QSplitter>
#include <QToolButton>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

const QString rememberedSide = u"console/sideSplitter"_s;
const QString rememberedHalves = u"console/halvesSplitter"_s;

} // namespace

class ConsolePage::Private : public QObject
{
    Q_OBJECT

public:
    Private(ConsolePage &page, Core &core);

    void buildActions();
    void showWhatCanBeDone();
    void connectParts();
    void followEnvironment();
    void showIdle();

    void openFromHistory(qint64 id, bool sendAgain);

    void send();
    void sendNow();
    void runAsEach();
    void askConsent(const RequestSpec &request, const std::function<void()> &agreed);
    void showOutcome(const CallOutcome &outcome);
    void find();
    void nextPane(int step);

    ConsolePage &page;
    Core &core;
    CallController *calls;
    SidePanel *side;
    RequestEditor *editor;
    ResponseView *response;
    ExplanationActions *actions;
    RequestOpener *opener;
    QSplitter *sideSplitter;
    QSplitter *halves;
    QList<QAction *> menuActions;
    QAction *sendAction = nullptr;
    QAction *urlAction = nullptr;
    QAction *cancelAction = nullptr;
};

ConsolePage::Private::Private(ConsolePage &thePage, Core &theCore)
    : page(thePage)
    , core(theCore)
    , calls(new CallController(core, this))
    , side(new SidePanel(core.providers, *core.catalogues, *core.environments, *core.history))
    , editor(new RequestEditor(core))
    , response(new ResponseView(core.redactor))
    , actions(new ExplanationActions(core, *editor, *response, &thePage))
    , opener(new RequestOpener(core, *editor, this))
    , sideSplitter(new QSplitter(Qt::Horizontal))
    , halves(new QSplitter(Qt::Vertical))
{
    halves->setHandleWidth(1);
    halves->setChildrenCollapsible(false);
    halves->addWidget(editor);
    halves->addWidget(response);
    halves->setStretchFactor(0, 0);
    halves->setStretchFactor(1, 1);
    halves->setSizes({240, 440});
    sideSplitter->setHandleWidth(1);
    sideSplitter->setChildrenCollapsible(false);
    sideSplitter->addWidget(side);
    sideSplitter->addWidget(halves);
    sideSplitter->setStretchFactor(0, 0);
    sideSplitter->setStretchFactor(1, 1);
    sideSplitter->setSizes({250, 930});
    sideSplitter->restoreState(core.settings->remembered(rememberedSide).toByteArray());
    halves->restoreState(core.settings->remembered(rememberedHalves).toByteArray());
    auto *layout = new QVBoxLayout(&page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(sideSplitter);

    buildActions();
    connectParts();
    opener->restore();
    followEnvironment();
}

void ConsolePage::Private::buildActions()
{
    const auto add = [this](const QString &text, const QList<QKeySequence> &keys, auto work) {
        auto *action = new QAction(text, &page);
        action->setShortcuts(keys);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        connect(action, &QAction::triggered, this, work);
        page.addAction(action);
        menuActions.append(action);
        return action;
    };
    sendAction =
        add(tr("Send"), {QKeySequence(u"Ctrl+Return"_s), QKeySequence(u"Ctrl+Enter"_s)}, [this] { send(); });
    cancelAction = add(tr("Cancel Call"), {QKeySequence(Qt::Key_Escape)}, [this] { calls->cancel(); });
    add(tr("Run as Each Identity…"), {QKeySequence(u"Ctrl+Shift+Return"_s), QKeySequence(u"Ctrl+Shift+Enter"_s)}, [this] { runAsEach(); });
    urlAction = add(tr("Go to URL"), {QKeySequence(u"Ctrl+L"_s)}, [this] { editor->focusUrl(); });
    // From the tab bar and from nowhere too, as after the setup: while the console is what is shown, there is
    // nothing else that they could mean.
    for (QAction *action : {sendAction, urlAction})
        action->setShortcutContext(Qt::WindowShortcut);
    add(tr("Find in Body"), {QKeySequence(QKeySequence::Find)}, [this] { find(); });
    add(tr("Next Pane"), {QKeySequence(Qt::Key_F6)}, [this] { nextPane(1); });
    add(tr("Previous Pane"), {QKeySequence(Qt::SHIFT | Qt::Key_F6)}, [this] { nextPane(-1); });
    add(tr("New Request"), {}, [this] {
        opener->open({});
        editor->focusUrl();
    });
    showWhatCanBeDone();
    auto *menu = new QMenu(editor);
    menu->addActions(menuActions);
    editor->menuButton().setMenu(menu);
}

/// The menu's actions work for the window: a request that nobody sees is not sent.
void ConsolePage::Private::showWhatCanBeDone()
{
    sendAction->setEnabled(page.isVisible() && !calls->isRunning());
    urlAction->setEnabled(page.isVisible());
    cancelAction->setEnabled(calls->isRunning());
}

void ConsolePage::Private::connectParts()
{
    connect(editor, &RequestEditor::sendRequested, this, &Private::send);
    connect(editor, &RequestEditor::cancelRequested, calls, &CallController::cancel);

    connect(side, &SidePanel::requestOpened, opener, &RequestOpener::openFromTree);
    connect(side, &SidePanel::callOpened, this, &Private::openFromHistory);
    connect(side, &SidePanel::failed, &page, &ConsolePage::failed);
    connect(side, &SidePanel::explained, &page, &ConsolePage::message);
    connect(core.catalogues.get(), &CatalogueStore::loaded, this, [this] {
        const auto &problems = core.catalogues->problems();
        if (!problems.isEmpty())
            Q_EMIT page.message(
                tr("%1 was left out. %2").arg(problems.constFirst().file, problems.constFirst().message));
    });
    connect(side, &SidePanel::importRequested, &page, [this] { page.importApi(); });
    connect(side, &SidePanel::fileDropped, &page, &ConsolePage::importApi);

    connect(calls, &CallController::phaseChanged, this,
            [this](CallController::Phase phase, qint64 received, qint64 total) {
                const bool running = phase != CallController::Phase::Idle;
                editor->setRunning(running);
                showWhatCanBeDone();
                response->setPhase(phase, received, total);
            });
    connect(calls, &CallController::finished, this, &Private::showOutcome);

    connect(response, &ResponseView::shown, &page, &ConsolePage::responseShown);
    connect(response, &ResponseView::message, &page, &ConsolePage::message);
    connect(response, &ResponseView::failed, &page, &ConsolePage::failed);
    connect(response, &ResponseView::actionChosen, actions, &ExplanationActions::run);
    connect(actions, &ExplanationActions::sendRequested, this, &Private::send);
    connect(actions, &ExplanationActions::newKeyRequested, &page, &ConsolePage::newKeyRequested);
    connect(actions, &ExplanationActions::openEnvironment, &page, &ConsolePage::openEnvironment);
    connect(actions, &ExplanationActions::preferencesRequested, &page, &ConsolePage::preferencesRequested);
    connect(actions, &ExplanationActions::unlockRequested, &page, &ConsolePage::unlockRequested);
    connect(actions, &ExplanationActions::message, &page, &ConsolePage::message);
    connect(actions, &ExplanationActions::failed, &page, &ConsolePage::failed);

    const auto askForKey = [this] {
        NewKeyHints hints;
        if (const auto environment = core.environments->current()) {
            hints.providerId = environment->providerId;
            hints.environmentId = environment->id;
        }
        Q_EMIT page.newKeyRequested(hints);
    };
    connect(editor, &RequestEditor::newKeyRequested, this, askForKey);
    connect(response, &ResponseView::newKeyRequested, this, askForKey);
    connect(editor, &RequestEditor::openKey, &page, &ConsolePage::openKey);

    EnvironmentStore *environments = core.environments.get();
    connect(environments, &EnvironmentStore::currentChanged, this, &Private::followEnvironment);
    connect(environments, &EnvironmentStore::changed, this, &Private::followEnvironment);
    connect(environments, &EnvironmentStore::reset, this, &Private::followEnvironment);
    connect(core.keys.get(), &KeyStore::added, this, &Private::showIdle);
    connect(core.keys.get(), &KeyStore::removed, this, &Private::showIdle);

    connect(sideSplitter, &QSplitter::splitterMoved, this,
            [this] { core.settings->remember(rememberedSide, sideSplitter->saveState()); });
    connect(halves, &QSplitter::splitterMoved, this,
            [this] { core.settings->remember(rememberedHalves, halves->saveState()); });
}

void ConsolePage::Private::followEnvironment()
{
    const auto environment = core.environments->current();
    editor->setEnvironment(environment);
    if (environment)
        side->unfold(environment->providerId);
    showIdle();
}

void ConsolePage::Private::showIdle()
{
    const auto environment = core.environments->current();
    response->setIdle(environment && environment->allKeys().isEmpty() ? environment->name : QString());
}

void ConsolePage::Private::openFromHistory(qint64 id, bool sendAgain)
{
    core.history->load(id, this, [this, id, sendAgain](const Result<HistoryEntry> &entry) {
        if (!entry) {
            Q_EMIT page.failed(entry.error());
            return;
        }
        opener->openFromHistory(id, entry->request);
        // A call of the sandbox must not be placed in production because that is what happens to be current.
        const auto current = core.environments->current();
        const bool sameEnvironment = current && current->id == entry->row.environmentId;
        const bool redacted = QJsonDocument(entry->request.toJson()).toJson().contains("••••");
        if (sendAgain && sameEnvironment && !redacted) {
            send();
            return;
        }
        if (!calls->isRunning())
            response->setCall(shownCall(*entry));
        if (sendAgain && redacted)
            Q_EMIT page.message(tr("This call held a token that history does not keep. Fill in what shows as ••••, then send it."));
        else if (sendAgain)
            Q_EMIT page.message(tr("This call was sent in “%1”. Switch to it, or send the call from here on purpose.").arg(entry->row.environmentName));
    });
}

void ConsolePage::Private::send()
{
    if (calls->isRunning())
        return;
    editor->finishEditing();
    editor->compareWithDocumentation(); // said, and sent all the same
    const RequestSpec request = editor->request();
    if (calls->needsConsent(request))
        askConsent(request, [this] { sendNow(); });
    else
        sendNow();
}

void ConsolePage::Private::runAsEach()
{
    const auto environment = core.environments->current();
    if (!environment || environment->identities.isEmpty()) {
        Q_EMIT page.message(tr("This environment has one identity. Environments → Settings → Add Identity… makes another."));
        return;
    }
    const RequestSpec request = editor->request();
    const auto run = [this, request, environment = *environment] {
        const auto problems = checkRequest(request, QUrl(environment.baseUrl), environment.allVariables());
        if (!problems.isEmpty()) {
            editor->showProblems(problems);
            return;
        }
        auto *dialog = new RunAsEachDialog(core, request, environment, &page);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->open();
    };
    if (calls->needsConsent(request))
        askConsent(request, run);
    else
        run();
}

void ConsolePage::Private::askConsent(const RequestSpec &request, const std::function<void()> &agreed)
{
    if (page.findChild<QMessageBox *>(u"consent"_s))
        return;
    const auto environment = core.environments->current();
    // What stops the request anyway is said at its field, without a question before it.
    const auto problems = checkRequest(request, QUrl(environment->baseUrl), environment->allVariables());
    if (!problems.isEmpty()) {
        editor->showProblems(problems);
        return;
    }
    RequestSpec onlyUrl = request;
    onlyUrl.body = {};
    const auto prepared =
        prepareRequest(onlyUrl, QUrl(environment->baseUrl), environment->allVariables(), {});
    const QString url = core.redactor.redactText(prepared ? prepared->url.toDisplayString() : request.url);
    auto *box = new QMessageBox(QMessageBox::Warning, tr("Protected Environment"),
                                tr("Send %1 in “%2”?").arg(request.method, environment->name),
                                QMessageBox::Cancel, &page);
    box->setObjectName(u"consent"_s);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(
        tr("%1 %2\n\nThis environment is protected, and the request can change things there.")
            .arg(request.method, url));
    auto *proceed = box->addButton(tr("Send %1").arg(request.method), QMessageBox::AcceptRole);
    box->setDefaultButton(QMessageBox::Cancel);
    box->setEscapeButton(QMessageBox::Cancel);
    connect(box, &QMessageBox::buttonClicked, this, [agreed, proceed](QAbstractButton *pressed) {
        if (pressed == proceed)
            agreed();
    });
    box->open();
}

void ConsolePage::Private::sendNow()
{
    const auto problems = calls->send(editor->request());
    if (problems.isEmpty())
        editor->clearProblems();
    else
        editor->showProblems(problems);
    opener->rememberSoon();
}

void ConsolePage::Private::showOutcome(const CallOutcome &outcome)
{
    actions->setCall(outcome);
    response->setCall(shownCall(outcome));
}

void ConsolePage::Private::find()
{
    auto *focused = qobject_cast<CodeView *>(QApplication::focusWidget());
    if (focused && page.isAncestorOf(focused))
        focused->openFind();
    else
        response->openFind();
}

void ConsolePage::Private::nextPane(int step)
{
    const QList<QWidget *> panes{side, editor, response};
    int at = step > 0 ? -1 : 0;
    for (int i = 0; i < panes.size(); ++i) {
        if (QWidget *focus = QApplication::focusWidget(); focus && panes.at(i)->isAncestorOf(focus))
            at = i;
    }
    switch ((at + step + 3) % 3) {
    case 0:
        side->focusInside();
        break;
    case 1:
        editor->focusUrl();
        break;
    default:
        response->focusInside();
    }
}

ConsolePage::ConsolePage(Core &core, QWidget *parent)
    : QWidget(parent)
    , d(std::make_unique<Private>(*this, core))
{
}

ConsolePage::~ConsolePage()
{
    d->opener->remember();
}

QList<QAction *> ConsolePage::requestActions() const
{
    return d->menuActions;
}

void ConsolePage::open(const RequestSpec &request)
{
    d->opener->open(request);
}

RequestSpec ConsolePage::request() const
{
    return d->editor->request();
}

QStringList ConsolePage::requestsNaming(const QUuid &keyId) const
{
    QStringList requests;
    for (const RequestSpec &request : d->opener->edited()) {
        if (request.key.mode == KeyChoice::Mode::Chosen && request.key.keyId == keyId)
            requests.append(requestLabel(request.method, request.url));
    }
    requests.removeDuplicates();
    return requests;
}

void ConsolePage::send()
{
    d->send();
}

void ConsolePage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    d->showWhatCanBeDone();
}

void ConsolePage::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    d->showWhatCanBeDone();
}

void ConsolePage::importApi(const QString &path)
{
    if (path.isEmpty()) {
        auto *files = new QFileDialog(this, tr("Choose an OpenAPI File"));
        files->setAttribute(Qt::WA_DeleteOnClose);
        files->setFileMode(QFileDialog::ExistingFile);
        files->setNameFilters({tr("OpenAPI files (*.json *.yaml *.yml)"), tr("All files (*)")});
        connect(files, &QFileDialog::fileSelected, this, &ConsolePage::importApi);
        files->open();
        return;
    }
    auto *dialog = new ImportApiDialog(d->core, path, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ImportApiDialog::imported, this, &ConsolePage::message);
    dialog->open();
}

void ConsolePage::focusUrl()
{
    d->editor->focusUrl();
}

} // namespace keydesk

#include "ConsolePage.moc"
