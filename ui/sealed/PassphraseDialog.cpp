#include "ui/sealed/PassphraseDialog.h"

#include "app/keys/SealedStore.h"
#include "ui/setup/RevealButton.h"
#include "ui/setup/RoleLabel.h"
#include "ui/widgets/TokenField.h"

#include <QAccessible>
#include <QCheckBox>
#include <QDir>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace keydesk {

namespace {

QString titleOf(PassphraseDialog::Purpose purpose)
{
    switch (purpose) {
    case PassphraseDialog::Purpose::Create:
        return PassphraseDialog::tr("Set Up the Sealed File");
    case PassphraseDialog::Purpose::Unlock:
        return PassphraseDialog::tr("Unlock the Sealed File");
    case PassphraseDialog::Purpose::Change:
        return PassphraseDialog::tr("Change the Passphrase");
    }
    return {};
}

QString explain(PassphraseDialog::Purpose purpose, const QString &path)
{
    switch (purpose) {
    case PassphraseDialog::Purpose::Create:
        return PassphraseDialog::
            tr("Keys that you put there lie encrypted in %1. Only this passphrase opens it, on this computer "
               "and on any other that the file is copied to.")
                .arg(QDir::toNativeSeparators(path));
    case PassphraseDialog::Purpose::Unlock:
        return PassphraseDialog::tr(
            "The passphrase opens it until it is locked again: on demand, when Keydesk is not used for a "
            "while, and when the computer sleeps.");
    case PassphraseDialog::Purpose::Change:
        return PassphraseDialog::tr(
            "The file is encrypted anew. Copies of it that you made before are still opened by the old one.");
    }
    return {};
}

QString verb(PassphraseDialog::Purpose purpose)
{
    switch (purpose) {
    case PassphraseDialog::Purpose::Create:
        return PassphraseDialog::tr("Set Up");
    case PassphraseDialog::Purpose::Unlock:
        return PassphraseDialog::tr("Unlock");
    case PassphraseDialog::Purpose::Change:
        return PassphraseDialog::tr("Change");
    }
    return {};
}

} // namespace

PassphraseDialog::PassphraseDialog(SealedStore &store, Purpose purpose, QWidget *parent)
    : QDialog(parent)
    , m_store(store)
    , m_purpose(purpose)
    , m_words(new RoleLabel(theme::Role::SecondText))
    , m_apply(new QPushButton(verb(purpose)))
{
    setWindowTitle(titleOf(purpose));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding,
                               theme::dialogPadding);
    column->setSpacing(theme::gap);
    auto *title = new RoleLabel(theme::Role::Text, RoleLabel::Size::Title);
    title->setText(titleOf(purpose));
    auto *text = new RoleLabel(theme::Role::SecondText);
    text->setText(explain(purpose, store.path()));
    column->addWidget(title);
    column->addWidget(text);
    column->addSpacing(theme::gap);

    if (purpose != Purpose::Create)
        m_old = addField(purpose == Purpose::Change ? tr("Passphrase until now") : tr("Passphrase"));
    if (purpose != Purpose::Unlock) {
        m_new = addField(purpose == Purpose::Change ? tr("New passphrase") : tr("Passphrase"));
        m_again = addField(tr("The same again"));
        m_understood = new QCheckBox(tr("I know that nobody can bring it back"));
        m_understood->setAccessibleDescription(tr("If the passphrase is forgotten, the keys in the file are "
                                                  "lost. Keydesk keeps no copy of it anywhere."));
        auto *lost = new RoleLabel(theme::Role::Caution);
        lost->setText(m_understood->accessibleDescription());
        column->addSpacing(theme::gap);
        column->addWidget(lost);
        column->addWidget(m_understood);
        connect(m_understood, &QCheckBox::toggled, this, &PassphraseDialog::edited);
    }
    m_words->setMinimumHeight(m_words->fontMetrics().lineSpacing() * 2);
    column->addWidget(m_words);
    column->addStretch(1);

    m_apply->setProperty("primary", true);
    m_apply->setDefault(true);
    auto *cancel = new QPushButton(tr("Cancel"));
    cancel->setAutoDefault(false);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(theme::gap);
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_apply);
    column->addSpacing(theme::gap);
    column->addLayout(buttons);
    column->addStrut(440);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_apply, &QPushButton::clicked, this, &PassphraseDialog::apply);
    edited();
}

TokenField *PassphraseDialog::addField(const QString &label)
{
    auto *field = new TokenField;
    field->setPassphrase(true);
    field->setAccessibleName(label);
    auto *name = new QLabel(label);
    name->setBuddy(field);
    auto *row = new QHBoxLayout;
    row->setSpacing(theme::gap);
    row->addWidget(field, 1);
    row->addWidget(new RevealButton(field));
    auto *column = qobject_cast<QVBoxLayout *>(layout());
    column->addWidget(name);
    column->addLayout(row);
    connect(field, &TokenField::secretEdited, this, &PassphraseDialog::edited);
    return field;
}

void PassphraseDialog::showEvent(QShowEvent *event)
{
    QDialog::showEvent(event);
    (m_old ? m_old : m_new)->setFocus(Qt::OtherFocusReason);
}

/// What keeps the button from working, or nothing.
QString PassphraseDialog::problem() const
{
    if (m_old && m_old->secret().isEmpty())
        return tr("Type the passphrase.");
    if (!m_new)
        return {};
    if (const std::optional<QString> wrong = passphraseProblem(m_new->secret()))
        return *wrong;
    if (!m_new->secret().equals(m_again->secret()))
        return m_again->secret().isEmpty() ? tr("Type it a second time.") : tr("The two are not the same.");
    return {};
}

void PassphraseDialog::edited()
{
    const QString wrong = problem();
    m_apply->setEnabled(!m_working && wrong.isEmpty() && (!m_understood || m_understood->isChecked()));
    if (m_working)
        return;
    const Secret fresh = m_new ? m_new->secret() : Secret();
    say(wrong.isEmpty() || !fresh.isEmpty() ? (wrong.isEmpty() ? passphraseHint(fresh) : wrong) : QString(),
        false);
}

void PassphraseDialog::say(const QString &text, bool trouble)
{
    m_words->setInk(trouble ? theme::Role::Danger : theme::Role::SecondText);
    m_words->setText(text);
    m_words->setAccessibleName(text);
    (m_old ? m_old : m_new)->setAccessibleDescription(text);
    if (trouble) {
        QAccessibleEvent alert(m_words, QAccessible::Alert);
        QAccessible::updateAccessibility(&alert);
    }
}

void PassphraseDialog::apply()
{
    if (!problem().isEmpty() || m_working)
        return;
    m_working = true;
    m_apply->setEnabled(false);
    say(tr("Trying it… This takes a second on purpose: it makes guessing slow."), false);
    const auto done = [this](const Result<void> &outcome) { applied(outcome); };
    switch (m_purpose) {
    case Purpose::Create:
        m_store.create(m_new->secret(), this, done);
        break;
    case Purpose::Unlock:
        m_store.unlockWith(m_old->secret(), this, done);
        break;
    case Purpose::Change:
        m_store.changePassphrase(m_old->secret(), m_new->secret(), this, done);
        break;
    }
}

void PassphraseDialog::applied(const Result<void> &outcome)
{
    m_working = false;
    if (outcome) {
        accept();
        return;
    }
    m_apply->setEnabled(true);
    if (outcome.error().kind == Error::Kind::WrongPassphrase && m_old)
        m_old->setFocus(Qt::OtherFocusReason);
    say(outcome.error().message, true);
}

} // namespace keydesk
