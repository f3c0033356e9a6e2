#include "app/http/NetworkErrors.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <QSslCertificate>
#include <QStringList>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

struct NetworkErrorsText
{
    Q_DECLARE_TR_FUNCTIONS(NetworkErrors)
};

QString shortDate(const QDateTime &time)
{
    return QLocale().toString(time.toLocalTime().date(), QLocale::ShortFormat);
}

QString tlsMessage(const Origin &origin, const QList<QSslError> &errors)
{
    if (errors.isEmpty())
        return NetworkErrorsText::
            tr("No secure connection to %1 came about: the server and Keydesk could not agree on one. The "
               "server may want a client certificate, may not speak TLS on "
               "this port, or only a version that is no longer safe.")
                .arg(origin.toString());
    return NetworkErrorsText::tr("The server at %1 could not prove that it is %2, so nothing was sent. %3")
        .arg(origin.toString(), origin.host(), tlsProblems(errors, origin.host()).join(u' '));
}

QString lostMessage(const Origin &origin, bool hasStatus, qint64 received)
{
    if (!hasStatus)
        return NetworkErrorsText::tr(
                   "%1 closed the connection without an answer in HTTP. The request may have arrived: before "
                   "you send it again, check whether "
                   "it took effect.")
            .arg(origin.toString());
    return NetworkErrorsText::tr(
               "The connection to %1 ended in the middle of the answer, after %2 bytes of its body. The "
               "request has arrived.")
        .arg(origin.toString())
        .arg(received);
}

/// QNetworkReply has few errors for proxies: what is behind the others stands in `detail` alone.
QString ownProxyMessage(QNetworkReply::NetworkError error, const QString &proxy, const QString &detail)
{
    const QString where = NetworkErrorsText::tr("The connection settings of this environment name it.");
    const auto told = [&](const QString &what) { return what.arg(proxy) + u' ' + where; };
    switch (error) {
    case QNetworkReply::ProxyNotFoundError:
        return told(NetworkErrorsText::tr("The host of the proxy %1 cannot be found."));
    case QNetworkReply::ProxyConnectionRefusedError:
        return told(NetworkErrorsText::tr(
            "The proxy %1 refuses the connection: nothing listens there, or it is the wrong port."));
    case QNetworkReply::ProxyTimeoutError:
        return told(NetworkErrorsText::tr("The proxy %1 does not answer."));
    case QNetworkReply::ProxyAuthenticationRequiredError:
        return told(NetworkErrorsText::tr(
            "The proxy %1 does not accept the user name and password, or has been given none."));
    case QNetworkReply::ProxyConnectionClosedError:
        return told(NetworkErrorsText::tr(
            "The proxy %1 closed the connection. It may be a proxy of another kind (HTTP or SOCKS5)."));
    default:
        return NetworkErrorsText::tr("The proxy %1 did not make the connection (%2).").arg(proxy, detail) +
               u' ' + where;
    }
}

QString proxyMessage(QNetworkReply::NetworkError error)
{
    switch (error) {
    case QNetworkReply::ProxyNotFoundError:
        return NetworkErrorsText::tr(
            "The proxy's host name cannot be found. Check the proxy in the preferences.");
    case QNetworkReply::ProxyConnectionRefusedError:
        return NetworkErrorsText::tr(
            "The proxy refuses the connection. Check its host and port in the preferences.");
    case QNetworkReply::ProxyTimeoutError:
        return NetworkErrorsText::tr("The proxy does not answer. Check the proxy in the preferences.");
    case QNetworkReply::ProxyAuthenticationRequiredError:
        return NetworkErrorsText::tr(
            "The proxy asks for a user name and a password. Set them in the preferences.");
    default:
        return NetworkErrorsText::tr(
            "The proxy did not make the connection. Check the proxy in the preferences.");
    }
}

} // namespace

bool isTransportError(QNetworkReply::NetworkError error)
{
    switch (error) {
    case QNetworkReply::NoError:
    case QNetworkReply::ContentAccessDenied:
    case QNetworkReply::ContentOperationNotPermittedError:
    case QNetworkReply::ContentNotFoundError:
    case QNetworkReply::AuthenticationRequiredError:
    case QNetworkReply::ContentConflictError:
    case QNetworkReply::ContentGoneError:
    case QNetworkReply::UnknownContentError:
    case QNetworkReply::ProtocolInvalidOperationError:
    case QNetworkReply::InternalServerError:
    case QNetworkReply::OperationNotImplementedError:
    case QNetworkReply::ServiceUnavailableError:
    case QNetworkReply::UnknownServerError:
        return false;
    default:
        return true;
    }
}

bool meansNothingSent(QNetworkReply::NetworkError error)
{
    switch (error) {
    case QNetworkReply::ConnectionRefusedError:
    case QNetworkReply::HostNotFoundError:
    case QNetworkReply::SslHandshakeFailedError:
    case QNetworkReply::ProxyNotFoundError:
    case QNetworkReply::ProxyConnectionRefusedError:
        return true;
    default:
        return false;
    }
}

Error networkError(QNetworkReply::NetworkError error, const QString &detail, const Origin &origin,
                   const QList<QSslError> &tlsErrors, bool hasStatus, qint64 received, const QString &ownProxy)
{
    const QString place = origin.toString();
    switch (error) {
    case QNetworkReply::ConnectionRefusedError:
        return {Error::Kind::ConnectionRefused,
                NetworkErrorsText::tr("Nothing answers at %1: the connection was refused. Check the port, "
                                      "and that the server runs.")
                    .arg(place),
                detail};
    case QNetworkReply::HostNotFoundError:
        return {Error::Kind::NameNotResolved,
                NetworkErrorsText::tr(
                    "The host %1 cannot be found. Check its spelling and your network connection.")
                    .arg(origin.host()),
                detail};
    case QNetworkReply::RemoteHostClosedError:
    case QNetworkReply::ContentReSendError: // see UploadOnce
        return {Error::Kind::ConnectionLost, lostMessage(origin, hasStatus, received), detail};
    case QNetworkReply::TimeoutError:
        return {Error::Kind::TimedOut, NetworkErrorsText::tr("%1 did not answer in time.").arg(place),
                detail};
    case QNetworkReply::OperationCanceledError:
        return {Error::Kind::Cancelled, NetworkErrorsText::tr("The call was cancelled."), detail};
    case QNetworkReply::SslHandshakeFailedError: {
        QStringList details{detail};
        for (const QSslError &problem : tlsErrors)
            details.append(problem.errorString());
        return {Error::Kind::TlsFailed, tlsMessage(origin, tlsErrors), details.join(u"; "_s)};
    }
    case QNetworkReply::ProxyConnectionRefusedError:
    case QNetworkReply::ProxyConnectionClosedError:
    case QNetworkReply::ProxyNotFoundError:
    case QNetworkReply::ProxyTimeoutError:
    case QNetworkReply::ProxyAuthenticationRequiredError:
    case QNetworkReply::UnknownProxyError:
        return {Error::Kind::ProxyFailed, ownProxy.isEmpty() ? proxyMessage(error) : ownProxyMessage(error, ownProxy, detail), detail};
    case QNetworkReply::ProtocolFailure:
    case QNetworkReply::ProtocolUnknownError:
        return {Error::Kind::BadResponse,
                NetworkErrorsText::tr("The answer of %1 is not valid HTTP.").arg(place), detail};
    default:
        return {Error::Kind::ConnectionLost,
                NetworkErrorsText::tr(
                    "%1 cannot be reached: the network reports an error. Check your network connection.")
                    .arg(place),
                detail};
    }
}

QString tlsProblem(const QSslError &error, const QString &host)
{
    const QSslCertificate certificate = error.certificate();
    switch (error.error()) {
    case QSslError::SelfSignedCertificate:
        return NetworkErrorsText::tr(
            "Its certificate is self-signed: the server itself vouches for it, and nobody else.");
    case QSslError::SelfSignedCertificateInChain:
    case QSslError::UnableToGetIssuerCertificate:
    case QSslError::UnableToGetLocalIssuerCertificate:
    case QSslError::CertificateUntrusted:
        return NetworkErrorsText::tr(
            "Its certificate was issued by an authority that this computer does not trust.");
    case QSslError::UnableToVerifyFirstCertificate:
        return NetworkErrorsText::tr(
            "Its certificate cannot be checked: the server leaves out the certificate of the authority "
            "that issued it, or this "
            "computer does not trust that authority.");
    case QSslError::HostNameMismatch: {
        QStringList names = certificate.subjectAlternativeNames().values(QSsl::DnsEntry);
        if (names.isEmpty())
            names = certificate.subjectInfo(QSslCertificate::CommonName);
        return NetworkErrorsText::tr("Its certificate is for another host (%1), not for %2.")
            .arg(names.join(u", "_s).left(200), host);
    }
    case QSslError::CertificateExpired:
        return NetworkErrorsText::tr("Its certificate expired on %1. Check this computer's clock too.")
            .arg(shortDate(certificate.expiryDate()));
    case QSslError::CertificateNotYetValid:
        return NetworkErrorsText::tr(
                   "Its certificate is valid only from %1 on. Check this computer's clock too.")
            .arg(shortDate(certificate.effectiveDate()));
    case QSslError::CertificateRevoked:
    case QSslError::CertificateBlacklisted:
        return NetworkErrorsText::tr("Its certificate has been revoked by the authority that issued it.");
    case QSslError::NoPeerCertificate:
        return NetworkErrorsText::tr("It showed no certificate.");
    default:
        return NetworkErrorsText::tr("Its certificate does not hold: %1.").arg(error.errorString());
    }
}

QStringList tlsProblems(const QList<QSslError> &errors, const QString &host)
{
    QStringList problems;
    for (const QSslError &error : errors)
        problems.append(tlsProblem(error, host));
    // OpenSSL reports a missing authority a second time, as a certificate that cannot be checked.
    const auto isUnknownIssuer = [](const QSslError &error) { return error.error() == QSslError::UnableToGetLocalIssuerCertificate; };
    if (std::any_of(errors.begin(), errors.end(), isUnknownIssuer))
        problems.removeAll(tlsProblem(QSslError(QSslError::UnableToVerifyFirstCertificate), host));
    problems.removeDuplicates();
    return problems;
}

} // namespace keydesk
