#include "ui/console/SendButton.h"

#include "ui/console/PaneParts.h"

#include <QStyleOptionButton>
#include <QStylePainter>

namespace keydesk {

SendButton::SendButton(QWidget *parent)
    : QPushButton(parent)
    , m_hint(tr("Ctrl ⏎"))
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAutoDefault(false);
    m_wordsSoon.setSingleShot(true);
    m_wordsSoon.setInterval(flickerTime);
    connect(&m_wordsSoon, &QTimer::timeout, this, &SendButton::showWords);
    showWords();
}

void SendButton::setState(State state)
{
    if (m_state == state)
        return; // told at each piece of an answer
    m_state = state;
    if (state == State::Running) {
        m_wordsSoon.start();
        return;
    }
    m_wordsSoon.stop();
    if (m_shown != state)
        showWords();
}

void SendButton::setConnects(bool connects)
{
    if (m_connects == connects)
        return;
    m_connects = connects;
    m_wordsSoon.stop();
    showWords();
}

void SendButton::showWords()
{
    m_shown = m_state;
    setProperty("primary", !isRunning());
    switch (m_shown) {
    case State::Ready:
        setText(m_connects ? tr("Connect") : tr("Send"));
        setToolTip(m_connects ? tr("Open the WebSocket (Ctrl+Enter)") : tr("Send the request (Ctrl+Enter)"));
        break;
    case State::Running:
        setText(tr("Cancel"));
        setToolTip(tr("Cancel the call (Escape)"));
        break;
    case State::Streaming:
        setText(tr("Stop"));
        setToolTip(tr("End it here and keep what came (Escape)"));
        break;
    }
    setAccessibleName(text());
    update();
}

QFont SendButton::hintFont() const
{
    return theme::secondFont(font());
}

QSize SendButton::sizeHint() const
{
    if (m_size.isEmpty())
        m_size = measured();
    return m_size;
}

QSize SendButton::measured() const
{
    const QFontMetrics words(font());
    const int word = qMax(words.horizontalAdvance(tr("Send")) + theme::gap +
                              QFontMetrics(hintFont()).horizontalAdvance(m_hint),
                          qMax(words.horizontalAdvance(tr("Cancel")), words.horizontalAdvance(tr("Connect"))));
    return {word + 2 * theme::panePadding, QPushButton::sizeHint().height()};
}

bool SendButton::event(QEvent *event)
{
    const bool done = QPushButton::event(event);
    switch (event->type()) {
    case QEvent::Polish:
    case QEvent::FontChange:
    case QEvent::StyleChange:
        m_size = {};
        // Fixed, not only the same in both states: changing the text then lays nothing out anew.
        setFixedSize(sizeHint());
        break;
    default:
        break;
    }
    return done;
}

void SendButton::paintEvent(QPaintEvent *event)
{
    if (isRunning() || m_connects) { // a longer word has no room for the hint
        QPushButton::paintEvent(event);
        return;
    }
    QStyleOptionButton option;
    initStyleOption(&option);
    option.text.clear();
    QStylePainter painter(this);
    painter.drawControl(QStyle::CE_PushButton, option);
    const QFontMetrics words(font());
    const QFontMetrics hint(hintFont());
    const int wordWidth = words.horizontalAdvance(text());
    const int all = wordWidth + theme::gap + hint.horizontalAdvance(m_hint);
    QRect area = rect();
    area.setLeft((width() - all) / 2);
    QColor ink = theme::colour(palette(), theme::Role::OnAccent);
    painter.setPen(ink);
    painter.drawText(area, Qt::AlignLeft | Qt::AlignVCenter, text());
    area.setLeft(area.left() + wordWidth + theme::gap);
    painter.setFont(hintFont());
    painter.setOpacity(0.8);
    painter.drawText(area, Qt::AlignLeft | Qt::AlignVCenter, m_hint);
}

} // namespace keydesk
