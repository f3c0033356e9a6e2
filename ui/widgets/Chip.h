#pragma once

#include "ui/theme/Theme.h"

#include <QWidget>

class QPainter;

namespace keydesk {

/// A rounded word with an optional icon: "✓ Works", "200 OK". Meaning is in the word, colour is extra. Its
/// accessible name is set by its owner, or the word if none is.
class Chip : public QWidget
{
    Q_OBJECT

public:
    explicit Chip(QWidget *parent = nullptr);

    void setContent(const QString &text, theme::Role ink, theme::Role fill, const QString &iconName = {});
    [[nodiscard]] QString text() const { return m_text; }
    QSize sizeHint() const override;
    /// It may become narrower than its words, if its size policy lets it: then it is its icon alone, or what fits
    /// of its words, the first one at least.
    QSize minimumSizeHint() const override;

    /// For delegates: draws the same chip left-aligned and vertically centred in `rect`; returns its width.
    static int paint(QPainter *painter, const QRect &rect, const QPalette &palette, const QFont &font,
                     const QString &text, theme::Role ink, theme::Role fill, const QString &iconName);

protected:
    void changeEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    mutable QSize m_size; // asked for at every layout
    QString m_text;
    QString m_icon;
    theme::Role m_ink = theme::Role::SecondText;
    theme::Role m_fill = theme::Role::NeutralFill;
};

/// A provider's letter in a small rounded square; a filled dot in an environment's colour. For delegates and
/// icons.
void paintBadge(QPainter *painter, const QRect &rect, const QPalette &palette, const QFont &font,
                const QString &letter);
void paintDot(QPainter *painter, const QRect &rect, const QColor &colour);
/// In the colours of the theme at the time they are painted; `environmentColour` is a name of the palette.
QIcon badgeIcon(const QString &letter);
QIcon dotIcon(const QString &environmentColour);

} // namespace keydesk
