#pragma once

#include "app/doctor/Finding.h"

#include <QDateTime>

namespace keydesk {

/// What is installed.
Finding checkVersions();

/// What this computer has for TLS.
struct TlsState
{
    bool isSupported = false;
    QString library;           ///< that is loaded: "OpenSSL 3.0.11 19 Sep 2023"; empty: none
    QString builtWith;         ///< that Qt was built with
    qsizetype authorities = 0; ///< that the system trusts

    /// Loads the TLS library: some milliseconds.
    static TlsState now();
};
Findings checkTls(const TlsState &tls);

/// `programTime`: when the program's file was made, before which no clock can be.
Finding checkClock(const QDateTime &now, const QDateTime &programTime);
/// How far this computer's clock is from a server's (seconds; positive: ahead); nothing if that is no
/// trouble.
Findings checkOffset(const QString &server, qint64 secondsAhead);

} // namespace keydesk
