#include "ui/widgets/WrappingLabel.h"

#include <QEvent>

namespace keydesk {

WrappingLabel::WrappingLabel(const QString &text, QWidget *parent)
    : QLabel(text, parent)
{
    setWordWrap(true);
}

int WrappingLabel::heightForWidth(int width) const
{
    // Not virtual in QLabel, so that setting the text cannot be noticed.
    if (m_measuredText != text() || m_measuredFormat != textFormat()) {
        m_measuredText = text();
        m_measuredFormat = textFormat();
        m_heights.clear();
    }
    const auto known = m_heights.constFind(width);
    if (known != m_heights.constEnd())
        return *known;
    const int height = QLabel::heightForWidth(width);
    m_heights.insert(width, height);
    return height;
}

bool WrappingLabel::event(QEvent *event)
{
    switch (event->type()) {
    case QEvent::Polish:
    case QEvent::FontChange:
    case QEvent::StyleChange:
    case QEvent::ContentsRectChange:
    case QEvent::LocaleChange:
    case QEvent::LanguageChange:
    case QEvent::LayoutDirectionChange:
    case QEvent::ScreenChangeInternal:
        m_heights.clear();
        break;
    case QEvent::Resize:
        // While a window is dragged larger, each width comes once.
        if (m_heights.size() > 64)
            m_heights.clear();
        break;
    default:
        break;
    }
    return QLabel::event(event);
}

} // namespace keydesk
