#include "ui/keys/MissingKeysDialog.h"

#include "app/Core.h"
#include "app/keys/SecretPlaces.h"
#include "app/providers/TokenFormat.h"
#include "ui/setup/RevealButton.h"
#include "ui/setup/RoleLabel.h"
#include "ui/widgets/PlainText.h"
#include "ui/widgets/TokenField.h"

#include <QHeaderView>
#include <QMessageBox>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr auto forgottenKey = "keys/missingForgotten";
constexpr SecretPlace lasting[] = {SecretPlace::SystemKeychain, SecretPlace::SealedFile};

/// Asks for the token that a key had.
class PasteDialog : public QDialog
{
public:
    PasteDialog(KeyRing &ring, const ApiKey &key, QWidget *parent)
        : QDialog(parent)
        , m_token(new TokenField)
        , m_words(new RoleLabel(theme::Role::SecondText))
    {
        setWindowTitle(MissingKeysDialog::tr("Paste the Token Again"));
        setAttribute(Qt::WA_DeleteOnClose);
        auto *title = new RoleLabel(theme::Role::Text, RoleLabel::Size::Title);
        title->setText(MissingKeysDialog::tr("Paste the token of “%1”").arg(key.name));
        auto *text = new RoleLabel(theme::Role::SecondText);
        text->setText(MissingKeysDialog::tr("It is the one that reads %1, and goes back into %2.")
                          .arg(key.hint, placeInSentence(key.place)));
        m_token->setPassphrase(key.placement == KeyPlacement::Basic);
        m_token->setAccessibleName(MissingKeysDialog::tr("Token"));
        auto *store = new QPushButton(MissingKeysDialog::tr("Put Back"));
        store->setProperty("primary", true);
        store->setEnabled(false);
        auto *cancel = new QPushButton(MissingKeysDialog::tr("Cancel"));
        auto *row = new QHBoxLayout;
        row->addWidget(m_token, 1);
        row->addWidget(new RevealButton(m_token));
        auto *buttons = new QHBoxLayout;
        buttons->addStretch(1);
        buttons->addWidget(cancel);
        buttons->addWidget(store);
        auto *column = new QVBoxLayout(this);
        column->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding,
                                   theme::dialogPadding);
        column->setSpacing(theme::gap);
        for (QWidget *each : {static_cast<QWidget *>(title), static_cast<QWidget *>(text)})
            column->addWidget(each);
        column->addLayout(row);
        column->addWidget(m_words);
        column->addLayout(buttons);
        column->addStrut(440);
        connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
        connect(m_token, &TokenField::secretEdited, this,
                [this, store] { store->setEnabled(!m_token->secret().isEmpty()); });
        connect(store, &QPushButton::clicked, this, [this, &ring, store, id = key.id, placement = key.placement] {
            store->setEnabled(false);
            m_words->setText(MissingKeysDialog::tr("Storing the token…"));
            ring.restore(id, std::make_shared<const Secret>(cleanToken(m_token->secret(), placement).token), this,
                         [this, store](const Result<ApiKey> &outcome) {
                             if (outcome) {
                                 accept();
                                 return;
                             }
                             m_words->setInk(theme::Role::Danger);
                             m_words->setText(outcome.error().message);
                             store->setEnabled(true);
                         });
        });
    }

private:
    TokenField *m_token;
    RoleLabel *m_words;
};

} // namespace

MissingKeysDialog::MissingKeysDialog(Core &core, QWidget *parent)
    : QDialog(parent)
    , m_core(core)
    , m_intro(new RoleLabel(theme::Role::SecondText))
    , m_list(new QTreeWidget)
    , m_orphanWords(new RoleLabel(theme::Role::SecondText))
    , m_words(new RoleLabel(theme::Role::SecondText))
    , m_paste(new QPushButton(tr("Paste the Token Again…")))
    , m_new(new QPushButton(tr("Make or Paste a New One…")))
    , m_forget(new QPushButton(tr("Stop Reminding")))
    , m_remove(new QPushButton(tr("Delete…")))
    , m_adopt(new QPushButton(tr("Add Them as Keys")))
{
    setWindowTitle(tr("Missing Keys"));
    m_missing = makeMissing();
    m_orphans = makeOrphans();
    auto *again = new QPushButton(tr("Look Again"));
    auto *close = new QPushButton(tr("Close"));
    close->setDefault(true);
    for (QPushButton *button : {m_paste, m_new, m_forget, m_remove, m_adopt, again})
        button->setAutoDefault(false);
    auto *last = new QHBoxLayout;
    last->addWidget(again);
    last->addStretch(1);
    last->addWidget(close);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding,
                               theme::groupGap);
    column->setSpacing(theme::panePadding);
    column->addWidget(m_missing, 1);
    column->addWidget(m_orphans);
    column->addWidget(m_words);
    column->addLayout(last);
    resize(640, 420);

    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    connect(again, &QPushButton::clicked, this, &MissingKeysDialog::lookAgain);
    connect(m_core.ring.get(), &KeyRing::stockTaken, this, &MissingKeysDialog::fill);
    for (const auto changed : {&KeyStore::added, &KeyStore::removed, &KeyStore::changed})
        connect(m_core.keys.get(), changed, this, &MissingKeysDialog::fill);
    fill();
}

QWidget *MissingKeysDialog::makeMissing()
{
    m_list->setHeaderLabels({tr("Name"), tr("Key"), tr("Was in"), tr("Used by")});
    m_list->setAccessibleName(tr("Missing keys"));
    m_list->setRootIsDecorated(false);
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->header()->setStretchLastSection(true);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(theme::gap);
    m_remove->setProperty("danger", true);
    for (QPushButton *button : {m_paste, m_new, m_forget})
        buttons->addWidget(button);
    buttons->addStretch(1);
    buttons->addWidget(m_remove);
    auto *part = new QWidget;
    auto *column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(theme::gap);
    column->addWidget(m_intro);
    column->addWidget(m_list, 1);
    column->addLayout(buttons);
    connect(m_list, &QTreeWidget::itemSelectionChanged, this, &MissingKeysDialog::showSelection);
    connect(m_paste, &QPushButton::clicked, this, &MissingKeysDialog::pasteAgain);
    connect(m_new, &QPushButton::clicked, this, &MissingKeysDialog::makeNew);
    connect(m_forget, &QPushButton::clicked, this, &MissingKeysDialog::forget);
    connect(m_remove, &QPushButton::clicked, this, &MissingKeysDialog::removeChosen);
    return part;
}

QWidget *MissingKeysDialog::makeOrphans()
{
    auto *part = new QWidget;
    auto *row = new QHBoxLayout(part);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(theme::gap);
    row->addWidget(m_orphanWords, 1);
    row->addWidget(m_adopt);
    connect(m_adopt, &QPushButton::clicked, this, &MissingKeysDialog::adoptAll);
    return part;
}

QStringList MissingKeysDialog::forgotten(const Settings &settings)
{
    return settings.remembered(QString::fromLatin1(forgottenKey)).toStringList();
}

void MissingKeysDialog::fill()
{
    const QList<QUuid> before = chosen();
    m_list->clear();
    for (const ApiKey &key : m_core.keys->all()) {
        if (key.status != ApiKey::Status::Missing)
            continue;
        QStringList users;
        for (const Environment &each : m_core.environments->usedBy(key.id))
            users << each.name;
        auto *item =
            new QTreeWidgetItem(m_list, {key.name, key.hint, placeName(key.place),
                                         users.isEmpty() ? tr("no environment") : users.join(u", "_s)});
        item->setData(0, Qt::UserRole, key.id);
        item->setSelected(before.contains(key.id));
    }
    for (int column = 0; column < 3; ++column)
        m_list->resizeColumnToContents(column);
    const int missing = m_list->topLevelItemCount();
    m_intro->setText(
        missing > 0
            ? tr("Not where they were put: the tokens of %n key(s). If your desktop uses another keyring than "
                 "before, or the sealed file is an older copy, bring the right one back and look again. Otherwise "
                 "they are lost here, and the providers go on accepting them until they are revoked there.",
                 nullptr, missing)
            : tr("Every key's token is where it should be."));
    m_intro->setAccessibleName(m_intro->text());
    if (missing > 0 && m_list->selectedItems().isEmpty())
        m_list->topLevelItem(0)->setSelected(true);
    qsizetype orphans = 0;
    for (const SecretPlace place : lasting)
        orphans += m_core.ring->orphans(place).size();
    m_orphans->setVisible(orphans > 0);
    m_orphanWords->setText(tr("Stored by Keydesk and known to no key here, as after a damaged index: %n token(s). They "
                              "can become keys again; bind them to their environment afterwards.",
                              nullptr, static_cast<int>(orphans)));
    showSelection();
}

QList<QUuid> MissingKeysDialog::chosen() const
{
    QList<QUuid> ids;
    for (const QTreeWidgetItem *item : m_list->selectedItems())
        ids.append(item->data(0, Qt::UserRole).toUuid());
    return ids;
}

void MissingKeysDialog::showSelection()
{
    const qsizetype count = chosen().size();
    m_paste->setEnabled(count == 1);
    m_new->setEnabled(count == 1);
    m_forget->setEnabled(count > 0);
    m_remove->setEnabled(count > 0);
}

void MissingKeysDialog::pasteAgain()
{
    const std::optional<ApiKey> key = m_core.keys->find(chosen().value(0));
    if (!key)
        return;
    auto *dialog = new PasteDialog(*m_core.ring, *key, this);
    connect(dialog, &QDialog::accepted, this, [this, name = key->name] {
        say(tr("The token of “%1” is back, read back and verified.").arg(name));
    });
    dialog->open();
}

void MissingKeysDialog::makeNew()
{
    const std::optional<ApiKey> key = m_core.keys->find(chosen().value(0));
    if (!key)
        return;
    NewKeyHints hints;
    hints.providerId = key->providerId;
    hints.kindId = key->kindId;
    const QList<Environment> users = m_core.environments->usedBy(key->id);
    if (!users.isEmpty())
        hints.environmentId = users.first().id;
    accept();
    Q_EMIT newKeyRequested(hints);
}

void MissingKeysDialog::lookAgain()
{
    say(tr("Looking…"));
    for (const SecretPlace place : lasting) {
        m_core.ring->store(place).probe();
        m_core.ring->takeStock(place);
    }
    connect(
        m_core.ring.get(), &KeyRing::stockTaken, this, [this] { say(tr("This is how it is now.")); },
        Qt::SingleShotConnection);
}

void MissingKeysDialog::forget()
{
    QStringList known = forgotten(*m_core.settings);
    for (const QUuid &id : chosen())
        known << idText(id);
    known.removeDuplicates();
    m_core.settings->remember(QString::fromLatin1(forgottenKey), known);
    say(tr("They stay in the list of keys as missing, and are not reported again."));
}

void MissingKeysDialog::removeChosen()
{
    const QList<QUuid> ids = chosen();
    QStringList names;
    for (const QUuid &id : ids) {
        if (const std::optional<ApiKey> key = m_core.keys->find(id))
            names << u"“%1”"_s.arg(key->name);
    }
    auto *box = new QMessageBox(QMessageBox::Warning, tr("Delete Keys"),
                                tr("Delete %1?").arg(names.join(tr(", "))), QMessageBox::NoButton, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(
        tr("What Keydesk knows about them is deleted. Their tokens are lost here already."));
    QPushButton *yes = box->addButton(tr("Delete"), QMessageBox::DestructiveRole);
    yes->setProperty("danger", true);
    QPushButton *no = box->addButton(QMessageBox::Cancel);
    box->setDefaultButton(no);
    box->setEscapeButton(no);
    connect(yes, &QPushButton::clicked, this, [this, ids] {
        for (const QUuid &id : ids) {
            if (const Result<void> outcome = m_core.keyService->remove(id); !outcome)
                say(outcome.error().message, true);
        }
    });
    showPlainText(*box);
    box->open();
}

void MissingKeysDialog::adoptAll()
{
    m_adopt->setEnabled(false);
    for (const SecretPlace place : lasting) {
        for (const QUuid &id : m_core.ring->orphans(place)) {
            ++m_adopting;
            m_core.keyService->adopt(id, place, this,
                                     [this](const Result<ApiKey> &outcome) { adopted(outcome); });
        }
    }
}

void MissingKeysDialog::adopted(const Result<ApiKey> &outcome)
{
    m_adopt->setEnabled(--m_adopting == 0);
    if (outcome)
        say(tr("“%1” is a key again. Bind it to its environment to use it.").arg(outcome->name));
    else
        say(outcome.error().message, true);
}

void MissingKeysDialog::say(const QString &text, bool trouble)
{
    m_words->setInk(trouble ? theme::Role::Danger : theme::Role::SecondText);
    m_words->setText(text);
    m_words->setAccessibleName(text);
}

} // namespace keydesk
