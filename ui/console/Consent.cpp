#include "ui/console/Consent.h"

#include "app/base/Redactor.h"
#include "app/http/PreparedRequest.h"
#include "app/http/SecretMarkers.h"
#include "app/http/StreamKind.h"

#include <QCoreApplication>
#include <QMessageBox>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

QString tr(const char *text, const char *comment = nullptr, int n = -1)
{
    return QCoreApplication::translate("Consent", text, comment, n);
}

struct Target
{
    QString url;
    bool isSocket = false;
};

Target targetOf(const RequestSpec &request, const CallContext &context, const Redactor &redactor)
{
    RequestSpec onlyUrl = request;
    onlyUrl.body = {};
    const QUrl baseUrl = context.environment ? QUrl(context.environment->baseUrl) : QUrl();
    const auto prepared = prepareRequest(onlyUrl, baseUrl, context.sources, {});
    if (!prepared)
        return {redactor.redactText(request.url), false};
    return {redactor.redactText(maskedMarkers(prepared->url).toDisplayString()), isWebSocket(prepared->url)};
}

struct Question
{
    QString title;
    QString text;
    QString details;
    QString yes;
};

void ask(QWidget &page, const Question &question, const std::function<void()> &agreed)
{
    if (page.findChild<QMessageBox *>(u"consent"_s))
        return;
    auto *box = new QMessageBox(QMessageBox::Warning, question.title, question.text, QMessageBox::Cancel, &page);
    box->setObjectName(u"consent"_s);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(question.details);
    auto *proceed = box->addButton(question.yes, QMessageBox::AcceptRole);
    box->setDefaultButton(QMessageBox::Cancel);
    box->setEscapeButton(QMessageBox::Cancel);
    QObject::connect(box, &QMessageBox::buttonClicked, &page, [agreed, proceed](QAbstractButton *pressed) {
        if (pressed == proceed)
            agreed();
    });
    box->open();
}

} // namespace

void askConsent(QWidget &page, const RequestSpec &request, const CallContext &context, const Redactor &redactor,
                const std::function<void()> &agreed)
{
    const QString name = context.environment.value_or(Environment()).name;
    const Target target = targetOf(request, context, redactor);
    if (target.isSocket)
        ask(page,
            {tr("Protected Environment"), tr("Open a WebSocket in “%1”?").arg(name),
             tr("%1\n\nThis environment is protected, and what is sent through it can change things there.").arg(target.url), tr("Connect")},
            agreed);
    else
        ask(page,
            {tr("Protected Environment"), tr("Send %1 in “%2”?").arg(request.method, name),
             tr("%1 %2\n\nThis environment is protected, and the request can change things there.").arg(request.method, target.url),
             tr("Send %1").arg(request.method)},
            agreed);
}

void askRepeatConsent(QWidget &window, const RequestSpec &request, const CallContext &context, const Redactor &redactor, int times,
                      const std::function<void()> &agreed)
{
    QString details = tr("%1 %2\n\nIt can change things there, with each of the calls.").arg(request.method, targetOf(request, context, redactor).url);
    if (needsConsent(request, context))
        details += u"\n\n"_s + tr("The environment “%1” is protected.").arg(context.environment->name);
    ask(window,
        {needsConsent(request, context) ? tr("Protected Environment") : tr("Repeat"), tr("Send %1 %n time(s)?", nullptr, times).arg(request.method), details,
         tr("Send %n Time(s)", nullptr, times)},
        agreed);
}

} // namespace keydesk
