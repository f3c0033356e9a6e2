#include "ui/console/PaneParts.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QHBoxLayout>
#include <QPainter>
#include <QStyleOptionToolButton>
#include <QStylePainter>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

/// A word that can be chosen; bold once it is.
class WordButton : public QAbstractButton
{
public:
    explicit WordButton(const QString &text)
    {
        setText(text);
        setCheckable(true);
        setFocusPolicy(Qt::TabFocus);
        setAttribute(Qt::WA_Hover);
        setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    }

    QSize sizeHint() const override
    {
        const QFontMetrics metrics(wordFont(true)); // so that choosing moves nothing
        return {metrics.horizontalAdvance(text()) + 6, metrics.height() + 6};
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setFont(wordFont(isChecked()));
        const bool strong = isChecked() || underMouse();
        painter.setPen(theme::colour(palette(), strong ? theme::Role::Text : theme::Role::SecondText));
        painter.drawText(rect(), Qt::AlignCenter, text());
        if (!hasFocus())
            return;
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(theme::colour(palette(), theme::Role::Accent));
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
    }

private:
    [[nodiscard]] QFont wordFont(bool bold) const
    {
        QFont own = theme::secondFont(font());
        own.setWeight(bold ? QFont::DemiBold : QFont::Normal);
        return own;
    }
};

} // namespace

Hairline::Hairline(QWidget *parent)
    : QWidget(parent)
{
    setFixedHeight(1);
}

void Hairline::paintEvent(QPaintEvent *)
{
    QPainter(this).fillRect(rect(), theme::colour(palette(), theme::Role::Hairline));
}

void Pane::paintEvent(QPaintEvent *)
{
    QPainter(this).fillRect(rect(), theme::colour(palette(), theme::Role::Pane));
}

FootBar::FootBar(QWidget *parent)
    : Pane(parent)
    , m_row(new QHBoxLayout(this))
{
    m_row->setContentsMargins(theme::panePadding, 1, theme::panePadding, 0);
    m_row->setSpacing(theme::gap);
    setMinimumHeight(theme::rowHeight);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void FootBar::paintEvent(QPaintEvent *event)
{
    Pane::paintEvent(event);
    QPainter(this).fillRect(0, 0, width(), 1, theme::colour(palette(), theme::Role::Hairline));
}

ModeSwitch::ModeSwitch(const QString &accessibleName, QWidget *parent)
    : QWidget(parent)
    , m_row(new QHBoxLayout(this))
    , m_buttons(new QButtonGroup(this))
{
    setAccessibleName(accessibleName);
    m_row->setContentsMargins(0, 0, 0, 0);
    m_row->setSpacing(1);
    connect(m_buttons, &QButtonGroup::idClicked, this, &ModeSwitch::modeChosen);
}

void ModeSwitch::addMode(int id, const QString &text)
{
    if (!m_buttons->buttons().isEmpty()) {
        auto *dot = secondLabel(u"·"_s);
        m_row->addWidget(dot);
        m_dots.append(dot);
    }
    auto *button = new WordButton(text);
    m_buttons->addButton(button, id);
    m_row->addWidget(button);
}

void ModeSwitch::setModeVisible(int id, bool visible)
{
    m_buttons->button(id)->setVisible(visible);
    bool anyBefore = false;
    const auto buttons = m_buttons->buttons();
    for (qsizetype i = 0; i < buttons.size(); ++i) {
        const bool shown = !buttons.at(i)->isHidden();
        if (i > 0)
            m_dots.at(i - 1)->setVisible(shown && anyBefore);
        anyBefore = anyBefore || shown;
    }
}

bool ModeSwitch::isModeVisible(int id) const
{
    return !m_buttons->button(id)->isHidden();
}

int ModeSwitch::mode() const
{
    return m_buttons->checkedId();
}

void ModeSwitch::setMode(int id)
{
    m_buttons->button(id)->setChecked(true);
}

ElidedLabel::ElidedLabel(QWidget *parent)
    : QLabel(parent)
{
    setForegroundRole(QPalette::PlaceholderText);
    setTextFormat(Qt::PlainText);
}

void ElidedLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setPen(palette().color(foregroundRole()));
    const bool fits = width() >= sizeHint().width(); // known from the layout; eliding measures anew
    painter.drawText(rect(), Qt::AlignLeft | Qt::AlignVCenter,
                     fits ? text() : fontMetrics().elidedText(text(), Qt::ElideRight, width()));
}

ElidedButton::ElidedButton(QWidget *parent)
    : QToolButton(parent)
{
    setAutoRaise(true);
    setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

QSize ElidedButton::minimumSizeHint() const
{
    const QSize hint = sizeHint();
    return {qMin(hint.width(), hint.height()), hint.height()};
}

void ElidedButton::paintEvent(QPaintEvent *)
{
    QStyleOptionToolButton option;
    initStyleOption(&option);
    if (const int missing = sizeHint().width() - width(); missing > 0) {
        const int room = option.fontMetrics.horizontalAdvance(option.text) - missing;
        const QString elided = option.fontMetrics.elidedText(option.text, Qt::ElideRight, room);
        option.text = elided.size() > 2 ? elided : QString(); // the icon alone says more than a dot
    }
    QStylePainter(this).drawComplexControl(QStyle::CC_ToolButton, option);
}

QLabel *secondLabel(const QString &text)
{
    auto *label = new QLabel(text);
    label->setFont(theme::secondFont(label->font()));
    label->setForegroundRole(QPalette::PlaceholderText);
    label->setTextFormat(Qt::PlainText);
    return label;
}

QLabel *nameCombo(QComboBox *combo, const QString &name, bool shown)
{
    auto *label = new QLabel(name, combo->parentWidget());
    label->setBuddy(combo);
    label->setVisible(shown);
    combo->setAccessibleName(name);
    return label;
}

} // namespace keydesk
