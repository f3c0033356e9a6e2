#include "ui/console/SideDelegates.h"

#include "app/models/HistoryModel.h"
#include "app/models/RequestsModel.h"
#include "app/workspace/WorkspaceModel.h"
#include "ui/theme/Icon.h"
#include "ui/theme/Paint.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Chip.h"

#include <QApplication>
#include <QPainter>
#include <QUrl>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

constexpr int badgeSize = 16;

QFont methodFont(const QFont &base)
{
    QFont font = theme::secondFont(base);
    font.setWeight(QFont::DemiBold);
    return font;
}

/// Selection, hover and focus as the style draws them for any row.
void paintRow(QPainter *painter, const QStyleOptionViewItem &option)
{
    const QStyle *style = option.widget ? option.widget->style() : QApplication::style();
    style->drawPrimitive(QStyle::PE_PanelItemViewItem, &option, painter, option.widget);
}

void paintMethod(QPainter *painter, const QStyleOptionViewItem &option, const QRect &rect,
                 const QString &method)
{
    const QFont font = methodFont(option.font);
    painter->setFont(font);
    painter->setPen(theme::methodColour(option.palette, method));
    painter->drawText(rect, Qt::AlignLeft | Qt::AlignVCenter,
                      paint::elided(method, QFontMetrics(font), rect.width() - 2));
}

void paintText(QPainter *painter, const QStyleOptionViewItem &option, const QRect &rect, const QString &text,
               const QFont &font, theme::Role ink, Qt::TextElideMode elide = Qt::ElideRight,
               Qt::Alignment alignment = Qt::AlignLeft)
{
    painter->setFont(font);
    painter->setPen(theme::colour(option.palette, ink));
    painter->drawText(rect, alignment | Qt::AlignVCenter,
                      paint::elided(text, QFontMetrics(font), rect.width(), elide));
}

} // namespace

int MethodColumn::width(const QFont &font) const
{
    if (m_width == 0 || m_font != font) {
        m_font = font;
        m_width = QFontMetrics(methodFont(font)).horizontalAdvance(u"DELETE"_s) + theme::gap;
    }
    return m_width;
}

void RequestDelegate::paint(QPainter *painter, const QStyleOptionViewItem &given,
                            const QModelIndex &index) const
{
    QStyleOptionViewItem option = given;
    initStyleOption(&option, index);
    painter->save();
    paintRow(painter, option);
    // The tree draws its rows a little to the right of their place.
    QRect rect = option.rect.adjusted(theme::gap / 2, 0, -2 * theme::gap, 0);
    const QString method = index.data(RequestsModel::MethodRole).toString();
    const QString badge = index.data(RequestsModel::BadgeRole).toString();
    if (!method.isEmpty()) {
        const int width = m_method.width(option.font);
        paintMethod(painter, option, QRect(rect.topLeft(), QSize(width, rect.height())), method);
        rect.setLeft(rect.left() + width);
    } else if (index.data(RequestsModel::CanBeCalledRole).isValid()) { // its method is not known
        const int width = m_method.width(option.font);
        paintText(painter, option, QRect(rect.topLeft(), QSize(width, rect.height())), u"–"_s, option.font,
                  theme::Role::SecondText);
        rect.setLeft(rect.left() + width);
    } else if (!badge.isEmpty()) {
        const int side = qMax(badgeSize, option.fontMetrics.height() - 1);
        paintBadge(painter, QRect(rect.left(), rect.center().y() - side / 2, side, side), option.palette,
                   option.font, badge);
        rect.setLeft(rect.left() + side + theme::gap);
    }
    const QString name = index.data(Qt::DisplayRole).toString();
    const int count = index.data(RequestsModel::CountRole).toInt();
    if (method.isEmpty() && badge.isEmpty() && count > 0) {
        const int nameWidth = qMin(option.fontMetrics.horizontalAdvance(name) + 2, rect.width());
        paintText(painter, option, QRect(rect.topLeft(), QSize(nameWidth, rect.height())), name, option.font, theme::Role::Text);
        rect.setLeft(rect.left() + nameWidth + theme::gap - 2);
        paintText(painter, option, rect, QString::number(count), option.font, theme::Role::SecondText);
    } else {
        const QVariant canBeCalled = index.data(RequestsModel::CanBeCalledRole);
        const bool isAnnounced = canBeCalled.isValid() && !canBeCalled.toBool();
        paintText(painter, option, rect, name, option.font,
                  isAnnounced ? theme::Role::SecondText : theme::Role::Text);
    }
    painter->restore();
}

QSize RequestDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const
{
    return {10, qMax(theme::treeRowHeight, option.fontMetrics.height() + theme::gap)};
}

void SavedDelegate::paint(QPainter *painter, const QStyleOptionViewItem &given, const QModelIndex &index) const
{
    QStyleOptionViewItem option = given;
    initStyleOption(&option, index);
    painter->save();
    paintRow(painter, option);
    QRect rect = option.rect.adjusted(theme::gap / 2, 0, -2 * theme::gap, 0);
    const auto kind = index.data(WorkspaceModel::KindRole).value<WorkspaceModel::Kind>();
    const bool hasProblem = !index.data(WorkspaceModel::ProblemRole).toString().isEmpty();
    if (kind == WorkspaceModel::Kind::Request) {
        const int width = m_method.width(option.font);
        paintMethod(painter, option, QRect(rect.topLeft(), QSize(width, rect.height())), index.data(WorkspaceModel::MethodRole).toString());
        rect.setLeft(rect.left() + width);
    } else if (hasProblem || kind == WorkspaceModel::Kind::Folder) {
        constexpr int side = 16;
        icon(hasProblem ? u"warning"_s : u"folder"_s, hasProblem ? theme::Role::Caution : theme::Role::SecondText)
            .paint(painter, QRect(rect.left(), rect.center().y() - side / 2, side, side));
        rect.setLeft(rect.left() + side + theme::gap);
    }
    const QString name = index.data(Qt::DisplayRole).toString();
    const bool isSupported = kind != WorkspaceModel::Kind::Request || index.data(WorkspaceModel::SupportedRole).toBool();
    const QString count = kind == WorkspaceModel::Kind::Request ? QString() : QString::number(index.data(WorkspaceModel::CountRole).toInt());
    const int countWidth = count.isEmpty() ? 0 : option.fontMetrics.horizontalAdvance(count) + theme::gap;
    const int nameWidth = qMin(option.fontMetrics.horizontalAdvance(name) + 2, rect.width() - countWidth);
    paintText(painter, option, QRect(rect.topLeft(), QSize(nameWidth, rect.height())), name, option.font,
              isSupported ? theme::Role::Text : theme::Role::SecondText);
    if (!count.isEmpty())
        paintText(painter, option, rect.adjusted(nameWidth + theme::gap - 2, 0, 0, 0), count, option.font, theme::Role::SecondText);
    painter->restore();
}

QSize SavedDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const
{
    return {10, qMax(theme::treeRowHeight, option.fontMetrics.height() + theme::gap)};
}

void HistoryDelegate::paint(QPainter *painter, const QStyleOptionViewItem &given,
                            const QModelIndex &index) const
{
    QStyleOptionViewItem option = given;
    initStyleOption(&option, index);
    painter->save();
    paintRow(painter, option);
    const QFont second = theme::secondFont(option.font);
    const int half = QFontMetrics(option.font).height() + 2;
    const QRect area = option.rect.adjusted(theme::panePadding, 0, -theme::panePadding, 0);
    QRect top(area.left(), option.rect.center().y() - half, area.width(), half);
    QRect bottom(area.left(), option.rect.center().y() + 1, area.width(), half);

    const int status = index.data(HistoryModel::StatusRole).toInt();
    const QString word = status > 0 ? QString::number(status) : tr("no answer");
    QFont statusFont = second;
    statusFont.setWeight(QFont::DemiBold);
    const int statusWidth = QFontMetrics(statusFont).horizontalAdvance(word) + 2;
    paintText(painter, option, QRect(top.right() - statusWidth, top.top(), statusWidth, top.height()), word,
              statusFont, theme::statusRole(status), Qt::ElideNone, Qt::AlignRight);
    top.setRight(top.right() - statusWidth - theme::gap);

    const int method = m_method.width(option.font);
    paintMethod(painter, option, QRect(top.topLeft(), QSize(method, top.height())), index.data(HistoryModel::MethodRole).toString());
    top.setLeft(top.left() + method);
    const QUrl url(index.data(HistoryModel::UrlRole).toString());
    QString path = url.path();
    if (path.isEmpty())
        path = u"/"_s;
    if (url.hasQuery())
        path += u'?' + url.query();
    paintText(painter, option, top, path, option.font, theme::Role::Text, Qt::ElideMiddle);

    if (index.data(HistoryModel::PinnedRole).toBool()) {
        const int side = QFontMetrics(second).height() - 2;
        icon(u"pin"_s, theme::Role::Accent).paint(painter, QRect(bottom.right() - side, bottom.center().y() - side / 2, side, side));
        bottom.setRight(bottom.right() - side - theme::gap);
    }
    bottom.setLeft(top.left());
    QString said = index.data(HistoryModel::TimeRole).toString();
    const QString environment = index.data(HistoryModel::EnvironmentRole).toString();
    const QString host = index.data(HistoryModel::HostRole).toString();
    const QFontMetrics metrics(second);
    // Where a call went that did not go to its environment's host says more than the environment.
    const int hostWidth = host.isEmpty() ? 0 : metrics.horizontalAdvance(u" · "_s + host);
    const QString both = environment.isEmpty() ? said : tr("%1 · %2").arg(said, environment);
    if (metrics.horizontalAdvance(both) + hostWidth <= bottom.width() || host.isEmpty())
        said = both;
    if (!host.isEmpty())
        said += u" · "_s;
    paintText(painter, option, bottom, said, second, theme::Role::SecondText);
    if (!host.isEmpty()) {
        bottom.setLeft(bottom.left() + metrics.horizontalAdvance(said));
        // Its end says whose it is: app.talkover.ai.example.com is not Talkover's.
        paintText(painter, option, bottom, host, second, theme::Role::Text, Qt::ElideLeft);
    }
    painter->restore();
}

QSize HistoryDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const
{
    return {10, 2 * option.fontMetrics.height() + 14};
}

} // namespace keydesk
