#include "app/http/HttpMessage.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace keydesk::printed {

namespace {

struct HttpMessageHarText
{
    Q_DECLARE_TR_FUNCTIONS(HttpMessage)
};

/// HTTP/2 as browsers write it has what stands in the first line among the headers, with a colon.
Headers headersOf(const QJsonValue &rows)
{
    Headers headers;
    for (const QJsonValue &row : rows.toArray()) {
        const QByteArray name = row[u"name"_s].toString().toUtf8();
        if (!name.isEmpty() && !name.startsWith(':'))
            headers.append({name, row[u"value"_s].toString().toUtf8()});
    }
    return headers;
}

QByteArray bodyOf(const QJsonValue &content)
{
    const QByteArray text = content[u"text"_s].toString().toUtf8();
    return content[u"encoding"_s].toString() == "base64"_L1 ? QByteArray::fromBase64(text) : text;
}

} // namespace

std::optional<Result<PrintedAnswer>> harAnswer(const QByteArray &text)
{
    const QJsonObject root = QJsonDocument::fromJson(text).object();
    const QJsonArray entries = root[u"log"_s][u"entries"_s].toArray();
    const QJsonValue entry = entries.isEmpty() ? QJsonValue(root) : QJsonValue(entries.last());
    const QJsonValue response = entry[u"response"_s];
    if (!response[u"status"_s].isDouble() || !response[u"headers"_s].isArray())
        return {};
    PrintedAnswer answer;
    answer.response.status = response[u"status"_s].toInt();
    const int status = answer.response.status;
    if (status != 101 && (status < 200 || status > 599))
        return failure(
            Error::Kind::InvalidInput,
            HttpMessageHarText::tr("the last entry of the HAR file has no answer: its status is %1.")
                .arg(status));
    answer.response.reason = response[u"statusText"_s].toString().toUtf8();
    answer.response.protocol = response[u"httpVersion"_s].toString().toUtf8();
    answer.response.headers = headersOf(response[u"headers"_s]);
    answer.response.body = bodyOf(response[u"content"_s]); // decoded, as HAR has it
    answer.response.wireBytes = answer.response.body.size();
    if (const QJsonValue request = entry[u"request"_s]; request.isObject()) {
        const QUrl url(request[u"url"_s].toString());
        answer.response.url = url;
        answer.request = PrintedRequest{request[u"method"_s].toString().toUtf8(), url,
                                        headersOf(request[u"headers"_s]), false};
    }
    return answer;
}

} // namespace keydesk::printed
