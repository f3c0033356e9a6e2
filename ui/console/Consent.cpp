#include "ui/console/Consent.h"

#include "app/base/Redactor.h"
#include "app/http/PreparedRequest.h"
#include "app/http/SecretMarkers.h"

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

QString resolvedUrl(const RequestSpec &request, const CallContext &context, const Redactor &redactor)
{
    RequestSpec onlyUrl = request;
    onlyUrl.body = {};
    const QUrl baseUrl = context.environment ? QUrl(context.environment->baseUrl) : QUrl();
    const auto prepared = prepareRequest(onlyUrl, baseUrl, context.sources, {});
    return redactor.redactText(prepared ? maskedMarkers(prepared->url).toDisplayString() : request.url);
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

bool changesThings(const RequestSpec &request)
{
    const QString method = request.method.trimmed().toUpper();
    return method != "GET"_L1 && method != "HEAD"_L1 && method != "OPTIONS"_L1;
}

bool needsConsent(const RequestSpec &request, const std::optional<Environment> &environment)
{
    return environment && environment->isProtected && changesThings(request);
}

void askConsent(QWidget &page, const RequestSpec &request, const CallContext &context, const Redactor &redactor,
                const std::function<void()> &agreed)
{
    const QString name = context.environment.value_or(Environment()).name;
    ask(page,
        {tr("Protected Environment"), tr("Send %1 in “%2”?").arg(request.method, name),
         tr("%1 %2\n\nThis environment is protected, and the request can change things there.").arg(request.method, resolvedUrl(request, context, redactor)),
         tr("Send %1").arg(request.method)},
        agreed);
}

void askRepeatConsent(QWidget &window, const RequestSpec &request, const CallContext &context, const Redactor &redactor, int times,
                      const std::function<void()> &agreed)
{
    QString details = tr("%1 %2\n\nIt can change things there, with each of the calls.").arg(request.method, resolvedUrl(request, context, redactor));
    if (needsConsent(request, context.environment))
        details += u"\n\n"_s + tr("The environment “%1” is protected.").arg(context.environment->name);
    ask(window,
        {needsConsent(request, context.environment) ? tr("Protected Environment") : tr("Repeat"), tr("Send %1 %n time(s)?", nullptr, times).arg(request.method), details,
         tr("Send %n Time(s)", nullptr, times)},
        agreed);
}

} // namespace keydesk
