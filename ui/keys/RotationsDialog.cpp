#include "ui/keys/RotationsDialog.h"

#include "app/keys/rotation/RotationService.h"
#include "ui/keys/RotationCard.h"
#include "ui/setup/RoleLabel.h"

#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace keydesk {

RotationsDialog::RotationsDialog(RotationService &service, QWidget *parent)
    : QDialog(parent)
    , m_service(service)
    , m_cards(new QVBoxLayout)
{
    setWindowTitle(tr("Scheduled Revocations"));
    auto *inner = new QWidget;
    inner->setLayout(m_cards);
    m_cards->setContentsMargins(0, 0, 0, 0);
    m_cards->setSpacing(theme::gap);
    auto *scroll = new QScrollArea;
    scroll->setWidget(inner);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *close = new QPushButton(tr("Close"));
    close->setDefault(true);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding,
                               theme::dialogPadding);
    layout->setSpacing(theme::panePadding);
    layout->addWidget(scroll, 1);
    layout->addWidget(close, 0, Qt::AlignRight);
    resize(560, 360);
    connect(&service, &RotationService::changed, this, &RotationsDialog::refill);
    refill();
}

/// The cards follow their rotations by themselves; only which there are is looked after here.
void RotationsDialog::refill()
{
    QList<QUuid> now;
    for (const Rotation &rotation : m_service.rotations().all())
        now.append(rotation.id);
    if (now == m_shown && m_cards->count() > 0)
        return;
    m_shown = now;
    while (QLayoutItem *item = m_cards->takeAt(0)) {
        if (item->widget())
            item->widget()->deleteLater(); // it may be its own button that brought us here
        delete item;
    }
    for (const Rotation &rotation : m_service.rotations().all()) {
        auto *card = new RotationCard(m_service);
        m_cards->addWidget(card);
        card->showKey(rotation.oldKeyId);
        connect(card, &RotationCard::rotateRequested, this, &RotationsDialog::rotateRequested);
        connect(card, &RotationCard::message, this, &RotationsDialog::message);
        connect(card, &RotationCard::failed, this, &RotationsDialog::failed);
    }
    if (now.isEmpty()) {
        auto *none = new RoleLabel(theme::Role::SecondText);
        none->setText(tr("No key is being rotated, and none is waiting to be revoked."));
        m_cards->addWidget(none);
    }
    m_cards->addStretch(1);
}

} // namespace keydesk
