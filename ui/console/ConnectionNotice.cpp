#include "ui/console/ConnectionNotice.h"

#include "ui/setup/RoleLabel.h"
#include "ui/widgets/IconView.h"

#include <QBoxLayout>
#include <QPushButton>

namespace keydesk {

using namespace Qt::StringLiterals;

ConnectionNotice::ConnectionNotice(QWidget *parent)
    : QWidget(parent)
{
    hide();
}

void ConnectionNotice::setEnvironment(const std::optional<Environment> &environment)
{
    const bool isOff = environment && !environment->connectionInUse().verifyTls;
    if (isOff) {
        build();
        m_text->setText(tr("TLS not verified: “%1” does not check certificates, so anybody on the way can read and change what is sent.")
                            .arg(environment->name));
        m_text->setAccessibleName(m_text->text());
    }
    setVisible(isOff);
}

void ConnectionNotice::build()
{
    if (m_text)
        return;
    m_text = new RoleLabel(theme::Role::Danger, RoleLabel::Size::Second);
    auto *sign = new IconView(u"warning"_s);
    sign->setIcon(u"warning"_s, theme::Role::Danger);
    auto *change = new QPushButton(tr("Connection…"));
    change->setFlat(true);
    change->setToolTip(tr("Change how this environment is connected"));
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(theme::gap);
    row->addWidget(sign);
    row->addWidget(m_text, 1);
    row->addWidget(change);
    connect(change, &QPushButton::clicked, this, &ConnectionNotice::changeRequested);
}

} // namespace keydesk
