#include "ui/viewer/JsonPane.h"

#include "app/body/JsonParts.h"
#include "ui/theme/Paint.h"
#include "ui/theme/Theme.h"

#include <QPainter>
#include <QScrollBar>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

using Kind = JsonPlace::Kind;
using Part = JsonRowText::Part;

namespace {

constexpr int besideText = 8;          // beside the text, in pixels
constexpr int indentation = 2;         // characters a level of the text
constexpr int deepestIndentation = 48; // levels: beyond these, rows would be out of sight
constexpr int textMark = 14;           // pixels of the fold marks beside 13-px text
constexpr int caretMargin = 24;        // between the caret's row and the edge it would leave by

theme::Role roleOf(Part part)
{
    switch (part) {
    case Part::Name:
        return theme::Role::JsonName;
    case Part::String:
        return theme::Role::JsonString;
    case Part::Number:
        return theme::Role::JsonNumber;
    case Part::Punctuation:
        return theme::Role::Text;
    case Part::Note:
        break;
    }
    return theme::Role::SecondText;
}

} // namespace

JsonPane::JsonPane(QWidget *parent)
    : RowsArea(parent)
{
    setFont(theme::fixedFont(font()));
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, &JsonPane::takeScroll);
}

JsonPane::~JsonPane() = default;

void JsonPane::setJson(const JsonIndex *index, const TextPieces *pieces)
{
    endCopies();
    m_top.reset();
    m_caret.reset();
    m_match.reset();
    m_awaited.reset();
    m_anchor = {};
    m_levelsAreDefault = true;
    for (const Look look : {Look::Pretty, Look::Tree}) {
        m_rows.at(size_t(look)) =
            index ? std::make_unique<JsonRows>(*index, *pieces, look) : std::unique_ptr<JsonRows>();
    }
    horizontalScrollBar()->setValue(0);
    refresh();
}

void JsonPane::refresh()
{
    m_numbers.reset();
    if (rows()) {
        // Lines of JSON are the first level, not what is in them.
        if (m_levelsAreDefault && rows()->index().documentCount() > 1) {
            m_rows.at(size_t(Look::Tree))->folding().setLevels(0);
            m_levelsAreDefault = false;
        }
        forgetPlaces();
    }
    forgetRows();
    updateScrollBarsSoon();
    if (m_awaited)
        select(m_awaited->begin, m_awaited->end);
    if (m_caret)
        Q_EMIT caretMoved();
}

void JsonPane::setLook(Look look)
{
    if (look == m_look)
        return;
    m_look = look;
    forgetPlaces();
    forgetRows();
    updateScrollBars();
    if (m_caret) {
        m_anchor = m_caret->key();
        bringIntoSight(*m_caret);
        Q_EMIT caretMoved();
    }
}

void JsonPane::setDecodesEscapes(bool decodes)
{
    m_style.decodesEscapes = decodes;
    forgetRows();
    updateScrollBars();
}

const TextPieces *JsonPane::searchedText() const
{
    return rows() ? &rows()->pieces() : nullptr;
}

void JsonPane::setSearch(const TextSearch *search)
{
    m_search = search;
    viewport()->update();
}

MatchFilter JsonPane::filterFor(Part part) const
{
    if (part == Part::Both || !rows())
        return {};
    return jsonPart(rows()->index(), part == Part::Names ? JsonPart::Names : JsonPart::Values);
}

void JsonPane::forgetRows()
{
    m_shown.clear();
    m_isLaidOut = false;
    m_lastTop.reset();
    viewport()->update();
}

/// Containers have ended or have been folded since: where these are is found again. One selected row stays
/// one.
void JsonPane::forgetPlaces()
{
    if (!rows())
        return;
    const bool isOne = !m_caret || m_caret->key() == m_anchor;
    for (std::optional<JsonPlace> *place : {&m_top, &m_caret}) {
        if (*place && (*place)->kind == Kind::Raw && rows()->index().fault())
            continue;
        *place = *place ? rows()->at((*place)->offset()) : rows()->first();
    }
    if (isOne && m_caret)
        m_anchor = m_caret->key();
}

void JsonPane::foldingChanged()
{
    m_levelsAreDefault = false;
    forgetPlaces();
    if (m_caret)
        m_anchor = m_caret->key();
    forgetRows();
    if (m_top)
        setTop(*m_top);
    Q_EMIT caretMoved();
}

int JsonPane::rowHeight() const
{
    const QFontMetrics metrics = fontMetrics();
    return m_look == Look::Pretty ? metrics.lineSpacing() + 2
                                  : paint::rowHeight(metrics, theme::treeRowHeight);
}

/// None of the tree's, and none while the text is not known to be JSON to its end.
const JsonRowNumbers &JsonPane::numbers() const
{
    static const JsonRowNumbers none;
    if (m_look != Look::Pretty || !rows())
        return none;
    if (!m_numbers) {
        const JsonIndex &index = rows()->index();
        const FileBytes &bytes = rows()->pieces().bytes();
        const bool canBe = index.isComplete() && !index.fault() && bytes.size() <= JsonRowNumbers::longest;
        const qint64 begin = rows()->pieces().begin();
        m_numbers = canBe ? JsonRowNumbers(bytes.read(begin, bytes.size() - begin), begin) : JsonRowNumbers();
    }
    return *m_numbers;
}

int JsonPane::numbersWidth() const
{
    const qint64 count = numbers().count();
    return count == 0 ? 0
                      : besideText / 2 + int(std::max<qsizetype>(2, QString::number(count).size())) *
                                             fontMetrics().horizontalAdvance(u'0');
}

int JsonPane::markWidth() const
{
    return qRound(textMark * paint::scaleOf(fontMetrics()));
}

int JsonPane::left(int depth) const
{
    const int step = m_look == Look::Pretty ? indentation * fontMetrics().horizontalAdvance(u' ')
                                            : markWidth() + besideText / 2;
    return numbersWidth() + besideText + markWidth() + besideText / 2 +
           std::min(depth, deepestIndentation) * step;
}

JsonPlace JsonPane::moved(JsonPlace place, int rows) const
{
    for (; rows > 0 && this->rows()->toNext(place); --rows) {
    }
    for (; rows < 0 && this->rows()->toPrevious(place); ++rows) {
    }
    return place;
}

const JsonPlace &JsonPane::lastTop() const
{
    if (!m_lastTop) {
        const std::optional<JsonPlace> last = rows()->last();
        m_lastTop = last ? moved(*last, 1 - roomForRows()) : *m_top;
    }
    return *m_lastTop;
}

void JsonPane::setTop(JsonPlace top)
{
    m_top = top.key() < lastTop().key() ? std::move(top) : lastTop();
    m_isLaidOut = false;
    updateScrollBars();
}

void JsonPane::scrollRows(int rows)
{
    if (m_top)
        setTop(moved(*m_top, rows));
}

/// Rows are laid out when there is time for it, before they are painted: nobody waits for them to hear that
/// there is an answer.
void JsonPane::updateScrollBarsSoon()
{
    if (!m_updatesSoon)
        QCoreApplication::postEvent(this, new QEvent(QEvent::LayoutRequest));
    m_updatesSoon = true;
}

void JsonPane::updateScrollBars()
{
    m_updatesSoon = false;
    viewport()->update();
    m_setsScroll = true;
    int widest = 0;
    if (m_top) {
        const double scale = scrollScale(rows()->pieces().bytes().size());
        const auto valueOf = [scale](qint64 offset) { return int(double(offset) * scale); };
        const std::vector<Shown> &shown = shownRows();
        const bool isAtEnd = lastTop().key() <= m_top->key();
        verticalScrollBar()->setRange(valueOf(rows()->pieces().begin()),
                                      std::max(valueOf(lastTop().offset()), 0));
        verticalScrollBar()->setPageStep(
            std::max(1, valueOf(shown.back().key.first) - valueOf(m_top->offset())));
        verticalScrollBar()->setValue(isAtEnd ? verticalScrollBar()->maximum() : valueOf(m_top->offset()));
        for (const Shown &row : shown)
            widest = std::max(widest, left(row.depth) + int(row.layout->lineAt(0).naturalTextWidth()));
    } else {
        verticalScrollBar()->setRange(0, 0);
    }
    QScrollBar *across = horizontalScrollBar();
    const int room = viewport()->width();
    across->setRange(0, std::max(0, widest + besideText - room));
    across->setPageStep(std::max(1, room));
    across->setSingleStep(fontMetrics().horizontalAdvance(u'0') * 4);
    m_setsScroll = false;
}

void JsonPane::takeScroll(int value)
{
    if (m_setsScroll || !m_top)
        return;
    std::optional<JsonPlace> top;
    if (value < verticalScrollBar()->maximum())
        top = rows()->at(qint64(double(value) / scrollScale(rows()->pieces().bytes().size())));
    m_top = top && top->key() < lastTop().key() ? std::move(*top) : lastTop();
    m_isLaidOut = false;
    updateScrollBars();
}

void JsonPane::bringIntoSight(const JsonPlace &place)
{
    if (!m_top)
        return;
    const std::vector<Shown> &shown = shownRows();
    const size_t whole = std::min(shown.size(), size_t(roomForRows()));
    const Key key = place.key();
    if (key < m_top->key()) {
        // One step up scrolls by a row; a place far away comes into the middle.
        setTop(moved(*m_top, -3).key() <= key ? place : moved(place, -roomForRows() / 3));
    } else if (shown.at(whole - 1).key < key) {
        const bool isNear = key <= moved(placeOf(whole - 1), 3).key();
        setTop(moved(place, isNear ? 1 - roomForRows() : -roomForRows() / 3));
    }
    QScrollBar *across = horizontalScrollBar();
    updateScrollBars();
    const int x = left(place.depth());
    if (x > across->value() + viewport()->width() - caretMargin || x - markWidth() < across->value())
        across->setValue(x - markWidth() - besideText - viewport()->width() / 3);
}

const std::vector<JsonPane::Shown> &JsonPane::shownRows() const
{
    if (m_isLaidOut || !m_top)
        return m_shown;
    std::vector<Shown> before = std::move(m_shown);
    m_shown.clear();
    JsonPlace place = *m_top;
    for (int y = 0; y < std::max(1, viewport()->height()); y += rowHeight()) {
        const Key key = place.key();
        const auto known = std::find_if(before.begin(), before.end(),
                                        [&key](const Shown &row) { return row.layout && row.key == key; });
        if (known != before.end()) {
            m_shown.push_back(std::move(*known));
        } else {
            Shown row;
            row.key = key;
            row.kind = place.kind;
            row.depth = place.depth();
            if (place.hasNode()) {
                row.node = place.node();
                row.index = place.path.back().index;
            }
            row.text = jsonRowText(*rows(), place, m_style);
            row.layout = laidOut(row.text, row.kind);
            m_shown.push_back(std::move(row));
            ++m_rowsMade;
        }
        if (!rows()->toNext(place))
            break;
    }
    m_isLaidOut = true;
    return m_shown;
}

std::unique_ptr<QTextLayout> JsonPane::laidOut(const JsonRowText &text, Kind kind) const
{
    auto layout = std::make_unique<QTextLayout>(text.text, font());
    QTextOption option;
    option.setWrapMode(QTextOption::NoWrap);
    option.setTextDirection(Qt::LeftToRight); // a value in Arabic stands behind its name as all do
    layout->setTextOption(option);
    layout->setCacheEnabled(true);
    QList<QTextLayout::FormatRange> formats;
    for (const JsonRowText::Span &span : text.spans) {
        const theme::Role role = kind == Kind::Fault ? theme::Role::Danger
                                 : kind == Kind::Raw ? theme::Role::Text
                                                     : roleOf(span.part);
        QTextCharFormat format;
        format.setForeground(theme::colour(palette(), role));
        formats << QTextLayout::FormatRange{span.begin, span.end - span.begin, format};
    }
    layout->setFormats(formats);
    layout->beginLayout();
    layout->createLine().setLineWidth(QWIDGETSIZE_MAX);
    layout->endLayout();
    return layout;
}

JsonPlace JsonPane::placeOf(size_t row) const
{
    return moved(*m_top, int(row));
}

QRect JsonPane::rowRect(size_t row) const
{
    return {0, int(row) * rowHeight(), viewport()->width(), rowHeight()};
}

QRectF JsonPane::markRect(size_t row) const
{
    const Shown &shown = m_shown.at(row);
    const int depth = m_look == Look::Pretty ? 0 : shown.depth; // the text has its marks in a gutter
    return {left(depth) - markWidth() - besideText / 2.0 -
                (m_look == Look::Tree ? horizontalScrollBar()->value() : 0),
            double(row) * rowHeight(), double(markWidth()), double(rowHeight())};
}

bool JsonPane::isSelected(const Key &key) const
{
    if (!m_caret)
        return false;
    const Key caret = m_caret->key();
    return std::min(caret, m_anchor) <= key && key <= std::max(caret, m_anchor);
}

/// Of what stands for more bytes than are shown, as the words for a folded container or a cut value do, it is
/// asked whether anything was found in it and not what: that may be millions. `rect` begins where the text
/// does.
void JsonPane::paintMatches(QPainter &painter, const Shown &shown, const QRectF &rect) const
{
    constexpr qint64 longestCharacter = 12; // bytes: two escapes
    const QTextLine line = shown.layout->lineAt(0);
    const QList<qint64> &offsets = shown.text.offsets;
    const auto mark = [&](qsizetype begin, qsizetype end, bool isThis) {
        const double from = line.cursorToX(int(begin));
        const QRectF place(rect.left() + from, rect.top(), line.cursorToX(int(end)) - from, rect.height());
        painter.fillRect(place, theme::colour(palette(), theme::Role::CautionFill));
        if (isThis)
            paint::box(&painter, place, QColor(), theme::colour(palette(), theme::Role::Caution), 2);
    };
    const auto markEach = [&](qsizetype begin, qsizetype end) { // characters
        for (const TextMatch &match : m_search->within(offsets.at(begin), offsets.at(end)))
            mark(shown.text.positionOf(match.begin), shown.text.positionOf(match.end),
                 m_match && *m_match == match);
    };
    qsizetype first = 0;
    for (qsizetype next = 1; next < offsets.size(); ++next) {
        const qint64 begin = offsets.at(next - 1);
        const qint64 end = offsets.at(next);
        if (end - begin <= longestCharacter)
            continue;
        const qsizetype words = shown.text.positionOf(begin);
        markEach(first, words);
        if (!m_search->within(begin, end, 1).empty())
            mark(words, next, m_match && m_match->begin >= begin && m_match->begin < end);
        first = next;
    }
    markEach(first, offsets.size() - 1);
}

void JsonPane::paintRow(QPainter &painter, size_t row) const
{
    const Shown &shown = m_shown.at(row);
    const QRectF rect = rowRect(row);
    const bool isCaret = m_caret && m_caret->key() == shown.key;
    const bool isMarked =
        hasFocus() ||
        (m_caret && m_caret->key() != m_anchor); // the caret alone marks nothing for who is elsewhere
    if (isMarked && isSelected(shown.key))
        painter.fillRect(rect, theme::colour(palette(), theme::Role::Selection));
    const QTextLine line = shown.layout->lineAt(0);
    const double x = left(shown.depth) - horizontalScrollBar()->value();
    painter.save();
    if (m_look == Look::Pretty) // the gutter stays
        painter.setClipRect(QRectF(left(0), rect.top(), rect.width() - left(0), rect.height()));
    if (m_search)
        paintMatches(painter, shown, rect.translated(x, 0));
    line.draw(&painter, QPointF(x, rect.top() + (rect.height() - line.height()) / 2 - line.y()));
    painter.restore();
    if (shown.kind == Kind::Opening || shown.kind == Kind::Folded)
        paint::chevron(&painter, markRect(row), theme::colour(palette(), theme::Role::SecondText),
                       shown.kind == Kind::Folded ? paint::Arrow::Right : paint::Arrow::Down,
                       paint::scaleOf(fontMetrics()));
    paintNumber(painter, row);
    if (isCaret && hasFocus())
        paint::focusRing(&painter, rect, palette(), 2);
}

void JsonPane::paintNumber(QPainter &painter, size_t row) const
{
    const int width = numbersWidth();
    if (width == 0)
        return;
    painter.setPen(theme::colour(palette(), theme::Role::SecondText));
    painter.drawText(QRect(0, rowRect(row).top(), besideText / 2 + width, rowHeight()),
                     Qt::AlignRight | Qt::AlignVCenter,
                     QString::number(numbers().at(m_shown.at(row).key.first)));
    painter.setPen(palette().color(QPalette::Text));
}

void JsonPane::paintEvent(QPaintEvent *)
{
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), palette().color(QPalette::Base));
    painter.setPen(palette().color(QPalette::Text));
    const size_t count = shownRows().size();
    for (size_t row = 0; row < count; ++row)
        paintRow(painter, row);
}

void JsonPane::resizeEvent(QResizeEvent *event)
{
    RowsArea::resizeEvent(event);
    m_lastTop.reset();
    m_isLaidOut = false;
    if (m_top)
        setTop(*m_top);
}

void JsonPane::changeEvent(QEvent *event)
{
    RowsArea::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange ||
        event->type() == QEvent::PaletteChange) {
        forgetRows();
        updateScrollBars();
    }
}

} // namespace keydesk
