#include "ui/widgets/Chip.h"

#include "ui/theme/Icon.h"

#include <QAccessible>
#include <QFontMetrics>
#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>

namespace keydesk {

namespace {

constexpr int sidePadding = 8;
constexpr int iconGap = 5;

QFont chipFont(const QFont &base)
{
    QFont font = theme::secondFont(base);
    font.setWeight(QFont::Medium);
    return font;
}

int iconSide(const QFontMetrics &metrics)
{
    return metrics.height() - 1;
}

QSize chipSize(const QFontMetrics &metrics, const QString &text, bool hasIcon)
{
    const int iconWidth = hasIcon ? iconSide(metrics) + (text.isEmpty() ? 0 : iconGap) : 0;
    return {2 * sidePadding + iconWidth + metrics.horizontalAdvance(text), metrics.height() + 7};
}

/// Draws by a function of painter and rectangle each time it is shown, so that it is sharp at every scale and
/// follows the theme.
class PaintedEngine final : public QIconEngine
{
public:
    using Paint = std::function<void(QPainter *, const QRect &)>;

    explicit PaintedEngine(Paint paint)
        : m_paint(std::move(paint))
    {
    }

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode, QIcon::State) override
    {
        m_paint(painter, rect);
    }
    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        return scaledPixmap(size, mode, state, 1.0);
    }
    QPixmap scaledPixmap(const QSize &size, QIcon::Mode, QIcon::State, qreal scale) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        pixmap.setDevicePixelRatio(scale);
        QPainter painter(&pixmap);
        m_paint(&painter, QRect(QPoint(), (QSizeF(size) / scale).toSize()));
        return pixmap;
    }
    bool isNull() override { return false; }
    QIconEngine *clone() const override { return new PaintedEngine(*this); }

private:
    Paint m_paint;
};

} // namespace

Chip::Chip(QWidget *parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void Chip::setContent(const QString &text, theme::Role ink, theme::Role fill, const QString &iconName)
{
    // An owner's own name ("Response status") stays; the word then is its description.
    const bool hasOwnName = !accessibleName().isEmpty() && accessibleName() != m_text;
    if (hasOwnName)
        setAccessibleDescription(text);
    else
        setAccessibleName(text);
    if (m_text == text && m_ink == ink && m_fill == fill && m_icon == iconName)
        return;
    m_text = text;
    m_ink = ink;
    m_fill = fill;
    m_icon = iconName;
    m_size = {};
    updateGeometry();
    update();
}

QSize Chip::minimumSizeHint() const
{
    const QFontMetrics metrics(chipFont(font()));
    if (!m_icon.isEmpty())
        return chipSize(metrics, {}, true);
    const qsizetype firstWord = m_text.indexOf(u' ');
    return firstWord < 0 ? sizeHint() : chipSize(metrics, m_text.left(firstWord), false);
}

QSize Chip::sizeHint() const
{
    if (m_size.isEmpty())
        m_size = chipSize(QFontMetrics(chipFont(font())), m_text, !m_icon.isEmpty());
    return m_size;
}

void Chip::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::FontChange)
        m_size = {};
    QWidget::changeEvent(event);
}

int Chip::paint(QPainter *painter, const QRect &rect, const QPalette &palette, const QFont &font,
                const QString &text, theme::Role ink, theme::Role fill, const QString &iconName)
{
    const QFont small = chipFont(font);
    const QFontMetrics metrics(small);
    QRect chip(rect.topLeft(), chipSize(metrics, text, !iconName.isEmpty()));
    chip.setWidth(qMin(chip.width(), rect.width()));
    chip.moveTop(rect.top() + (rect.height() - chip.height()) / 2);

    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    const QColor fillColour = theme::colour(palette, fill);
    // A fill that is the page's own colour (high contrast) needs an outline to be a chip.
    if (fillColour == theme::colour(palette, theme::Role::Window))
        painter->setPen(theme::colour(palette, theme::Role::Hairline));
    painter->setBrush(fillColour);
    painter->drawRoundedRect(QRectF(chip).adjusted(0.5, 0.5, -0.5, -0.5), chip.height() / 2.0,
                             chip.height() / 2.0);

    QRect inner = chip.adjusted(sidePadding, 0, -sidePadding, 0);
    if (!iconName.isEmpty()) {
        const int side = iconSide(metrics);
        QRect square(inner.left(), 0, side, side);
        square.moveTop(chip.top() + (chip.height() - side) / 2);
        icon(iconName, ink).paint(painter, square);
        inner.setLeft(inner.left() + side + iconGap);
    }
    painter->setFont(small);
    painter->setPen(theme::colour(palette, ink));
    painter->drawText(inner, Qt::AlignLeft | Qt::AlignVCenter,
                      metrics.elidedText(text, Qt::ElideRight, inner.width() + 1));
    painter->restore();
    return chip.width();
}

void Chip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const bool isTight = !m_icon.isEmpty() && width() < sizeHint().width();
    paint(&painter, rect(), palette(), font(), isTight ? QString() : m_text, m_ink, m_fill, m_icon);
}

void paintBadge(QPainter *painter, const QRect &rect, const QPalette &palette, const QFont &font,
                const QString &letter)
{
    const int side = qMin(rect.width(), rect.height());
    QRect square(0, 0, side, side);
    square.moveCenter(rect.center());
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(theme::colour(palette, theme::Role::BadgeFill));
    painter->drawRoundedRect(square, side * 0.22, side * 0.22);
    QFont bold = font;
    bold.setPixelSize(qMax(6, qRound(side * 0.62)));
    bold.setWeight(QFont::DemiBold);
    painter->setFont(bold);
    const bool isFilled =
        theme::colour(palette, theme::Role::Selection) == palette.color(QPalette::Highlight);
    painter->setPen(theme::colour(palette, isFilled ? theme::Role::Text : theme::Role::Accent));
    painter->drawText(square, Qt::AlignCenter, letter);
    painter->restore();
}

void paintDot(QPainter *painter, const QRect &rect, const QColor &colour)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(colour);
    const qreal side = qMin(rect.width(), rect.height());
    QRectF dot(0, 0, side, side);
    dot.moveCenter(QRectF(rect).center());
    painter->drawEllipse(dot);
    painter->restore();
}

QIcon badgeIcon(const QString &letter)
{
    return QIcon(new PaintedEngine([letter](QPainter *painter, const QRect &rect) {
        paintBadge(painter, rect, QGuiApplication::palette(), QGuiApplication::font(), letter);
    }));
}

QIcon dotIcon(const QString &environmentColour)
{
    return QIcon(new PaintedEngine([environmentColour](QPainter *painter, const QRect &rect) {
        // 9 px in the room of a 16-px icon.
        const int inset = qRound(qMin(rect.width(), rect.height()) * 3.5 / 16);
        paintDot(painter, rect.adjusted(inset, inset, -inset, -inset),
                 theme::environmentColour(QGuiApplication::palette(), environmentColour));
    }));
}

} // namespace keydesk
