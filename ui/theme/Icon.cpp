#include "ui/theme/Icon.h"

#include <QFile>
#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

QColor mixed(const QColor &ink, const QColor &ground, qreal amount)
{
    const auto channel = [amount](int a, int b) { return qRound(a * amount + b * (1 - amount)); };
    return {channel(ink.red(), ground.red()), channel(ink.green(), ground.green()),
            channel(ink.blue(), ground.blue())};
}

/// Reads and draws the file only when somebody looks at it, once for each colour and size.
class Engine final : public QIconEngine
{
public:
    Engine(const QString &name, theme::Role role)
        : m_name(name)
        , m_role(role)
    {
    }

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State state) override
    {
        const qreal scale = painter->device()->devicePixelRatioF();
        painter->drawPixmap(rect, scaledPixmap((QSizeF(rect.size()) * scale).toSize(), mode, state, scale));
    }

    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        return scaledPixmap(size, mode, state, 1.0);
    }

    QPixmap scaledPixmap(const QSize &size, QIcon::Mode mode, QIcon::State state, qreal scale) override
    {
        Q_UNUSED(state)
        const QColor ink = inkFor(mode);
        const QString key = u"keydesk/%1/%2/%3x%4@%5"_s.arg(m_name)
                                .arg(ink.rgba(), 8, 16)
                                .arg(size.width())
                                .arg(size.height())
                                .arg(scale);
        QPixmap drawn;
        if (QPixmapCache::find(key, &drawn))
            return drawn;
        drawn = draw(size, ink, scale);
        drawn.setDevicePixelRatio(scale);
        QPixmapCache::insert(key, drawn);
        return drawn;
    }

    // Any size can be had; without this QIcon thinks the icon is empty for Qt's own widgets.
    QSize actualSize(const QSize &size, QIcon::Mode, QIcon::State) override { return size; }
    bool isNull() override { return false; }
    QString iconName() override { return m_name; }
    QString key() const override { return u"keydesk"_s; }
    QIconEngine *clone() const override { return new Engine(*this); }

private:
    [[nodiscard]] QColor inkFor(QIcon::Mode mode) const
    {
        const QPalette palette = QGuiApplication::palette();
        const QColor ink = theme::colour(palette, m_role);
        if (mode == QIcon::Disabled)
            return mixed(ink, theme::colour(palette, theme::Role::Window), 0.4);
        // On a row that the system's high-contrast palette has filled.
        if (mode == QIcon::Selected &&
            theme::colour(palette, theme::Role::Selection) == palette.color(QPalette::Highlight))
            return palette.color(QPalette::HighlightedText);
        return ink;
    }

    /// A large drawing has thinner lines than an icon blown up: 2 px at most.
    [[nodiscard]] QPixmap draw(const QSize &size, const QColor &ink, qreal scale) const
    {
        QPixmap drawn(size);
        drawn.fill(Qt::transparent);
        QFile file(u":/icons/"_s + m_name + u".svg"_s);
        if (size.isEmpty() || !file.open(QIODevice::ReadOnly))
            return drawn;
        QByteArray svg = file.readAll().replace("currentColor", ink.name().toLatin1());
        const qreal side = qMin(size.width(), size.height()) / scale;
        if (side > 24)
            svg.replace("stroke-width=\"2\"", "stroke-width=\"" + QByteArray::number(2 * 24 / side) + '"');
        QSvgRenderer renderer(svg);
        renderer.setAspectRatioMode(Qt::KeepAspectRatio);
        QPainter painter(&drawn);
        renderer.render(&painter, QRectF(QPointF(), QSizeF(size)));
        return drawn;
    }

    QString m_name;
    theme::Role m_role;
};

} // namespace

QIcon icon(const QString &name, theme::Role role)
{
    return QIcon(new Engine(name, role));
}

} // namespace keydesk
