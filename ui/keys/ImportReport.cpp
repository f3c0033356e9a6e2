#include "ui/keys/ImportReport.h"

#include "ui/setup/Card.h"
#include "ui/setup/RoleLabel.h"

#include <QBoxLayout>
#include <QPushButton>
#include <QScrollArea>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr qsizetype mostListed = 100;

Fact fact(const QString &icon, theme::Role ink, const QString &text)
{
    return {icon, ink, text, theme::Role::Text, {}, {}, {}};
}

} // namespace

ImportReport::ImportReport(QWidget *parent)
    : QWidget(parent)
    , m_title(new RoleLabel(theme::Role::Text, RoleLabel::Size::Title))
    , m_outcomes(new FactsCard(tr("What was imported")))
    , m_column(nullptr)
    , m_cleaning(new RoleLabel(theme::Role::SecondText))
{
    m_cleaning->setText(tr("The files still hold the tokens. Keydesk can empty the values that it has now; "
                           "names, quotes and every other "
                           "byte stay. Backups and other copies are not changed."));
    auto *inside = new QWidget;
    m_column = new QVBoxLayout(inside);
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(theme::panePadding);
    m_column->addWidget(m_title);
    m_column->addWidget(m_outcomes);
    m_column->addWidget(m_cleaning);
    m_column->addStretch(1);
    auto *scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(inside);
    auto *whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(scroll);
}

void ImportReport::show(const QList<ImportOutcome> &outcomes, const QStringList &names,
                        const QList<Cleanable> &files)
{
    using What = ImportOutcome::What;
    using theme::Role;
    const auto added = static_cast<int>(
        std::ranges::count_if(outcomes, [](const ImportOutcome &each) { return each.what == What::Added; }));
    m_title->setText(added == 0   ? tr("No key was imported")
                     : added == 1 ? tr("One key was imported")
                                  : tr("%1 keys were imported").arg(added));
    QList<Fact> facts;
    for (qsizetype i = 0; i < outcomes.size() && facts.size() < mostListed; ++i) {
        const ImportOutcome &each = outcomes.at(i);
        const QString name = names.value(i);
        switch (each.what) {
        case What::Added:
            facts << fact(u"check"_s, Role::Success, tr("“%1” is stored, read back and verified.").arg(name));
            break;
        case What::Duplicate:
            facts << fact(u"duplicate"_s, Role::SecondText,
                          tr("“%1” is here already. %2").arg(name, each.text));
            break;
        case What::Failed:
            facts << fact(u"warning"_s, Role::Danger,
                          tr("“%1” could not be stored. %2").arg(name, each.text));
            break;
        case What::Stopped:
            facts << fact(u"stop"_s, Role::Caution,
                          tr("“%1” was not stored: the import was stopped.").arg(name));
            break;
        }
    }
    m_outcomes->setFacts(facts);
    m_files.clear();
    for (const Cleanable &each : files)
        addFile(each);
    m_cleaning->setVisible(!m_files.empty());
}

void ImportReport::addFile(const Cleanable &what)
{
    m_files.push_back(std::make_unique<File>());
    File &file = *m_files.back();
    file.what = what;
    file.facts = new FactsCard(tr("Values in %1").arg(what.source.name));
    file.button = new QPushButton(tr("Empty These Values in %1").arg(what.source.name));
    file.button->setAutoDefault(false);
    m_column->insertWidget(m_column->count() - 1, file.facts);
    m_column->insertWidget(m_column->count() - 1, file.button, 0, Qt::AlignLeft);
    connect(file.button, &QPushButton::clicked, this, [this, &file] { clean(file); });
    file.git = std::make_unique<GitCheck>(what.source.path, GitCheck::program());
    connect(file.git.get(), &GitCheck::finished, this, [this, &file](const GitState &state) {
        if (state.verdict == GitState::Verdict::Tracked)
            file.gitNote = tr("git tracks this file: the tokens stay in its history. Rotate these keys.");
        showFile(file);
    });
    showFile(file);
}

void ImportReport::showFile(File &file)
{
    using theme::Role;
    QList<Fact> facts;
    if (!file.outcome.isEmpty()) {
        facts << fact(file.failed ? u"warning"_s : u"check"_s, file.failed ? Role::Danger : Role::Success,
                      file.outcome);
    } else {
        for (const CleaningPlace &place : file.what.places) {
            if (facts.size() == mostListed) {
                facts << fact(u"pencil"_s, Role::SecondText,
                              tr("and %1 more").arg(file.what.places.size() - mostListed));
                break;
            }
            facts << fact(
                u"pencil"_s, Role::SecondText,
                place.variable.isEmpty()
                    ? tr("%1, line %2").arg(file.what.source.name).arg(place.line)
                    : tr("%1, line %2: %3").arg(file.what.source.name).arg(place.line).arg(place.variable));
        }
    }
    if (!file.gitNote.isEmpty())
        facts << fact(u"warning"_s, Role::Caution, file.gitNote);
    file.facts->setFacts(facts);
    file.button->setVisible(file.outcome.isEmpty() || file.failed);
    file.button->setEnabled(file.outcome.isEmpty());
}

void ImportReport::clean(File &file)
{
    Result<AtomicFile> prepared =
        prepareCleaning(file.what.source.path, file.what.source.stamp, file.what.places);
    const Result<void> cleaned = prepared ? prepared->commit() : tl::unexpected(prepared.error());
    file.failed = !cleaned.has_value();
    file.outcome =
        !cleaned ? cleaned.error().message
        : file.what.places.size() == 1
            ? tr("The value in %1 is emptied.").arg(file.what.source.path)
            : tr("%1 values in %2 are emptied.").arg(file.what.places.size()).arg(file.what.source.path);
    showFile(file);
}

} // namespace keydesk
