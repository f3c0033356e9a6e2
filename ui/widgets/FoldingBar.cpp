#include "ui/widgets/FoldingBar.h"

#include "ui/theme/Theme.h"

#include <QEvent>
#include <QGridLayout>

namespace keydesk {

FoldingBar::FoldingBar(QWidget *search, QWidget *filters, QWidget *button, QWidget *parent)
    : QWidget(parent)
    , m_search(search)
    , m_filters(filters)
    , m_button(button)
    , m_layout(new QGridLayout(this))
{
    m_layout->setContentsMargins(theme::panePadding, theme::panePadding, theme::panePadding, theme::panePadding);
    m_layout->setSpacing(theme::gap);
    m_layout->addWidget(search, 0, 0);
    m_layout->addWidget(filters, 0, 1);
    m_layout->addWidget(button, 0, 3);
    m_layout->setColumnStretch(0, 100);
    m_layout->setColumnStretch(2, 1); // what the search field does not take
}

void FoldingBar::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange();
}

bool FoldingBar::event(QEvent *event)
{
    const bool handled = QWidget::event(event);
    if (event->type() == QEvent::LayoutRequest) // another font, or longer words in a filter
        arrange();
    return handled;
}

void FoldingBar::arrange()
{
    const int wanted = m_search->minimumSizeHint().expandedTo(m_search->minimumSize()).width() + m_filters->sizeHint().width()
                       + m_button->sizeHint().width() + 2 * theme::gap + 2 * theme::panePadding;
    const bool folded = width() < wanted;
    if (folded == m_isFolded)
        return;
    m_isFolded = folded;
    m_layout->removeWidget(m_filters);
    if (folded)
        m_layout->addWidget(m_filters, 1, 0, 1, 4, Qt::AlignLeft);
    else
        m_layout->addWidget(m_filters, 0, 1);
}

} // namespace keydesk
