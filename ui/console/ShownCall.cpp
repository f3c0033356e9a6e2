#include "ui/console/ShownCall.h"

#include "app/http/BodyText.h"
#include "app/http/RedactedRequest.h"
#include "app/http/StreamKind.h"

#include <QCoreApplication>
#include <QLocale>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("ShownCall", text);
}

/// Reads back what `responseHeadText` wrote.
void readHead(HttpResponse &response, const QString &head)
{
    const QStringList lines = head.split(u'\n', Qt::SkipEmptyParts);
    if (lines.isEmpty())
        return;
    response.protocol = lines.first().section(u' ', 0, 0).toUtf8();
    response.reason = lines.first().section(u' ', 2).toUtf8();
    for (const QString &line : lines.sliced(1)) {
        if (const qsizetype colon = line.indexOf(u": "_s); colon > 0)
            response.headers.append({line.first(colon).toUtf8(), line.sliced(colon + 2).toUtf8()});
    }
}

} // namespace

ShownCall shownCall(const RunningStream &stream)
{
    ShownCall call;
    call.response = stream.head;
    call.sent = stream.sent;
    call.stream = stream.log;
    call.socket = stream.socket;
    call.drafts = stream.drafts;
    return call;
}

ShownCall shownCall(const ArrivingAnswer &answer)
{
    ShownCall call;
    call.response = answer.head;
    call.sent = answer.sent;
    call.isArriving = true;
    return call;
}

ShownCall shownCall(const CallOutcome &outcome)
{
    ShownCall call;
    call.response = outcome.response;
    call.error = outcome.error;
    call.elapsed = outcome.trace.elapsed;
    call.answeredAt = QDateTime::currentDateTimeUtc();
    call.timings = outcome.trace.timings;
    call.sent = sentText(outcome.trace);
    call.connections = outcome.trace.connections;
    call.explanation = outcome.explanation;
    call.stream = outcome.stream;
    if (call.response && isWebSocket(outcome.url) && call.response->status != 101)
        call.note = tr("Of the answer that refuses a WebSocket, only the status is known. Send the same URL with %1:// to read all of it.")
                        .arg(handshakeUrl(outcome.url).scheme());
    if (!call.stream && call.response && !call.response->brokenOff.isEmpty())
        call.note = tr("%1 What arrived is here: %2.").arg(call.response->brokenOff, sizeText(call.response->bodySize()));
    else if (!call.stream && call.response && call.response->truncated)
        call.note = tr("The response is larger than what Keydesk keeps (see Preferences). The transfer was "
                       "stopped after "
                       "%1; this is what arrived.")
                        .arg(sizeText(call.response->bodySize()));
    else if (call.response && !outcome.trace.hops.isEmpty() && !outcome.trace.hops.constLast().stopped.isEmpty())
        call.note = tr("The server redirected to %1. %2")
                        .arg(withoutCredentialItems(outcome.trace.hops.constLast().to.toDisplayString()), outcome.trace.hops.constLast().stopped);
    return call;
}

ShownCall shownCall(const HistoryEntry &entry)
{
    const QString when = QLocale().toString(entry.row.at.toLocalTime(), QLocale::ShortFormat);
    QStringList notes{entry.row.environmentName.isEmpty()
                          ? tr("From the history: %1.").arg(when)
                          : tr("From the history: %1, in “%2”.").arg(when, entry.row.environmentName)};
    ShownCall call;
    call.elapsed = std::chrono::microseconds(entry.row.microseconds);
    call.answeredAt = entry.row.at.addMSecs(entry.row.microseconds / 1000);
    call.timings = entry.timings;
    call.sent = entry.sent;
    call.isFromHistory = true;
    if (entry.row.status == 0) {
        call.error = Error{Error::Kind::BadResponse, entry.row.errorText, {}};
    } else {
        HttpResponse response;
        response.status = entry.row.status;
        readHead(response, entry.responseHead);
        response.body = entry.responseBody;
        response.wireBytes = entry.row.bytes;
        response.truncated = entry.bodyTruncated;
        if (entry.bodyTruncated)
            notes.append((streamKind(response.header("Content-Type")) == StreamKind::None ? tr("Of %1 the first %2 were kept.")
                                                                                          : tr("Of what came (%1 were kept) the newest %2 are here."))
                             .arg(sizeText(entry.row.bytes), sizeText(entry.responseBody.size())));
        if (!entry.row.errorText.isEmpty())
            notes.append(entry.row.errorText);
        if (entry.row.echoedToken)
            notes.append(tr("The response held the token; it is replaced by ••••."));
        call.response = response;
    }
    call.note = notes.join(u' ');
    return call;
}

QString statusWord(const ShownCall &call)
{
    if (call.response) {
        const QByteArray reason =
            call.response->reason.isEmpty() ? reasonPhrase(call.response->status) : call.response->reason;
        return (QString::number(call.response->status) + u' ' + QString::fromUtf8(reason)).trimmed();
    }
    switch (call.error ? call.error->kind : Error::Kind::BadResponse) {
    case Error::Kind::Cancelled:
        return tr("Cancelled");
    case Error::Kind::TimedOut:
        return tr("Timed out");
    case Error::Kind::OriginNotBound:
    case Error::Kind::InsecureTransport:
    case Error::Kind::InvalidInput:
    case Error::Kind::KeychainLocked:
    case Error::Kind::KeychainDenied:
    case Error::Kind::KeychainAbsent:
    case Error::Kind::KeychainSlow:
    case Error::Kind::KeychainFailed:
    case Error::Kind::SealedAbsent:
    case Error::Kind::SealedLocked:
    case Error::Kind::SealedDamaged:
    case Error::Kind::NotFound:
    case Error::Kind::NoAccessToken:
        return tr("Not sent");
    default:
        return tr("No answer");
    }
}

} // namespace keydesk
