#include "ui/setup/KeychainPanel.h"

#include "app/keys/KeyRing.h"
#include "app/keys/SealedStore.h"
#include "ui/sealed/PassphraseDialog.h"
#include "ui/setup/RoleLabel.h"
#include "ui/widgets/IconView.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QLabel>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace keydesk {

KeychainPanel::KeychainPanel(KeyRing &ring, SealedStore &sealed, QWidget *parent)
    : Card(parent)
    , m_ring(ring)
    , m_sealed(sealed)
    , m_icon(new IconView(u"lock"_s))
    , m_words(new RoleLabel)
    , m_place(new QComboBox)
    , m_unlock(new QPushButton(tr("Unlock")))
    , m_setUp(new QPushButton(tr("Set Up…")))
    , m_retry(new QPushButton(tr("Try again")))
{
    setAccessibleName(tr("Where the key is kept"));
    for (const SecretPlace each :
         {SecretPlace::SystemKeychain, SecretPlace::SealedFile, SecretPlace::Session})
        m_place->addItem(placeName(each), static_cast<int>(each));
    m_place->setAccessibleName(tr("Keep it in"));
    auto *label = new QLabel(tr("Keep it in"));
    label->setBuddy(m_place); // the combo box itself reports its value as its name
    for (QPushButton *button : {m_unlock, m_setUp, m_retry})
        button->setAutoDefault(false);

    auto *line = new QHBoxLayout;
    line->setSpacing(theme::gap);
    line->addWidget(m_icon, 0, Qt::AlignTop);
    line->addWidget(m_words, 1);
    auto *choice = new QHBoxLayout;
    choice->setSpacing(theme::gap);
    choice->addWidget(label);
    choice->addWidget(m_place);
    choice->addStretch(1);
    choice->addWidget(m_retry);
    choice->addWidget(m_setUp);
    choice->addWidget(m_unlock);
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins(theme::groupGap, theme::panePadding, theme::groupGap, theme::panePadding);
    box->setSpacing(theme::gap);
    box->addLayout(choice);
    box->addLayout(line);

    connect(m_place, &QComboBox::activated, this, [this] {
        m_userChose = true;
        show();
    });
    connect(m_retry, &QPushButton::clicked, this, &KeychainPanel::refresh);
    connect(m_unlock, &QPushButton::clicked, this, &KeychainPanel::unlock);
    connect(m_setUp, &QPushButton::clicked, this, [this] {
        auto *dialog = new PassphraseDialog(m_sealed, PassphraseDialog::Purpose::Create, window());
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->open();
    });
    for (const SecretPlace each : {SecretPlace::SystemKeychain, SecretPlace::SealedFile})
        connect(&m_ring.store(each), &SecretStore::stateChanged, this, [this] { show(); });
}

void KeychainPanel::refresh()
{
    m_ring.keychain().probe();
    m_sealed.probe();
    show();
}

SecretPlace KeychainPanel::place() const
{
    return static_cast<SecretPlace>(m_place->currentData().toInt());
}

QStringList KeychainPanel::words(SecretStore::State state) const
{
    using State = SecretStore::State;
    switch (place()) {
    case SecretPlace::Session: {
        QStringList all;
        // Why, if nobody chose it.
        if (m_ring.keychain().state() != State::Available && m_ring.keychain().state() != State::Unknown)
            all << m_ring.keychain().describe();
        all << tr("This key is held in memory for this session only. It is gone when Keydesk ends, and it is "
                  "never written to a file.");
        return all;
    }
    case SecretPlace::SystemKeychain:
        if (state == State::Available)
            return {tr("Kept in the system keychain, and read back to make sure.")};
        if (state == State::Unknown)
            return {tr("Kept in the system keychain. Asking whether it is ready…")};
        break;
    case SecretPlace::SealedFile:
        if (state == State::Available)
            return {
                tr("Kept in the sealed file, encrypted under your passphrase, and read back to make sure.")};
        break;
    }
    return {m_ring.store(place()).describe()};
}

void KeychainPanel::show(const QString &trouble)
{
    using State = SecretStore::State;
    if (!m_userChose)
        m_place->setCurrentIndex(m_place->findData(static_cast<int>(m_ring.defaultPlace())));

    const bool session = place() == SecretPlace::Session;
    const bool sealed = place() == SecretPlace::SealedFile;
    const State state = m_ring.store(place()).state();
    const bool fine = state == State::Available || state == State::Unknown;
    if (session)
        m_icon->setIcon(u"clock"_s, theme::Role::Caution);
    else if (fine)
        m_icon->setIcon(u"lock"_s, theme::Role::Success);
    else
        m_icon->setIcon(sealed || state == State::Locked || state == State::Slow ? u"lock"_s
                                                                                 : u"no-keychain"_s,
                        theme::Role::Caution);

    QStringList lines = words(state);
    if (!trouble.isEmpty())
        lines << trouble;
    m_words->setText(lines.join(u'\n'));
    m_words->setAccessibleName(m_words->text());

    m_unlock->setVisible(state == State::Locked && !session);
    m_setUp->setVisible(sealed && state == State::Absent);
    m_retry->setVisible(!fine && state != State::Locked && !session && !m_setUp->isVisibleTo(this));
}

void KeychainPanel::unlock()
{
    m_unlock->setEnabled(false);
    m_words->setText(place() == SecretPlace::SealedFile
                         ? tr("Waiting for the passphrase…")
                         : tr("Waiting for the system to unlock the keychain…"));
    m_ring.store(place()).unlock(this, [this](const Result<void> &outcome) {
        m_unlock->setEnabled(true);
        show(outcome ? QString() : outcome.error().message);
    });
}

} // namespace keydesk
