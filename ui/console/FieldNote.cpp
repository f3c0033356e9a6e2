#include "ui/console/FieldNote.h"

#include "ui/setup/RoleLabel.h"
#include "ui/widgets/IconView.h"

#include <QBoxLayout>

namespace keydesk {

using namespace Qt::StringLiterals;

FieldNote::FieldNote(QWidget *parent)
    : QWidget(parent)
    , m_label(new RoleLabel(theme::Role::Caution, RoleLabel::Size::Second))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(theme::gap);
    auto *view = new IconView(u"warning"_s);
    view->setIcon(u"warning"_s, theme::Role::Caution);
    row->addWidget(view, 0, Qt::AlignTop);
    row->addWidget(m_label, 1);
    hide();
}

void FieldNote::setNotes(const QStringList &notes)
{
    m_label->setText(notes.join(u'\n'));
    setVisible(!notes.isEmpty());
}

QString FieldNote::text() const
{
    return m_label->text();
}

} // namespace keydesk
