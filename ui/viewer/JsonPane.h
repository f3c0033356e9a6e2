#pragma once

#include "app/body/JsonRowNumbers.h"
#include "app/body/JsonRowText.h"
#include "ui/viewer/FilePane.h"
#include "ui/viewer/RowsArea.h"

#include <QAccessible>
#include <QPointer>
#include <QTextLayout>

#include <array>
#include <memory>

class QMenu;

namespace keydesk {

/// JSON of any size, read-only, as indented text that folds or as a tree. Only the rows in sight are made.
/// Places are bytes of the file, and the scroll bar goes over bytes: nobody has to know how many rows there
/// are. What the index has not come to yet appears when it has.
class JsonPane : public RowsArea, public FindTarget
{
    Q_OBJECT

public:
    using Look = JsonRows::Look;
    using Key = std::pair<qint64, JsonPlace::Kind>;

    /// A row in sight.
    struct Shown
    {
        Key key;
        JsonPlace::Kind kind = JsonPlace::Kind::Leaf;
        JsonNode node; ///< but of Fault and Raw
        qint64 index = 0;
        int depth = 0;
        JsonRowText text;
        std::unique_ptr<QTextLayout> layout;
    };

    explicit JsonPane(QWidget *parent = nullptr);
    ~JsonPane() override;

    /// Goes to the beginning. Both live as long as they are shown; null: nothing is.
    void setJson(const JsonIndex *index, const TextPieces *pieces);
    /// The index has come further, or the file has changed.
    void refresh();
    void setLook(Look look);
    [[nodiscard]] Look look() const { return m_look; }
    void setDecodesEscapes(bool decodes);
    [[nodiscard]] const TextPieces *searchedText() const override;
    void setSearch(const TextSearch *search) override;
    [[nodiscard]] bool hasParts() const override { return true; }
    [[nodiscard]] MatchFilter filterFor(Part part) const override;

    /// The caret's row; none while there is no row.
    [[nodiscard]] const std::optional<JsonPlace> &caret() const { return m_caret; }
    /// What was found in the caret's row, or where it begins.
    [[nodiscard]] TextMatch selection() const override;
    /// Opens what hides it, and marks it; as soon as the index has come there.
    void select(qint64 anchor, qint64 caret) override;
    void goTo(qint64 offset);
    void goToFault();
    void selectAll();
    [[nodiscard]] bool isSelected(const Key &key) const;

    /// Of the caret's row. Asks before it puts more on the clipboard than other programs like to get.
    void copyValue();
    void copyName();
    void copyPath();
    void copyPointer();
    /// The selected rows as they are laid out.
    void copyRows();

    void setOpen(bool open); ///< the caret's container
    void setOpenBelow(bool open);
    void setLevels(int levels);

    /// From above; for screen readers.
    [[nodiscard]] const std::vector<Shown> &shownRows() const;
    [[nodiscard]] QRect rowRect(size_t row) const; ///< in the viewport
    /// Its rows as text, with the place where the caret's begins: all of a small file; of a larger one those
    /// in sight. For screen readers.
    [[nodiscard]] std::pair<QString, qsizetype> readableText() const;
    void moveCaretTo(size_t row);
    /// How many rows have been made since there is this pane.
    [[nodiscard]] qint64 rowsMade() const { return m_rowsMade; }

Q_SIGNALS:
    void caretMoved();
    void textWanted(qint64 offset); ///< to see there what is too long for a row
    void menuMade(QMenu *menu);     ///< of the caret's row; it is about to open

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    [[nodiscard]] int rowHeight() const override;
    void scrollRows(int rows) override;
    void dragTo(const QPoint &place) override;

private:
    [[nodiscard]] JsonRows *rows() const { return m_rows.at(size_t(m_look)).get(); }
    void forgetRows();
    void foldingChanged();
    void forgetPlaces();
    [[nodiscard]] JsonPlace moved(JsonPlace place, int rows) const;
    [[nodiscard]] const JsonPlace &lastTop() const;
    void setTop(JsonPlace top);
    void updateScrollBars();
    void updateScrollBarsSoon();
    void takeScroll(int value);
    void bringIntoSight(const JsonPlace &place);
    void setCaret(JsonPlace place, bool keepsAnchor);
    void moveCaret(int rows, bool keepsAnchor);
    [[nodiscard]] JsonPlace placeOf(size_t row) const;
    [[nodiscard]] size_t rowUnder(const QPointF &place) const;

    [[nodiscard]] const JsonRowNumbers &numbers() const;
    [[nodiscard]] int numbersWidth() const;
    [[nodiscard]] int markWidth() const;
    [[nodiscard]] int left(int depth) const; ///< where a row's text begins, before scrolling
    [[nodiscard]] QRectF markRect(size_t row) const;
    [[nodiscard]] std::unique_ptr<QTextLayout> laidOut(const JsonRowText &text, JsonPlace::Kind kind) const;
    void paintMatches(QPainter &painter, const Shown &shown, const QRectF &rect) const;
    void paintRow(QPainter &painter, size_t row) const;
    void paintNumber(QPainter &painter, size_t row) const;

    void tellReaders(QAccessible::Event what); ///< of the caret's row
    void stepLeft();
    void stepRight();
    void activate();
    [[nodiscard]] bool actByKey(const QKeyEvent &event);
    void addFoldingActions(QMenu &menu);
    void copyBytes(qint64 begin, qint64 end, bool isString);
    void endCopies();

    std::array<std::unique_ptr<JsonRows>, 2> m_rows; // by look: each has its own folding
    Look m_look = Look::Pretty;
    JsonTextStyle m_style;
    QPointer<const TextSearch> m_search;
    std::optional<JsonPlace> m_top;
    std::optional<JsonPlace> m_caret;
    Key m_anchor;
    std::optional<TextMatch> m_match;
    std::optional<TextMatch> m_awaited; // to be gone to
    bool m_levelsAreDefault = true;
    bool m_setsScroll = false;  // by this, not by whom who drags
    bool m_updatesSoon = false; // the scroll bars
    mutable std::optional<JsonRowNumbers> m_numbers; // of rows; none in it if they are too many
    mutable std::vector<Shown> m_shown;
    mutable bool m_isLaidOut = false; // m_shown begins with the top; else it is what was in sight before
    mutable std::optional<JsonPlace> m_lastTop;
    mutable qint64 m_rowsMade = 0;
};

/// Screen readers walk the rows in sight. Once, before the first is shown.
void makeJsonPanesReadable();

} // namespace keydesk
