#include "ui/setup/SetupPage.h"

#include "ui/setup/RoleLabel.h"

#include <QVBoxLayout>

namespace keydesk {

SetupPage::SetupPage(Core &core, SetupDraft &draft, QWidget *parent)
    : QWidget(parent)
    , m_core(core)
    , m_draft(draft)
    , m_title(new RoleLabel(theme::Role::Text, RoleLabel::Size::Title))
    , m_subtitle(new RoleLabel(theme::Role::SecondText))
    , m_column(new QVBoxLayout(this))
{
    m_column->setContentsMargins(theme::groupGap * 2, theme::dialogPadding + theme::gap, theme::groupGap * 2,
                                 theme::dialogPadding);
    m_column->setSpacing(theme::gap);
    auto *heading = new QVBoxLayout;
    heading->setSpacing(theme::gap / 2);
    heading->addWidget(m_title);
    heading->addWidget(m_subtitle);
    m_column->addLayout(heading);
    m_column->addSpacing(theme::gap);
}

void SetupPage::setHeading(const QString &title, const QString &words)
{
    m_title->setText(title);
    m_subtitle->setText(words);
    m_subtitle->setVisible(!words.isEmpty());
}

void SetupPage::addField(const QString &label, QWidget *field, QWidget *row)
{
    auto *words = new RoleLabel(theme::Role::Text, RoleLabel::Size::Body);
    words->setText(label);
    words->setTextInteractionFlags(Qt::NoTextInteraction);
    words->setBuddy(field);
    field->setAccessibleName(label);
    m_column->addWidget(words);
    m_column->addWidget(row ? row : field);
}

} // namespace keydesk
