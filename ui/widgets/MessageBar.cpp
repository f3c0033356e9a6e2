#include "ui/widgets/MessageBar.h"

#include "ui/theme/Icon.h"
#include "ui/widgets/IconView.h"
#include "ui/widgets/WrappingLabel.h"

#include <QAccessible>
#include <QToolButton>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct Look
{
    QString icon;
    theme::Role ink;
    theme::Role fill;
    QString word;
};

Look lookOf(MessageBar::Level level)
{
    switch (level) {
    case MessageBar::Level::Info:
        return {u"info"_s, theme::Role::Accent, theme::Role::BadgeFill, MessageBar::tr("Note")};
    case MessageBar::Level::Success:
        return {u"check"_s, theme::Role::Success, theme::Role::SuccessFill, MessageBar::tr("Done")};
    case MessageBar::Level::Caution:
        return {u"warning"_s, theme::Role::Caution, theme::Role::CautionFill, MessageBar::tr("Caution")};
    case MessageBar::Level::Danger:
        return {u"warning"_s, theme::Role::Danger, theme::Role::DangerFill, MessageBar::tr("Error")};
    }
    return {};
}

QPushButton *buttonFor(QAction *action)
{
    auto *button = new QPushButton;
    const auto follow = [button, action] {
        button->setText(action->text());
        button->setEnabled(action->isEnabled());
        button->setVisible(action->isVisible());
        button->setToolTip(action->toolTip() == action->text() ? QString() : action->toolTip());
    };
    follow();
    QObject::connect(action, &QAction::changed, button, follow);
    QObject::connect(action, &QObject::destroyed, button, &QObject::deleteLater);
    QObject::connect(button, &QPushButton::clicked, action, &QAction::trigger);
    return button;
}

} // namespace

MessageBar::MessageBar(QWidget *parent)
    : QFrame(parent)
    , m_icon(new IconView(u"info"_s, 16))
    , m_text(new WrappingLabel)
    , m_actions(new QHBoxLayout)
{
    setFrameShape(QFrame::NoFrame);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_actions->setSpacing(theme::gap);

    auto *close = new QToolButton;
    close->setIcon(icon(u"close"_s, theme::Role::SecondText));
    close->setAutoRaise(true);
    close->setAccessibleName(tr("Close message"));
    close->setToolTip(tr("Close this message"));
    connect(close, &QToolButton::clicked, this, &MessageBar::clear);

    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(theme::panePadding, 6, theme::gap, 6);
    layout->setSpacing(10);
    layout->addWidget(m_icon);
    layout->addWidget(m_text, 1);
    layout->addLayout(m_actions);
    layout->addWidget(close);
    hide();
}

void MessageBar::show(Level level, const QString &text, const QList<QAction *> &actions)
{
    removeButtons();
    const Look look = lookOf(level);
    m_fill = look.fill;
    m_icon->setIcon(look.icon, look.ink);
    m_text->setText(text);
    for (QAction *action : actions)
        m_actions->addWidget(buttonFor(action));
    setAccessibleName(u"%1: %2"_s.arg(look.word, text));
    m_text->setAccessibleName(accessibleName());
    setVisible(true);
    update();

#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    QAccessibleAnnouncementEvent announcement(this, accessibleName());
    QAccessible::updateAccessibility(&announcement);
#else
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
#endif
}

void MessageBar::clear()
{
    // A screen reader or the keyboard must not be left on a control that is gone.
    if (isAncestorOf(focusWidget()) && parentWidget())
        parentWidget()->setFocus();
    hide();
    removeButtons();
    m_text->clear();
    setAccessibleName({});
}

QString MessageBar::text() const
{
    return m_text->text();
}

void MessageBar::removeButtons()
{
    while (QLayoutItem *item = m_actions->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater();
        delete item;
    }
}

void MessageBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme::colour(palette(), m_fill));
    painter.fillRect(QRect(0, height() - 1, width(), 1), theme::colour(palette(), theme::Role::Hairline));
}

} // namespace keydesk
