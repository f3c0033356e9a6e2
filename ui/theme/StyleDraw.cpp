#include "ui/theme/Paint.h"
#include "ui/theme/Style.h"

#include <QStyleOption>
#include <QToolButton>

namespace keydesk {

using theme::Role;

QRect Style::subControlRect(ComplexControl control, const QStyleOptionComplex *option, SubControl subControl,
                            const QWidget *widget) const
{
    const QRect &all = option->rect;
    const qreal scale = paint::scaleOf(option->fontMetrics);
    const auto placed = [&](const QRect &rect) { return visualRect(option->direction, all, rect); };
    if (control == CC_ComboBox) {
        const auto *combo = qstyleoption_cast<const QStyleOptionComboBox *>(option);
        const int start = combo && combo->frame ? 10 : 0;
        const int arrow = qRound(18 * scale);
        if (subControl == SC_ComboBoxArrow)
            return placed(QRect(all.right() - arrow - 5, all.top(), arrow, all.height()));
        if (subControl == SC_ComboBoxEditField)
            return placed(all.adjusted(start, 1, -arrow - 8, -1));
    }
    if (control == CC_SpinBox) {
        const int half = all.height() / 2;
        const int step = qRound(22 * scale);
        if (subControl == SC_SpinBoxUp)
            return placed(QRect(all.right() - step - 1, all.top() + 1, step, half - 1));
        if (subControl == SC_SpinBoxDown)
            return placed(QRect(all.right() - step - 1, all.top() + half, step, all.height() - half - 1));
        if (subControl == SC_SpinBoxEditField)
            return placed(all.adjusted(8, 1, -step - 3, -1));
        if (subControl == SC_SpinBoxFrame)
            return all;
    }
    if (control == CC_ScrollBar) {
        if (subControl == SC_ScrollBarSubLine || subControl == SC_ScrollBarAddLine)
            return {};
        const auto *bar = qstyleoption_cast<const QStyleOptionSlider *>(option);
        if (bar) {
            const bool isHorizontal = bar->orientation == Qt::Horizontal;
            const int length = isHorizontal ? all.width() : all.height();
            const int range = bar->maximum - bar->minimum;
            int slider = length;
            if (range > 0) {
                const qint64 scaled =
                    qint64(bar->pageStep) * length / qMax<qint64>(1, qint64(range) + bar->pageStep);
                slider = qBound(qMin(length, pixelMetric(PM_ScrollBarSliderMin, option, widget)), int(scaled),
                                length);
            }
            const int start = sliderPositionFromValue(bar->minimum, bar->maximum, bar->sliderPosition,
                                                      length - slider, bar->upsideDown);
            const auto part = [&](int from, int size) {
                return placed(isHorizontal ? QRect(all.left() + from, all.top(), size, all.height())
                                           : QRect(all.left(), all.top() + from, all.width(), size));
            };
            switch (subControl) {
            case SC_ScrollBarSlider:
                return part(start, slider);
            case SC_ScrollBarSubPage:
                return part(0, start);
            case SC_ScrollBarAddPage:
                return part(start + slider, length - start - slider);
            case SC_ScrollBarGroove:
                return all;
            default:
                break;
            }
        }
    }
    if (control == CC_GroupBox) {
        const auto *group = qstyleoption_cast<const QStyleOptionGroupBox *>(option);
        const int title = group && !group->text.isEmpty() ? option->fontMetrics.height() + theme::gap : 0;
        const bool isCheckable = group && (group->subControls & SC_GroupBoxCheckBox);
        if (subControl == SC_GroupBoxContents || subControl == SC_GroupBoxFrame)
            return all.adjusted(0, title, 0, 0);
        if (subControl == SC_GroupBoxCheckBox)
            return placed(QRect(all.left(), all.top() - 1, 20, 20));
        if (subControl == SC_GroupBoxLabel)
            return placed(QRect(all.left() + (isCheckable ? 28 : 0), all.top(),
                                all.width() - (isCheckable ? 28 : 0), option->fontMetrics.height()));
    }
    if (control == CC_ToolButton && subControl == SC_ToolButton)
        return all;
    return QProxyStyle::subControlRect(control, option, subControl, widget);
}

void Style::drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                          const QWidget *widget) const
{
    switch (element) {
    case PE_PanelButtonCommand:
        drawButtonBox(option, painter, widget);
        return;
    case PE_FrameDefaultButton:
    case PE_FrameStatusBarItem:
    case PE_FrameGroupBox:
    case PE_PanelStatusBar:
    case PE_PanelToolBar:
    case PE_FrameButtonBevel:
    case PE_IndicatorTabTear:
        return;
    case PE_FrameFocusRect:
        if (option->state & State_KeyboardFocusChange)
            paint::focusRing(painter, option->rect, option->palette, 4);
        return;
    case PE_PanelLineEdit: {
        const auto *panel = qstyleoption_cast<const QStyleOptionFrame *>(option);
        if (panel && panel->lineWidth > 0)
            drawFieldBox(option, painter);
        else if (widget && qobject_cast<const QAbstractItemView *>(
                               widget->parentWidget() ? widget->parentWidget()->parentWidget() : nullptr))
            paint::box(painter, option->rect, option->palette.color(QPalette::Base),
                       theme::colour(option->palette, Role::Accent), 0);
        return;
    }
    case PE_FrameLineEdit:
        drawFieldBox(option, painter);
        return;
    case PE_Frame:
        drawFrame(option, painter, widget);
        return;
    case PE_FrameMenu:
        paint::box(painter, option->rect, {}, theme::colour(option->palette, Role::Hairline), 0);
        return;
    case PE_PanelMenu:
        painter->fillRect(option->rect, theme::colour(option->palette, Role::Window));
        return;
    case PE_PanelMenuBar:
        painter->fillRect(option->rect, theme::colour(option->palette, Role::Pane));
        return;
    case PE_PanelTipLabel:
        paint::box(painter, option->rect, option->palette.color(QPalette::ToolTipBase),
                   theme::colour(option->palette, Role::Hairline), 0);
        return;
    case PE_FrameTabWidget:
        drawTabPane(option, painter, widget);
        return;
    case PE_FrameTabBarBase:
        painter->fillRect(QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1),
                          theme::colour(option->palette, Role::Hairline));
        return;
    case PE_IndicatorCheckBox:
    case PE_IndicatorItemViewItemCheck:
        if (element == PE_IndicatorCheckBox && paint::hasProperty(widget, "switch"))
            paint::toggle(painter, *option);
        else
            paint::check(painter, *option);
        return;
    case PE_IndicatorRadioButton:
        paint::radio(painter, *option);
        return;
    case PE_IndicatorBranch:
        drawBranch(option, painter, widget);
        return;
    case PE_PanelItemViewRow:
        if (const auto *item = qstyleoption_cast<const QStyleOptionViewItem *>(option))
            drawRow(*item, painter, widget);
        return;
    case PE_PanelItemViewItem:
        if (const auto *item = qstyleoption_cast<const QStyleOptionViewItem *>(option))
            drawCell(*item, painter, widget);
        return;
    case PE_IndicatorArrowDown:
    case PE_IndicatorArrowUp:
    case PE_IndicatorArrowLeft:
    case PE_IndicatorArrowRight: {
        const auto direction = element == PE_IndicatorArrowDown   ? paint::Arrow::Down
                               : element == PE_IndicatorArrowUp   ? paint::Arrow::Up
                               : element == PE_IndicatorArrowLeft ? paint::Arrow::Left
                                                                  : paint::Arrow::Right;
        paint::chevron(painter, option->rect, theme::colour(option->palette, Role::SecondText), direction,
                       paint::scaleOf(option->fontMetrics));
        return;
    }
    default:
        QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void Style::drawControl(ControlElement element, const QStyleOption *option, QPainter *painter,
                        const QWidget *widget) const
{
    switch (element) {
    case CE_PushButton:
        if (const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option)) {
            drawButtonBox(option, painter, widget);
            drawPushButtonLabel(*button, painter, widget);
        }
        return;
    case CE_PushButtonBevel:
        drawButtonBox(option, painter, widget);
        return;
    case CE_PushButtonLabel:
        if (const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option))
            drawPushButtonLabel(*button, painter, widget);
        return;
    case CE_CheckBox:
    case CE_RadioButton: {
        // The ring is drawn by the box itself; without the flag Qt draws none around the label.
        const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option);
        if (!button)
            return;
        const bool isCheck = element == CE_CheckBox;
        QStyleOptionButton part = *button;
        part.rect = subElementRect(isCheck ? SE_CheckBoxIndicator : SE_RadioButtonIndicator, button, widget);
        drawPrimitive(isCheck ? PE_IndicatorCheckBox : PE_IndicatorRadioButton, &part, painter, widget);
        part.rect = subElementRect(isCheck ? SE_CheckBoxContents : SE_RadioButtonContents, button, widget);
        drawControl(isCheck ? CE_CheckBoxLabel : CE_RadioButtonLabel, &part, painter, widget);
        return;
    }
    case CE_TabBarTabShape:
        if (const auto *tab = qstyleoption_cast<const QStyleOptionTab *>(option))
            drawTabShape(*tab, painter, widget);
        return;
    case CE_TabBarTabLabel:
        if (const auto *tab = qstyleoption_cast<const QStyleOptionTab *>(option))
            drawTabLabel(*tab, painter, widget);
        return;
    case CE_Header:
        if (const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(option)) {
            drawHeaderSection(*header, painter, widget);
            drawHeaderLabel(*header, painter, widget);
        }
        return;
    case CE_HeaderSection:
        if (const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(option))
            drawHeaderSection(*header, painter, widget);
        return;
    case CE_HeaderLabel:
        if (const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(option))
            drawHeaderLabel(*header, painter, widget);
        return;
    case CE_HeaderEmptyArea: {
        QStyleOptionHeader empty;
        static_cast<QStyleOption &>(empty) = *option;
        const auto *view = qobject_cast<const QHeaderView *>(widget);
        empty.orientation = view ? view->orientation() : Qt::Horizontal;
        drawHeaderSection(empty, painter, widget);
        return;
    }
    case CE_MenuItem:
        if (const auto *item = qstyleoption_cast<const QStyleOptionMenuItem *>(option))
            drawMenuItem(*item, painter);
        return;
    case CE_MenuBarItem:
        if (const auto *item = qstyleoption_cast<const QStyleOptionMenuItem *>(option))
            drawMenuBarItem(*item, painter, widget);
        return;
    case CE_MenuBarEmptyArea:
        painter->fillRect(option->rect, theme::colour(option->palette, Role::Pane));
        return;
    case CE_Splitter:
        painter->fillRect(option->rect, theme::colour(option->palette, Role::Hairline));
        return;
    case CE_ProgressBar:
    case CE_ProgressBarContents:
        if (const auto *progress = qstyleoption_cast<const QStyleOptionProgressBar *>(option))
            drawProgress(*progress, painter);
        return;
    case CE_ProgressBarGroove:
    case CE_ProgressBarLabel:
    case CE_ToolBar:
        return;
    case CE_ComboBoxLabel:
        if (const auto *combo = qstyleoption_cast<const QStyleOptionComboBox *>(option)) {
            if (combo->editable)
                break;
            const QRect field = subControlRect(CC_ComboBox, combo, SC_ComboBoxEditField, widget);
            QRect text = field;
            if (!combo->currentIcon.isNull()) {
                const int side = combo->iconSize.width();
                const QRect icon(field.left(), field.top() + (field.height() - side) / 2, side, side);
                combo->currentIcon.paint(painter, visualRect(option->direction, field, icon), Qt::AlignCenter,
                                         option->state & State_Enabled ? QIcon::Normal : QIcon::Disabled);
                text.setLeft(text.left() + side + 8);
            }
            painter->setPen(option->palette.color(QPalette::Text));
            painter->drawText(
                visualRect(option->direction, field, text),
                Qt::AlignLeading | Qt::AlignVCenter | Qt::TextSingleLine,
                option->fontMetrics.elidedText(combo->currentText, Qt::ElideRight, text.width() + 1));
        }
        return;
    case CE_ShapedFrame:
        if (const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(option)) {
            const QColor hairline = theme::colour(option->palette, Role::Hairline);
            const QPoint centre = option->rect.center();
            if (frame->frameShape == QFrame::HLine)
                painter->fillRect(QRect(option->rect.left(), centre.y(), option->rect.width(), 1), hairline);
            else if (frame->frameShape == QFrame::VLine)
                painter->fillRect(QRect(centre.x(), option->rect.top(), 1, option->rect.height()), hairline);
            else if (frame->frameShape != QFrame::NoFrame)
                drawFrame(option, painter, widget);
        }
        return;
    default:
        break;
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

void Style::drawComplexControl(ComplexControl control, const QStyleOptionComplex *option, QPainter *painter,
                               const QWidget *widget) const
{
    switch (control) {
    case CC_ToolButton:
        if (const auto *button = qstyleoption_cast<const QStyleOptionToolButton *>(option))
            drawToolButton(*button, painter, widget);
        return;
    case CC_ComboBox:
        if (const auto *combo = qstyleoption_cast<const QStyleOptionComboBox *>(option))
            drawComboBox(*combo, painter, widget);
        return;
    case CC_SpinBox:
        if (const auto *spin = qstyleoption_cast<const QStyleOptionSpinBox *>(option))
            drawSpinBox(*spin, painter, widget);
        return;
    case CC_ScrollBar:
        if (const auto *bar = qstyleoption_cast<const QStyleOptionSlider *>(option))
            drawScrollBar(*bar, painter, widget);
        return;
    case CC_GroupBox:
        if (const auto *group = qstyleoption_cast<const QStyleOptionGroupBox *>(option))
            drawGroupBox(*group, painter, widget);
        return;
    default:
        QProxyStyle::drawComplexControl(control, option, painter, widget);
    }
}

} // namespace keydesk
