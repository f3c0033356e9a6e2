#include "ui/keys/ImportKeysDialog.h"

#include "app/environments/EnvironmentStore.h"
#include "app/interchange/ImportSource.h"
#include "app/keys/KeyService.h"
#include "app/models/CandidatesModel.h"
#include "app/providers/ProviderCatalog.h"
#include "ui/keys/CandidateTable.h"
#include "ui/keys/ImportReport.h"
#include "ui/keys/ImportStart.h"
#include "ui/setup/Card.h"
#include "ui/setup/RoleLabel.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/GrowToFit.h"

#include <QBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QProgressBar>
#include <QPushButton>
#include <QScreen>
#include <QStackedWidget>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

class ImportKeysDialog::Private
{
public:
    enum Page { Start, Found, Running, Report };

    Private(ImportKeysDialog &dialog, const ProviderCatalog &providersOf, EnvironmentStore &environmentsOf,
            KeyStore &keysOf, KeyService &serviceOf);

    QWidget *makeFound();
    QWidget *makeRunning();
    QWidget *makeButtons();
    void go(Page page);
    void showCandidates(const QList<KeyCandidate> &candidates);
    void showChoice();
    void showNote();
    void start();
    void ended();
    void next();
    void leave();
    void forget();
    [[nodiscard]] QString foundWords() const;

    ImportKeysDialog &q;
    EnvironmentStore &environments;
    const ProviderCatalog &providers;
    KeyService &service;
    CandidatesModel *model;
    RoleLabel *title;
    QStackedWidget *pages;
    ImportStart *begin;
    FactsCard *problems;
    CandidateTable *table = nullptr;
    RoleLabel *note = nullptr;
    RoleLabel *nothing = nullptr;
    QProgressBar *progress = nullptr;
    RoleLabel *progressWords = nullptr;
    ImportReport *report;
    QPushButton *cancel = nullptr;
    QPushButton *back = nullptr;
    QPushButton *forward = nullptr;
    QList<ImportSource> sources;
    QStringList chosenNames;
    ImportRun *run = nullptr;
};

ImportKeysDialog::Private::Private(ImportKeysDialog &dialog, const ProviderCatalog &providersOf,
                                   EnvironmentStore &environmentsOf, KeyStore &keysOf, KeyService &serviceOf)
    : q(dialog)
    , environments(environmentsOf)
    , providers(providersOf)
    , service(serviceOf)
    , model(new CandidatesModel(providersOf, environmentsOf, keysOf, serviceOf, &dialog))
    , title(new RoleLabel(theme::Role::Text, RoleLabel::Size::Title))
    , pages(new QStackedWidget)
    , begin(new ImportStart)
    , problems(new FactsCard(tr("What could not be read")))
    , report(new ImportReport)
{
    pages->addWidget(begin);
    pages->addWidget(makeFound());
    pages->addWidget(makeRunning());
    pages->addWidget(report);
    auto *whole = new QVBoxLayout(&q);
    whole->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding,
                              theme::dialogPadding);
    whole->setSpacing(theme::groupGap);
    new GrowToFit(q);
    whole->addWidget(title);
    whole->addWidget(problems);
    whole->addWidget(pages, 1);
    whole->addWidget(makeButtons());

    QObject::connect(begin, &ImportStart::filesChosen, &q, &ImportKeysDialog::readFiles);
    QObject::connect(begin, &ImportStart::textPasted, &q,
                     [this](const std::shared_ptr<Secret> &text) { q.readText(std::move(*text)); });
    QObject::connect(begin, &ImportStart::nothingPasted, &q, [this] {
        problems->setFacts({{u"info"_s,
                             theme::Role::SecondText,
                             tr("The clipboard holds no text and no files."),
                             theme::Role::Text,
                             {},
                             {},
                             {}}});
    });
    QObject::connect(model, &CandidatesModel::edited, &q, [this] {
        showChoice();
        showNote();
    });
    go(Start);
}

QWidget *ImportKeysDialog::Private::makeFound()
{
    table = new CandidateTable(model);
    table->setMinimumHeight(5 * table->verticalHeader()->defaultSectionSize()); // whatever stands above it
    note = new RoleLabel(theme::Role::SecondText);
    note->setMinimumHeight(note->fontMetrics().height() * 2 + 4);
    note->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    nothing = new RoleLabel(theme::Role::SecondText);
    nothing->setText(tr("Keydesk looks for tokens by how providers write them, and for values of variables "
                        "that are named like one: "
                        "…_TOKEN, …_API_KEY, …_SECRET. Empty values, placeholders, passwords and references "
                        "to other variables are left out."));
    auto *page = new QWidget;
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(theme::gap);
    column->addWidget(table, 1);
    column->addWidget(note);
    column->addWidget(nothing, 0, Qt::AlignTop);
    QObject::connect(table->selectionModel(), &QItemSelectionModel::currentChanged, &q,
                     [this] { showNote(); });
    return page;
}

QWidget *ImportKeysDialog::Private::makeRunning()
{
    progress = new QProgressBar;
    progress->setAccessibleName(tr("Progress"));
    progress->setTextVisible(false);
    progressWords = new RoleLabel;
    auto *page = new QWidget;
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(theme::gap);
    column->addStretch(1);
    column->addWidget(progressWords);
    column->addWidget(progress);
    column->addStretch(1);
    return page;
}

QWidget *ImportKeysDialog::Private::makeButtons()
{
    cancel = new QPushButton;
    back = new QPushButton(tr("Back"));
    forward = new QPushButton;
    forward->setProperty("primary", true);
    for (QPushButton *each : {cancel, back})
        each->setAutoDefault(false);
    auto *part = new QWidget;
    auto *row = new QHBoxLayout(part);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(theme::gap);
    row->addWidget(cancel);
    row->addStretch(1);
    row->addWidget(back);
    row->addWidget(forward);
    QObject::connect(cancel, &QPushButton::clicked, &q, [this] { leave(); });
    QObject::connect(back, &QPushButton::clicked, &q, [this] {
        forget();
        go(Start);
    });
    QObject::connect(forward, &QPushButton::clicked, &q, [this] { next(); });
    return part;
}

void ImportKeysDialog::Private::go(Page page)
{
    pages->setCurrentIndex(page);
    const bool found = page == Found && model->rowCount() > 0;
    title->setVisible(page != Report);
    if (page == Start)
        title->setText(tr("Where are the keys?"));
    else if (page == Found)
        title->setText(foundWords());
    else if (page == Running)
        title->setText(tr("Importing keys"));
    cancel->setText(page == Running ? tr("Stop") : tr("Cancel"));
    cancel->setEnabled(true);
    cancel->setVisible(page != Report);
    back->setVisible(page == Found);
    forward->setVisible(found || page == Report);
    if (page == Report)
        forward->setText(tr("Done"));
    if (found || page == Report)
        forward->setDefault(true);
    if (page == Start)
        begin->setFocus(Qt::OtherFocusReason);
    else if (found)
        table->setFocus(Qt::OtherFocusReason);
    else
        (page == Found ? back : page == Report ? forward : cancel)->setFocus(Qt::OtherFocusReason);
}

QString ImportKeysDialog::Private::foundWords() const
{
    const int count = model->rowCount();
    const QString where =
        sources.size() == 1 ? (sources.first().path.isEmpty() ? tr("the pasted text") : sources.first().name)
                            : tr("%1 files").arg(sources.size());
    if (count == 0)
        return tr("No keys were found in %1").arg(where);
    if (count >= candidateLimit)
        return tr("The first %1 keys found in %2").arg(count).arg(where);
    return count == 1 ? tr("One key was found in %1").arg(where)
                      : tr("%1 keys were found in %2").arg(count).arg(where);
}

void ImportKeysDialog::Private::showCandidates(const QList<KeyCandidate> &candidates)
{
    model->setCandidates(candidates);
    constexpr qsizetype mostProblems = 4; // a window full of them would leave no room for the keys
    QStringList told;
    QStringList others;
    for (const ImportSource &each : std::as_const(sources)) {
        if (each.problem.isEmpty())
            continue;
        if (told.size() < mostProblems || each.name.isEmpty())
            told << (each.name.isEmpty() ? each.problem : tr("%1: %2").arg(each.name, each.problem));
        else
            others << each.name;
    }
    if (!others.isEmpty()) {
        constexpr qsizetype mostNames = 12;
        const QString names = QStringList(others.first(std::min(others.size(), mostNames))).join(tr(", "));
        told << (others.size() > mostNames ? tr("%1 more could not be read: %2, …").arg(others.size()).arg(names)
                                           : tr("Nor could be read: %1").arg(names));
    }
    QList<Fact> facts;
    for (const QString &text : std::as_const(told))
        facts << Fact{u"warning"_s, theme::Role::Caution, text, theme::Role::Text, {}, {}, {}};
    problems->setFacts(facts);
    const bool any = !candidates.isEmpty();
    table->setVisible(any);
    note->setVisible(any);
    nothing->setVisible(!any);
    go(Found);
    if (any)
        table->setCurrentIndex(model->index(0, CandidatesModel::Name));
    showChoice();
}

void ImportKeysDialog::Private::showChoice()
{
    const qsizetype count = model->chosen().size();
    if (pages->currentIndex() != Found)
        return;
    forward->setText(count == 1 ? tr("Import One Key") : tr("Import %1 Keys").arg(count));
    forward->setEnabled(count > 0);
}

void ImportKeysDialog::Private::showNote()
{
    note->setText(table->currentIndex().data(CandidatesModel::NoteRole).toString());
}

void ImportKeysDialog::Private::start()
{
    QList<ImportRun::Item> items;
    chosenNames.clear();
    for (const int row : model->chosen()) {
        const KeyCandidate &candidate = model->candidate(row);
        items.append({row, candidate, sources.at(candidate.source).name});
        chosenNames << candidate.name;
    }
    if (items.isEmpty())
        return;
    problems->setFacts({});
    progress->setRange(0, static_cast<int>(items.size()));
    run = new ImportRun(items, service, environments, providers, &q);
    QObject::connect(run, &ImportRun::progress, &q, [this](int done, int total, const QString &what) {
        progress->setValue(done);
        progressWords->setText(tr("%1 of %2: %3").arg(done + 1).arg(total).arg(what));
    });
    QObject::connect(run, &ImportRun::finished, &q, [this] { ended(); });
    go(Running);
    run->start();
}

void ImportKeysDialog::Private::ended()
{
    const QList<ImportOutcome> outcomes = run->outcomes();
    run->deleteLater();
    run = nullptr;
    QList<KeyCandidate> candidates;
    for (int row = 0; row < model->rowCount(); ++row)
        candidates << model->candidate(row);
    QList<ImportReport::Cleanable> files;
    for (qsizetype i = 0; i < sources.size(); ++i) {
        const QList<CleaningPlace> places =
            cleaningPlaces(static_cast<int>(i), candidates,
                           [this](const Secret &token) { return service.duplicateOf(token); });
        if (!sources.at(i).path.isEmpty() && !places.isEmpty())
            files.append({sources.at(i), places});
    }
    report->show(outcomes, chosenNames, files);
    int count = 0;
    QUuid last;
    for (const ImportOutcome &each : outcomes) {
        if (each.what == ImportOutcome::What::Added) {
            ++count;
            last = each.keyId;
        }
    }
    model->setCandidates({}); // the tokens are not needed any more
    go(Report);
    if (count > 0)
        Q_EMIT q.imported(count, last);
}

void ImportKeysDialog::Private::next()
{
    if (pages->currentIndex() == Found)
        start();
    else if (pages->currentIndex() == Report)
        q.accept();
}

void ImportKeysDialog::Private::leave()
{
    if (!run) {
        q.reject();
        return;
    }
    cancel->setEnabled(false);
    progressWords->setText(tr("Stopping…"));
    run->cancel();
}

void ImportKeysDialog::Private::forget()
{
    model->setCandidates({});
    sources.clear();
    problems->setFacts({});
}

ImportKeysDialog::ImportKeysDialog(const ProviderCatalog &providers, EnvironmentStore &environments,
                                   KeyStore &keys, KeyService &service, QWidget *parent)
    : QDialog(parent)
    , d(std::make_unique<Private>(*this, providers, environments, keys, service))
{
    setWindowTitle(tr("Import Keys"));
    setMinimumSize(560, 380);
    resize(sizeHint());
}

ImportKeysDialog::~ImportKeysDialog()
{
    if (d->run)
        d->run->cancel();
}

QSize ImportKeysDialog::sizeHint() const
{
    const double scale = qMax(1.0, fontMetrics().height() / 17.0);
    const QSize wish = QSizeF(980 * scale, 520 * scale).toSize();
    return screen() ? wish.boundedTo(screen()->availableSize() * 0.95) : wish;
}

void ImportKeysDialog::readFiles(const QStringList &paths)
{
    d->forget();
    QList<KeyCandidate> candidates;
    const CandidateContext context = d->model->context();
    for (const QString &path : paths)
        d->sources << readImportFile(path, static_cast<int>(d->sources.size()), context, candidates);
    d->showCandidates(candidates);
}

void ImportKeysDialog::readText(Secret text)
{
    d->forget();
    QList<KeyCandidate> candidates;
    d->sources << readImportText(std::move(text), 0, d->model->context(), candidates);
    d->showCandidates(candidates);
}

void ImportKeysDialog::done(int result)
{
    if (d->run) // what is being stored ends as it must; the rest is not begun
        d->run->cancel();
    d->forget();
    QDialog::done(result);
}

void ImportKeysDialog::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Cancel) && d->run) {
        d->leave();
        return;
    }
    if (event->matches(QKeySequence::Paste) && d->pages->currentIndex() == Private::Start) {
        d->begin->paste();
        return;
    }
    QDialog::keyPressEvent(event);
}

} // namespace keydesk
