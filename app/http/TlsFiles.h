#pragma once

#include "app/base/Secret.h"
#include "app/http/ConnectionSettings.h"

#include <QSslCertificate>
#include <QSslKey>

#include <optional>

namespace keydesk {

/// What an environment's certificate files hold.
struct TlsFiles
{
    QList<QSslCertificate> authorities; ///< of the own CA file
    QList<QSslCertificate> chain;       ///< the client's certificate, then those that issued it
    /// Of the first of `chain`; none: no client certificate. Not a null one, which would load the TLS library for plain HTTP too.
    std::optional<QSslKey> key;
};

/// Why a file cannot be used, and at which field that is to be said.
struct TlsFileProblem
{
    enum class Field { Authority, Certificate, Key, Passphrase };

    Field field;
    Error error; ///< names the file
};

/// Reads the CA file alone, the client certificate alone, or both. `passphrase` may be null. A PKCS#12 file may take
/// long to open: not for the UI thread.
tl::expected<QList<QSslCertificate>, TlsFileProblem> readAuthorities(const QString &caFile);
tl::expected<TlsFiles, TlsFileProblem> readTlsFiles(const ConnectionSettings &settings, const Secret *passphrase);

/// Changes when one of the files does.
QString tlsFilesStamp(const ConnectionSettings &settings);

} // namespace keydesk
