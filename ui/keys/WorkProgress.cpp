#include "ui/keys/WorkProgress.h"

#include "ui/setup/RoleLabel.h"
#include "ui/theme/Theme.h"

#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

namespace keydesk {

WorkProgress::WorkProgress(const QString &title, const QString &heading, QWidget *parent)
    : QDialog(parent)
    , m_words(new RoleLabel(theme::Role::SecondText))
    , m_bar(new QProgressBar)
{
    setWindowTitle(title);
    setAttribute(Qt::WA_DeleteOnClose);
    auto *head = new RoleLabel(theme::Role::Text, RoleLabel::Size::Group);
    head->setText(heading);
    m_bar->setAccessibleName(heading);
    auto *cancel = new QPushButton(tr("Cancel"));
    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding, theme::groupGap);
    column->setSpacing(theme::gap);
    column->addWidget(head);
    column->addWidget(m_bar);
    column->addWidget(m_words);
    column->addLayout(buttons);
    column->addStrut(380);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
}

void WorkProgress::setProgress(int done, int all, const QString &what)
{
    m_bar->setRange(0, all);
    m_bar->setValue(done);
    m_words->setText(what);
}

} // namespace keydesk
