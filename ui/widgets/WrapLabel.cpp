#include "ui/widgets/WrapLabel.h"

#include <QResizeEvent>

namespace keydesk {

WrapLabel::WrapLabel(const QString &text, QWidget *parent)
    : QLabel(text, parent)
{
    setWordWrap(true);
}

void WrapLabel::setText(const QString &text)
{
    QLabel::setText(text);
    fit();
}

void WrapLabel::resizeEvent(QResizeEvent *event)
{
    QLabel::resizeEvent(event);
    if (event->size().width() != event->oldSize().width())
        fit();
}

void WrapLabel::fit()
{
    setMinimumHeight(0); // or else it is never less than it was: heightForWidth knows of the minimum
    setMinimumHeight(qMax(0, heightForWidth(width()))); // -1 without a text
}

} // namespace keydesk
