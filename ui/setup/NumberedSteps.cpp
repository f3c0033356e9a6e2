#include "ui/setup/NumberedSteps.h"

#include "ui/setup/RoleLabel.h"

#include <QGridLayout>

using namespace Qt::StringLiterals;

namespace keydesk {

NumberedSteps::NumberedSteps(QWidget *parent)
    : QWidget(parent)
    , m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(theme::gap);
    m_grid->setVerticalSpacing(theme::gap / 2);
    m_grid->setColumnStretch(1, 1);
}

void NumberedSteps::setSteps(const QStringList &steps)
{
    while (QLayoutItem *item = m_grid->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (int i = 0; i < steps.size(); ++i) {
        auto *number = new RoleLabel(theme::Role::SecondText);
        number->setText(u"%1."_s.arg(i + 1));
        number->setWordWrap(false);
        auto *words = new RoleLabel;
        words->setText(steps.at(i));
        words->setAccessibleName(tr("Step %1: %2").arg(QString::number(i + 1), steps.at(i)));
        m_grid->addWidget(number, i, 0, Qt::AlignTop | Qt::AlignRight);
        m_grid->addWidget(words, i, 1);
    }
    setVisible(!steps.isEmpty());
}

} // namespace keydesk
