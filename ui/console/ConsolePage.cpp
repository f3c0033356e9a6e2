#include "ui/console/ConsolePage.h"

#include "app/Core.h"
#include "app/calls/CallController.h"
#include "app/keys/StoredTokens.h"
#include "ui/console/Comparisons.h"
#include "ui/console/CookiesDialog.h"
#include "ui/console/CopyAsCode.h"
#include "ui/console/Expectations.h"
#include "ui/console/ExplanationActions.h"
#include "ui/console/HarExport.h"
#include "ui/console/Imports.h"
#include "ui/console/OpenRequests.h"
#include "ui/console/RequestEditor.h"
#include "ui/console/RequestSaver.h"
#include "ui/console/RequestTabs.h"
#include "ui/console/RequestsExport.h"
#include "ui/console/ResponseView.h"
#include "ui/console/RunDialog.h"
#include "ui/console/SavedRequests.h"
#include "ui/console/Sending.h"
#include "ui/console/SidePanel.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/CodeView.h"
#include "ui/widgets/FirstPaint.h"
#include "ui/widgets/MessageBar.h"

#include <QAction>
#include <QApplication>
#include <QBoxLayout>
#include <QFileDialog>
#include <QMenu>
#include <QSplitter>
#include <QTimer>
#include <QToolButton>

#include <algorithm>

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

    void openFromTree(const QString &id, const QString &providerId, const RequestSpec &request);
    void offerEnvironment(const QString &providerId);
    void offerReopen(const QString &title);
    void showCurrent();
    void step(int by);
    void watchFiles();
    void showArriving(const ArrivingAnswer &answer);
    void showOutcome(const CallOutcome &outcome);
    void chooseComparedEnvironment();
    void openCookies();
    void runFile();
    void run(const QString &path);
    void find();
    void nextPane(int step);

    ConsolePage &page;
    Core &core;
    SidePanel *side;
    RequestEditor *editor;
    ResponseView *response;
    ExplanationActions *actions;
    OpenRequests *requests;
    Comparisons *comparisons;
    Sending *sending;
    CopyAsCode *copyAsCode;
    RequestSaver *saver;
    Expectations *expectations;
    Imports *imports;
    HarExport *harExport;
    RequestsExport *requestsExport;
    QSplitter *sideSplitter;
    QSplitter *halves;
    QList<QAction *> menuActions;
    QAction *sendAction = nullptr;
    QAction *urlAction = nullptr;
    QAction *cancelAction = nullptr;
    QAction *discardAction = nullptr;
    QAction *closeAction = nullptr;
    QAction *reopenAction = nullptr;
    QList<QAction *> compareActions;
    QStringList watched; // the files of open requests
};

ConsolePage::Private::Private(ConsolePage &thePage, Core &theCore)
    : page(thePage)
    , core(theCore)
    , side(new SidePanel(core.providers, *core.catalogues, *core.environments, *core.history, *core.workspace, *core.settings))
    , editor(new RequestEditor(core))
    , response(new ResponseView(core.redactor))
    , actions(new ExplanationActions(core, *editor, *response, &thePage))
    , requests(new OpenRequests(core, *editor, this))
    , comparisons(new Comparisons(core, *requests, thePage))
    , sending(new Sending(core, *requests, *editor, thePage))
    , copyAsCode(new CopyAsCode(core, *requests, *editor, thePage))
    , saver(new RequestSaver(core, *requests, *editor, thePage))
    , expectations(new Expectations(core, *requests, thePage))
    , imports(new Imports(core, side->saved(), thePage))
    , harExport(new HarExport(*core.history, thePage))
    , requestsExport(new RequestsExport(core, thePage))
    , sideSplitter(new QSplitter(Qt::Horizontal))
    , halves(new QSplitter(Qt::Vertical))
{
    halves->setHandleWidth(1);
    halves->setChildrenCollapsible(false);
    auto *upper = new QWidget;
    auto *upperLayout = new QVBoxLayout(upper);
    upperLayout->setContentsMargins(0, 0, 0, 0);
    upperLayout->setSpacing(0);
    auto *tabsRow = new QHBoxLayout;
    tabsRow->setContentsMargins(theme::panePadding, 0, theme::panePadding, 0);
    tabsRow->addWidget(new RequestTabs(*requests));
    tabsRow->addStretch(1);
    upperLayout->addLayout(tabsRow);
    upperLayout->addWidget(editor, 1);
    halves->addWidget(upper);
    halves->addWidget(response);
    response->setTokenReader([&tokens = *core.storedTokens] { return tokens.reader(); });
    response->setMinimumHeight(response->fontMetrics().height() * 4); // in a low window the answer gives way, the fields do not
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
    requests->restore();
    // The catalogues, once somebody looks. Not while the rest of the start is being read: what both leave behind would tear the memory up.
    new FirstPaint(*side, [this] { QTimer::singleShot(std::chrono::milliseconds(150), core.catalogues.get(), &CatalogueStore::load); });
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
        add(tr("Send"), {QKeySequence(u"Ctrl+Return"_s), QKeySequence(u"Ctrl+Enter"_s)}, [this] { sending->send(); });
    cancelAction = add(tr("Cancel Call"), {QKeySequence(Qt::Key_Escape)}, [this] { requests->calls().cancel(); });
    add(tr("Run as Each Identity…"), {QKeySequence(u"Ctrl+Shift+Return"_s), QKeySequence(u"Ctrl+Shift+Enter"_s)}, [this] { sending->runAsEach(); });
    add(tr("Repeat…"), {QKeySequence(u"Ctrl+Shift+R"_s)}, [this] { sending->repeat(); });
    add(tr("Run File…"), {}, [this] { runFile(); });
    add(tr("Expectations…"), {}, [this] { expectations->edit(); });
    add(tr("Copy as Code…"), {QKeySequence(u"Ctrl+Alt+C"_s)}, [this] { copyAsCode->copyShown(); });
    urlAction = add(tr("Go to URL"), {QKeySequence(u"Ctrl+L"_s)}, [this] { editor->focusUrl(); });
    // From the tab bar and from nowhere too, as after the setup: while the console is what is shown, there is
    // nothing else that they could mean.
    for (QAction *action : {sendAction, urlAction})
        action->setShortcutContext(Qt::WindowShortcut);
    compareActions = {add(tr("Compare With Previous Answer"), {QKeySequence(u"Ctrl+D"_s)}, [this] { comparisons->withPrevious(); }),
                      add(tr("Compare in Another Environment…"), {QKeySequence(u"Ctrl+Shift+D"_s)}, [this] { chooseComparedEnvironment(); })};
    add(tr("Cookies…"), {}, [this] { openCookies(); });
    add(tr("Find in Body"), {QKeySequence(QKeySequence::Find)}, [this] { find(); });
    add(tr("Filter Body"), {QKeySequence(u"Ctrl+Alt+F"_s)}, [this] { response->openFilter(); });
    add(tr("Next Pane"), {QKeySequence(Qt::Key_F6)}, [this] { nextPane(1); });
    add(tr("Previous Pane"), {QKeySequence(Qt::SHIFT | Qt::Key_F6)}, [this] { nextPane(-1); });
    add(tr("New Request"), {QKeySequence(u"Ctrl+T"_s)}, [this] {
        requests->open({});
        editor->focusUrl();
    });
    add(tr("Save"), {QKeySequence(QKeySequence::Save)}, [this] { saver->save(); });
    add(tr("Save As…"), {QKeySequence(u"Ctrl+Shift+S"_s)}, [this] { saver->saveAs(); });
    add(tr("Open Folder of Requests…"), {}, [this] { side->saved().chooseFolder(); });
    discardAction = add(tr("Discard Changes"), {}, [this] { requests->discardChanges(); });
    closeAction = add(tr("Close Request"), {QKeySequence(u"Ctrl+W"_s)}, [this] { requests->close(requests->currentIndex()); });
    reopenAction = add(tr("Reopen Closed Request"), {QKeySequence(u"Ctrl+Shift+T"_s)}, [this] { requests->reopen(); });
    add(tr("Next Request"), {QKeySequence(u"Ctrl+Tab"_s), QKeySequence(u"Ctrl+PgDown"_s)}, [this] { step(1); });
    add(tr("Previous Request"), {QKeySequence(u"Ctrl+Shift+Tab"_s), QKeySequence(u"Ctrl+PgUp"_s)}, [this] { step(-1); });
    showWhatCanBeDone();
    auto *menu = new QMenu(editor);
    menu->addActions(menuActions);
    editor->menuButton().setMenu(menu);
}

/// The menu's actions work for the window: a request that nobody sees is not sent.
void ConsolePage::Private::showWhatCanBeDone()
{
    const bool isRunning = requests->isRunning();
    sendAction->setEnabled(page.isVisible() && !isRunning);
    urlAction->setEnabled(page.isVisible());
    cancelAction->setEnabled(isRunning);
    discardAction->setEnabled(requests->count() > 0 && requests->isEdited(requests->currentIndex()) && requests->current().hasOriginal());
    closeAction->setEnabled(requests->count() > 0);
    reopenAction->setEnabled(requests->canReopen());
    for (QAction *action : std::as_const(compareActions))
        action->setEnabled(comparisons->hasShown());
}

void ConsolePage::Private::connectParts()
{
    connect(editor, &RequestEditor::sendRequested, sending, &Sending::send);
    connect(sending, &Sending::message, &page, &ConsolePage::message);
    connect(copyAsCode, &CopyAsCode::ready, &page, &ConsolePage::codeRequested);
    connect(copyAsCode, &CopyAsCode::message, &page, &ConsolePage::message);
    connect(copyAsCode, &CopyAsCode::failed, &page, &ConsolePage::failed);
    connect(editor, &RequestEditor::edited, response,
            &ResponseView::stopWaiting); // it was to send what stood there
    connect(editor, &RequestEditor::cancelRequested, this, [this] { requests->calls().cancel(); });

    connect(side, &SidePanel::requestOpened, this, &Private::openFromTree);
    connect(side, &SidePanel::callOpened, this, &Private::openFromHistory);
    connect(side, &SidePanel::codeRequested, copyAsCode, &CopyAsCode::copyCall);
    connect(side, &SidePanel::failed, &page, &ConsolePage::failed);
    connect(side, &SidePanel::explained, &page, &ConsolePage::message);
    connect(core.catalogues.get(), &CatalogueStore::loaded, this, [this] {
        const auto &problems = core.catalogues->problems();
        if (!problems.isEmpty())
            Q_EMIT page.message(
                tr("%1 was left out. %2").arg(problems.constFirst().file, problems.constFirst().message));
    });
    connect(side, &SidePanel::importRequested, imports, [this] { imports->importApi(); });
    connect(side, &SidePanel::dropped, imports, &Imports::take);
    connect(imports, &Imports::message, &page, &ConsolePage::message);
    connect(side, &SidePanel::exportRequested, harExport, &HarExport::ask);
    connect(side, &SidePanel::exportFoundRequested, harExport, &HarExport::askFound);
    connect(side, &SidePanel::undoable, &page, &ConsolePage::undoable);
    connect(harExport, &HarExport::message, &page, &ConsolePage::message);
    connect(harExport, &HarExport::failed, &page, &ConsolePage::failed);
    connect(requestsExport, &RequestsExport::message, &page, &ConsolePage::message);
    connect(requestsExport, &RequestsExport::failed, &page, &ConsolePage::failed);
    connect(side, &SidePanel::compareRequested, comparisons, &Comparisons::calls);
    connect(side, &SidePanel::compareWithShownRequested, this, [this](qint64 id) {
        if (comparisons->hasShown())
            comparisons->withCall(id);
        else
            Q_EMIT page.message(tr("No answer is shown that this call could be compared with."));
    });
    connect(comparisons, &Comparisons::message, &page, &ConsolePage::message);
    connect(comparisons, &Comparisons::failed, &page, &ConsolePage::failed);

    connect(requests, &OpenRequests::phaseChanged, this,
            [this](CallController::Phase phase, qint64 received, qint64 total) {
                const bool running = phase != CallController::Phase::Idle;
                const CallController *calls = requests->current().calls;
                editor->setRunning(running, calls && calls->keepsWhatCame());
                showWhatCanBeDone();
                response->setPhase(phase, received, total);
            });
    connect(requests, &OpenRequests::streaming, this, [this](const RunningStream &stream) { response->setCall(shownCall(stream)); });
    connect(requests, &OpenRequests::spooling, this, [this](const ArrivingAnswer &answer) { showArriving(answer); });
    connect(response, &ResponseView::reconnectRequested, sending, &Sending::reconnect);
    connect(requests, &OpenRequests::finished, this, &Private::showOutcome);
    connect(requests, &OpenRequests::checked, response, &ResponseView::setExpectations);
    connect(response, &ResponseView::expectationsRequested, expectations, &Expectations::edit);
    connect(response, &ResponseView::expectationWanted, expectations, &Expectations::add);
    connect(expectations, &Expectations::message, &page, &ConsolePage::message);
    connect(expectations, &Expectations::undoable, &page, &ConsolePage::undoable);
    connect(expectations, &Expectations::failed, &page, &ConsolePage::failed);
    connect(requests, &OpenRequests::currentChanged, this, &Private::showCurrent);
    connect(requests, &OpenRequests::tabsChanged, this, &Private::showWhatCanBeDone);
    connect(requests, &OpenRequests::failed, &page, &ConsolePage::failed);
    connect(requests, &OpenRequests::closed, this, &Private::offerReopen);
    connect(requests, &OpenRequests::fileTrouble, saver, &RequestSaver::showTrouble, Qt::QueuedConnection); // after what is shown clears messages
    connect(requests, &OpenRequests::tabsChanged, this, &Private::watchFiles);
    SavedRequests *saved = &side->saved();
    connect(saved, &SavedRequests::opened, this, [this](const RequestInFile &opened) {
        requests->openSaved(opened);
        saver->tellOfCredentials(opened);
    });
    connect(saved, &SavedRequests::codeWanted, copyAsCode, &CopyAsCode::copySaved);
    connect(saved, &SavedRequests::pathChanged, requests, &OpenRequests::pathChanged);
    connect(saved, &SavedRequests::undoable, &page, &ConsolePage::undoable);
    connect(saved, &SavedRequests::message, &page, &ConsolePage::message);
    connect(saved, &SavedRequests::failed, &page, &ConsolePage::failed);
    connect(saver, &RequestSaver::saved, saved, &SavedRequests::select);
    connect(saved, &SavedRequests::runWanted, this, &Private::run);
    connect(saved, &SavedRequests::exportWanted, requestsExport, &RequestsExport::ask);
    connect(saved, &SavedRequests::environmentWanted, saver, &RequestSaver::writeEnvironment);
    connect(saver, &RequestSaver::folderWanted, saved, &SavedRequests::chooseFolder);
    connect(saver, &RequestSaver::message, &page, &ConsolePage::message);
    connect(saver, &RequestSaver::failed, &page, &ConsolePage::failed);

    connect(response, &ResponseView::shown, &page, &ConsolePage::responseShown);
    connect(response, &ResponseView::message, &page, &ConsolePage::message);
    connect(response, &ResponseView::failed, &page, &ConsolePage::failed);
    connect(response, &ResponseView::actionChosen, actions, &ExplanationActions::run);
    connect(actions, &ExplanationActions::sendRequested, sending, &Sending::send);
    connect(actions, &ExplanationActions::newKeyRequested, &page, &ConsolePage::newKeyRequested);
    connect(actions, &ExplanationActions::openEnvironment, &page, &ConsolePage::openEnvironment);
    connect(actions, &ExplanationActions::openConnection, &page, &ConsolePage::openConnection);
    connect(editor, &RequestEditor::connectionRequested, &page, &ConsolePage::openConnection);
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
    connect(saver, &RequestSaver::newKeyWanted, this, askForKey);
    connect(response, &ResponseView::newKeyRequested, this, askForKey);
    connect(editor, &RequestEditor::cookiesRequested, this, &Private::openCookies);
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
    response->stopWaiting();
    const auto environment = core.environments->current();
    editor->setEnvironment(environment);
    requests->updateSources();
    if (environment)
        side->unfold(environment->providerId);
    showIdle();
}

void ConsolePage::Private::showIdle()
{
    const auto environment = core.environments->current();
    response->setIdle(environment && environment->callKeys().isEmpty() ? environment->name : QString());
}

void ConsolePage::Private::openFromHistory(qint64 id, bool sendAgain)
{
    core.history->load(id, this, [this, id, sendAgain](const Result<HistoryEntry> &entry) {
        if (!entry) {
            Q_EMIT page.failed(entry.error());
            return;
        }
        requests->openListed(u"history/%1"_s.arg(id), entry->request);
        // A call of the sandbox must not be placed in production because that is what happens to be current.
        const auto current = core.environments->current();
        const bool sameEnvironment = current && current->id == entry->row.environmentId;
        if (sendAgain && sameEnvironment && !entry->lacksSecrets()) {
            sending->send();
            return;
        }
        if (!requests->isRunning()) {
            requests->setEntry(*entry);
            showCurrent();
        }
        if (sendAgain && entry->lacksSecrets())
            Q_EMIT page.message(tr("This call held a token that history does not keep. Fill in what shows as "
                                   "••••, then send it."));
        else if (sendAgain)
            Q_EMIT page.message(tr("This call was sent in “%1”. Switch to it, or send the call from here on purpose.").arg(entry->row.environmentName));
    });
}

void ConsolePage::Private::openFromTree(const QString &id, const QString &providerId, const RequestSpec &request)
{
    requests->openListed(id, request);
    const auto environment = core.environments->current();
    if (environment && environment->providerId != providerId)
        offerEnvironment(providerId);
}

void ConsolePage::Private::offerEnvironment(const QString &providerId)
{
    const Provider *provider = core.providers.find(providerId);
    if (!provider)
        return;
    const QString current = core.environments->current()->name;
    const QList<Environment> environments = core.environments->all();
    const auto its = std::ranges::find(environments, providerId, &Environment::providerId);
    if (its == environments.end()) {
        editor->messages().show(MessageBar::Level::Caution,
                                tr("This request belongs to %1, which no environment uses yet. It would go to “%2”.").arg(provider->name, current));
        return;
    }
    auto *offer = new QAction(tr("Switch to %1").arg(its->name), &editor->messages());
    connect(offer, &QAction::triggered, this, [this, id = its->id] {
        core.environments->setCurrent(id);
        editor->messages().clear();
    });
    editor->messages().show(MessageBar::Level::Caution,
                            tr("This request belongs to %1, and the environment is “%2”.").arg(provider->name, current), {offer});
}

void ConsolePage::Private::offerReopen(const QString &title)
{
    auto *reopen = new QAction(tr("Reopen"), &editor->messages());
    connect(reopen, &QAction::triggered, requests, &OpenRequests::reopen, Qt::QueuedConnection); // which clears the message
    editor->messages().show(MessageBar::Level::Info, tr("“%1” was closed with your changes; they are kept until Keydesk ends.").arg(title), {reopen});
}

/// What belongs to the request that is in the editor now.
void ConsolePage::Private::showCurrent()
{
    const OpenRequest &request = requests->current();
    if (request.calls && request.calls->stream()) {
        response->setCall(shownCall(*request.calls->stream()));
    } else if (request.calls && request.calls->arriving()) {
        showArriving(*request.calls->arriving());
    } else if (request.outcome) {
        showOutcome(*request.outcome);
    } else if (request.entry) {
        response->setCall(shownCall(*request.entry));
        comparisons->setShown(*request.entry);
    } else {
        response->clear();
        comparisons->clear();
        showIdle();
    }
    response->setPhase(request.calls ? request.calls->phase() : CallController::Phase::Idle, 0, -1);
    showWhatCanBeDone();
}

void ConsolePage::Private::step(int by)
{
    const int count = requests->count();
    requests->setCurrent((requests->currentIndex() + by + count) % count);
}

void ConsolePage::Private::watchFiles()
{
    QStringList files;
    for (int index = 0; index < requests->count(); ++index) {
        if (requests->at(index).isSaved())
            files.append(requests->at(index).place.file);
    }
    files.removeDuplicates();
    if (files != watched) {
        watched = files;
        core.workspace->watch(files);
    }
}

void ConsolePage::Private::showArriving(const ArrivingAnswer &answer)
{
    response->setCall(shownCall(answer));
    comparisons->clear();
}

void ConsolePage::Private::showOutcome(const CallOutcome &outcome)
{
    actions->setCall(outcome);
    const ShownCall shown = shownCall(outcome);
    response->setCall(shown);
    response->setExpectations(requests->current().checked);
    comparisons->setShown(outcome, shown);
    showWhatCanBeDone();
}

void ConsolePage::Private::chooseComparedEnvironment()
{
    auto *menu = new QMenu(&page);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setAccessibleName(tr("Compare in Another Environment"));
    const auto current = core.environments->current();
    const QList<Environment> environments = core.environments->all();
    for (const Environment &environment : environments) {
        if (!current || environment.id != current->id)
            menu->addAction(dotIcon(environment.colour), QString(environment.name).replace(u'&', u"&&"_s), this,
                            [this, environment] { comparisons->withEnvironment(environment); });
    }
    if (menu->isEmpty()) {
        delete menu;
        Q_EMIT page.message(tr("There is no other environment. Environments → New Environment makes one."));
        return;
    }
    menu->setActiveAction(menu->actions().constFirst());
    menu->popup(response->mapToGlobal(QPoint(response->width() / 2, 0)));
}

void ConsolePage::Private::openCookies()
{
    auto *dialog = new CookiesDialog(core.http->cookies(), core.environments->current(), &page);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

/// That of the request that is shown, or one that is chosen.
void ConsolePage::Private::runFile()
{
    if (requests->current().isSaved()) {
        run(requests->current().place.file);
        return;
    }
    auto *dialog = new QFileDialog(&page, tr("Run File"), core.workspace->folder(), tr("Files with requests (*.http *.rest)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, &Private::run);
    dialog->open();
}

void ConsolePage::Private::run(const QString &path)
{
    auto *dialog = new RunDialog(core, path, core.environments->current(), &page);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    for (int index = 0; index < requests->count(); ++index) {
        const QString &file = requests->at(index).place.file;
        if (requests->isEdited(index) && (file == path || file.startsWith(path + u'/')))
            dialog->showNote(tr("What stands in the files is run. Your edits of “%1” are not saved.").arg(requests->at(index).title()));
    }
    dialog->open();
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
    d->requests->remember();
}

QList<QAction *> ConsolePage::requestActions() const
{
    return d->menuActions;
}

void ConsolePage::setFilterHistory(const std::shared_ptr<FilterHistory> &history)
{
    d->response->setFilterHistory(history);
}

void ConsolePage::open(const RequestSpec &request)
{
    d->requests->open(request);
}

RequestSpec ConsolePage::request() const
{
    return d->editor->request();
}

QStringList ConsolePage::requestsNaming(const QUuid &keyId) const
{
    QStringList requests;
    for (const RequestSpec &request : d->requests->requests()) {
        if (request.key.mode == KeyChoice::Mode::Chosen && request.key.keyId == keyId)
            requests.append(requestLabel(request.method, request.url));
    }
    requests.removeDuplicates();
    return requests;
}

void ConsolePage::send()
{
    d->sending->send();
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

void ConsolePage::exportHistory()
{
    d->harExport->ask({});
}

void ConsolePage::exportRequests()
{
    d->requestsExport->ask(d->core.workspace->folder());
}

void ConsolePage::importApi(const QString &path)
{
    d->imports->importApi(path);
}

void ConsolePage::importRequests()
{
    d->imports->importRequests();
}

void ConsolePage::importDropped(const QMimeData &dropped)
{
    d->imports->take(dropped, false);
}

void ConsolePage::focusUrl()
{
    d->editor->focusUrl();
}

} // namespace keydesk

#include "ConsolePage.moc"
