#include "ui/console/UrlField.h"

#include "app/base/Redactor.h"
#include "app/http/SecretMarkers.h"
#include "ui/theme/Theme.h"

#include <QCoreApplication>
#include <QHelpEvent>
#include <QInputMethodEvent>
#include <QRegularExpression>
#include <QTextCharFormat>
#include <QToolTip>

namespace keydesk {

using namespace Qt::StringLiterals;

UrlField::UrlField(const Redactor &redactor, QWidget *parent)
    : QLineEdit(parent)
    , m_redactor(redactor)
{
    setFont(theme::fixedFont(font()));
    setAccessibleName(tr("URL"));
    setPlaceholderText(tr("A path such as /v1/agents, or a whole URL"));
    connect(this, &QLineEdit::textChanged, this, &UrlField::mark);
}

void UrlField::setContext(const QUrl &baseUrl, const VariableSources &variables, const QList<NameValue> &pathParts)
{
    m_pathParts = pathParts;
    m_baseUrl = baseUrl;
    m_variables = variables;
    mark();
}

QString UrlField::resolved() const
{
    RequestSpec spec;
    spec.url = text();
    spec.pathParts = m_pathParts;
    const auto prepared = prepareRequest(spec, m_baseUrl, m_variables, {});
    if (!prepared)
        return prepared.error().message;
    return m_redactor.redactText(maskedMarkers(prepared->url).toString());
}

bool UrlField::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        if (!text().isEmpty())
            QToolTip::showText(static_cast<QHelpEvent *>(event)->globalPos(), resolved().toHtmlEscaped(),
                               this);
        return true;
    }
    return QLineEdit::event(event);
}

void UrlField::changeEvent(QEvent *event)
{
    QLineEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange)
        mark();
}

// QLineEdit has no highlighter. Formats of an input method event that inserts nothing are the one way in:
// they stay until the next one.
void UrlField::mark()
{
    if (m_marking)
        return;
    m_marking = true;
    static const QRegularExpression pattern(u"\\{\\{[^{}]*\\}\\}"_s);
    QList<QInputMethodEvent::Attribute> attributes;
    for (auto matches = pattern.globalMatch(text()); matches.hasNext();) {
        const auto match = matches.next();
        QStringList unresolved;
        resolveVariables(match.captured(), m_variables, &unresolved);
        QTextCharFormat format;
        format.setForeground(
            theme::colour(palette(), unresolved.isEmpty() ? theme::Role::Accent : theme::Role::Danger));
        format.setBackground(theme::colour(palette(), unresolved.isEmpty() ? theme::Role::BadgeFill
                                                                           : theme::Role::DangerFill));
        attributes.append({QInputMethodEvent::TextFormat,
                           static_cast<int>(match.capturedStart()) - cursorPosition(),
                           static_cast<int>(match.capturedLength()), format});
    }
    QInputMethodEvent marks(QString(), attributes);
    QCoreApplication::sendEvent(this, &marks);
    m_marking = false;
}

} // namespace keydesk
