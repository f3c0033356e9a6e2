#include "ui/console/Consent.h"

#include "app/base/Redactor.h"
#include "app/http/PreparedRequest.h"
#include "app/http/StreamKind.h"

#include <QCoreApplication>
#include <QMessageBox>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("Consent", text);
}

} // namespace

bool needsConsent(const RequestSpec &request, const CallContext &context)
{
    if (!context.environment || !context.environment->isProtected)
        return false;
    const QString method = request.method.trimmed().toUpper();
    // What goes through a WebSocket later may be anything.
    return opensWebSocket(method, resolveVariables(request.url, context.sources, nullptr)) ||
           (method != "GET"_L1 && method != "HEAD"_L1 && method != "OPTIONS"_L1);
}

void askConsent(QWidget &page, const RequestSpec &request, const CallContext &context, const Redactor &redactor,
                const std::function<void()> &agreed)
{
    if (page.findChild<QMessageBox *>(u"consent"_s))
        return;
    const Environment environment = context.environment.value_or(Environment());
    RequestSpec onlyUrl = request;
    onlyUrl.body = {};
    const auto prepared = prepareRequest(onlyUrl, QUrl(environment.baseUrl), context.sources, {});
    const QString url = redactor.redactText(prepared ? prepared->url.toDisplayString() : request.url);
    const bool isSocket = prepared && isWebSocket(prepared->url);
    auto *box = new QMessageBox(QMessageBox::Warning, tr("Protected Environment"),
                                isSocket ? tr("Open a WebSocket in “%1”?").arg(environment.name)
                                         : tr("Send %1 in “%2”?").arg(request.method, environment.name),
                                QMessageBox::Cancel, &page);
    box->setObjectName(u"consent"_s);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(isSocket ? tr("%1\n\nThis environment is protected, and what is sent through it can change things there.").arg(url)
                                     : tr("%1 %2\n\nThis environment is protected, and the request can change things there.").arg(request.method, url));
    auto *proceed = box->addButton(isSocket ? tr("Connect") : tr("Send %1").arg(request.method), QMessageBox::AcceptRole);
    box->setDefaultButton(QMessageBox::Cancel);
    box->setEscapeButton(QMessageBox::Cancel);
    QObject::connect(box, &QMessageBox::buttonClicked, &page, [agreed, proceed](QAbstractButton *pressed) {
        if (pressed == proceed)
            agreed();
    });
    box->open();
}

} // namespace keydesk
