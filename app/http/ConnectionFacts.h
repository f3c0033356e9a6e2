#pragma once

#include "app/http/Origin.h"

#include <QDateTime>
#include <QList>
#include <QSslError>
#include <QStringList>

class QSslCertificate;
class QSslConfiguration;

namespace keydesk {

/// What a certificate says of itself. Its texts are somebody else's: show them as plain text.
struct CertificateFacts
{
    QString subject;
    QString issuer;
    QStringList names; ///< that it is for: hosts and addresses
    QDateTime from;
    QDateTime until;
    QString serial;
    QString sha256; ///< fingerprint, "AB:CD:…"

    bool operator==(const CertificateFacts &) const = default;
};

CertificateFacts certificateFacts(const QSslCertificate &certificate);

/// How one hop was connected to its server. For plain http all but origin, proxy and address is empty.
struct ConnectionFacts
{
    enum class Trouble { UnknownAuthority, SelfSigned, Validity, OtherHost, Revoked, ClientCertificate, Other };
    enum class Revocation { NotChecked, NotTold, NotRevoked, Unclear, Revoked };

    Origin origin;
    QString proxy;   ///< as ConnectionSettings::proxyText, or "system" words; empty: none
    QString address; ///< if one was chosen by family
    QString protocol; ///< "TLS 1.3"
    QString cipher;
    QString alpn; ///< "h2"
    QList<CertificateFacts> chain;  ///< as the server sent it, its own first
    QString clientCertificate;      ///< subject of the one that was offered
    QList<Trouble> troubles;        ///< what did not hold, whether it was ignored or ended the call
    QStringList problems;           ///< the same as sentences
    Revocation revocation = Revocation::NotChecked;
    bool isVerified = false;   ///< the server proved who it is
    bool isEstablished = true; ///< false: the call ended here

    [[nodiscard]] bool isEncrypted() const { return origin.scheme() == QLatin1String("https"); }
};

ConnectionFacts::Trouble troubleOf(const QSslError &error);
/// Of revocation by a stapled answer (OCSP), but not that the certificate is revoked: nothing that ends a call, because
/// most servers send none and whoever steals a certificate sends none either.
bool isRevocationDoubt(const QSslError &error);
/// Fills what the connection itself tells. `errors` are those of its handshake.
void learnFrom(ConnectionFacts &facts, const QSslConfiguration &configuration, const QList<QSslError> &errors);

/// Facts in the order in which they are shown.
struct FactGroup
{
    QString title;
    QList<std::pair<QString, QString>> facts; ///< name, value
};
QList<FactGroup> shownFacts(const ConnectionFacts &facts);
/// "Certificate verified", "Not verified: …": what has to be known first.
QString verdictOf(const ConnectionFacts &facts);
/// All of it for copying, one group under the other.
QString connectionText(const QList<ConnectionFacts> &hops);

} // namespace keydesk
