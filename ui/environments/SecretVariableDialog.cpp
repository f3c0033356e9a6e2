#include "ui/environments/SecretVariableDialog.h"

#include "app/keys/KeyRing.h"
#include "app/keys/SecretPlaces.h"
#include "app/keys/SecretVariables.h"
#include "ui/setup/RevealButton.h"
#include "ui/setup/RoleLabel.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/TokenField.h"

#include <QAccessible>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace keydesk {

SecretVariableDialog::SecretVariableDialog(const Environment &environment, const QString &name, SecretVariables &secrets, const KeyRing &ring,
                                           QWidget *parent)
    : QDialog(parent)
    , m_environment(environment)
    , m_secrets(secrets)
    , m_isNew(!environment.secretVariables().contains(name))
    , m_name(new QLineEdit(name))
    , m_value(new TokenField)
    , m_words(new RoleLabel(theme::Role::SecondText))
    , m_apply(new QPushButton(tr("Store")))
{
    setWindowTitle(m_isNew ? tr("Secret Variable") : tr("Change Secret Variable"));
    auto *title = new RoleLabel(theme::Role::Text, RoleLabel::Size::Title);
    title->setText(m_isNew ? tr("A secret variable of “%1”").arg(environment.name) : tr("A new value for “%1”").arg(name));
    auto *text = new RoleLabel(theme::Role::SecondText);
    text->setText(tr("Write {{name}} where the value belongs: in the URL, a header or the body. It is kept in %1, goes to %2 only, and is never shown "
                     "in what was sent, in the history or in files.")
                      .arg(placeInSentence(ring.defaultPlace()), Origin::fromUrl(QUrl(environment.baseUrl)).map(&Origin::toString).value_or(environment.baseUrl)));

    m_name->setAccessibleName(tr("Variable name"));
    m_name->setFont(theme::fixedFont(font()));
    m_name->setReadOnly(!m_isNew);
    m_value->setPassphrase(true);
    m_value->setAccessibleName(tr("Secret value"));
    auto *value = new QHBoxLayout;
    value->setSpacing(theme::gap);
    value->addWidget(m_value, 1);
    value->addWidget(new RevealButton(m_value));
    m_words->setMinimumHeight(m_words->fontMetrics().lineSpacing() * 2);

    m_apply->setProperty("primary", true);
    m_apply->setDefault(true);
    auto *cancel = new QPushButton(tr("Cancel"));
    cancel->setAutoDefault(false);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(theme::gap);
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_apply);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding, theme::dialogPadding);
    column->setSpacing(theme::gap);
    column->addWidget(title);
    column->addWidget(text);
    column->addSpacing(theme::gap);
    const auto label = [column](const QString &words, QWidget *field) {
        auto *made = new QLabel(words);
        made->setBuddy(field);
        column->addWidget(made);
    };
    label(tr("Name"), m_name);
    column->addWidget(m_name);
    label(tr("Value"), m_value);
    column->addLayout(value);
    column->addWidget(m_words);
    column->addStretch(1);
    column->addSpacing(theme::gap);
    column->addLayout(buttons);
    column->addStrut(440);

    connect(m_name, &QLineEdit::textEdited, this, &SecretVariableDialog::edited);
    connect(m_value, &TokenField::secretEdited, this, &SecretVariableDialog::edited);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_apply, &QPushButton::clicked, this, &SecretVariableDialog::apply);
    edited();
}

void SecretVariableDialog::showEvent(QShowEvent *event)
{
    QDialog::showEvent(event);
    (m_name->text().isEmpty() ? m_name : m_value)->setFocus(Qt::OtherFocusReason);
}

void SecretVariableDialog::edited()
{
    if (m_working)
        return;
    const auto name = SecretVariables::checkName(m_environment, m_name->text(), m_isNew ? QString() : m_name->text());
    const Secret value = m_value->secret();
    m_apply->setEnabled(name && !value.isEmpty());
    if (!name && !m_name->text().isEmpty())
        say(name.error().message, true);
    else if (!value.isEmpty() && value.size() < 6)
        say(tr("So short a value goes out and is kept safely, but it cannot be recognised in what a server answers."), false);
    else
        say({}, false);
}

void SecretVariableDialog::say(const QString &text, bool trouble)
{
    m_words->setInk(trouble ? theme::Role::Danger : theme::Role::SecondText);
    m_words->setText(text);
    m_words->setAccessibleName(text);
    m_value->setAccessibleDescription(text);
    if (trouble) {
        QAccessibleEvent alert(m_words, QAccessible::Alert);
        QAccessible::updateAccessibility(&alert);
    }
}

void SecretVariableDialog::apply()
{
    const auto name = SecretVariables::checkName(m_environment, m_name->text(), m_isNew ? QString() : m_name->text());
    if (m_working || !name)
        return;
    m_working = true;
    m_apply->setEnabled(false);
    say(tr("Storing it, and reading it back…"), false);
    m_secrets.set(m_environment.id, *name, std::make_shared<const Secret>(m_value->secret()), this, [this, name = *name](const Result<void> &done) {
        m_working = false;
        if (done) {
            Q_EMIT stored(name);
            accept();
            return;
        }
        m_apply->setEnabled(true);
        say(done.error().message, true);
    });
}

} // namespace keydesk
