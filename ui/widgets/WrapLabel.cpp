#include "ui/widgets/WrapLabel.h"

namespace keydesk {

WrapLabel::WrapLabel(const QString &text, QWidget *parent)
    : QLabel(text, parent)
{
    setWordWrap(true);
}

void WrapLabel::resizeEvent(QResizeEvent *event)
{
    QLabel::resizeEvent(event);
    const int wanted = heightForWidth(width());
    if (wanted != minimumHeight())
        setMinimumHeight(wanted);
}

} // namespace keydesk
