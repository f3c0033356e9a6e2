#include "ui/widgets/TokenField.h"

#include "ui/theme/Theme.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QDropEvent>
#include <QMenu>
#include <QMimeData>
#include <QStyleOptionFrame>
#include <QTimer>

namespace keydesk {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr QChar dot(0x2022);
/// Longer than any token; beyond it the mask says "a lot" instead of one dot a character, which would take
/// seconds to lay out.
constexpr qsizetype longest = 8192;
constexpr qsizetype maskOfLong = 48;

QString toText(std::string_view bytes)
{
    return QString::fromUtf8(bytes.data(), qsizetype(bytes.size()));
}

Secret toSecret(const QString &text)
{
    return Secret::take(text.toUtf8());
}

/// One visible character for each, so that positions in it are positions in the token.
QString drawable(const QString &token)
{
    QString shown = token;
    for (QChar &c : shown) {
        if (c == u'\n' || c == u'\r')
            c = QChar(0x21b5);
        else if (c == u'\t')
            c = QChar(0x2192);
        else if (c.category() == QChar::Other_Control || c.category() == QChar::Other_Format ||
                 c.category() == QChar::Separator_Line || c.category() == QChar::Separator_Paragraph)
            c = QChar(0xfffd);
    }
    return shown;
}

} // namespace

class TokenField::Private
{
public:
    explicit Private(TokenField &field)
        : q(field)
    {
        hideTimer.setObjectName(u"hideTimer"_s);
        hideTimer.setSingleShot(true);
        hideTimer.setInterval(20s);
    }
    ~Private() { wipe(token); }

    /// What stands in the line edit: what tokenHint shows of the token, and a dot for each other character.
    [[nodiscard]] QString maskOf() const
    {
        if (token.size() > longest)
            return QString(maskOfLong, dot);
        const QString hint = isPassphrase ? QString() : tokenHint(toSecret(token));
        qsizetype head = hint.indexOf(dot);
        qsizetype tail = head < 0 ? 0 : hint.size() - 1 - hint.lastIndexOf(dot);
        head = qMax<qsizetype>(0, head);
        if (head + tail > token.size() || !token.startsWith(QStringView(hint).left(head)) ||
            !token.endsWith(QStringView(hint).right(tail)))
            head = tail = 0;
        QString shown = drawable(token.first(head)) + QString(token.size() - head - tail, dot) +
                        drawable(token.last(tail));
        return shown;
    }

    void showMask(qsizetype cursor)
    {
        mask = maskOf();
        const bool was = std::exchange(isOwnChange, true);
        q.setText(mask); // also forgets the undo history
        q.setCursorPosition(int(qMin(cursor, mask.size())));
        isOwnChange = was;
    }

    void replace(qsizetype from, qsizetype length, const QString &text)
    {
        if (mask.size() != token.size()) // too long to edit in part
            wipe(token), from = length = 0;
        // Room first: growing would leave a copy of the token in freed memory.
        if (token.capacity() < token.size() + text.size())
            grow(token.size() + text.size());
        token.replace(from, length, text);
        showMask(from + text.size());
    }

    /// QLineEdit has changed its text, the mask: by a key, an input method or an assistive technology. Finds
    /// what was replaced by what.
    void followEdit()
    {
        const QString now = q.text();
        const qsizetype cursor = q.cursorPosition();
        qsizetype tail = now.size() - cursor; // typing and deleting leave the cursor right behind the change
        if (tail == 0 || !QStringView(mask).endsWith(QStringView(now).last(tail)))
            tail = -1;
        qsizetype head = 0;
        const qsizetype most = qMin(now.size(), mask.size()) - qMax<qsizetype>(0, tail);
        while (head < most && now.at(head) == mask.at(head))
            ++head;
        if (tail < 0) { // setText: the cursor says nothing
            tail = 0;
            const qsizetype left = qMin(now.size(), mask.size()) - head;
            while (tail < left && now.at(now.size() - 1 - tail) == mask.at(mask.size() - 1 - tail))
                ++tail;
        }
        replace(head, mask.size() - tail - head, now.sliced(head, now.size() - tail - head));
        Q_EMIT q.secretEdited();
    }

    void insert(const QString &text)
    {
        if (q.isReadOnly() || text.isEmpty())
            return;
        const qsizetype from = q.hasSelectedText() ? q.selectionStart() : q.cursorPosition();
        replace(from, q.selectionLength(), text);
        Q_EMIT q.secretEdited();
    }

    /// The mask with as many dots as fit: its end is what tells one token from another.
    [[nodiscard]] QString shortMask(const QFontMetrics &metrics, int width) const
    {
        const qsizetype head = qMax<qsizetype>(0, mask.indexOf(dot));
        const qsizetype tail = mask.size() - 1 - mask.lastIndexOf(dot);
        const int room = width - metrics.horizontalAdvance(mask.first(head) + mask.last(tail));
        return mask.first(head) + QString(qMax(4, room / metrics.horizontalAdvance(dot)), dot) +
               mask.last(tail);
    }

    void paintToken(QPainter &painter, const QRect &area) const
    {
        // The mask is laid out where the token is to be drawn: QLineEdit says where its cursor is, 5 px wider
        // on the left than the line.
        const QFontMetrics metrics = q.fontMetrics();
        const QString shown = drawable(token);
        const auto width = [&](int count) { return metrics.horizontalAdvance(shown, count); };
        const QRect cursor = q.cursorRect();
        const int origin = cursor.left() + 5 - metrics.horizontalAdvance(mask, q.cursorPosition());
        if (q.hasSelectedText()) {
            const int from = width(q.selectionStart());
            const QRect ground(origin + from, cursor.top(), width(q.selectionEnd()) - from, cursor.height());
            painter.fillRect(ground, q.palette().highlight());
        }
        const QColor ink = q.palette().color(QPalette::Text);
        const qreal line = area.top() + (area.height() - metrics.height()) / 2.0 + metrics.ascent();
        painter.setPen(ink);
        painter.drawText(QPointF(origin, line), shown);
        if (q.hasFocus() && !q.isReadOnly())
            painter.fillRect(QRect(origin + width(q.cursorPosition()), cursor.top(), 1, cursor.height()),
                             ink);
    }

    TokenField &q;
    QString token;
    QString mask;
    bool isPassphrase = false;
    QTimer hideTimer{&q};
    bool isOwnChange = false;

private:
    void grow(qsizetype size)
    {
        QString larger;
        larger.reserve(qMax<qsizetype>(256, size * 2));
        larger.append(token);
        wipe(token);
        token = std::move(larger);
    }
};

TokenField::TokenField(QWidget *parent)
    : QLineEdit(parent)
    , d(std::make_unique<Private>(*this))
{
    setFont(theme::fixedFont(font()));
    setInputMethodHints(Qt::ImhSensitiveData | Qt::ImhNoPredictiveText | Qt::ImhNoAutoUppercase);
    setDragEnabled(false);
    connect(this, &QLineEdit::textChanged, this, [this] {
        if (!d->isOwnChange)
            d->followEdit();
    });
    connect(&d->hideTimer, &QTimer::timeout, this, [this] { setRevealed(false); });
}

TokenField::~TokenField() = default;

Secret TokenField::secret() const
{
    return toSecret(d->token);
}

void TokenField::setSecret(const Secret &secret)
{
    setRevealed(false);
    wipe(d->token);
    d->token = toText(secret.reveal());
    d->showMask(0);
}

void TokenField::clearSecret()
{
    setRevealed(false);
    wipe(d->token);
    d->showMask(0);
}

void TokenField::setPassphrase(bool passphrase)
{
    d->isPassphrase = passphrase;
    d->showMask(cursorPosition());
}

bool TokenField::isPassphrase() const
{
    return d->isPassphrase;
}

void TokenField::setRevealed(bool revealed)
{
    if (revealed == d->hideTimer.isActive())
        return;
    revealed ? d->hideTimer.start() : d->hideTimer.stop();
    update();
    Q_EMIT revealedChanged(revealed);
}

bool TokenField::isRevealed() const
{
    return d->hideTimer.isActive();
}

void TokenField::keyPressEvent(QKeyEvent *event)
{
    // Copying out the mask would surprise, and the token goes to the clipboard only through Clipboard.
    for (const QKeySequence::StandardKey key :
         {QKeySequence::Copy, QKeySequence::Cut, QKeySequence::Undo, QKeySequence::Redo}) {
        if (event->matches(key)) {
            event->accept();
            return;
        }
    }
    if (event->matches(QKeySequence::Paste)) {
        d->insert(QGuiApplication::clipboard()->text());
        event->accept();
        return;
    }
    QLineEdit::keyPressEvent(event);
}

void TokenField::contextMenuEvent(QContextMenuEvent *event)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QAction *paste =
        menu->addAction(tr("&Paste"), this, [this] { d->insert(QGuiApplication::clipboard()->text()); });
    paste->setEnabled(!isReadOnly() && !QGuiApplication::clipboard()->text().isEmpty());
    QAction *clear = menu->addAction(tr("C&lear"), this, [this] {
        clearSecret();
        Q_EMIT secretEdited();
    });
    clear->setEnabled(!isReadOnly() && !d->token.isEmpty());
    menu->addSeparator();
    menu->addAction(tr("Select &All"), this, &QLineEdit::selectAll)->setEnabled(!d->token.isEmpty());
    menu->popup(event->globalPos());
}

void TokenField::dropEvent(QDropEvent *event)
{
    if (isReadOnly() || !event->mimeData()->hasText())
        return;
    d->insert(event->mimeData()->text());
    event->acceptProposedAction();
}

void TokenField::mouseReleaseEvent(QMouseEvent *event)
{
    // QLineEdit copies a selection made with the mouse to the X11 primary selection here; an empty one it
    // does not.
    const int start = selectionStart();
    const int length = selectionLength();
    const bool isBackwards = start >= 0 && cursorPosition() == start;
    const bool hides = event->button() == Qt::LeftButton && length > 0;
    if (hides)
        deselect();
    QLineEdit::mouseReleaseEvent(event);
    if (hides)
        isBackwards ? setSelection(start + length, -length) : setSelection(start, length);
}

void TokenField::paintEvent(QPaintEvent *event)
{
    QStyleOptionFrame panel;
    initStyleOption(&panel);
    const QRect area =
        style()->subElementRect(QStyle::SE_LineEditContents, &panel, this).adjusted(2, 0, -2, 0);
    const bool isEditing = hasFocus() && !isReadOnly();
    const bool shows = isRevealed() && !d->token.isEmpty() && d->mask.size() == d->token.size();
    const bool isCut = !shows && !isEditing && fontMetrics().horizontalAdvance(d->mask) > area.width();
    if (!shows && !isCut) {
        QLineEdit::paintEvent(event);
        return;
    }
    QPainter painter(this);
    style()->drawPrimitive(QStyle::PE_PanelLineEdit, &panel, &painter, this);
    painter.setClipRect(area);
    if (isCut) {
        painter.setPen(palette().color(QPalette::Text));
        painter.drawText(area, Qt::AlignLeading | Qt::AlignVCenter,
                         d->shortMask(fontMetrics(), area.width()));
    } else {
        d->paintToken(painter, area);
    }
}

bool TokenField::event(QEvent *event)
{
    // A window hands this on to what is in it.
    if (event->type() == QEvent::WindowDeactivate)
        setRevealed(false);
    return QLineEdit::event(event);
}

void TokenField::hideEvent(QHideEvent *event)
{
    setRevealed(false);
    QLineEdit::hideEvent(event);
}

} // namespace keydesk
