#include "ui/setup/RoleLabel.h"

#include "ui/widgets/IconView.h"

#include <QAccessible>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>

using namespace Qt::StringLiterals;

namespace keydesk {

RoleLabel::RoleLabel(theme::Role ink, Size size, QWidget *parent)
    : WrappingLabel({}, parent)
    , m_ink(ink)
    , m_size(size)
{
    setTextFormat(Qt::PlainText);
    setTextInteractionFlags(Qt::TextSelectableByMouse);
    applyFont();
    applyInk();
}

void RoleLabel::setInk(theme::Role ink)
{
    m_ink = ink;
    applyInk();
}

void RoleLabel::setTextWithCodes(const QString &text, const QStringList &codes)
{
    setAccessibleName(text);
    QString html = text.toHtmlEscaped();
    const QString family = theme::fixedFont(font()).family().toHtmlEscaped();
    for (const QString &code : codes) {
        if (code.isEmpty())
            continue;
        const QString escaped = code.toHtmlEscaped();
        html.replace(escaped, u"<span style=\"font-family:'%1'\">%2</span>"_s.arg(family, escaped));
    }
    setTextFormat(Qt::RichText);
    setText(html);
}

void RoleLabel::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange)
        applyInk();
    WrappingLabel::changeEvent(event);
}

void RoleLabel::applyInk()
{
    // From the application's palette: this label's own carries the ink of the theme before.
    const QColor ink = theme::colour(QGuiApplication::palette(), m_ink);
    if (palette().color(QPalette::WindowText) == ink && palette().color(QPalette::Text) == ink)
        return;
    QPalette own;
    own.setColor(QPalette::WindowText, ink);
    own.setColor(QPalette::Text, ink);
    setPalette(own);
}

void RoleLabel::applyFont()
{
    switch (m_size) {
    case Size::Body:
        break;
    case Size::Second:
        setFont(theme::secondFont(font()));
        break;
    case Size::Title:
        setFont(theme::titleFont(font()));
        break;
    case Size::Group:
        setFont(theme::groupFont(font()));
        break;
    }
}

FieldProblem::FieldProblem(QWidget *field, QWidget *parent)
    : QWidget(parent)
    , m_field(field)
    , m_label(new RoleLabel(theme::Role::Danger, RoleLabel::Size::Second))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(theme::gap);
    auto *view = new IconView(u"refused"_s);
    view->setIcon(u"refused"_s, theme::Role::Danger);
    row->addWidget(view, 0, Qt::AlignTop);
    m_label->setAlignment(Qt::AlignLeft | Qt::AlignTop); // beside its icon, where a form gives it more room than it needs
    row->addWidget(m_label, 1);
    hide();
}

void FieldProblem::setText(const QString &text)
{
    m_label->setText(text);
    setVisible(!text.isEmpty());
    if (!m_field)
        return;
    m_field->setAccessibleDescription(text);
    if (text.isEmpty())
        return;
    m_field->setFocus(Qt::OtherFocusReason);
    QAccessibleEvent alert(m_label, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

QString FieldProblem::text() const
{
    return m_label->text();
}

} // namespace keydesk
