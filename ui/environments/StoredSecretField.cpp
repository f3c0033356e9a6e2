#include "ui/environments/StoredSecretField.h"

#include "app/keys/SecretPlaces.h"
#include "ui/environments/FieldWords.h"
#include "ui/widgets/TokenField.h"

#include <QBoxLayout>
#include <QPushButton>

namespace keydesk {

StoredSecretField::StoredSecretField(const QString &accessibleName, QWidget *parent)
    : QWidget(parent)
    , m_field(new TokenField)
    , m_store(new QPushButton(tr("Store")))
    , m_remove(new QPushButton(tr("Remove")))
    , m_note(new FieldWords(theme::Role::SecondText))
    , m_problem(new FieldWords(theme::Role::Danger))
{
    m_field->setPassphrase(true);
    m_field->setAccessibleName(accessibleName);
    m_store->setAccessibleName(tr("Store: %1").arg(accessibleName));
    m_remove->setAccessibleName(tr("Remove: %1").arg(accessibleName));
    m_remove->setFlat(true);
    auto *row = new QHBoxLayout;
    row->setSpacing(theme::gap);
    row->addWidget(m_field, 1);
    row->addWidget(m_store);
    row->addWidget(m_remove);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::gap / 2);
    layout->addLayout(row);
    layout->addWidget(m_note);
    layout->addWidget(m_problem);
    setFocusProxy(m_field);
    connect(m_field, &TokenField::secretEdited, this, [this] {
        setProblem({});
        showState();
    });
    connect(m_field, &QLineEdit::returnPressed, this, &StoredSecretField::store);
    connect(m_store, &QPushButton::clicked, this, &StoredSecretField::store);
    connect(m_remove, &QPushButton::clicked, this, &StoredSecretField::removeRequested);
    showState();
}

void StoredSecretField::setStored(const std::optional<SecretPlace> &place)
{
    m_place = place;
    showState();
}

void StoredSecretField::setBusy(bool busy)
{
    m_busy = busy;
    showState();
}

void StoredSecretField::setProblem(const QString &problem)
{
    m_problem->say(problem);
    m_field->setAccessibleDescription(problem);
}

QString StoredSecretField::problem() const
{
    return m_problem->text();
}

void StoredSecretField::clearTyped()
{
    m_field->clearSecret();
    showState();
}

void StoredSecretField::store()
{
    auto typed = std::make_shared<const Secret>(m_field->secret());
    if (!typed->isEmpty() && !m_busy)
        Q_EMIT storeRequested(typed);
}

void StoredSecretField::showState()
{
    m_field->setEnabled(!m_busy);
    m_store->setEnabled(!m_busy && !m_field->text().isEmpty());
    m_remove->setVisible(m_place.has_value());
    m_remove->setEnabled(!m_busy);
    m_field->setPlaceholderText(m_place ? tr("Type another one to replace it") : QString());
    m_note->say(m_busy    ? tr("Storing it…")
                    : m_place ? tr("Stored in %1.").arg(placeInSentence(*m_place))
                              : tr("None is stored. It is kept where your keys are, never in a file."));
}

} // namespace keydesk
