#include "ui/console/PaneParts.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QToolButton>

namespace keydesk {

using namespace Qt::StringLiterals;

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
    m_row->setSpacing(0);
    connect(m_buttons, &QButtonGroup::idToggled, this, &ModeSwitch::embolden);
    connect(m_buttons, &QButtonGroup::idClicked, this, &ModeSwitch::modeChosen);
}

void ModeSwitch::addMode(int id, const QString &text)
{
    if (!m_buttons->buttons().isEmpty()) {
        auto *dot = secondLabel(u"·"_s);
        m_row->addWidget(dot);
        m_dots.append(dot);
    }
    auto *button = new QToolButton;
    button->setText(text);
    button->setCheckable(true);
    button->setAutoRaise(true);
    button->setProperty("quiet", true);
    button->setFont(theme::secondFont(font()));
    button->setForegroundRole(QPalette::PlaceholderText);
    m_buttons->addButton(button, id);
    m_row->addWidget(button);
    // Room for the bold word, so that choosing moves nothing.
    QFont bold = button->font();
    bold.setWeight(QFont::Bold);
    button->setMinimumWidth(QFontMetrics(bold).horizontalAdvance(text) + theme::gap);
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

int ModeSwitch::mode() const
{
    return m_buttons->checkedId();
}

void ModeSwitch::setMode(int id)
{
    m_buttons->button(id)->setChecked(true);
}

void ModeSwitch::embolden()
{
    for (QAbstractButton *button : m_buttons->buttons()) {
        QFont own = button->font();
        own.setWeight(button->isChecked() ? QFont::Bold : QFont::Normal);
        button->setFont(own);
        button->setForegroundRole(button->isChecked() ? QPalette::WindowText : QPalette::PlaceholderText);
    }
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
