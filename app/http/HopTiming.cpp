#include "app/http/HopTiming.h"

#include "app/http/BodyText.h"
#include "app/http/RedactedRequest.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonObject>
#include <QLocale>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

using Phase = HopTiming::Phase;

constexpr qsizetype mostHops = 32; // read from the history; a call has fewer

struct HopTimingText
{
    Q_DECLARE_TR_FUNCTIONS(HopTiming)
};

// Names in the history.
const std::array phaseIds{
    std::pair(Phase::Keychain, u"keychain"_s),  std::pair(Phase::ProxySettings, u"proxy"_s),
    std::pair(Phase::Queue, u"queue"_s),        std::pair(Phase::Lookup, u"lookup"_s),
    std::pair(Phase::Connect, u"connect"_s),    std::pair(Phase::ConnectAndTls, u"connect-tls"_s),
    std::pair(Phase::Send, u"send"_s),          std::pair(Phase::Wait, u"wait"_s),
    std::pair(Phase::Download, u"download"_s),
};

QString idOf(Phase phase)
{
    return std::ranges::find(phaseIds, phase, [](const auto &pair) { return pair.first; })->second;
}

QList<HopTiming::Span> spansFromJson(const QJsonArray &array)
{
    QList<HopTiming::Span> spans;
    for (const QJsonValue each : array) {
        const auto *const known = std::ranges::find(phaseIds, each[0].toString(), [](const auto &pair) { return pair.second; });
        const qint64 length = each[1].toInteger(-1);
        if (known != phaseIds.end() && length >= 0 && (spans.isEmpty() || spans.last().phase < known->first))
            spans.append({known->first, std::chrono::microseconds(length)});
    }
    return spans;
}

} // namespace

std::chrono::microseconds HopTiming::total() const
{
    std::chrono::microseconds sum{0};
    for (const Span &span : spans)
        sum += span.length;
    return sum;
}

QString phaseName(Phase phase)
{
    switch (phase) {
    case Phase::Keychain:
        return HopTimingText::tr("Keychain");
    case Phase::ProxySettings:
        return HopTimingText::tr("Proxy settings");
    case Phase::Queue:
        return HopTimingText::tr("Queued");
    case Phase::Lookup:
        return HopTimingText::tr("Name lookup");
    case Phase::Connect:
        return HopTimingText::tr("Connect");
    case Phase::ConnectAndTls:
        return HopTimingText::tr("Connect and TLS");
    case Phase::Send:
        return HopTimingText::tr("Send");
    case Phase::Wait:
        return HopTimingText::tr("Wait for first byte");
    case Phase::Download:
        break;
    }
    return HopTimingText::tr("Download");
}

QString spanText(std::chrono::microseconds length)
{
    if (length >= std::chrono::milliseconds(100))
        return durationText(length);
    return HopTimingText::tr("%1 ms").arg(
        QLocale().toString(static_cast<double>(length.count()) / 1000.0, 'f', 1));
}

QStringList timingNotes(const HopTiming &timing)
{
    QStringList notes;
    const auto has = [&timing](Phase phase) { return std::ranges::find(timing.spans, phase, &HopTiming::Span::phase) != timing.spans.end(); };
    if (timing.isReused)
        notes.append(HopTimingText::tr("The connection was open already."));
    if (has(Phase::ConnectAndTls))
        notes.append(HopTimingText::tr(
            "Connecting and TLS are one phase: the network layer does not tell them apart."));
    if (!timing.isWhole && !timing.spans.isEmpty())
        notes.append(
            HopTimingText::tr("The call ended during “%1”.").arg(phaseName(timing.spans.last().phase)));
    return notes;
}

QString hopLine(const HopTiming &timing)
{
    const QString line = QString::fromUtf8(timing.method) + u' ' + withoutCredentialItems(timing.url.toString(QUrl::FullyEncoded));
    return timing.status > 0 ? line + u" → "_s + QString::number(timing.status) : line;
}

QString timingText(const QList<HopTiming> &timings)
{
    QStringList hops;
    for (const HopTiming &timing : timings) {
        QStringList lines{hopLine(timing)};
        const auto line = [&lines](const QString &name, std::chrono::microseconds length) {
            lines.append(u"  "_s + name.leftJustified(22) + spanText(length).rightJustified(10));
        };
        for (const HopTiming::Span &span : timing.spans)
            line(phaseName(span.phase), span.length);
        line(HopTimingText::tr("Total"), timing.total());
        const QStringList notes = timingNotes(timing);
        for (const QString &note : notes)
            lines.append(u"  "_s + note);
        hops.append(lines.join(u'\n') + u'\n');
    }
    return hops.join(u'\n');
}

QJsonArray timingsToJson(const QList<HopTiming> &timings)
{
    QJsonArray array;
    for (const HopTiming &timing : timings) {
        QJsonArray spans;
        for (const HopTiming::Span &span : timing.spans)
            spans.append(QJsonArray{idOf(span.phase), static_cast<qint64>(span.length.count())});
        array.append(QJsonObject{{u"method"_s, QString::fromUtf8(timing.method)},
                                 {u"url"_s, withoutCredentialItems(timing.url.toString(QUrl::FullyEncoded))},
                                 {u"status"_s, timing.status},
                                 {u"reused"_s, timing.isReused},
                                 {u"whole"_s, timing.isWhole},
                                 {u"spans"_s, spans}});
    }
    return array;
}

QList<HopTiming> timingsFromJson(const QJsonArray &array)
{
    QList<HopTiming> timings;
    for (const QJsonValue each : array) {
        HopTiming timing{each[u"method"_s].toString().toUtf8(), QUrl(each[u"url"_s].toString()), each[u"status"_s].toInt(),
                         spansFromJson(each[u"spans"_s].toArray()), each[u"reused"_s].toBool(), each[u"whole"_s].toBool()};
        if (!timing.spans.isEmpty() && timings.size() < mostHops)
            timings.append(std::move(timing));
    }
    return timings;
}

} // namespace keydesk
