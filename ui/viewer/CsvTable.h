#pragma once

#include "app/body/CsvIndex.h"
#include "ui/viewer/FilePane.h"
#include "ui/viewer/RowsArea.h"

#include <QPointer>

#include <map>
#include <set>

namespace keydesk {

/// Comma-separated values of any size as a table, read-only: the rows in sight are read from the file,
/// nothing else. Columns are as wide as what has been in sight needs, or as they were dragged. Rows and
/// columns are counted from 0, a header row among them.
class CsvTable : public RowsArea, public FindTarget
{
    Q_OBJECT

public:
    struct Place
    {
        qint64 row = 0;
        int column = 0;

        bool operator==(const Place &) const = default;
    };

    explicit CsvTable(QWidget *parent = nullptr);
    ~CsvTable() override;

    /// Goes to its beginning. `index` lives as long as it is shown; null: nothing is shown.
    void setIndex(const CsvIndex *index, bool hasHeader);
    /// More rows have been counted, or the file has grown.
    void refresh();
    [[nodiscard]] bool hasHeader() const { return m_hasHeader; }
    [[nodiscard]] qint64 firstRow() const { return m_hasHeader ? 1 : 0; }
    [[nodiscard]] qint64 rowCount() const { return m_index ? m_index->count() : 0; }
    /// As many as a row has had that was in sight.
    [[nodiscard]] int columnCount() const { return int(m_widths.size()); }
    [[nodiscard]] Place current() const { return m_current; }
    [[nodiscard]] Place anchor() const { return m_anchor; }
    /// Into sight.
    void setCurrent(const Place &place, bool keepsAnchor = false);
    void selectAll();
    /// The selected values as rows of values with tabs between them.
    void copy();
    /// As it is shown, on one line; and as it is.
    [[nodiscard]] QString shownValue(const Place &place) const;
    [[nodiscard]] QString columnName(int column) const;
    [[nodiscard]] QRect rectOf(const Place &place) const; ///< in the viewport; null: it is out of sight
    [[nodiscard]] std::optional<Place> placeAt(const QPoint &point) const;
    [[nodiscard]] bool isSelected(const Place &place) const;

    [[nodiscard]] const TextPieces *searchedText() const override;
    [[nodiscard]] TextMatch selection() const override;
    void select(qint64 anchor, qint64 caret) override;
    void setSearch(const TextSearch *search) override;

Q_SIGNALS:
    void currentChanged();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void scrollContentsBy(int dx, int dy) override;
    [[nodiscard]] int rowHeight() const override;
    [[nodiscard]] QRect rowsRect() const override; ///< below the columns' names
    void dragTo(const QPoint &place) override;

private:
    [[nodiscard]] const CsvRow &rowAt(qint64 row) const;
    [[nodiscard]] QFont nameFont() const; ///< of columns
    [[nodiscard]] int gutterWidth() const;
    [[nodiscard]] qint64 topRow() const;
    [[nodiscard]] int columnX(int column) const; ///< in the viewport
    [[nodiscard]] int columnAt(int x) const;
    [[nodiscard]] int boundaryAt(const QPoint &point) const; ///< of the column left of it; -1: none
    [[nodiscard]] qint64 rowUnder(int y) const;
    void fitColumns();
    void updateScrollBars();
    void bringIntoSight(const Place &place);
    void paintCell(QPainter &painter, const QRect &cell, const Place &place) const;

    const CsvIndex *m_index = nullptr;
    bool m_hasHeader = false;
    Place m_current;
    Place m_anchor;
    std::optional<TextMatch> m_found;   // that the current place was gone to for
    std::optional<TextMatch> m_pending; // to go to when its row is counted
    QPointer<const TextSearch> m_search;
    std::vector<int> m_widths;
    std::set<int> m_dragged; // columns that somebody gave a width
    int m_resizing = -1;
    mutable std::map<qint64, CsvRow> m_read; // rows by number
};

/// Screen readers read it cell by cell. Once, before the first is shown.
void makeCsvTablesReadable();

} // namespace keydesk
