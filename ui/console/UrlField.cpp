#include "ui/console/UrlField.h"

#include "app/base/Redactor.h"
#include "app/base/VisibleText.h"
#include "app/http/PreparedRequest.h"
#include "app/http/SecretMarkers.h"
#include "app/interchange/curl/Curl.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/VariableHints.h"

#include <QAction>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QDropEvent>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMenu>
#include <QMimeData>

namespace keydesk {

using namespace Qt::StringLiterals;

UrlField::UrlField(const Redactor &redactor, VariableHints &hints, QWidget *parent)
    : QLineEdit(parent)
    , m_redactor(redactor)
    , m_hints(hints)
{
    setFont(theme::fixedFont(font()));
    setAccessibleName(tr("URL"));
    setPlaceholderText(tr("A path such as /v1/agents, or a whole URL"));
    hints.follow(*this, [this] { return text().isEmpty() ? QString() : withVisibleControls(resolved()); });
}

void UrlField::setContext(const QUrl &baseUrl, const QList<NameValue> &pathParts)
{
    m_pathParts = pathParts;
    m_baseUrl = baseUrl;
}

bool UrlField::takeCurl(const QString &text)
{
    if (isReadOnly() || !looksLikeCurl(text))
        return false;
    Q_EMIT curlPasted(text);
    return true;
}

void UrlField::pasteOrTakeCurl()
{
    if (!takeCurl(QGuiApplication::clipboard()->text()))
        paste();
}

void UrlField::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Paste)) {
        pasteOrTakeCurl();
        event->accept();
        return;
    }
    QLineEdit::keyPressEvent(event);
}

void UrlField::contextMenuEvent(QContextMenuEvent *event)
{
    QMenu *menu = createStandardContextMenu();
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QList<QAction *> actions = menu->actions();
    for (QAction *action : actions) {
        if (!action->text().startsWith(QLineEdit::tr("&Paste"))) // it has no other name
            continue;
        disconnect(action, nullptr, this, nullptr);
        connect(action, &QAction::triggered, this, &UrlField::pasteOrTakeCurl);
    }
    menu->popup(event->globalPos());
}

void UrlField::dropEvent(QDropEvent *event)
{
    if (event->source() != this && takeCurl(event->mimeData()->text())) {
        event->setDropAction(Qt::CopyAction);
        event->accept();
        return;
    }
    QLineEdit::dropEvent(event);
}

QString UrlField::resolved() const
{
    RequestSpec spec;
    spec.url = text();
    spec.pathParts = m_pathParts;
    const auto prepared = prepareRequest(spec, m_baseUrl, m_hints.sources(), {});
    if (!prepared)
        return prepared.error().message;
    return m_redactor.redactText(maskedMarkers(prepared->url).toString());
}

} // namespace keydesk
