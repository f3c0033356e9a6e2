#include "ui/widgets/SessionField.h"

#include "app/providers/TokenFormat.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/TokenField.h"

#include <QComboBox>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>

namespace keydesk {

SessionField::SessionField(QWidget *parent)
    : QWidget(parent)
    , m_choice(new QComboBox)
    , m_field(new TokenField)
{
    m_choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_choice->setMinimumContentsLength(24);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(theme::gap);
    column->addWidget(m_choice);
    column->addWidget(m_field);
    connect(m_choice, &QComboBox::currentIndexChanged, this, [this] {
        showChoice();
        Q_EMIT edited();
    });
    connect(m_field, &TokenField::secretEdited, this, &SessionField::edited);
    connect(m_field, &QLineEdit::returnPressed, this, &SessionField::submitted);
    setKeys({});
}

void SessionField::setKindName(const QString &name)
{
    m_field->setAccessibleName(name);
    m_choice->setAccessibleName(tr("%1: stored or typed").arg(name));
}

void SessionField::setPlaceholderText(const QString &text)
{
    m_field->setPlaceholderText(text);
}

void SessionField::setKeys(const QList<ApiKey> &keys)
{
    QList<std::pair<QVariant, QString>> offer;
    for (const ApiKey &key : keys)
        offer.append({key.id, tr("Use the stored key “%1” (%2)").arg(key.name, key.hint)});
    offer.append({{}, tr("Type or paste another one")});
    if (offer == m_offer)
        return; // somebody may be choosing from it
    m_offer = offer;
    const bool typing = isTyped() && !m_field->secret().isEmpty();
    const QVariant chosen = m_choice->currentData();
    {
        const QSignalBlocker quiet(m_choice);
        m_choice->clear();
        for (const auto &[id, text] : offer)
            m_choice->addItem(text, id);
        m_choice->setCurrentIndex(typing ? static_cast<int>(keys.size())
                                         : std::max(0, chosen.isValid() ? m_choice->findData(chosen) : 0));
    }
    m_choice->setVisible(!keys.isEmpty());
    showChoice();
    Q_EMIT edited();
}

void SessionField::showChoice()
{
    m_field->setVisible(isTyped());
    setFocusProxy(m_choice->count() > 1 ? static_cast<QWidget *>(m_choice) : m_field);
}

bool SessionField::isTyped() const
{
    return !m_choice->currentData().isValid();
}

SignIn SessionField::signIn() const
{
    if (!isTyped())
        return SignIn(m_choice->currentData().toUuid());
    CleanedToken cleaned = cleanToken(m_field->secret());
    return cleaned.token.isEmpty() ? SignIn() : SignIn(std::make_shared<const Secret>(std::move(cleaned.token)));
}

void SessionField::clearSecret()
{
    m_field->clearSecret();
}

} // namespace keydesk
