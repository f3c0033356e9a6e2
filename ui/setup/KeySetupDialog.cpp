#include "ui/setup/KeySetupDialog.h"

#include "app/Core.h"
#include "ui/keys/CopyOnceDialog.h"
#include "ui/setup/FirstCallPage.h"
#include "ui/setup/PlacePage.h"
#include "ui/setup/ProviderPage.h"
#include "ui/setup/SetupDraft.h"
#include "ui/setup/SetupFooter.h"
#include "ui/setup/SourcePage.h"
#include "ui/setup/StepRail.h"
#include "ui/setup/StoreFlow.h"
#include "ui/setup/TokenPage.h"

#include <QBoxLayout>
#include <QKeyEvent>
#include <QScreen>
#include <QScrollArea>
#include <QStackedWidget>

using namespace Qt::StringLiterals;

namespace keydesk {

class KeySetupDialog::Private
{
public:
    Private(KeySetupDialog &dialog, Mode modeOf, Core &coreOf, Clipboard &clipboardOf);

    void startWith(const NewKeyHints &hints);
    void resume();
    [[nodiscard]] QList<SetupPage *> sequence() const;
    void go(SetupPage *page);
    void showSteps();
    void next();
    void back();
    void work(const QString &what);
    void cancelWork();
    void stored(const ApiKey &key, const QUuid &environmentId);
    void storeEnded(const Result<ApiKey> &outcome);
    void showOnce();
    void afterStoring();
    void closing();

    KeySetupDialog &q;
    const Mode mode;
    Core &core;
    Clipboard &clipboard;
    SetupDraft draft;
    StepRail *rail;
    QStackedWidget *stack;
    SetupFooter *footer;
    ProviderPage *provider;
    SourcePage *source;
    TokenPage *token;
    PlacePage *place;
    FirstCallPage *firstCall;
    StoreFlow *flow;
    SetupPage *current = nullptr;
    std::unique_ptr<QObject> reading; // guards the read for the copy-once window
    bool closed = false;
};

KeySetupDialog::Private::Private(KeySetupDialog &dialog, Mode modeOf, Core &coreOf, Clipboard &clipboardOf)
    : q(dialog)
    , mode(modeOf)
    , core(coreOf)
    , clipboard(clipboardOf)
    , rail(
          new StepRail(modeOf == Mode::Setup ? tr("Set Up Keydesk") : tr("New Key"),
                       tr("Keys stay in the system keychain. Nothing is sent anywhere but to the provider.")))
    , stack(new QStackedWidget)
    , footer(new SetupFooter(modeOf == Mode::Setup ? tr("Skip for now") : tr("Cancel")))
    , provider(new ProviderPage(core, draft))
    , source(new SourcePage(core, draft))
    , token(new TokenPage(core, draft))
    , place(new PlacePage(core, draft))
    , firstCall(new FirstCallPage(core, draft))
    , flow(new StoreFlow(core, &q))
{
    for (SetupPage *page : std::initializer_list<SetupPage *>{provider, source, token, place, firstCall}) {
        auto *scroll = new QScrollArea;
        scroll->setWidgetResizable(true);
        scroll->setFrameShape(QFrame::NoFrame);
        scroll->setFocusPolicy(Qt::NoFocus);
        scroll->setWidget(page);
        stack->addWidget(scroll);
        QObject::connect(page, &SetupPage::nextRequested, &q, [this] { next(); });
    }
    auto *upper = new QHBoxLayout;
    upper->setSpacing(0);
    upper->addWidget(rail);
    upper->addWidget(stack, 1);
    auto *whole = new QVBoxLayout(&q);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->setSpacing(0);
    whole->addLayout(upper, 1);
    whole->addWidget(footer);
    footer->makeNextDefault();

    QObject::connect(source, &SourcePage::sourceChanged, &q, [this] { showSteps(); });
    QObject::connect(footer, &SetupFooter::leave, &q, &QDialog::reject);
    QObject::connect(footer, &SetupFooter::back, &q, [this] { back(); });
    QObject::connect(footer, &SetupFooter::next, &q, [this] { next(); });
    QObject::connect(footer, &SetupFooter::cancelWork, &q, [this] { cancelWork(); });
    QObject::connect(flow, &StoreFlow::progress, &q, [this](const QString &what) { work(what); });
    QObject::connect(flow, &StoreFlow::stored, &q,
                     [this](const ApiKey &key, const QUuid &id) { stored(key, id); });
    QObject::connect(flow, &StoreFlow::finished, &q,
                     [this](const Result<ApiKey> &outcome) { storeEnded(outcome); });
}

void KeySetupDialog::Private::startWith(const NewKeyHints &hints)
{
    const Provider *known = core.providers.find(hints.providerId);
    if (!known) {
        mode == Mode::Setup ? resume() : go(provider);
        return;
    }
    draft.chooseProvider(hints.providerId);
    if (known->kind(hints.kindId))
        draft.kindId = hints.kindId;
    const auto environment =
        hints.environmentId ? core.environments->find(*hints.environmentId) : fittingEnvironment(draft, core);
    if (environment && environment->providerId == hints.providerId) {
        draft.environmentId = environment->id;
        draft.identity = hints.identity;
        draft.environmentChosen = hints.environmentId.has_value();
    }
    go(draftTarget(draft, core) ? static_cast<SetupPage *>(source) : provider);
}

void KeySetupDialog::Private::resume()
{
    const QString page = resumeDraft(draft, *core.settings);
    const Provider *known = core.providers.find(draft.providerId);
    if (draft.environmentId && !core.environments->find(*draft.environmentId))
        draft.environmentId.reset();
    if (!known || page == provider->id() || !draftTarget(draft, core)) {
        go(provider);
        return;
    }
    // A token is never remembered: what needs one begins again where it is typed.
    if (!known->kind(draft.kindId) || !draft.source || page == source->id())
        go(source);
    else if (draft.creates())
        go(sessionKind(*known, draft.kindId) ? static_cast<SetupPage *>(source) : place);
    else
        go(token);
}

QList<SetupPage *> KeySetupDialog::Private::sequence() const
{
    QList<SetupPage *> pages{provider, source};
    if (!draft.creates())
        pages << token;
    pages << place;
    if (mode == Mode::Setup)
        pages << firstCall;
    return pages;
}

void KeySetupDialog::Private::go(SetupPage *page)
{
    current = page;
    page->enter();
    for (int i = 0; i < stack->count(); ++i)
        if (static_cast<QScrollArea *>(stack->widget(i))->widget() == page)
            stack->setCurrentIndex(i);
    showSteps();
    if (page->firstField())
        page->firstField()->setFocus(Qt::OtherFocusReason);
    else
        footer->focusNext();
    if (mode == Mode::Setup && !draft.stored)
        rememberDraft(draft, page->id(), core);
}

void KeySetupDialog::Private::showSteps()
{
    const QList<SetupPage *> pages = sequence();
    QStringList steps;
    for (const SetupPage *page : pages)
        steps << page->step();
    const int at = static_cast<int>(pages.indexOf(current));
    rail->setSteps(steps, at);
    const bool over = draft.stored.has_value();
    footer->setButtons(!over, !over && at > 0, current == pages.last() ? tr("Finish") : tr("Next"));
}

void KeySetupDialog::Private::next()
{
    if (flow->isRunning() || reading || closed || !current->leave())
        return;
    if (current == source && draft.source == SetupDraft::Source::Import) {
        q.reject();
        Q_EMIT q.importRequested();
        return;
    }
    if (current == place) {
        work(tr("Storing the key…"));
        flow->start(draft, mode == Mode::NewKey);
        return;
    }
    if (current == firstCall) {
        Q_EMIT q.firstRequestReady(draft.storedEnvironmentId, firstCall->request());
        q.accept();
        return;
    }
    const QList<SetupPage *> pages = sequence();
    go(pages.at(pages.indexOf(current) + 1));
}

void KeySetupDialog::Private::back()
{
    const QList<SetupPage *> pages = sequence();
    const qsizetype at = pages.indexOf(current);
    if (at > 0 && !flow->isRunning() && !reading)
        go(pages.at(at - 1));
}

void KeySetupDialog::Private::work(const QString &what)
{
    if (closed)
        return;
    stack->setEnabled(what.isEmpty());
    footer->setWork(what);
}

void KeySetupDialog::Private::cancelWork()
{
    if (reading) {
        reading.reset();
        afterStoring();
        return;
    }
    flow->cancel();
}

void KeySetupDialog::Private::stored(const ApiKey &key, const QUuid &environmentId)
{
    draft.stored = key;
    draft.storedEnvironmentId = environmentId;
    if (mode == Mode::Setup) {
        core.environments->setCurrent(environmentId);
        core.settings->setSetupFinished(true);
        forgetRemembered(*core.settings);
    }
    Q_EMIT q.keyReady(key.id, environmentId);
}

void KeySetupDialog::Private::storeEnded(const Result<ApiKey> &outcome)
{
    if (closed)
        return;
    work({});
    if (!outcome) {
        place->showFailure(outcome.error().kind == Error::Kind::Cancelled
                               ? tr("It was stopped. Nothing was stored.")
                               : outcome.error().message);
        place->firstField()->setFocus(Qt::OtherFocusReason);
        return;
    }
    draft.stored = *outcome;
    draft.forgetSecrets();
    draft.creates() ? showOnce() : afterStoring();
}

void KeySetupDialog::Private::showOnce()
{
    work(tr("Waiting for the keychain…"));
    reading = std::make_unique<QObject>();
    core.keyService->readForUser(
        draft.stored->id, KeyAction::Revealed, tr("Shown once, after it was created"), reading.get(),
        [this](Result<Secret> secret) {
            reading.release()->deleteLater();
            if (!secret) { // stored all the same: the keys page says what is wrong with the keychain
                afterStoring();
                return;
            }
            const Provider *known = core.providers.find(draft.providerId);
            QWidget *over = mode == Mode::Setup ? &q : q.parentWidget();
            auto *once =
                new CopyOnceDialog(*draft.stored, known ? known->name : QString(), *secret, clipboard, over);
            once->setAttribute(Qt::WA_DeleteOnClose);
            if (mode == Mode::Setup)
                QObject::connect(once, &QDialog::finished, &q, [this] { afterStoring(); });
            once->open();
            work(mode == Mode::Setup ? tr("The new key is shown.") : QString());
            if (mode == Mode::NewKey)
                afterStoring();
        });
}

void KeySetupDialog::Private::afterStoring()
{
    work({});
    mode == Mode::Setup ? go(firstCall) : q.accept();
}

void KeySetupDialog::Private::closing()
{
    closed = true;
    reading.reset();
    flow->cancel();
    if (mode == Mode::Setup && !draft.stored) {
        if (current != token)
            (void)current->leave(); // what was chosen on this page comes back with it
        rememberDraft(draft, current->id(), core);
    }
    for (SetupPage *page : std::initializer_list<SetupPage *>{provider, source, token, place, firstCall})
        page->forget();
    draft.forgetSecrets();
}

KeySetupDialog::KeySetupDialog(Mode mode, Core &core, Clipboard &clipboard, const NewKeyHints &hints,
                               QWidget *parent)
    : QDialog(parent)
    , d(std::make_unique<Private>(*this, mode, core, clipboard))
{
    setWindowTitle(mode == Mode::Setup ? tr("Set Up Keydesk") : tr("New Key"));
    setMinimumSize(560, 400);
    d->startWith(hints);
    resize(sizeHint()); // the layout's own hint is the least that holds the pages, not what reads well
}

KeySetupDialog::~KeySetupDialog()
{
    if (!d->closed)
        d->closing();
    // They report to `d` and read its draft, which goes before the children would.
    delete d->flow;
    delete d->stack;
}

QSize KeySetupDialog::sizeHint() const
{
    const double scale = qMax(1.0, fontMetrics().height() / 17.0);
    const QSize wish = QSizeF(760 * scale, 540 * scale).toSize().boundedTo(QSize(880, 580));
    return screen() ? wish.boundedTo(screen()->availableSize() * 0.95) : wish;
}

void KeySetupDialog::done(int result)
{
    if (!d->closed)
        d->closing();
    QDialog::done(result);
}

void KeySetupDialog::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Cancel) && (d->flow->isRunning() || d->reading)) {
        d->cancelWork();
        return;
    }
    QDialog::keyPressEvent(event);
}

} // namespace keydesk
