#include "ui/keys/KeyDelegate.h"

#include "app/models/KeysModel.h"
#include "ui/theme/Paint.h"
#include "ui/widgets/Chip.h"

#include <QLineEdit>
#include <QPainter>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

StatusLook keyStatusLook(int status)
{
    using enum theme::Role;
    const QString word = keyStatusWord(status);
    if (status == KeysModel::LockedStatus)
        return {word, Caution, CautionFill, u"lock"_s};
    if (status == KeysModel::DueStatus)
        return {word, Caution, CautionFill, u"warning"_s};
    switch (static_cast<ApiKey::Status>(status)) {
    case ApiKey::Status::Works:
        return {word, Success, SuccessFill, u"check"_s};
    case ApiKey::Status::Refused:
    case ApiKey::Status::Revoked:
        return {word, Danger, DangerFill, u"refused"_s};
    case ApiKey::Status::Expired:
    case ApiKey::Status::Missing:
        return {word, Caution, CautionFill, u"warning"_s};
    case ApiKey::Status::Unchecked:
        break;
    }
    return {word, SecondText, NeutralFill, {}};
}

namespace {

/// The side of a badge beside text in this font.
int markOf(const QFontMetrics &metrics) { return qMax(18, metrics.height() + 2); }
/// The diameter of an environment's dot.
int dotOf(const QFontMetrics &metrics) { return qMax(9, metrics.height() * 9 / 16); }

void drawText(QPainter *painter, const QRect &rect, const QString &text, const QColor &colour, const QFont &font)
{
    painter->setFont(font);
    painter->setPen(colour);
    painter->drawText(rect, Qt::AlignVCenter | Qt::AlignLeft,
                      paint::elided(text, QFontMetrics(font), rect.width()));
}

} // namespace

void KeyDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    const QString text = item.text;
    item.text.clear();
    const QWidget *widget = option.widget;
    widget->style()->drawControl(QStyle::CE_ItemViewItem, &item, painter, widget); // background, selection, focus

    const QPalette &palette = option.palette;
    const QColor ink = theme::colour(palette, theme::Role::Text);
    const QColor faint = theme::colour(palette, theme::Role::SecondText);
    QRect rect = option.rect.adjusted(theme::gap, 0, -theme::gap, 0);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    switch (index.column()) {
    case KeysModel::Provider: {
        const int mark = markOf(option.fontMetrics);
        const QRect badge(rect.left(), rect.center().y() - mark / 2 + 1, mark, mark);
        paintBadge(painter, badge, palette, option.font, index.data(KeysModel::BadgeRole).toString());
        drawText(painter, rect.adjusted(mark + theme::gap, 0, 0, 0), text, ink, option.font);
        break;
    }
    case KeysModel::Environment: {
        const QString colour = index.data(KeysModel::ColourRole).toString();
        if (!colour.isEmpty()) {
            const int dot = dotOf(option.fontMetrics);
            const QRect place(rect.left(), rect.center().y() - dot / 2, dot, dot);
            paintDot(painter, place, theme::environmentColour(palette, colour));
            rect.adjust(dot + theme::gap, 0, 0, 0);
        }
        drawText(painter, rect, text, colour.isEmpty() ? faint : ink, option.font);
        break;
    }
    case KeysModel::Key:
        drawText(painter, rect, text, ink, theme::fixedFont(option.font));
        break;
    case KeysModel::Status: {
        const StatusLook look = keyStatusLook(index.data(KeysModel::StatusRole).toInt());
        Chip::paint(painter, rect, palette, option.font, look.word, look.ink, look.fill, look.icon);
        break;
    }
    case KeysModel::Name:
        drawText(painter, rect, text, ink, option.font);
        break;
    default:
        drawText(painter, rect, text, faint, option.font);
    }
    painter->restore();
}

QSize KeyDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const QString text = index.data(Qt::DisplayRole).toString();
    constexpr int rounding = 1; // an advance is rounded; a text that is wider by less would lose its end
    int width = 2 * theme::gap + (text.size() > 1 ? rounding : 0);
    switch (index.column()) {
    case KeysModel::Provider:
        width += markOf(option.fontMetrics) + theme::gap + option.fontMetrics.horizontalAdvance(text);
        break;
    case KeysModel::Environment:
        width += dotOf(option.fontMetrics) + theme::gap + option.fontMetrics.horizontalAdvance(text);
        break;
    case KeysModel::Key:
        width += QFontMetrics(theme::fixedFont(option.font)).horizontalAdvance(text);
        break;
    case KeysModel::Status:
        width += 4 * theme::gap + theme::groupGap - 2 + option.fontMetrics.horizontalAdvance(text);
        break;
    case KeysModel::LastUsed: // the words become longer while the table is shown
        width += std::max(option.fontMetrics.horizontalAdvance(text),
                          text.size() > 1 ? option.fontMetrics.horizontalAdvance(tr("59 min ago")) : 0);
        break;
    default:
        width += option.fontMetrics.horizontalAdvance(text);
    }
    return {width, theme::rowHeight};
}

QWidget *KeyDelegate::createEditor(QWidget *parent, const QStyleOptionViewItem &, const QModelIndex &) const
{
    auto *editor = new QLineEdit(parent);
    editor->setAccessibleName(tr("Key name"));
    editor->setMaxLength(255);
    return editor;
}

} // namespace keydesk
