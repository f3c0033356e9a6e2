#include "ui/environments/KeyGridParts.h"

#include "app/models/KeyGridModel.h"
#include "ui/keys/KeyDelegate.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Chip.h"

#include <QApplication>
#include <QEvent>
#include <QPainter>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr int dotSize = 9;

int cellHeight(const QFont &font)
{
    return QFontMetrics(font).height() + QFontMetrics(theme::secondFont(font)).height() + 2 * theme::gap;
}

} // namespace

void KeyGridDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    const QString text = item.text;
    item.text.clear();
    option.widget->style()->drawControl(QStyle::CE_ItemViewItem, &item, painter, option.widget);

    const auto cell = static_cast<KeyGridModel::Cell>(index.data(KeyGridModel::CellRole).toInt());
    const QPalette &palette = option.palette;
    const QRect rect = option.rect.adjusted(theme::gap, theme::gap / 2, -theme::gap, -theme::gap / 2);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    switch (cell) {
    case KeyGridModel::Cell::Nothing:
        painter->setPen(theme::colour(palette, theme::Role::SecondText));
        painter->drawText(rect, Qt::AlignVCenter | Qt::AlignLeft, u"–"_s);
        break;
    case KeyGridModel::Cell::Gap:
        Chip::paint(painter, rect, palette, option.font, text, theme::Role::Caution, theme::Role::CautionFill, u"plus"_s);
        break;
    case KeyGridModel::Cell::Inherited:
        painter->setPen(theme::colour(palette, theme::Role::SecondText));
        painter->drawText(rect, Qt::AlignVCenter | Qt::AlignLeft, text);
        break;
    case KeyGridModel::Cell::Key: {
        const QFont second = theme::secondFont(option.font);
        const int upperHeight = rect.height() * 55 / 100;
        const QRect upper(rect.left(), rect.top(), rect.width(), upperHeight);
        const QRect lower(rect.left(), rect.top() + upperHeight, rect.width(), rect.height() - upperHeight);
        const StatusLook look = keyStatusLook(index.data(KeyGridModel::StatusRole).toInt());
        // The status is what the eye looks for: it has its room first.
        const int chipRoom = QFontMetrics(option.font).horizontalAdvance(look.word) + 5 * theme::gap + 2;
        const int nameRoom = std::max(0, upper.width() - chipRoom - theme::gap);
        const QString name = option.fontMetrics.elidedText(text, Qt::ElideRight, nameRoom);
        painter->setFont(option.font);
        painter->setPen(theme::colour(palette, theme::Role::Text));
        painter->drawText(upper, Qt::AlignVCenter | Qt::AlignLeft, name);
        const int nameWidth = option.fontMetrics.horizontalAdvance(name) + theme::gap;
        Chip::paint(painter, upper.adjusted(nameWidth, 0, 0, 0), palette, option.font, look.word, look.ink, look.fill, look.icon);
        painter->setFont(second);
        painter->setPen(theme::colour(palette, theme::Role::SecondText));
        painter->drawText(lower, Qt::AlignVCenter | Qt::AlignLeft,
                          QFontMetrics(second).elidedText(index.data(KeyGridModel::DetailRole).toString(), Qt::ElideRight, lower.width()));
        break;
    }
    }
    painter->restore();
}

KeyGridHeader::KeyGridHeader(QWidget *parent)
    : QHeaderView(Qt::Vertical, parent)
{
    setSectionResizeMode(QHeaderView::Fixed);
    setHighlightSections(false);
    fit();
}

void KeyGridHeader::fit()
{
    setMinimumSectionSize(cellHeight(font()));
    setDefaultSectionSize(cellHeight(font()));
}

void KeyGridHeader::changeEvent(QEvent *event)
{
    QHeaderView::changeEvent(event);
    if (event->type() == QEvent::FontChange) {
        fit();
        Q_EMIT geometriesChanged(); // the names are as wide as the font makes them
    }
}

QSize KeyGridHeader::sizeHint() const
{
    int width = 0;
    for (int section = 0; model() && section < count(); ++section)
        width = std::max(width, fontMetrics().horizontalAdvance(model()->headerData(section, Qt::Vertical, Qt::DisplayRole).toString()));
    const int most = fontMetrics().averageCharWidth() * 34;
    // One more: widths are rounded, and what is cut short is not.
    return {std::min(width + 1, most) + dotSize + 2 * theme::gap + theme::dialogPadding, 0};
}

void KeyGridHeader::paintSection(QPainter *painter, const QRect &rect, int section) const
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->fillRect(rect, theme::colour(palette(), theme::Role::Pane));
    painter->fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme::colour(palette(), theme::Role::Hairline));
    const bool further = !model()->headerData(section, Qt::Vertical, KeyGridModel::IdentityRole).toString().isEmpty();
    QRect text = rect.adjusted(theme::dialogPadding, 0, -theme::gap, 0);
    if (!further)
        paintDot(painter, QRect(text.left(), text.center().y() - dotSize / 2, dotSize, dotSize),
                 theme::environmentColour(palette(), model()->headerData(section, Qt::Vertical, KeyGridModel::ColourRole).toString()));
    text.adjust(dotSize + theme::gap, 0, 0, 0);
    painter->setFont(font());
    painter->setPen(theme::colour(palette(), further ? theme::Role::SecondText : theme::Role::Text));
    painter->drawText(text, Qt::AlignVCenter | Qt::AlignLeft,
                      fontMetrics().elidedText(model()->headerData(section, Qt::Vertical, Qt::DisplayRole).toString(), Qt::ElideRight,
                                               text.width()));
    painter->restore();
}

} // namespace keydesk
