#include "ui/setup/SetupFooter.h"

#include "ui/setup/RoleLabel.h"

#include <QAccessible>
#include <QBoxLayout>
#include <QPainter>
#include <QPushButton>

namespace keydesk {

SetupFooter::SetupFooter(const QString &leaveText, QWidget *parent)
    : QWidget(parent)
    , m_leaveText(leaveText)
    , m_leave(new QPushButton(leaveText))
    , m_work(new RoleLabel(theme::Role::SecondText))
    , m_back(new QPushButton(tr("Back")))
    , m_next(new QPushButton(tr("Next")))
{
    m_leave->setFlat(true);
    m_next->setProperty("primary", true);
    m_work->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(theme::dialogPadding, theme::panePadding + 2, theme::dialogPadding,
                            theme::panePadding + 2);
    row->setSpacing(theme::gap);
    row->addWidget(m_leave);
    row->addWidget(m_work, 1);
    row->addWidget(m_back);
    row->addWidget(m_next);
    connect(m_leave, &QPushButton::clicked, this,
            [this] { m_working ? Q_EMIT cancelWork() : Q_EMIT leave(); });
    connect(m_back, &QPushButton::clicked, this, &SetupFooter::back);
    connect(m_next, &QPushButton::clicked, this, &SetupFooter::next);
    setWork({});
}

void SetupFooter::setButtons(bool canLeave, bool canGoBack, const QString &nextText)
{
    m_canLeave = canLeave;
    m_canGoBack = canGoBack;
    m_next->setText(nextText);
    m_leave->setVisible(m_canLeave || m_working);
    m_back->setVisible(m_canGoBack);
}

void SetupFooter::setWork(const QString &what)
{
    m_working = !what.isEmpty();
    m_work->setText(what);
    m_leave->setText(m_working ? tr("Cancel") : m_leaveText);
    m_leave->setVisible(m_canLeave || m_working);
    m_back->setEnabled(!m_working);
    m_next->setEnabled(!m_working);
    if (!m_working)
        return;
    QAccessibleEvent alert(m_work, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void SetupFooter::makeNextDefault()
{
    m_next->setDefault(true);
}

void SetupFooter::focusNext()
{
    m_next->setFocus(Qt::OtherFocusReason);
}

void SetupFooter::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(QRect(0, 0, width(), 1), theme::colour(palette(), theme::Role::Hairline));
}

} // namespace keydesk
