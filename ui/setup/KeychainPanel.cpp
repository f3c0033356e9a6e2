#include "ui/setup/KeychainPanel.h"

#include "app/keys/KeyRing.h"
#include "ui/setup/RoleLabel.h"
#include "ui/widgets/IconView.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace keydesk {

KeychainPanel::KeychainPanel(KeyRing &ring, QWidget *parent)
    : Card(parent)
    , m_ring(ring)
    , m_icon(new IconView(u"lock"_s))
    , m_words(new RoleLabel)
    , m_session(new QCheckBox(tr("Keep it for this session only")))
    , m_unlock(new QPushButton(tr("Unlock")))
    , m_retry(new QPushButton(tr("Try again")))
{
    setAccessibleName(tr("Where the key is kept"));
    m_session->setAccessibleDescription(tr("The key is held in memory and is gone when Keydesk ends."));
    auto *line = new QHBoxLayout;
    line->setSpacing(theme::gap);
    line->addWidget(m_icon, 0, Qt::AlignTop);
    line->addWidget(m_words, 1);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(theme::gap);
    buttons->addWidget(m_session);
    buttons->addStretch(1);
    buttons->addWidget(m_retry);
    buttons->addWidget(m_unlock);
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins(theme::groupGap, theme::panePadding, theme::groupGap, theme::panePadding);
    box->setSpacing(theme::gap);
    box->addLayout(line);
    box->addLayout(buttons);

    connect(m_session, &QCheckBox::clicked, this, [this] {
        m_userChose = true;
        show();
    });
    connect(m_retry, &QPushButton::clicked, this, &KeychainPanel::refresh);
    connect(m_unlock, &QPushButton::clicked, this, &KeychainPanel::unlock);
    connect(&m_ring.keychain(), &SecretStore::stateChanged, this, [this] { show(); });
}

void KeychainPanel::refresh()
{
    m_ring.keychain().probe();
    show();
}

SecretPlace KeychainPanel::place() const
{
    return m_session->isChecked() ? SecretPlace::Session : SecretPlace::SystemKeychain;
}

void KeychainPanel::show(const QString &trouble)
{
    using State = SecretStore::State;
    const State state = m_ring.keychain().state();
    if (!m_userChose)
        m_session->setChecked(m_ring.defaultPlace() == SecretPlace::Session);

    const bool session = m_session->isChecked();
    const bool fine = state == State::Available || state == State::Unknown;
    if (session)
        m_icon->setIcon(u"clock"_s, theme::Role::Caution);
    else if (fine)
        m_icon->setIcon(u"lock"_s, theme::Role::Success);
    else
        m_icon->setIcon(state == State::Locked || state == State::Slow ? u"lock"_s : u"no-keychain"_s,
                        theme::Role::Caution);

    QStringList words;
    if (state == State::Available && !session)
        words << tr("Kept in the system keychain, and read back to make sure.");
    else if (state != State::Unknown && state != State::Available)
        words << m_ring.keychain().describe();
    else if (!session)
        words << tr("Kept in the system keychain. Asking whether it is ready…");
    if (session)
        words << tr("This key is held in memory for this session only. It is gone when Keydesk ends, and it "
                    "is never written to a file.");
    if (!trouble.isEmpty())
        words << trouble;
    m_words->setText(words.join(u'\n'));
    m_words->setAccessibleName(m_words->text());

    m_session->setVisible(!fine || session);
    m_unlock->setVisible(state == State::Locked && !session);
    m_retry->setVisible(!fine && state != State::Locked && !session);
}

void KeychainPanel::unlock()
{
    m_unlock->setEnabled(false);
    m_words->setText(tr("Waiting for the system to unlock the keychain…"));
    m_ring.keychain().unlock(this, [this](const Result<void> &outcome) {
        m_unlock->setEnabled(true);
        show(outcome ? QString() : outcome.error().message);
    });
}

} // namespace keydesk
