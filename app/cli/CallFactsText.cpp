#include "app/cli/CallFactsText.h"

#include "app/base/Redactor.h"
#include "app/http/BodyText.h"
#include "app/http/RedactedRequest.h"

#include <QCoreApplication>
#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace keydesk::cli {

namespace {

struct CallFactsTextText
{
    Q_DECLARE_TR_FUNCTIONS(CallFactsText)
};

bool keyWent(const CallTrace &trace)
{
    return !trace.sent.isEmpty() && trace.sent.last().keySent;
}

QString keyWords(const CallOutcome &outcome)
{
    const QString name = outcome.key ? CallFactsTextText::tr("key “%1”").arg(outcome.key->name)
                                     : CallFactsTextText::tr("the key given for this call");
    if (keyWent(outcome.trace))
        return name;
    return outcome.key ? CallFactsTextText::tr("%1 did not go along").arg(name)
                       : CallFactsTextText::tr("no key");
}

QStringList hopLines(const CallTrace &trace)
{
    QStringList lines;
    for (const RedirectHop &hop : trace.hops) {
        QString line =
            CallFactsTextText::tr("%1: redirected to %2")
                .arg(QString::number(hop.status), withoutCredentialItems(hop.to.toDisplayString()));
        if (hop.methodAfter != hop.methodBefore)
            line += CallFactsTextText::tr(", as %1").arg(QString::fromLatin1(hop.methodAfter));
        QStringList dropped;
        for (const QByteArray &header : hop.droppedHeaders)
            dropped << QString::fromLatin1(header);
        if (hop.keyDropped)
            dropped.prepend(CallFactsTextText::tr("the key"));
        if (hop.bodyDropped)
            dropped << CallFactsTextText::tr("the body");
        if (!dropped.isEmpty())
            line += CallFactsTextText::tr("; another server, so that it does not get: %1")
                        .arg(dropped.join(", "_L1));
        lines << line + u'.';
        if (!hop.stopped.isEmpty())
            lines << hop.stopped;
    }
    return lines;
}

} // namespace

QStringList factLines(const CallOutcome &outcome, const Redactor &redactor)
{
    QStringList lines = hopLines(outcome.trace);
    if (outcome.response) {
        const HttpResponse &response = *outcome.response;
        lines << CallFactsTextText::tr("%1 %2 %3, %4, %5, %6")
                     .arg(QString::fromLatin1(response.protocol), QString::number(response.status),
                          QString::fromUtf8(response.reason), durationText(outcome.trace.elapsed),
                          sizeText(response.wireBytes), keyWords(outcome));
    } else if (outcome.error) {
        lines << outcome.error->message;
    }
    if (!outcome.trace.keyWithheld.isEmpty() && !(outcome.error && outcome.error->message == outcome.trace.keyWithheld))
        lines << outcome.trace.keyWithheld;
    lines += explanationLines(outcome.explanation);
    for (QString &line : lines)
        line = redactor.redactText(line);
    return lines;
}

QJsonObject factsJson(const CallOutcome &outcome, const Redactor &redactor)
{
    const auto clean = [&redactor](const QString &text) { return redactor.redactText(text); };
    QJsonObject facts{{u"method"_s, outcome.request.method},
                      {u"url"_s, withoutCredentialItems(clean(outcome.url.toString(QUrl::FullyEncoded)))},
                      {u"milliseconds"_s, double(outcome.trace.elapsed.count()) / 1000.0},
                      {u"keySent"_s, keyWent(outcome.trace)}};
    if (outcome.key)
        facts.insert(u"key"_s, outcome.key->name);
    if (!outcome.trace.keyWithheld.isEmpty())
        facts.insert(u"keyWithheld"_s, clean(outcome.trace.keyWithheld));
    if (outcome.response) {
        const HttpResponse &response = *outcome.response;
        QJsonArray headers;
        for (const auto &[name, value] : response.headers)
            headers.append(QJsonArray{QString::fromUtf8(name), QString::fromUtf8(redactor.redactHeader(name, value))});
        facts.insert(u"status"_s, response.status);
        facts.insert(u"reason"_s, clean(QString::fromUtf8(response.reason)));
        facts.insert(u"protocol"_s, QString::fromLatin1(response.protocol));
        facts.insert(u"bytes"_s, response.wireBytes);
        facts.insert(u"headers"_s, headers);
    }
    QJsonArray hops;
    for (const RedirectHop &hop : outcome.trace.hops) {
        QJsonArray dropped;
        for (const QByteArray &header : hop.droppedHeaders)
            dropped.append(QString::fromLatin1(header));
        hops.append(QJsonObject{{u"status"_s, hop.status},
                                {u"to"_s, withoutCredentialItems(clean(hop.to.toString(QUrl::FullyEncoded)))},
                                {u"keyDropped"_s, hop.keyDropped},
                                {u"bodyDropped"_s, hop.bodyDropped},
                                {u"droppedHeaders"_s, dropped},
                                {u"stopped"_s, clean(hop.stopped)}});
    }
    facts.insert(u"redirects"_s, hops);
    if (!outcome.explanation.isEmpty())
        facts.insert(u"explanation"_s, explanationJson(outcome.explanation));
    return {{u"call"_s, facts}};
}

QByteArray headText(const HttpResponse &head, const Redactor &redactor)
{
    return redactor.redact(responseHeadText(head, redactor).trimmed().toUtf8()).bytes + "\n\n";
}

QStringList explanationLines(const Explanation &explanation)
{
    if (explanation.isEmpty())
        return {};
    QStringList lines{explanation.title + u'.'};
    if (!explanation.text.isEmpty())
        lines << explanation.text;
    for (qsizetype i = 0; i < explanation.steps.size(); ++i)
        lines << u"  %1. %2"_s.arg(i + 1).arg(explanation.steps.at(i));
    return lines;
}

QJsonObject explanationJson(const Explanation &explanation)
{
    static constexpr QLatin1StringView severities[] = {"none"_L1, "caution"_L1, "danger"_L1};
    return {{u"cause"_s, explanation.cause},
            {u"severity"_s, severities[static_cast<int>(explanation.severity)]},
            {u"title"_s, explanation.title},
            {u"text"_s, explanation.text},
            {u"steps"_s, QJsonArray::fromStringList(explanation.steps)}};
}

} // namespace keydesk::cli
