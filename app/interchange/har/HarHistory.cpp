#include "app/interchange/har/Har.h"
#include "app/interchange/har/HarJson.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QStringDecoder>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct HarHistoryText
{
    Q_DECLARE_TR_FUNCTIONS(HarHistory)
};

/// A request as `sentText` writes it: its line, its headers, an empty line, its body.
struct SentHop
{
    QString method;
    QString url;
    QList<NameValue> headers;
    QString body;
};

std::optional<NameValue> headerOf(const QString &line)
{
    const qsizetype colon = line.indexOf(u':');
    if (colon <= 0)
        return {};
    return NameValue{line.first(colon), line.sliced(colon + 1).trimmed(), true};
}

/// The hops of a call, found by the requests that its timings name: a body may hold any line.
QList<SentHop> sentHops(const HistoryEntry &entry)
{
    static const QRegularExpression first(u"^([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([A-Za-z][A-Za-z0-9+.-]*://\\S+)$"_s);
    const QStringList lines = entry.sent.split(u'\n');
    const qsizetype most = qMax<qsizetype>(1, entry.timings.size());
    QList<SentHop> hops;
    bool isInHead = false;
    for (qsizetype at = 0; at < lines.size(); ++at) {
        const QString &line = lines.at(at);
        const bool mayBegin = at == 0 || (hops.size() < most && lines.at(at - 1).isEmpty());
        if (const auto match = first.match(line); mayBegin && match.hasMatch()) {
            hops.append({match.captured(1), match.captured(2), {}, {}});
            isInHead = true;
            continue;
        }
        if (hops.isEmpty())
            break; // nothing went out
        SentHop &hop = hops.last();
        if (isInHead) {
            const auto header = headerOf(line);
            isInHead = header.has_value();
            if (header)
                hop.headers.append(*header);
            continue;
        }
        hop.body += (hop.body.isEmpty() ? QString() : u"\n"_s) + line;
    }
    // Behind a hop that was redirected stands what that did, a paragraph in words for people.
    for (qsizetype number = 0; number < hops.size(); ++number) {
        QString &body = hops[number].body;
        const qsizetype paragraph = body.trimmed().lastIndexOf("\n\n"_L1);
        const bool isStopped = entry.row.status >= 300 && entry.row.status < 400 &&
                               QStringView(body).sliced(paragraph < 0 ? 0 : paragraph + 2).startsWith(QString::number(entry.row.status) + u' ');
        if (number + 1 < hops.size() || isStopped)
            body = paragraph < 0 ? QString() : body.first(paragraph);
        if (entry.request.body.kind == RequestBody::Kind::None)
            body.clear();
    }
    return hops;
}

struct Head
{
    int status = 0;
    QString version;
    QString phrase;
    QList<NameValue> headers;
};

Head headOf(const QString &text)
{
    Head head;
    const QStringList lines = text.split(u'\n', Qt::SkipEmptyParts);
    for (qsizetype at = 0; at < lines.size(); ++at) {
        if (at == 0) {
            head.version = lines.at(0).section(u' ', 0, 0);
            head.status = lines.at(0).section(u' ', 1, 1).toInt();
            head.phrase = lines.at(0).section(u' ', 2);
        } else if (const auto header = headerOf(lines.at(at))) {
            head.headers.append(*header);
        }
    }
    return head;
}

double milliseconds(std::chrono::microseconds length)
{
    return static_cast<double>(length.count()) / 1000.0;
}

/// HAR has fewer phases. -1: the hop did not go through it.
QJsonObject timingsOf(const HopTiming &timing)
{
    using Phase = HopTiming::Phase;
    const auto sum = [&timing](std::initializer_list<Phase> phases, double none) {
        double length = none;
        for (const HopTiming::Span &span : timing.spans) {
            if (std::ranges::find(phases, span.phase) != phases.end())
                length = qMax(length, 0.0) + milliseconds(span.length);
        }
        return length;
    };
    return {{u"blocked"_s, sum({Phase::Keychain, Phase::ProxySettings, Phase::Queue}, -1)},
            {u"dns"_s, sum({Phase::Lookup}, -1)},
            {u"connect"_s, sum({Phase::Connect, Phase::ConnectAndTls}, -1)},
            {u"ssl"_s, -1},
            {u"send"_s, sum({Phase::Send}, 0)},
            {u"wait"_s, sum({Phase::Wait}, 0)},
            {u"receive"_s, sum({Phase::Download}, 0)}};
}

void addBody(QJsonObject &request, const SentHop &hop)
{
    const QString body = hop.body.trimmed();
    if (body.isEmpty())
        return;
    QString type;
    for (const NameValue &row : hop.headers) {
        if (row.name.compare("content-type"_L1, Qt::CaseInsensitive) == 0)
            type = row.value;
    }
    request.insert("postData"_L1, QJsonObject{{u"mimeType"_s, type}, {u"text"_s, body}});
    request.insert("bodySize"_L1, body.toUtf8().size());
}

void addContent(QJsonObject &response, const HistoryEntry &entry)
{
    QJsonObject content = response.value("content"_L1).toObject();
    content.insert("size"_L1, entry.row.bytes);
    QStringDecoder decoder(QStringDecoder::Utf8);
    const QString text = decoder(entry.responseBody);
    if (decoder.hasError() || text.contains(QChar(0))) {
        content.insert("text"_L1, QString::fromLatin1(entry.responseBody.toBase64()));
        content.insert("encoding"_L1, u"base64"_s);
    } else if (!text.isEmpty()) {
        content.insert("text"_L1, text);
    }
    if (entry.bodyTruncated)
        content.insert("comment"_L1, HarHistoryText::tr("Only the beginning of the body is in the history."));
    response.insert("content"_L1, content);
    response.insert("bodySize"_L1, entry.row.bytes);
}

QByteArray compact(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

} // namespace

QByteArray harHead()
{
    return R"({"log":{"version":"1.2","creator":{"name":"Keydesk","version":")" KEYDESK_VERSION R"("},"pages":[],"entries":[)" "\n";
}

QByteArray harTail()
{
    return "\n]}}\n";
}

QByteArray harEntries(const HistoryEntry &entry)
{
    const QList<SentHop> hops = sentHops(entry);
    const Head head = headOf(entry.responseHead);
    const QString version = head.version.isEmpty() ? u"HTTP/1.1"_s : head.version;
    QByteArrayList entries;
    QDateTime at = entry.row.at.toUTC();
    for (qsizetype number = 0; number < hops.size(); ++number) {
        const SentHop &hop = hops.at(number);
        const bool isLast = number + 1 == hops.size();
        // A hop that only waited for its key was tried, and is not in what went out.
        HopTiming timing = number < entry.timings.size() ? entry.timings.at(number) : HopTiming();
        if (entry.timings.isEmpty() && isLast)
            timing.spans = {{HopTiming::Phase::Wait, std::chrono::microseconds(entry.row.microseconds)}};
        QJsonObject request = harRequest(hop.method, hop.url, version, hop.headers);
        addBody(request, hop);
        QJsonObject response = isLast ? harResponse(head.status, head.phrase, version, head.headers) : harResponse(timing.status, {}, version, {});
        if (isLast)
            addContent(response, entry);
        else
            response.insert("redirectURL"_L1, QString::fromLatin1(QUrl(hops.at(number + 1).url).toEncoded()));
        QJsonObject made = harEntry(at.toString(Qt::ISODateWithMs), milliseconds(timing.total()), request, response, timingsOf(timing));
        if (isLast && !entry.row.errorText.isEmpty())
            made.insert("comment"_L1, entry.row.errorText);
        entries.append(compact(made));
        at = at.addMSecs(std::chrono::duration_cast<std::chrono::milliseconds>(timing.total()).count());
    }
    return entries.join(",\n");
}

QByteArray harOf(const QList<HistoryEntry> &entries)
{
    QByteArrayList written;
    for (const HistoryEntry &entry : entries) {
        if (const QByteArray each = harEntries(entry); !each.isEmpty())
            written.append(each);
    }
    return harHead() + written.join(",\n") + harTail();
}

} // namespace keydesk
