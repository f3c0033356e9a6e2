#include "ui/viewer/HexPane.h"

#include "ui/theme/Theme.h"

#include <QFontMetricsF>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr qint64 inRow = 16;
constexpr int padding = 8;

/// Where a byte of a row is written, in characters behind the place.
int column(qint64 byte)
{
    return 2 + int(byte) * 3 + (byte >= inRow / 2 ? 1 : 0);
}

constexpr int asciiColumn = 2 + int(inRow) * 3 + 2;

} // namespace

HexPane::HexPane(QWidget *parent)
    : RowsArea(parent)
{
    setFont(theme::fixedFont(font()));
}

void HexPane::setBytes(std::shared_ptr<const FileBytes> bytes)
{
    m_bytes = std::move(bytes);
    m_caret = 0;
    updateScrollBars();
    verticalScrollBar()->setValue(0);
    viewport()->update();
}

void HexPane::refresh()
{
    m_caret = std::clamp<qint64>(m_caret, 0, std::max<qint64>(0, size() - 1));
    updateScrollBars();
    viewport()->update();
}

qint64 HexPane::size() const
{
    return m_bytes ? m_bytes->size() : 0;
}

int HexPane::rowHeight() const
{
    return fontMetrics().lineSpacing() + 2;
}

int HexPane::placeDigits() const
{
    constexpr int least = 8;
    return std::max(least, int(QString::number(size(), 16).size()));
}

void HexPane::updateScrollBars()
{
    // A row of an int's count is enough for 32 GB.
    const qint64 rows = std::min<qint64>((size() + inRow - 1) / inRow, std::numeric_limits<int>::max());
    verticalScrollBar()->setRange(0, int(std::max<qint64>(0, rows - rowsInSight())));
    verticalScrollBar()->setPageStep(rowsInSight());
    const int width =
        2 * padding + fontMetrics().horizontalAdvance(u'0') * (placeDigits() + asciiColumn + int(inRow));
    horizontalScrollBar()->setRange(0, std::max(0, width - viewport()->width()));
    horizontalScrollBar()->setPageStep(viewport()->width());
}

QString HexPane::row(qint64 offset) const
{
    const QByteArray bytes = m_bytes ? m_bytes->read(offset, inRow) : QByteArray();
    QString text = u"%1"_s.arg(offset, placeDigits(), 16, QChar(u'0'));
    const auto digits = text.size();
    QString ascii;
    for (qsizetype i = 0; i < bytes.size(); ++i) {
        const auto byte = static_cast<uchar>(bytes.at(i));
        text = text.leftJustified(digits + column(i)) + u"%1"_s.arg(uint(byte), 2, 16, QChar(u'0'));
        ascii += byte >= 0x20 && byte < 0x7F ? QChar(char16_t(byte)) : QChar(u'·');
    }
    return text.leftJustified(digits + asciiColumn) + ascii;
}

void HexPane::paintEvent(QPaintEvent *)
{
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), palette().color(QPalette::Base));
    const qreal advance = QFontMetricsF(font()).horizontalAdvance(u'0');
    const int left = padding - horizontalScrollBar()->value();
    const qint64 first = qint64(verticalScrollBar()->value()) * inRow;
    const QColor ink = palette().color(QPalette::Text);
    const QColor quiet = theme::colour(palette(), theme::Role::SecondText);
    for (int y = 0; y < viewport()->height(); y += rowHeight()) {
        const qint64 offset = first + y / rowHeight() * inRow;
        if (offset >= size())
            break;
        const QString text = row(offset);
        const int digits = placeDigits();
        if (m_caret >= offset && m_caret < offset + inRow) {
            const QColor mark =
                theme::colour(palette(), hasFocus() ? theme::Role::Selection : theme::Role::NeutralFill);
            painter.fillRect(left + advance * (digits + column(m_caret - offset)), y, advance * 2,
                             rowHeight(), mark);
            painter.fillRect(left + advance * (digits + asciiColumn + int(m_caret - offset)), y, advance,
                             rowHeight(), mark);
        }
        const auto write = [&](qsizetype from, qsizetype length, const QColor &colour) {
            painter.setPen(colour);
            painter.drawText(QPointF(left + advance * qreal(from), y + 1 + fontMetrics().ascent()),
                             text.mid(from, length));
        };
        write(0, digits, quiet);
        write(digits, asciiColumn, ink);
        write(digits + asciiColumn, inRow, ink);
    }
}

void HexPane::setCaret(qint64 offset)
{
    m_caret = std::clamp<qint64>(offset, 0, std::max<qint64>(0, size() - 1));
    const auto row = int(m_caret / inRow);
    QScrollBar *bar = verticalScrollBar();
    if (row < bar->value())
        bar->setValue(row);
    else if (row >= bar->value() + rowsInSight())
        bar->setValue(row - rowsInSight() + 1);
    viewport()->update();
    Q_EMIT caretMoved();
}

void HexPane::keyPressEvent(QKeyEvent *event)
{
    const bool control = event->modifiers() & Qt::ControlModifier;
    const qint64 page = inRow * std::max(1, rowsInSight() - 1);
    const auto by = [this](qint64 bytes) {
        if (m_caret + bytes >= 0 && m_caret + bytes < size())
            setCaret(m_caret + bytes);
    };
    switch (event->key()) {
    case Qt::Key_Left:
        by(-1);
        break;
    case Qt::Key_Right:
        by(1);
        break;
    case Qt::Key_Up:
        by(-inRow);
        break;
    case Qt::Key_Down:
        by(inRow);
        break;
    case Qt::Key_PageUp:
        setCaret(m_caret - page);
        break;
    case Qt::Key_PageDown:
        setCaret(m_caret + page);
        break;
    case Qt::Key_Home:
        setCaret(control ? 0 : m_caret / inRow * inRow);
        break;
    case Qt::Key_End:
        setCaret(control ? size() - 1 : m_caret / inRow * inRow + inRow - 1);
        break;
    default:
        RowsArea::keyPressEvent(event);
        return;
    }
    event->accept();
}

void HexPane::mousePressEvent(QMouseEvent *event)
{
    dragTo(event->position().toPoint());
}

void HexPane::dragTo(const QPoint &place)
{
    const int advance = fontMetrics().horizontalAdvance(u'0');
    const int character = (place.x() - padding + horizontalScrollBar()->value()) / advance - placeDigits();
    const qint64 first = (qint64(verticalScrollBar()->value()) + place.y() / rowHeight()) * inRow;
    qint64 byte = 0;
    if (character >= asciiColumn)
        byte = std::min<qint64>(character - asciiColumn, inRow - 1);
    else
        while (byte + 1 < inRow && column(byte + 1) <= character)
            ++byte;
    setCaret(first + byte);
}

void HexPane::resizeEvent(QResizeEvent *event)
{
    RowsArea::resizeEvent(event);
    updateScrollBars();
}

void HexPane::changeEvent(QEvent *event)
{
    RowsArea::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        updateScrollBars();
    viewport()->update();
}

} // namespace keydesk
