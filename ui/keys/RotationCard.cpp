#include "ui/keys/RotationCard.h"

#include "app/keys/rotation/RotationService.h"
#include "ui/setup/RoleLabel.h"

#include <QHBoxLayout>
#include <QPushButton>

namespace keydesk {

RotationCard::RotationCard(RotationService &service, QWidget *parent)
    : Card(parent)
    , m_service(service)
    , m_text(new RoleLabel)
    , m_undo(new QPushButton(tr("Undo")))
    , m_open(new QPushButton)
{
    m_text->setTextFormat(Qt::PlainText);
    m_undo->setFlat(true);
    m_open->setFlat(true);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(theme::gap);
    buttons->addWidget(m_undo);
    buttons->addWidget(m_open);
    buttons->addStretch(1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::panePadding, theme::gap, theme::panePadding, theme::gap);
    layout->setSpacing(4);
    layout->addWidget(m_text);
    layout->addLayout(buttons);
    connect(&service, &RotationService::changed, this, &RotationCard::refresh);
    connect(m_open, &QPushButton::clicked, this, [this] {
        if (m_key)
            Q_EMIT rotateRequested(*m_key);
    });
    connect(m_undo, &QPushButton::clicked, this, [this] {
        if (const Result<void> undone = m_service.undo(m_rotation); !undone)
            Q_EMIT failed(undone.error());
        else
            Q_EMIT message(
                tr("The rotation is undone: the old key is used again. The new one is kept, unused."));
    });
    hide();
}

void RotationCard::showKey(const std::optional<QUuid> &keyId)
{
    m_key = keyId;
    refresh();
}

void RotationCard::refresh()
{
    const std::optional<Rotation> rotation = m_key ? m_service.rotations().ofKey(*m_key) : std::nullopt;
    setVisible(rotation.has_value());
    if (!rotation)
        return;
    m_rotation = rotation->id;
    const bool busy = m_service.isBusy(rotation->id);
    m_text->setText(m_service.describe(*rotation));
    m_text->setAccessibleName(m_text->text());
    m_undo->setVisible(rotation->step == Rotation::Step::Overlap && !busy);
    m_open->setVisible(!busy);
    m_open->setText(rotation->isSwitched() ? tr("Revoke…") : tr("Continue…"));
    m_undo->setAccessibleName(tr("Undo the rotation of “%1”").arg(rotation->name));
    m_open->setAccessibleName(rotation->isSwitched()
                                  ? tr("Revoke the old key of “%1”").arg(rotation->name)
                                  : tr("Continue the rotation of “%1”").arg(rotation->name));
}

} // namespace keydesk
