#include "ui/sealed/StoresDialog.h"

#include "app/keys/KeyRing.h"
#include "app/keys/SealedStore.h"
#include "app/keys/SecretPlaces.h"
#include "ui/sealed/SealedFlow.h"
#include "ui/setup/Card.h"
#include "ui/setup/RoleLabel.h"
#include "ui/widgets/IconView.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

using StoreState = SecretStore::State;

StoresDialog::StoresDialog(const KeyStore &keys, KeyRing &ring, SealedStore &sealed, SealedFlow &flow,
                           QWidget *parent)
    : QDialog(parent)
    , m_keys(keys)
    , m_ring(ring)
    , m_sealed(sealed)
    , m_flow(flow)
    , m_trouble(new RoleLabel(theme::Role::Danger))
    , m_missing(new QPushButton)
{
    setWindowTitle(tr("Where Keys Are Kept"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding,
                               theme::groupGap);
    column->setSpacing(theme::panePadding);
    for (const SecretPlace place :
         {SecretPlace::SystemKeychain, SecretPlace::SealedFile, SecretPlace::Session})
        column->addWidget(makeRow(place));
    m_trouble->hide();
    column->addWidget(m_trouble);
    column->addStretch(1);

    auto *close = new QPushButton(tr("Close"));
    close->setDefault(true);
    m_missing->setAutoDefault(false);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_missing);
    buttons->addStretch(1);
    buttons->addWidget(close);
    column->addLayout(buttons);
    column->addStrut(520);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    connect(m_missing, &QPushButton::clicked, this, [this] {
        accept();
        Q_EMIT missingRequested();
    });

    connect(&ring, &KeyRing::placeChanged, this, &StoresDialog::show);
    connect(&ring, &KeyRing::stockTaken, this, &StoresDialog::show);
    for (const auto changed : {&KeyStore::added, &KeyStore::removed, &KeyStore::changed})
        connect(&keys, changed, this, &StoresDialog::show);
    show();
}

QPushButton *StoresDialog::addButton(Row &row, const QString &name, const QString &text)
{
    auto *button = new QPushButton(text);
    button->setAutoDefault(false);
    row.buttons.insert(name, button);
    return button;
}

QWidget *StoresDialog::makeRow(SecretPlace place)
{
    Row row;
    auto *card = new Card;
    card->setAccessibleName(placeName(place));
    row.icon = new IconView(u"lock"_s);
    row.words = new RoleLabel(theme::Role::SecondText);
    row.count = new QLabel;
    row.count->setForegroundRole(QPalette::PlaceholderText);
    auto *title = new RoleLabel(theme::Role::Text, RoleLabel::Size::Group);
    title->setText(placeName(place));
    auto *head = new QHBoxLayout;
    head->setSpacing(theme::gap);
    head->addWidget(row.icon);
    head->addWidget(title, 1);
    head->addWidget(row.count);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(theme::gap);
    buttons->addStretch(1);
    const auto add = [&](const QString &name, const QString &text, auto pressed) {
        QPushButton *button = addButton(row, name, text);
        buttons->addWidget(button);
        connect(button, &QPushButton::clicked, this, pressed);
    };
    if (place == SecretPlace::SystemKeychain) {
        add(u"retry"_s, tr("Try Again"), [this] { m_ring.keychain().probe(); });
        add(u"unlock"_s, tr("Unlock…"), [this] {
            m_ring.keychain().unlock(this, [this](const Result<void> &outcome) {
                m_trouble->setText(outcome ? QString() : outcome.error().message);
                m_trouble->setVisible(!outcome);
            });
        });
    } else if (place == SecretPlace::SealedFile) {
        add(u"retry"_s, tr("Look Again"), [this] { m_sealed.probe(); });
        add(u"aside"_s, tr("Set Aside"), [this] { setAside(false); });
        add(u"previous"_s, tr("Use the Version Before"), [this] { setAside(true); });
        add(u"change"_s, tr("Change Passphrase…"),
            [this] { m_flow.open(PassphraseDialog::Purpose::Change); });
        add(u"lock"_s, tr("Lock Now"), [this] { m_sealed.lock(); });
        add(u"unlock"_s, tr("Unlock…"), [this] { m_flow.open(PassphraseDialog::Purpose::Unlock); });
        add(u"create"_s, tr("Set Up…"), [this] { m_flow.open(PassphraseDialog::Purpose::Create); });
        row.buttons.value(u"aside"_s)
            ->setToolTip(tr("Renames the file, so that a new one can be set up. Nothing is deleted."));
        row.buttons.value(u"previous"_s)
            ->setToolTip(tr("Renames the file and puts the version before its last change in its place."));
    }
    auto *box = new QVBoxLayout(card);
    box->setContentsMargins(theme::groupGap, theme::panePadding, theme::groupGap, theme::panePadding);
    box->setSpacing(theme::gap);
    box->addLayout(head);
    box->addWidget(row.words);
    box->addLayout(buttons);
    m_rows.insert(place, row);
    return card;
}

void StoresDialog::show()
{
    for (const SecretPlace place :
         {SecretPlace::SystemKeychain, SecretPlace::SealedFile, SecretPlace::Session})
        showRow(place);
    const auto missing = std::count_if(m_keys.all().begin(), m_keys.all().end(), [](const ApiKey &key) {
        return key.status == ApiKey::Status::Missing;
    });
    const auto orphans =
        m_ring.orphans(SecretPlace::SystemKeychain).size() + m_ring.orphans(SecretPlace::SealedFile).size();
    m_missing->setText(missing > 0 ? tr("%n missing key(s)…", nullptr, static_cast<int>(missing))
                                   : tr("%n token(s) without a key…", nullptr, static_cast<int>(orphans)));
    m_missing->setVisible(missing + orphans > 0);
}

void StoresDialog::showRow(SecretPlace place)
{
    const Row &row = m_rows[place];
    const SecretStore &store = m_ring.store(place);
    const StoreState state = store.state();
    const auto count = std::count_if(m_keys.all().begin(), m_keys.all().end(),
                                     [place](const ApiKey &key) { return key.place == place; });
    row.count->setText(tr("%n key(s)", nullptr, static_cast<int>(count)));
    row.words->setText(store.describe());
    row.words->setAccessibleName(store.describe());
    const bool good = state == StoreState::Available;
    if (place == SecretPlace::Session)
        row.icon->setIcon(u"clock"_s, count > 0 ? theme::Role::Caution : theme::Role::SecondText);
    else
        row.icon->setIcon(good                      ? u"unlock"_s
                          : state == StoreState::Failing ? u"warning"_s
                                                    : u"lock"_s,
                          good                                                ? theme::Role::Success
                          : state == StoreState::Failing || state == StoreState::Denied ? theme::Role::Danger
                          : state == StoreState::Absent && place == SecretPlace::SealedFile && count == 0
                              ? theme::Role::SecondText
                              : theme::Role::Caution);
    const bool sealed = place == SecretPlace::SealedFile;
    const QHash<QString, bool> shown = {
        {u"unlock"_s, state == StoreState::Locked || (!sealed && state == StoreState::Denied)},
        {u"lock"_s, good},
        {u"change"_s, good},
        {u"create"_s, state == StoreState::Absent},
        {u"previous"_s, state == StoreState::Failing && m_sealed.hasPrevious()},
        {u"aside"_s, state == StoreState::Failing},
        {u"retry"_s, sealed ? state == StoreState::Failing
                            : state == StoreState::Absent || state == StoreState::Slow || state == StoreState::Failing ||
                                  state == StoreState::Unknown}};
    for (auto button = row.buttons.begin(); button != row.buttons.end(); ++button)
        button.value()->setVisible(shown.value(button.key()));
}

void StoresDialog::setAside(bool usePrevious)
{
    m_sealed.setAside(usePrevious, this, [this](const Result<void> &outcome) {
        m_trouble->setText(outcome ? QString() : outcome.error().message);
        m_trouble->setVisible(!outcome);
    });
}

} // namespace keydesk
