#include "ui/keys/KeyColumns.h"

#include "app/models/KeysModel.h"
#include "app/storage/Settings.h"
#include "ui/theme/Theme.h"

#include <QAbstractProxyModel>
#include <QEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QMenu>
#include <QScopedValueRollback>
#include <QTableView>

#include <algorithm>
#include <array>
#include <utility>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

// In pixels at a font of 16 px. A name may have what the others leave; these have what they need, up to here.
constexpr int widestColumn = 190;
constexpr int widestName = 280;
constexpr int leastName = 160;
/// What gives way when there is no room for all, in this order, and how far. The end of a key tells which it
/// is: it stays.
constexpr std::array<std::pair<int, int>, 3> yielding{
    {{KeysModel::Environment, 84}, {KeysModel::Provider, 84}, {KeysModel::Kind, 70}}};
/// What is left out, in this order, when that is not enough: the details show it too.
constexpr std::array<int, 5> dispensable{KeysModel::Created, KeysModel::Kind, KeysModel::LastUsed, KeysModel::Expires, KeysModel::Provider};

} // namespace

KeyColumns::KeyColumns(QTableView &table, Settings &settings)
    : QObject(&table)
    , m_table(table)
    , m_header(*table.horizontalHeader())
    , m_settings(settings)
{
    m_header.setHighlightSections(false);
    m_header.setSectionsMovable(true);
    m_header.setStretchLastSection(false);
    m_header.setSectionResizeMode(KeysModel::Name, QHeaderView::Stretch);
    m_header.setMinimumSectionSize(48);
    m_header.setResizeContentsPrecision(50); // rows beside those on screen; each costs, and all of them are alike
    if (!m_header.restoreState(settings.remembered(u"keys/columns"_s).toByteArray())) {
        m_header.setSectionHidden(KeysModel::Created, true); // it is in the details too
        table.sortByColumn(KeysModel::Name, Qt::AscendingOrder);
    }
    m_chosen = settings.remembered(u"keys/columnsChosen"_s).toBool();

    m_fitSoon.setSingleShot(true);
    m_fitSoon.setInterval(0);
    connect(&m_fitSoon, &QTimer::timeout, this, &KeyColumns::fit);
    const auto fitSoon = [this] { m_fitSoon.start(); };
    // Of the keys there are, not of those that a search leaves: columns do not jump while somebody types.
    const auto *filter = qobject_cast<const QAbstractProxyModel *>(table.model());
    const QAbstractItemModel *all = filter ? filter->sourceModel() : table.model();
    connect(all, &QAbstractItemModel::modelReset, this, fitSoon);
    connect(all, &QAbstractItemModel::rowsInserted, this, fitSoon);
    connect(all, &QAbstractItemModel::rowsRemoved, this, fitSoon);
    table.viewport()->installEventFilter(this);

    m_header.setContextMenuPolicy(Qt::CustomContextMenu);
    connect(&m_header, &QWidget::customContextMenuRequested, this, &KeyColumns::showMenu);
    connect(&m_header, &QHeaderView::sectionMoved, this, &KeyColumns::remember);
    connect(&m_header, &QHeaderView::sortIndicatorChanged, this, &KeyColumns::remember);
    connect(&m_header, &QHeaderView::sortIndicatorChanged, this, fitSoon); // the arrow takes room beside a title
    connect(&m_header, &QHeaderView::sectionResized, this, [this](int column) {
        // The name's column follows the window; another one moves only here and under the user's hand.
        if (m_fitting || column == KeysModel::Name || QGuiApplication::mouseButtons() == Qt::NoButton)
            return;
        m_chosen = true;
        m_settings.remember(u"keys/columnsChosen"_s, true);
        remember();
        m_fitSoon.start();
    });
}

bool KeyColumns::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize || event->type() == QEvent::FontChange)
        m_fitSoon.start();
    return QObject::eventFilter(watched, event);
}

int KeyColumns::titleWidth(int column) const
{
    // The header's own hint keeps room for the sort arrow in every column.
    const QString title = m_table.model()->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
    const int arrow = m_header.sortIndicatorSection() == column ? 22 : 0;
    return m_header.fontMetrics().horizontalAdvance(title) + 2 * theme::gap - 2 + arrow;
}

int KeyColumns::contentWidth(int column) const
{
    // Protected in the table, public in what it is.
    const QAbstractItemView &view = m_table;
    return std::max(view.sizeHintForColumn(column), titleWidth(column));
}

void KeyColumns::fit()
{
    const QScopedValueRollback<bool> fitting(m_fitting, true);
    for (const int column : std::as_const(m_leftOut))
        m_header.setSectionHidden(column, false);
    m_leftOut.clear();
    if (m_chosen)
        return;
    const double scale = std::max(16, m_table.fontMetrics().height()) / 16.0;
    const auto scaled = [scale](int width) { return static_cast<int>(width * scale); };

    const int name = std::min(contentWidth(KeysModel::Name), scaled(widestName));
    int room = m_table.viewport()->width() - name;
    std::array<int, KeysModel::ColumnCount> widths{};
    for (int column = KeysModel::Name + 1; column < KeysModel::ColumnCount; ++column) {
        if (m_header.isSectionHidden(column))
            continue;
        widths.at(static_cast<std::size_t>(column)) = std::min(contentWidth(column), scaled(widestColumn));
        room -= widths.at(static_cast<std::size_t>(column));
    }
    for (const auto &[column, least] : yielding) {
        int &width = widths.at(static_cast<std::size_t>(column));
        if (room >= 0 || width == 0)
            continue;
        const int given = std::min(-room, std::max(0, width - std::max(scaled(least), titleWidth(column))));
        width -= given;
        room += given;
    }
    room += name - std::min(name, scaled(leastName));
    for (const int column : dispensable) {
        int &width = widths.at(static_cast<std::size_t>(column));
        if (room >= 0 || width == 0)
            continue;
        room += std::exchange(width, 0);
        m_header.setSectionHidden(column, true);
        m_leftOut.insert(column);
    }
    // What that left over goes back to those that gave way, but to names first.
    room -= name - std::min(name, scaled(leastName));
    for (auto yielded = yielding.rbegin(); yielded != yielding.rend(); ++yielded) {
        int &width = widths.at(static_cast<std::size_t>(yielded->first));
        if (room <= 0 || width == 0)
            continue;
        const int taken = std::min(room, std::max(0, std::min(contentWidth(yielded->first), scaled(widestColumn)) - width));
        width += taken;
        room -= taken;
    }
    for (int column = KeysModel::Name + 1; column < KeysModel::ColumnCount; ++column) {
        if (const int width = widths.at(static_cast<std::size_t>(column)); width > 0)
            m_header.resizeSection(column, width);
    }
}

void KeyColumns::showMenu(const QPoint &place)
{
    auto *menu = new QMenu(&m_table);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (int column = KeysModel::Name + 1; column < m_table.model()->columnCount(); ++column) {
        QAction *shown =
            menu->addAction(m_table.model()->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
        shown->setCheckable(true);
        shown->setChecked(!m_header.isSectionHidden(column) || m_leftOut.contains(column));
        connect(shown, &QAction::toggled, this, [this, column](bool visible) {
            m_header.setSectionHidden(column, !visible);
            m_leftOut.remove(column);
            remember();
            m_fitSoon.start();
        });
    }
    menu->addSeparator();
    QAction *automatic = menu->addAction(tr("Fit Widths to Contents"));
    automatic->setEnabled(m_chosen);
    connect(automatic, &QAction::triggered, this, [this] {
        m_chosen = false;
        m_settings.remember(u"keys/columnsChosen"_s, false);
        fit();
    });
    menu->popup(m_header.viewport()->mapToGlobal(place));
}

void KeyColumns::remember()
{
    // What a narrow window left out was not hidden by anybody.
    for (const int column : std::as_const(m_leftOut))
        m_header.setSectionHidden(column, false);
    m_settings.remember(u"keys/columns"_s, m_header.saveState());
    for (const int column : std::as_const(m_leftOut))
        m_header.setSectionHidden(column, true);
}

} // namespace keydesk
