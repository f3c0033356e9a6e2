#include "ui/keys/AdoptDialog.h"

#include "app/providers/TokenFormat.h"
#include "ui/setup/RoleLabel.h"
#include "ui/widgets/TokenField.h"

#include <QComboBox>
#include <QFormLayout>
#include <QPushButton>
#include <QRadioButton>

using namespace Qt::StringLiterals;

namespace keydesk {

AdoptDialog::AdoptDialog(const RemoteSource &source, const RemoteToken &token, const QList<ApiKey> &unlinked,
                         const std::optional<QUuid> &likely, RemoteTokenService &service, QWidget *parent)
    : QDialog(parent)
    , m_source(source)
    , m_token(token)
    , m_service(service)
    , m_paste(new QRadioButton(tr("Paste its value")))
    , m_link(new QRadioButton(tr("It is a key that is here already")))
    , m_value(new TokenField)
    , m_name(new QLineEdit(token.name))
    , m_key(new QComboBox)
    , m_state(new RoleLabel(theme::Role::SecondText))
    , m_go(new QPushButton)
{
    setWindowTitle(tr("Adopt Token"));
    auto *title = new RoleLabel(theme::Role::Text, RoleLabel::Size::Title);
    title->setText(tr("Adopt “%1”").arg(token.name.isEmpty() ? token.id : token.name));
    const Provider *provider = service.providerOf(source);
    auto *words = new RoleLabel(theme::Role::SecondText);
    const QString ends = token.lastFour.isEmpty() ? QString() : tr("It ends in %1.").arg(token.lastFour);
    const QString begins = token.prefix.isEmpty() ? QString() : tr("It begins with %1.").arg(token.prefix);
    words->setText(QStringList{tr("%1 does not show a token's value again, so it has to come from where it is kept now.")
                                   .arg(provider ? provider->name : QString()),
                               begins, ends}
                       .join(u' ')
                       .simplified());
    const auto row = [](QFormLayout *form, const QString &name, QWidget *field) {
        auto *label = new QLabel(name);
        label->setBuddy(field);
        field->setAccessibleName(name);
        form->addRow(label, field);
    };
    const auto form = [] {
        auto *made = new QFormLayout;
        made->setContentsMargins(theme::dialogPadding, 0, 0, 0);
        made->setHorizontalSpacing(theme::groupGap);
        made->setVerticalSpacing(theme::gap);
        made->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
        return made;
    };
    auto *pasted = form();
    row(pasted, tr("Token"), m_value);
    row(pasted, tr("Key name"), m_name);
    m_name->setMaxLength(255);
    auto *linked = form();
    row(linked, tr("Key"), m_key);
    for (const ApiKey &key : unlinked)
        m_key->addItem(tr("%1 (%2)").arg(key.name, key.hint), key.id);
    if (likely)
        m_key->setCurrentIndex(m_key->findData(*likely));
    m_link->setEnabled(!unlinked.isEmpty());
    (likely ? m_link : m_paste)->setChecked(true);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding, theme::dialogPadding);
    layout->setSpacing(theme::panePadding);
    layout->addWidget(title);
    layout->addWidget(words);
    layout->addWidget(m_paste);
    layout->addLayout(pasted);
    layout->addWidget(m_link);
    layout->addLayout(linked);
    layout->addWidget(m_state);
    layout->addStretch(1);
    m_go->setProperty("primary", true);
    m_go->setDefault(true);
    auto *cancel = new QPushButton(tr("Cancel"));
    cancel->setAutoDefault(false);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_go);
    layout->addLayout(buttons);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_go, &QPushButton::clicked, this, &AdoptDialog::go);
    connect(m_paste, &QRadioButton::toggled, this, &AdoptDialog::showState);
    connect(m_value, &TokenField::secretEdited, this, &AdoptDialog::showState);
    connect(m_name, &QLineEdit::textChanged, this, &AdoptDialog::showState);
    setMinimumWidth(qBound(460, fontMetrics().averageCharWidth() * 66, 720));
    showState();
    (likely ? static_cast<QWidget *>(m_key) : m_value)->setFocus(Qt::OtherFocusReason);
}

void AdoptDialog::showState()
{
    const bool pastes = m_paste->isChecked();
    m_value->setEnabled(pastes && !m_busy);
    m_name->setEnabled(pastes && !m_busy);
    m_key->setEnabled(!pastes && !m_busy);
    m_go->setText(pastes ? tr("Store It") : tr("Link"));
    const bool ready = pastes ? !m_value->secret().isEmpty() && !m_name->text().trimmed().isEmpty() : m_key->currentIndex() >= 0;
    m_go->setEnabled(ready && !m_busy);
}

void AdoptDialog::go()
{
    m_state->setInk(theme::Role::SecondText);
    m_busy = true;
    if (m_link->isChecked()) {
        m_state->setText(tr("Comparing…"));
        m_service.link(m_key->currentData().toUuid(), m_token, this, [this](const Result<void> &done) {
            if (done)
                accept();
            else
                failed(done.error());
        });
        showState();
        return;
    }
    const Result<KeyJob *> job = m_service.adopt(
        m_source, m_token, std::make_shared<const Secret>(cleanToken(m_value->secret()).token), m_name->text());
    if (!job) {
        failed(job.error());
        return;
    }
    showState();
    connect(this, &QDialog::rejected, *job, &KeyJob::cancel);
    connect(*job, &KeyJob::progress, m_state, &QLabel::setText);
    connect(*job, &KeyJob::finished, this, [this](const Result<ApiKey> &outcome) {
        if (outcome)
            accept();
        else
            failed(outcome.error());
    });
}

void AdoptDialog::failed(const Error &error)
{
    m_busy = false;
    m_state->setInk(theme::Role::Danger);
    m_state->setText(error.message);
    showState();
}

} // namespace keydesk
