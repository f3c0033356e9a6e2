#include "ui/setup/Card.h"

#include "ui/setup/RoleLabel.h"
#include "ui/widgets/IconView.h"

#include <QAccessible>
#include <QBoxLayout>
#include <QPainter>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace keydesk {

Card::Card(QWidget *parent)
    : QFrame(parent)
{
    setFrameShape(QFrame::NoFrame);
    setContentsMargins(0, 0, 0, 0);
}

void Card::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme::colour(palette(), theme::Role::Hairline), 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme::cardRadius,
                            theme::cardRadius);
}

FactsCard::FactsCard(const QString &accessibleName, QWidget *parent)
    : Card(parent)
    , m_column(new QVBoxLayout(this))
{
    setAccessibleName(accessibleName);
    m_column->setContentsMargins(theme::groupGap, theme::panePadding, theme::groupGap, theme::panePadding);
    m_column->setSpacing(theme::gap);
    hide();
}

void FactsCard::setFacts(const QList<Fact> &facts)
{
    while (m_rows.size() < facts.size())
        addRow();
    QStringList texts;
    for (qsizetype i = 0; i < m_rows.size(); ++i) {
        Row &row = *m_rows.at(i);
        const bool used = i < facts.size();
        row.widget->setVisible(used);
        if (!used) {
            row.label->clear();
            row.pressed = {};
            continue;
        }
        const Fact &fact = facts.at(i);
        row.icon->setIcon(fact.icon, fact.iconInk);
        row.label->setInk(fact.ink);
        row.label->setTextWithCodes(fact.text, fact.codes);
        row.button->setVisible(!fact.buttonText.isEmpty());
        row.button->setText(fact.buttonText);
        row.pressed = fact.pressed;
        texts << fact.text;
    }
    setVisible(!facts.isEmpty());
    if (texts == m_texts)
        return;
    m_texts = texts;
    setAccessibleDescription(texts.join(u'\n'));
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

QStringList FactsCard::texts() const
{
    return m_texts;
}

void FactsCard::addRow()
{
    auto row = std::make_shared<Row>();
    row->widget = new QWidget;
    row->icon = new IconView(QString());
    row->label = new RoleLabel;
    row->button = new QPushButton;
    row->button->setProperty("link", true);
    row->button->setMaximumHeight(row->button->fontMetrics().height() + 2); // no higher than the words
    auto *line = new QHBoxLayout(row->widget);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(theme::gap);
    line->addWidget(row->icon, 0, Qt::AlignTop);
    line->addWidget(row->label, 1, Qt::AlignTop);
    line->addWidget(row->button, 0, Qt::AlignTop);
    m_column->addWidget(row->widget);
    const std::weak_ptr<Row> weak = row;
    connect(row->button, &QPushButton::clicked, this, [weak] {
        const auto strong = weak.lock();
        if (!strong || !strong->pressed)
            return;
        const std::function<void()> pressed = strong->pressed; // it may change the facts, and this with them
        pressed();
    });
    m_rows << row;
}

} // namespace keydesk
