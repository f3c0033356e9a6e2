#include "app/http/RedactedRequest.h"

#include "app/base/Redactor.h"

#include <QCoreApplication>
#include <QRegularExpression>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("RedactedRequest", text);
}

bool namesOnlyVariables(const QString &value)
{
    static const QRegularExpression pattern(u"^(?:[A-Za-z]+ +)?\\{\\{[^{}]+\\}\\}$"_s);
    return pattern.match(value.trimmed()).hasMatch();
}

bool namesCredential(const QString &name)
{
    QString dashed = name.trimmed();
    dashed.replace(u'_', u'-');
    return Redactor::isCredentialHeader(dashed.toUtf8()) ||
           dashed.compare("token"_L1, Qt::CaseInsensitive) == 0 ||
           dashed.compare("password"_L1, Qt::CaseInsensitive) == 0 ||
           dashed.compare("secret"_L1, Qt::CaseInsensitive) == 0;
}

void redactRows(QList<NameValue> &rows, const Redactor &redactor)
{
    for (NameValue &row : rows) {
        if (namesCredential(row.name) && !row.value.isEmpty() && !namesOnlyVariables(row.value)) {
            row.value.clear();
            row.enabled = false;
        } else {
            row.value = redactor.redactText(row.value);
        }
        row.name = redactor.redactText(row.name);
    }
}

QString bodyLines(const QByteArray &body)
{
    if (body.isEmpty())
        return {};
    return u'\n' + QString::fromUtf8(body) + u'\n';
}

QString hopText(const RedirectHop &hop)
{
    QString text = tr("%1 %2: the server redirected to %3.")
                       .arg(hop.status)
                       .arg(QString::fromLatin1(reasonPhrase(hop.status)), hop.to.toDisplayString());
    if (!hop.stopped.isEmpty())
        return text + u'\n' + hop.stopped;
    if (hop.methodBefore != hop.methodAfter)
        text += u'\n' + tr("%1 became %2.")
                            .arg(QString::fromLatin1(hop.methodBefore), QString::fromLatin1(hop.methodAfter));
    if (hop.bodyDropped)
        text += u'\n' + tr("The body was not sent on.");
    if (hop.keyDropped)
        text += u'\n' + tr("The key was not sent on: this is another origin.");
    if (!hop.droppedHeaders.isEmpty()) {
        QStringList names;
        for (const QByteArray &name : hop.droppedHeaders)
            names.append(QString::fromUtf8(name));
        text += u'\n' + tr("Headers not sent on to another origin: %1.").arg(names.join(u", "_s));
    }
    return text;
}

} // namespace

RequestSpec redactedRequest(RequestSpec spec, const Redactor &redactor)
{
    spec.url = redactor.redactText(spec.url);
    redactRows(spec.params, redactor);
    redactRows(spec.headers, redactor);
    redactRows(spec.body.form, redactor);
    spec.body.text = redactor.redactText(spec.body.text);
    return spec;
}

QString sentText(const CallTrace &trace)
{
    QStringList parts;
    for (qsizetype i = 0; i < trace.sent.size(); ++i) {
        const SentRequest &request = trace.sent.at(i);
        QString text = QString::fromLatin1(request.method) + u' ' +
                       QString::fromUtf8(request.url.toEncoded(QUrl::RemoveFragment)) + u'\n';
        for (const auto &[name, value] : request.headers)
            text += QString::fromUtf8(name) + u": "_s + QString::fromUtf8(value) + u'\n';
        text += bodyLines(request.body);
        parts.append(text);
        if (i < trace.hops.size())
            parts.append(hopText(trace.hops.at(i)) + u'\n');
    }
    if (trace.sent.isEmpty())
        parts.append(tr("No request went out.") + u'\n');
    if (!trace.keyWithheld.isEmpty())
        parts.append(trace.keyWithheld + u'\n');
    return parts.join(u'\n').trimmed();
}

QString responseHeadText(const HttpResponse &response, const Redactor &redactor)
{
    QString text = u"%1 %2 %3\n"_s.arg(QString::fromLatin1(response.protocol))
                       .arg(response.status)
                       .arg(QString::fromUtf8(response.reason));
    for (const auto &[name, value] : response.headers)
        text +=
            QString::fromUtf8(name) + u": "_s + QString::fromUtf8(redactor.redactHeader(name, value)) + u'\n';
    return text;
}

} // namespace keydesk
