#include "app/http/RedactedRequest.h"

#include "app/base/Redactor.h"
#include "app/http/HeaderRules.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct RedactedRequestText
{
    Q_DECLARE_TR_FUNCTIONS(RedactedRequest)
};

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

void redactParts(QList<RequestPart> &parts, const Redactor &redactor)
{
    for (RequestPart &part : parts) {
        if (namesCredential(part.name) && !part.value.isEmpty() && !namesOnlyVariables(part.value)) {
            part.value.clear();
            part.enabled = false;
        }
        for (QString *text : {&part.name, &part.value, &part.file, &part.fileName, &part.contentType})
            *text = redactor.redactText(*text);
        redactRows(part.headers, redactor);
    }
}

QString decoded(QStringView text)
{
    QByteArray bytes = text.toUtf8();
    bytes.replace('+', ' ');
    return QString::fromUtf8(QByteArray::fromPercentEncoding(bytes));
}

/// "name=value&name=value", from `at` on; a '#' or a '?' begins a new item too.
QString maskedItems(const QString &text, qsizetype at)
{
    static const auto endsItem = [](QChar c) { return c == u'&' || c == u';' || c == u'#' || c == u'?'; };
    QString masked = text.first(at);
    while (at < text.size()) {
        const auto *const stop = std::find_if(text.cbegin() + at, text.cend(), endsItem);
        const QStringView item = QStringView(text).sliced(at, stop - text.cbegin() - at);
        const qsizetype equals = item.indexOf(u'=');
        const QStringView value = equals < 0 ? QStringView() : item.sliced(equals + 1);
        if (!value.isEmpty() && namesCredential(decoded(item.first(equals))) &&
            !namesOnlyVariables(decoded(value)))
            masked += item.first(equals + 1).toString() + u"••••"_s;
        else
            masked += item;
        at += item.size();
        if (at < text.size())
            masked += text.at(at++);
    }
    return masked;
}

bool isForm(const Headers &headers)
{
    const QByteArray *type = findHeader(headers, "Content-Type");
    return type && type->trimmed().toLower().startsWith("application/x-www-form-urlencoded");
}

bool isForm(const QList<NameValue> &headers)
{
    return std::ranges::any_of(headers, [](const NameValue &row) {
        return row.enabled && row.name.trimmed().compare("content-type"_L1, Qt::CaseInsensitive) == 0 &&
               row.value.trimmed().startsWith("application/x-www-form-urlencoded"_L1, Qt::CaseInsensitive);
    });
}

QByteArray headerLines(const Headers &headers)
{
    QByteArray lines;
    for (const auto &[name, value] : headers)
        lines += name + ": " + value + '\n';
    return lines;
}

QString bodyLines(const SentRequest &request)
{
    if (request.body.isEmpty())
        return {};
    const QString body = QString::fromUtf8(request.body);
    return u'\n' + (isForm(request.headers) ? maskedItems(body, 0) : body) + u'\n';
}

/// As it went out, but for the dots that stand for a secret.
QString shownUrl(const QUrl &url)
{
    return QString::fromLatin1(url.toEncoded(QUrl::RemoveFragment)).replace("%E2%80%A2"_L1, u"•"_s);
}

QString hopText(const RedirectHop &hop)
{
    QString text = RedactedRequestText::tr("%1 %2: the server redirected to %3.")
                       .arg(hop.status)
                       .arg(QString::fromLatin1(reasonPhrase(hop.status)),
                            withoutCredentialItems(hop.to.toDisplayString()));
    if (!hop.stopped.isEmpty())
        return text + u'\n' + hop.stopped;
    if (hop.methodBefore != hop.methodAfter)
        text += u'\n' + RedactedRequestText::tr("%1 became %2.")
                            .arg(QString::fromLatin1(hop.methodBefore), QString::fromLatin1(hop.methodAfter));
    if (hop.bodyDropped)
        text += u'\n' + RedactedRequestText::tr("The body was not sent on.");
    if (hop.keyDropped)
        text += u'\n' + RedactedRequestText::tr("The key was not sent on: this is another origin.");
    if (!hop.droppedHeaders.isEmpty()) {
        QStringList names;
        for (const QByteArray &name : hop.droppedHeaders)
            names.append(QString::fromUtf8(name));
        text +=
            u'\n' +
            RedactedRequestText::tr("Headers not sent on to another origin: %1.").arg(names.join(u", "_s));
    }
    return text;
}

} // namespace

bool namesOnlyVariables(const QString &value)
{
    static const QRegularExpression pattern(
        u"^(?:[A-Za-z]+ +)?\\{\\{[^{}]+\\}\\}(?:[ :]*\\{\\{[^{}]+\\}\\})*:?$"_s); // "Basic {{token}}:" has no password
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

RequestSpec redactedRequest(RequestSpec spec, const Redactor &redactor)
{
    spec.name = redactor.redactText(spec.name);
    spec.method = redactor.redactText(spec.method);
    spec.url = withoutCredentialItems(redactor.redactText(spec.url));
    redactRows(spec.pathParts, redactor);
    redactRows(spec.params, redactor);
    redactRows(spec.headers, redactor);
    redactRows(spec.body.form, redactor);
    redactParts(spec.body.parts, redactor);
    for (QString *text :
         {&spec.body.text, &spec.body.graphQlVariables, &spec.body.graphQlOperation, &spec.body.file})
        *text = redactor.redactText(*text);
    if (isForm(spec.headers))
        spec.body.text = maskedItems(spec.body.text, 0);
    return spec;
}

QString withoutCredentialItems(const QString &url)
{
    static const QRegularExpression start(u"[?#]"_s);
    const qsizetype at = url.indexOf(start);
    return at < 0 ? url : maskedItems(url, at + 1);
}

QString sentText(const CallTrace &trace)
{
    QStringList parts;
    for (qsizetype i = 0; i < trace.sent.size(); ++i) {
        const SentRequest &request = trace.sent.at(i);
        parts.append(QString::fromLatin1(request.method) + u' ' + withoutCredentialItems(shownUrl(request.url)) + u'\n' +
                     QString::fromUtf8(headerLines(request.headers)) + bodyLines(request));
        if (i < trace.hops.size())
            parts.append(hopText(trace.hops.at(i)) + u'\n');
    }
    if (trace.sent.isEmpty())
        parts.append(RedactedRequestText::tr("No request went out.") + u'\n');
    if (!trace.keyWithheld.isEmpty())
        parts.append(trace.keyWithheld + u'\n');
    return parts.join(u'\n').trimmed();
}

QString responseHeadText(const HttpResponse &response, const Redactor &redactor)
{
    Headers shown = response.headers;
    for (auto &[name, value] : shown) {
        value = redactor.redactHeader(name, value);
        if (isSameHeader(name, "Location"))
            value = withoutCredentialItems(QString::fromUtf8(value)).toUtf8();
    }
    return u"%1 %2 %3\n"_s.arg(QString::fromLatin1(response.protocol)).arg(response.status).arg(QString::fromUtf8(response.reason)) +
           QString::fromUtf8(headerLines(shown));
}

} // namespace keydesk
