#include "app/doctor/SystemCheck.h"

#include <QCoreApplication>
#include <QLocale>
#include <QSslConfiguration>
#include <QSslSocket>
#include <QSysInfo>

#include <cstdlib>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

using State = Finding::State;

struct SystemCheckText
{
    Q_DECLARE_TR_FUNCTIONS(Doctor)
};

constexpr qint64 day = 24LL * 3600;
constexpr qint64 noticeable = 60;  // seconds
constexpr qint64 harmful = 5 * 60; // what token services commonly allow

/// "OpenSSL 3.0.11 19 Sep 2023" → "OpenSSL 3": what has to be the same for Qt to use it.
QString family(const QString &library)
{
    return library.section(u' ', 0, 1).section(u'.', 0, 0);
}

QString setTheClock()
{
    return SystemCheckText::tr("Let the computer set its clock: timedatectl set-ntp true");
}

} // namespace

Finding checkVersions()
{
    return {u"version"_s,
            State::Ok,
            SystemCheckText::tr("Keydesk %1 with Qt %2 on %3.")
                .arg(QStringLiteral(KEYDESK_VERSION), QString::fromLatin1(qVersion()),
                     QSysInfo::prettyProductName()),
            {}};
}

TlsState TlsState::now()
{
    const bool isSupported = QSslSocket::supportsSsl();
    return {isSupported, QSslSocket::sslLibraryVersionString(), QSslSocket::sslLibraryBuildVersionString(),
            isSupported ? QSslConfiguration::systemCaCertificates().size() : 0};
}

Findings checkTls(const TlsState &tls)
{
    const QString id = u"tls"_s;
    if (!tls.isSupported || family(tls.library) != family(tls.builtWith))
        return {{id, State::Problem,
                 tls.library.isEmpty()
                     ? SystemCheckText::tr("There is no TLS library, so nothing can be called by https.")
                     : SystemCheckText::tr("TLS cannot be relied on: Qt was built with %1, and %2 is here.")
                           .arg(tls.builtWith, tls.library),
                 SystemCheckText::tr(
                     "Install the version that it was built with, %1: on Debian, sudo apt install libssl3")
                     .arg(tls.builtWith)}};
    Findings findings{{id, State::Ok, SystemCheckText::tr("TLS works, by %1.").arg(tls.library), {}}};
    if (tls.authorities == 0)
        findings.append(
            {u"authorities"_s, State::Problem,
             SystemCheckText::tr(
                 "This computer trusts no certificate authority, so no https server can prove who it is."),
             u"sudo apt install ca-certificates"_s});
    else
        findings.append({u"authorities"_s,
                         State::Ok,
                         SystemCheckText::tr("%n certificate authority(s) are trusted.", nullptr,
                                             static_cast<int>(tls.authorities)),
                         {}});
    return findings;
}

Finding checkClock(const QDateTime &now, const QDateTime &programTime)
{
    const QString shown = now.toUTC().toString(Qt::ISODate);
    // A day: file systems that keep local time.
    if (programTime.isValid() && now.secsTo(programTime) > day)
        return {u"clock"_s, State::Problem,
                SystemCheckText::tr(
                    "The clock says %1, which is before this program was made (%2). Certificates and "
                    "expiry dates are judged by it.")
                    .arg(shown, programTime.toUTC().toString(Qt::ISODate)),
                setTheClock()};
    return {u"clock"_s, State::Ok, SystemCheckText::tr("The clock says %1.").arg(shown), {}};
}

Findings checkOffset(const QString &server, qint64 secondsAhead)
{
    const qint64 offset = std::llabs(secondsAhead);
    if (offset < noticeable)
        return {};
    const QString message =
        (secondsAhead > 0 ? SystemCheckText::tr("This computer's clock is %1 seconds ahead of that of %2.")
                          : SystemCheckText::tr("This computer's clock is %1 seconds behind that of %2."))
            .arg(QLocale().toString(offset), server);
    return {{u"clock"_s, offset < harmful ? State::Note : State::Problem, message, setTheClock()}};
}

} // namespace keydesk
