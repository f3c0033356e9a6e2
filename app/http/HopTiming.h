#pragma once

#include <QByteArray>
#include <QList>
#include <QStringList>
#include <QUrl>

#include <chrono>

class QJsonArray;

namespace keydesk {

/// Where the time of one hop went, as far as the network layer tells. Each hop that was tried has one, also one that failed and one that only
/// waited for its key.
struct HopTiming
{
    /// In the order in which they come. A hop has those that it went through.
    enum class Phase {
        Keychain,      ///< until the token was there; nothing of it is the server's
        ProxySettings, ///< until the system had said which proxy to use
        Queue,         ///< until a connection was free, or begun to an address that needs no lookup
        Lookup,        ///< of the host's name, with the wait for its turn
        Connect,       ///< with the way through a proxy, if there is one
        ConnectAndTls, ///< likewise; Qt does not tell when the one ends and the other begins
        Send,          ///< of the request; until the network layer had taken all of the body
        Wait,          ///< for the answer, until its headers were whole
        Download,      ///< of the body
    };

    struct Span
    {
        Phase phase = Phase::Queue;
        std::chrono::microseconds length{0};

        bool operator==(const Span &) const = default;
    };

    QByteArray method;
    QUrl url;             ///< redacted
    int status = 0;       ///< 0: no answer
    QList<Span> spans;    ///< one after another, without gaps
    bool isReused = false; ///< it went over a connection that was open already
    bool isWhole = false;  ///< false: the call ended within the last span

    bool operator==(const HopTiming &) const = default;

    [[nodiscard]] std::chrono::microseconds total() const;
};

/// "Name lookup", "Connect and TLS".
QString phaseName(HopTiming::Phase phase);
/// "0.3 ms", "12.4 ms", "1.25 s": fine enough for a phase.
QString spanText(std::chrono::microseconds length);
/// What has to be said about a hop beside its numbers, whole sentences.
QStringList timingNotes(const HopTiming &timing);
/// "GET https://api.example/ → 200".
QString hopLine(const HopTiming &timing);
/// Every hop's phases as a table in plain text; empty if there are none.
QString timingText(const QList<HopTiming> &timings);

/// For the history. What does not fit is left out when it is read.
QJsonArray timingsToJson(const QList<HopTiming> &timings);
QList<HopTiming> timingsFromJson(const QJsonArray &array);

} // namespace keydesk
