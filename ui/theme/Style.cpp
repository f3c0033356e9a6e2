#include "ui/theme/Style.h"

#include "ui/theme/Icon.h"
#include "ui/theme/Paint.h"

#include <QAbstractItemView>
#include <QFormLayout>
#include <QLabel>
#include <QScrollArea>
#include <QStyleOption>
#include <QTabWidget>
#include <QTableView>
#include <QTextEdit>
#include <QTreeView>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

const QFontMetrics metricsOf(const QStyleOption *option, const QWidget *widget)
{
    if (option)
        return option->fontMetrics;
    return widget ? widget->fontMetrics() : QFontMetrics(QApplication::font());
}

bool isFormLabel(const QLayout *layout, const QLabel &label)
{
    if (!layout)
        return false;
    for (int i = 0; i < layout->count(); ++i) {
        if (layout->itemAt(i)->layout() && isFormLabel(layout->itemAt(i)->layout(), label))
            return true;
    }
    const auto *form = qobject_cast<const QFormLayout *>(layout);
    return form && form->labelForField(label.buddy()) == &label;
}

/// Names of fields are quieter than what stands in the fields, and stand on the same line: QFormLayout makes
/// a label at most 7/4 of a text line high and puts it at the top.
void polishFormLabel(QLabel &label)
{
    if (!label.buddy() || !label.parentWidget() || !isFormLabel(label.parentWidget()->layout(), label))
        return;
    label.setForegroundRole(QPalette::PlaceholderText);
    const bool isTall = qobject_cast<QAbstractScrollArea *>(label.buddy());
    if (!isTall)
        label.setMinimumHeight(
            qMin(label.buddy()->sizeHint().height(), paint::controlHeight(label.fontMetrics())));
}

/// Check box, icon and text in a row, 8 px apart. Qt's own layout puts a margin at both sides of each.
QRect itemPart(QStyle::SubElement element, const QStyleOptionViewItem &item)
{
    const int side = qRound(17 * paint::scaleOf(item.fontMetrics));
    int left = item.rect.left() + theme::gap;
    const auto centred = [&item](int x, const QSize &size) {
        const QRect part(x, item.rect.top() + (item.rect.height() - size.height()) / 2, size.width(),
                         size.height());
        return QStyle::visualRect(item.direction, item.rect, part);
    };
    if (item.features & QStyleOptionViewItem::HasCheckIndicator) {
        if (element == QStyle::SE_ItemViewItemCheckIndicator)
            return centred(left, {side, side});
        left += side + theme::gap;
    }
    if (item.features & QStyleOptionViewItem::HasDecoration) {
        if (element == QStyle::SE_ItemViewItemDecoration)
            return centred(left, item.decorationSize);
        left += item.decorationSize.width() + theme::gap;
    }
    if (element != QStyle::SE_ItemViewItemText)
        return {};
    // The text is drawn 8 px inside this.
    const QRect text(QPoint(left - theme::gap, item.rect.top()), item.rect.bottomRight());
    return QStyle::visualRect(item.direction, item.rect, text);
}

} // namespace

Style::Style()
    : QProxyStyle(u"Fusion"_s)
{
}

void Style::polish(QWidget *widget)
{
    QProxyStyle::polish(widget);
    // A tab widget's pages keep the page's ground: there the property speaks of the row of tabs (see
    // drawTabPane).
    if (paint::hasProperty(widget, "pane") && !qobject_cast<QTabWidget *>(widget)) {
        widget->setBackgroundRole(QPalette::AlternateBase);
        widget->setAutoFillBackground(true);
    }
    if (auto *view = qobject_cast<QAbstractItemView *>(widget)) {
        // A list lies on its page or pane and has no ground of its own; the viewport then inherits it.
        view->viewport()->setBackgroundRole(QPalette::NoRole);
        view->setAlternatingRowColors(false);
        if (auto *table = qobject_cast<QTableView *>(view)) {
            table->setShowGrid(false);
            table->setWordWrap(false);
            table->horizontalHeader()->setHighlightSections(false);
        }
    } else if (auto *bar = qobject_cast<QTabBar *>(widget)) {
        bar->setExpanding(false);
    } else if (auto *label = qobject_cast<QLabel *>(widget)) {
        polishFormLabel(*label);
    } else if (auto *area = qobject_cast<QScrollArea *>(widget)) {
        area->viewport()->setBackgroundRole(QPalette::NoRole);
        if (area->widget() && !paint::hasProperty(area->widget(), "pane"))
            area->widget()->setAutoFillBackground(false);
    } else if (auto *editor = qobject_cast<QAbstractScrollArea *>(widget)) {
        const bool isText = qobject_cast<QPlainTextEdit *>(widget) || qobject_cast<QTextEdit *>(widget);
        if (isText && editor->frameShape() == QFrame::NoFrame)
            editor->viewport()->setBackgroundRole(QPalette::NoRole);
    }
}

void Style::unpolish(QWidget *widget)
{
    QProxyStyle::unpolish(widget);
}

int Style::pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const
{
    const auto scaled = [&](int size) { return qRound(size * paint::scaleOf(metricsOf(option, widget))); };
    switch (metric) {
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical:
    case PM_MenuBarPanelWidth:
    case PM_MenuBarVMargin:
    case PM_MenuBarItemSpacing:
    case PM_TabBarTabShiftVertical:
    case PM_TabBarTabShiftHorizontal:
    case PM_TabBarTabOverlap:
    case PM_TabBarBaseOverlap:
    case PM_ToolBarFrameWidth:
    case PM_TitleBarButtonIconSize:
        return 0;
    case PM_DefaultFrameWidth:
        // Room for the rounded corners of a framed text editor.
        if (qobject_cast<const QPlainTextEdit *>(widget) || qobject_cast<const QTextEdit *>(widget))
            return 3;
        return 1;
    case PM_MenuBarHMargin:
    case PM_MenuHMargin:
    case PM_MenuVMargin:
        return 4;
    case PM_MenuPanelWidth:
    case PM_SplitterWidth:
        return 1;
    case PM_MenuButtonIndicator:
        return 14;
    case PM_IndicatorWidth:
        if (paint::hasProperty(widget, "switch"))
            return scaled(34);
        [[fallthrough]];
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight:
    case PM_IndicatorHeight:
        return scaled(20);
    case PM_CheckBoxLabelSpacing:
    case PM_RadioButtonLabelSpacing:
        return 8;
    case PM_SmallIconSize:
    case PM_ButtonIconSize:
    case PM_ListViewIconSize:
    case PM_TabBarIconSize:
    case PM_LineEditIconSize:
        return scaled(16);
    case PM_ToolBarIconSize:
        return scaled(18);
    case PM_ScrollBarExtent:
        return 11;
    case PM_ScrollBarSliderMin:
        return 36;
    case PM_ScrollView_ScrollBarSpacing:
    case PM_ScrollView_ScrollBarOverlap:
        return 0;
    case PM_HeaderMargin:
        return 4; // rows may not be lower than a text line and twice this
    case PM_HeaderMarkSize:
        return 8;
    case PM_HeaderDefaultSectionSizeVertical:
        return paint::rowHeight(metricsOf(option, widget), theme::rowHeight);
    case PM_TreeViewIndentation:
        return scaled(18);
    case PM_FocusFrameHMargin:
        return 7; // QCommonStyle adds 1: the text of a cell starts 8 px in
    case PM_FocusFrameVMargin:
        return 2;
    case PM_TabBarScrollButtonWidth:
        return 24;
    case PM_ToolTipLabelFrameWidth:
        return 7;
    case PM_ComboBoxFrameWidth:
    case PM_SpinBoxFrameWidth:
        return 1;
    case PM_LayoutLeftMargin:
    case PM_LayoutRightMargin:
    case PM_LayoutTopMargin:
    case PM_LayoutBottomMargin:
        return widget && widget->isWindow() ? theme::dialogPadding : theme::panePadding;
    case PM_LayoutHorizontalSpacing:
    case PM_LayoutVerticalSpacing:
        return theme::gap;
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int Style::styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget,
                     QStyleHintReturn *data) const
{
    switch (hint) {
    case SH_EtchDisabledText:
    case SH_DialogButtonBox_ButtonsHaveIcons:
    case SH_Widget_Animation_Duration:
    case SH_Menu_FlashTriggeredItem:
    case SH_Menu_FadeOutOnHide:
    case SH_ScrollBar_Transient:
        return 0;
    case SH_TabBar_Alignment:
        return Qt::AlignLeft;
    case SH_ItemView_ShowDecorationSelected:
    case SH_MenuBar_MouseTracking:
    case SH_Menu_MouseTracking:
    case SH_ComboBox_ListMouseTracking:
        return 1;
    case SH_Table_GridLineColor:
        return static_cast<int>(
            theme::colour(option ? option->palette : QApplication::palette(), theme::Role::Hairline).rgba());
    case SH_UnderlineShortcut:
        // Mnemonics help who uses the keyboard and are noise for who does not.
        return widget && widget->window()->testAttribute(Qt::WA_KeyboardFocusChange) ? 1 : 0;
    case SH_FormLayoutLabelAlignment:
        return Qt::AlignLeft | Qt::AlignVCenter;
    case SH_FormLayoutFormAlignment:
        return Qt::AlignLeft | Qt::AlignTop;
    case SH_FormLayoutFieldGrowthPolicy:
        return 2; // QFormLayout::AllNonFixedFieldsGrow
    case SH_FormLayoutWrapPolicy:
        return 0;
    case SH_GroupBox_TextLabelVerticalAlignment:
        return Qt::AlignTop;
    case SH_LineEdit_PasswordCharacter:
        return 0x2022;
    default:
        return QProxyStyle::styleHint(hint, option, widget, data);
    }
}

QIcon Style::standardIcon(StandardPixmap icon, const QStyleOption *option, const QWidget *widget) const
{
    // Qt's are bitmaps in an ink of their own. Reading one loads every image plugin there is, before the
    // first window is on screen.
    switch (icon) {
    case SP_LineEditClearButton:
        return keydesk::icon(u"close"_s, theme::Role::SecondText);
    case SP_ToolBarHorizontalExtensionButton: // also a menu bar's that has no room
        return keydesk::icon(u"chevron-right"_s, theme::Role::SecondText);
    case SP_ToolBarVerticalExtensionButton:
        return keydesk::icon(u"chevron-down"_s, theme::Role::SecondText);
    case SP_MessageBoxWarning:
        return keydesk::icon(u"warning"_s, theme::Role::Caution);
    case SP_MessageBoxCritical:
        return keydesk::icon(u"refused"_s, theme::Role::Danger);
    case SP_MessageBoxInformation:
    case SP_MessageBoxQuestion:
        return keydesk::icon(u"info"_s, theme::Role::Accent);
    default:
        return QProxyStyle::standardIcon(icon, option, widget);
    }
}

QSize Style::sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &size,
                              const QWidget *widget) const
{
    const int control = paint::controlHeight(metricsOf(option, widget));
    const qreal scale = paint::scaleOf(metricsOf(option, widget));
    switch (type) {
    case CT_PushButton:
        return pushButtonSize(option, size, widget);
    case CT_ToolButton:
        return toolButtonSize(option, size, widget);
    case CT_LineEdit:
        return {size.width() + 18, qMax(control, size.height() + 2)};
    case CT_ComboBox: {
        const auto *combo = qstyleoption_cast<const QStyleOptionComboBox *>(option);
        const bool isFlat = combo && !combo->frame;
        return {size.width() + (isFlat ? 4 : 22) + qRound(18 * scale), isFlat ? size.height() : control};
    }
    case CT_SpinBox:
        return {size.width() + 14 + qRound(22 * scale), control};
    case CT_CheckBox:
    case CT_RadioButton: {
        const QSize wanted = QProxyStyle::sizeFromContents(type, option, size, widget);
        return {wanted.width(), qMax(wanted.height(), 24)};
    }
    case CT_TabBarTab:
        return tabSize(option, widget);
    case CT_HeaderSection: {
        const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(option);
        const QSize wanted = QProxyStyle::sizeFromContents(type, option, size, widget);
        if (!header || header->orientation == Qt::Vertical)
            return wanted;
        const int arrow = header->sortIndicator != QStyleOptionHeader::None ? 16 : 0;
        return {wanted.width() + theme::gap + arrow, paint::rowHeight(option->fontMetrics, 32)};
    }
    case CT_ItemViewItem: {
        const QSize wanted = QProxyStyle::sizeFromContents(type, option, size, widget);
        const bool isTree = qobject_cast<const QTreeView *>(widget);
        const int least = isTree ? theme::treeRowHeight : theme::rowHeight;
        return {wanted.width(), qMax(wanted.height(), paint::rowHeight(metricsOf(option, widget), least))};
    }
    case CT_MenuItem:
        return menuItemSize(option, size);
    case CT_MenuBarItem:
        return {size.width() + 16, qMax(30, size.height() + 10)};
    case CT_ProgressBar:
        return {qMax(80, size.width()), 6};
    default:
        return QProxyStyle::sizeFromContents(type, option, size, widget);
    }
}

QRect Style::subElementRect(SubElement element, const QStyleOption *option, const QWidget *widget) const
{
    switch (element) {
    case SE_LineEditContents: {
        const auto *panel = qstyleoption_cast<const QStyleOptionFrame *>(option);
        if (panel && panel->lineWidth <= 0)
            return option->rect; // inside a spin box, or an editor in a cell
        return option->rect.adjusted(9, 1, -9, -1);
    }
    case SE_TabWidgetTabBar: {
        QRect bar = QProxyStyle::subElementRect(element, option, widget);
        const auto *tabs = qstyleoption_cast<const QStyleOptionTabWidgetFrame *>(option);
        if (!tabs)
            return bar;
        // Tabs begin where the text of their pages begins.
        const int left = theme::panePadding + tabs->leftCornerWidgetSize.width();
        const int right = tabs->rightCornerWidgetSize.width();
        const QRect row(option->rect.left() + left, bar.top(),
                        qMin(tabs->tabBarSize.width(), option->rect.width() - left - right), bar.height());
        return visualRect(option->direction, option->rect, row);
    }
    case SE_TabWidgetTabContents:
    case SE_TabWidgetTabPane: {
        const auto *tabs = qstyleoption_cast<const QStyleOptionTabWidgetFrame *>(option);
        const QRect pane = QProxyStyle::subElementRect(SE_TabWidgetTabPane, option, widget);
        // Only the line between the tabs and the page.
        const bool hasLine = element == SE_TabWidgetTabContents && tabs && tabs->lineWidth > 0;
        return hasLine ? pane.adjusted(0, 1, 0, 0) : pane;
    }
    case SE_PushButtonFocusRect:
    case SE_ProgressBarGroove:
    case SE_ProgressBarContents:
        return option->rect;
    case SE_ItemViewItemCheckIndicator:
    case SE_ItemViewItemDecoration:
    case SE_ItemViewItemText: {
        const auto *item = qstyleoption_cast<const QStyleOptionViewItem *>(option);
        if (!item || item->decorationPosition != QStyleOptionViewItem::Left)
            break;
        return itemPart(element, *item);
    }
    default:
        break;
    }
    return QProxyStyle::subElementRect(element, option, widget);
}

} // namespace keydesk
