#include "ui/keys/AuditDialog.h"

#include "app/keys/KeyStore.h"
#include "app/models/AuditModel.h"
#include "ui/theme/Icon.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/IconView.h"
#include "ui/widgets/PageStack.h"
#include "ui/widgets/WrapLabel.h"

#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QHeaderView>
#include <QLineEdit>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QTableView>
#include <QTimer>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

enum State { Table, Waiting, Nothing, Failed };

// So that a search does not begin anew with each letter.
constexpr int typingPause = 200;
// A list of more is no longer one to choose from: then the search finds the key.
constexpr qsizetype mostKeys = 300;

QLabel *stateLabel(const QString &words)
{
    auto *label = new QLabel(words);
    label->setAlignment(Qt::AlignCenter);
    label->setWordWrap(true);
    label->setForegroundRole(QPalette::PlaceholderText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

} // namespace

AuditDialog::AuditDialog(AuditLog &log, const KeyStore &keys, const std::optional<QUuid> &key,
                         QWidget *parent)
    : QDialog(parent)
    , m_log(log)
    , m_model(std::make_unique<AuditModel>(log))
{
    setWindowTitle(tr("Audit Trail"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding,
                               theme::groupGap);
    layout->setSpacing(theme::panePadding);
    layout->addWidget(makeFilters(keys, key));
    layout->addWidget(makeTable(), 1);
    layout->addWidget(makeFooter());
    resize(900, 540);

    connect(m_model.get(), &AuditModel::loaded, this, &AuditDialog::showState);
    connect(m_model.get(), &AuditModel::failed, this, [this](const Error &error) {
        m_failure->setText(error.message);
        m_states->setCurrentIndex(Failed);
    });
    // What is checked, copied … while this is open belongs on top.
    connect(&keys, &KeyStore::eventAdded, m_model.get(), &AuditModel::reload);
    m_model->setFilter(filter());
    check();
}

AuditDialog::~AuditDialog() = default;

QWidget *AuditDialog::makeFilters(const KeyStore &keys, const std::optional<QUuid> &key)
{
    auto *bar = new QWidget;
    auto *layout = new QHBoxLayout(bar);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::gap);
    m_search = new QLineEdit;
    m_search->setPlaceholderText(tr("Search the audit trail"));
    m_search->setAccessibleName(tr("Search the audit trail"));
    m_search->setClearButtonEnabled(true);
    m_search->addAction(icon(u"search"_s, theme::Role::SecondText), QLineEdit::LeadingPosition);
    layout->addWidget(m_search, 1);

    const auto combo = [bar, layout](const QString &name) {
        auto *box = new QComboBox;
        box->setAccessibleName(name);
        box->setMinimumContentsLength(8);
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        auto *label = new QLabel(name, bar); // the combo box itself reports its value as its name
        label->setBuddy(box);
        label->hide();
        layout->addWidget(box);
        return box;
    };
    m_key = combo(tr("Key filter"));
    m_key->setMinimumContentsLength(14);
    m_key->addItem(tr("All keys"));
    if (keys.all().size() <= mostKeys) {
        for (const ApiKey &each : keys.all())
            m_key->addItem(each.name, each.id);
    } else if (const auto only = key ? keys.find(*key) : std::nullopt) {
        m_key->addItem(only->name, only->id);
    }
    m_key->setCurrentIndex(key ? std::max(0, m_key->findData(*key)) : 0);
    m_action = combo(tr("Action filter"));
    m_action->addItem(tr("Any action"));
    for (const KeyAction action : keyActionList())
        m_action->addItem(actionText(action), static_cast<int>(action));

    auto *typed = new QTimer(this);
    typed->setSingleShot(true);
    typed->setInterval(typingPause);
    const auto apply = [this] { m_model->setFilter(filter()); };
    connect(typed, &QTimer::timeout, this, apply);
    connect(m_search, &QLineEdit::textChanged, typed, qOverload<>(&QTimer::start));
    connect(m_key, &QComboBox::currentIndexChanged, this, apply);
    connect(m_action, &QComboBox::currentIndexChanged, this, apply);
    return bar;
}

QWidget *AuditDialog::makeTable()
{
    m_table = new QTableView;
    m_table->setModel(m_model.get());
    m_table->setAccessibleName(tr("Audit trail"));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setTabKeyNavigation(false);
    m_table->setShowGrid(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(
        std::max(theme::rowHeight, m_table->fontMetrics().height() + 10));
    QHeaderView *header = m_table->horizontalHeader();
    header->setHighlightSections(false);
    header->setSectionResizeMode(AuditModel::What, QHeaderView::Stretch);
    const int unit = m_table->fontMetrics().averageCharWidth();
    m_table->setColumnWidth(AuditModel::When, 22 * unit);
    m_table->setColumnWidth(AuditModel::Key, 20 * unit);
    m_table->setColumnWidth(AuditModel::Action, 16 * unit);

    m_failure = stateLabel({});
    m_states = new PageStack;
    m_states->addWidget(m_table);
    m_states->addWidget(stateLabel(tr("Reading the audit trail…")));
    m_states->addWidget(stateLabel(tr("Nothing that matches has happened.")));
    m_states->addWidget(m_failure);
    m_states->setCurrentIndex(Waiting);
    return m_states;
}

QWidget *AuditDialog::makeFooter()
{
    m_verdictIcon = new IconView(u"clock"_s);
    m_verdict = new WrapLabel;
    m_verdict->setTextFormat(Qt::PlainText);
    m_verdict->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_exported = new WrapLabel;
    m_exported->setTextFormat(Qt::PlainText);
    m_exported->setForegroundRole(QPalette::PlaceholderText);
    m_exported->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_exported->hide();

    m_export = new QPushButton(icon(u"download"_s), tr("Export"));
    m_export->setAutoDefault(false);
    auto *menu = new QMenu(m_export);
    menu->addAction(tr("As JSON…"), this, [this] { chooseFile(AuditLog::Format::Json); });
    menu->addAction(tr("As CSV…"), this, [this] { chooseFile(AuditLog::Format::Csv); });
    m_export->setMenu(menu);
    auto *close = new QPushButton(tr("Close"));
    close->setDefault(true);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);

    auto *footer = new QWidget;
    auto *row = new QHBoxLayout;
    row->setSpacing(theme::gap);
    row->addWidget(m_verdictIcon);
    row->addWidget(m_verdict, 1);
    row->addWidget(m_export);
    row->addWidget(close);
    auto *layout = new QVBoxLayout(footer);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::gap);
    layout->addWidget(m_exported);
    layout->addLayout(row);
    return footer;
}

AuditFilter AuditDialog::filter() const
{
    AuditFilter wanted;
    wanted.search = m_search->text();
    if (const QVariant key = m_key->currentData(); key.isValid())
        wanted.keyId = key.toUuid();
    if (const QVariant action = m_action->currentData(); action.isValid())
        wanted.action = static_cast<KeyAction>(action.toInt());
    return wanted;
}

void AuditDialog::showState()
{
    m_states->setCurrentIndex(m_model->rowCount() == 0 ? Nothing : Table);
}

void AuditDialog::check()
{
    say(Level::Neutral, tr("Checking that nobody edited it…"));
    m_log.verify(this, [this](const Result<AuditLog::Verdict> &verdict) {
        if (!verdict)
            say(Level::Bad, tr("It could not be checked. %1").arg(verdict.error().message));
        else if (verdict->damage)
            say(Level::Bad, verdict->damage->words);
        else
            say(Level::Good, verdict->entries == 1
                                 ? tr("Whole: 1 entry checked")
                                 : tr("Whole: %1 entries checked").arg(QLocale().toString(verdict->entries)));
    });
}

void AuditDialog::say(Level level, const QString &words)
{
    switch (level) {
    case Level::Neutral:
        m_verdictIcon->setIcon(u"clock"_s, theme::Role::SecondText);
        break;
    case Level::Good:
        m_verdictIcon->setIcon(u"check"_s, theme::Role::Success);
        break;
    case Level::Bad:
        m_verdictIcon->setIcon(u"warning"_s, theme::Role::Caution);
        break;
    }
    m_verdict->setText(words);
}

void AuditDialog::chooseFile(AuditLog::Format format)
{
    const bool csv = format == AuditLog::Format::Csv;
    auto *dialog = new QFileDialog(this, tr("Export Audit Trail"), QDir::homePath(),
                                   csv ? tr("CSV (*.csv)") : tr("JSON (*.json)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(csv ? u"csv"_s : u"json"_s);
    dialog->selectFile(csv ? u"keydesk-audit-trail.csv"_s : u"keydesk-audit-trail.json"_s);
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, format](const QString &file) { exportTo(file, format); });
    dialog->open();
}

void AuditDialog::exportTo(const QString &file, AuditLog::Format format)
{
    m_export->setEnabled(false);
    m_exported->setText(tr("Exporting…"));
    m_exported->show();
    m_log.exportTo(file, format, this, [this, file](const Result<qint64> &count) {
        m_export->setEnabled(true);
        m_exported->setText(count ? (*count == 1 ? tr("%1 entry was written to %2. It holds no token.")
                                                 : tr("%1 entries were written to %2. It holds no token."))
                                        .arg(QLocale().toString(*count), QDir::toNativeSeparators(file))
                                  : count.error().message);
    });
}

} // namespace keydesk
