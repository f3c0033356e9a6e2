#pragma once

#include <QHash>
#include <QProxyStyle>

class QStyleOptionButton;
class QStyleOptionComboBox;
class QStyleOptionGroupBox;
class QStyleOptionHeader;
class QStyleOptionMenuItem;
class QStyleOptionProgressBar;
class QStyleOptionSlider;
class QStyleOptionSpinBox;
class QStyleOptionTab;
class QStyleOptionToolButton;
class QStyleOptionViewItem;

namespace keydesk {

/// Fusion with hairlines instead of frames, radius 6 inputs and buttons 32 px high, underlined tabs, quiet
/// tables. What a widget says about itself by properties (set before it is shown) and by what it is:
///
/// - QPushButton `primary`: filled with the accent (one on a screen); `danger`: danger ink; `link`: an
/// underlined
///   word; flat: no frame until hovered. QToolButton with autoRaise: no frame until hovered; without: a
///   button. `compact`: 24 px high, for a button inside a bar.
/// - QCheckBox `switch`: drawn as a switch.
/// - QTabBar: QTabBar::setTabData(index, text) is painted small after the title, and is not part of the tab's
/// name.
///   Tabs with icons are the window's (padded, the data as a caution chip), tabs without are a pane's.
/// - QTabWidget `pane`: the row of tabs has the panes' ground. Any QWidget `pane`: the same as setting
///   backgroundRole AlternateBase with autoFillBackground. Lists, scroll areas and unframed text editors have
///   no ground of their own: they lie on what they are in.
/// - QFrame with StyledPanel: a card (radius 10); around a list or editor, a plain hairline. HLine, VLine: a
/// hairline.
/// - QLabel in second text: setForegroundRole(QPalette::PlaceholderText).
class Style : public QProxyStyle
{
    Q_OBJECT

public:
    Style();

    void polish(QWidget *widget) override;
    void unpolish(QWidget *widget) override;
    int pixelMetric(PixelMetric metric, const QStyleOption *option = nullptr,
                    const QWidget *widget = nullptr) const override;
    int styleHint(StyleHint hint, const QStyleOption *option = nullptr, const QWidget *widget = nullptr,
                  QStyleHintReturn *data = nullptr) const override;
    QIcon standardIcon(StandardPixmap icon, const QStyleOption *option = nullptr,
                       const QWidget *widget = nullptr) const override;
    QSize sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &size,
                           const QWidget *widget) const override;
    QRect subElementRect(SubElement element, const QStyleOption *option,
                         const QWidget *widget) const override;
    QRect subControlRect(ComplexControl control, const QStyleOptionComplex *option, SubControl subControl,
                         const QWidget *widget) const override;
    void drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                       const QWidget *widget) const override;
    void drawControl(ControlElement element, const QStyleOption *option, QPainter *painter,
                     const QWidget *widget) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex *option, QPainter *painter,
                            const QWidget *widget) const override;

private:
    // StyleButtons.cpp
    QSize pushButtonSize(const QStyleOption *option, const QSize &content, const QWidget *widget) const;
    QSize toolButtonSize(const QStyleOption *option, const QSize &content, const QWidget *widget) const;
    void drawButtonBox(const QStyleOption *option, QPainter *painter, const QWidget *widget) const;
    void drawPushButtonLabel(const QStyleOptionButton &option, QPainter *painter,
                             const QWidget *widget) const;
    void drawToolButton(const QStyleOptionToolButton &option, QPainter *painter, const QWidget *widget) const;

    // StyleTabs.cpp
    int titleWidth(const QStyleOptionTab &option, const QWidget *widget) const;
    QSize tabSize(const QStyleOption *option, const QWidget *widget) const;
    void drawTabShape(const QStyleOptionTab &option, QPainter *painter, const QWidget *widget) const;
    void drawTabLabel(const QStyleOptionTab &option, QPainter *painter, const QWidget *widget) const;
    void drawTabPane(const QStyleOption *option, QPainter *painter, const QWidget *widget) const;

    // StyleMenus.cpp
    QSize menuItemSize(const QStyleOption *option, const QSize &content) const;
    void drawMenuItem(const QStyleOptionMenuItem &option, QPainter *painter) const;
    void drawMenuBarItem(const QStyleOptionMenuItem &option, QPainter *painter, const QWidget *widget) const;

    // StyleItems.cpp
    void drawRow(const QStyleOptionViewItem &option, QPainter *painter, const QWidget *widget) const;
    void drawCell(const QStyleOptionViewItem &option, QPainter *painter, const QWidget *widget) const;
    void drawBranch(const QStyleOption *option, QPainter *painter, const QWidget *widget) const;
    void drawHeaderSection(const QStyleOptionHeader &option, QPainter *painter, const QWidget *widget) const;
    void drawHeaderLabel(const QStyleOptionHeader &option, QPainter *painter, const QWidget *widget) const;

    // StyleFields.cpp
    void drawFieldBox(const QStyleOption *option, QPainter *painter) const;
    void drawComboBox(const QStyleOptionComboBox &option, QPainter *painter, const QWidget *widget) const;
    void drawSpinBox(const QStyleOptionSpinBox &option, QPainter *painter, const QWidget *widget) const;
    void drawScrollBar(const QStyleOptionSlider &option, QPainter *painter, const QWidget *widget) const;
    void drawGroupBox(const QStyleOptionGroupBox &option, QPainter *painter, const QWidget *widget) const;
    void drawProgress(const QStyleOptionProgressBar &option, QPainter *painter) const;
    void drawFrame(const QStyleOption *option, QPainter *painter, const QWidget *widget) const;

    mutable QHash<QString, int> m_titleWidths; // of the tabs of the program, by font and text
};

} // namespace keydesk
