#include "app/http/ConnectionFacts.h"

#include "app/base/PlainText.h"
#include "app/http/NetworkErrors.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QLocale>
#include <QSslCertificate>
#include <QSslCipher>
#include <QSslConfiguration>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

using Trouble = ConnectionFacts::Trouble;
using Revocation = ConnectionFacts::Revocation;

struct ConnectionFactsText
{
    Q_DECLARE_TR_FUNCTIONS(ConnectionFacts)
};

QString subjectName(const QStringList &common, const QStringList &organisation)
{
    QStringList parts = common;
    for (const QString &each : organisation) {
        if (!parts.contains(each))
            parts.append(each);
    }
    return parts.join(u", "_s);
}

QString protocolName(QSsl::SslProtocol protocol)
{
    switch (protocol) {
    case QSsl::TlsV1_2:
        return u"TLS 1.2"_s;
    case QSsl::TlsV1_3:
        return u"TLS 1.3"_s;
    default:
        return {};
    }
}

QString timeText(const QDateTime &time)
{
    return QLocale().toString(time.toLocalTime(), QLocale::ShortFormat);
}

QString revocationText(Revocation revocation)
{
    switch (revocation) {
    case Revocation::NotChecked:
        break;
    case Revocation::NotTold:
        return ConnectionFactsText::tr("not told by the server (no stapled OCSP answer)");
    case Revocation::NotRevoked:
        return ConnectionFactsText::tr("not revoked (stapled OCSP answer)");
    case Revocation::Unclear:
        return ConnectionFactsText::tr("the stapled OCSP answer could not be checked");
    case Revocation::Revoked:
        return ConnectionFactsText::tr("revoked (stapled OCSP answer)");
    }
    return ConnectionFactsText::tr("not checked");
}

Revocation revocationOf(const QSslConfiguration &configuration, const QList<QSslError> &errors)
{
    if (!configuration.ocspStaplingEnabled())
        return Revocation::NotChecked;
    const auto has = [&errors](auto predicate) { return std::ranges::any_of(errors, predicate); };
    if (has([](const QSslError &error) { return troubleOf(error) == Trouble::Revoked; }))
        return Revocation::Revoked;
    if (has([](const QSslError &error) { return error.error() == QSslError::OcspNoResponseFound; }))
        return Revocation::NotTold;
    return has(isRevocationDoubt) ? Revocation::Unclear : Revocation::NotRevoked;
}

FactGroup certificateGroup(const CertificateFacts &certificate, const QString &title)
{
    return {title,
            {{ConnectionFactsText::tr("Subject"), certificate.subject},
             {ConnectionFactsText::tr("Valid for"), certificate.names.join(u", "_s)},
             {ConnectionFactsText::tr("Issued by"), certificate.issuer},
             {ConnectionFactsText::tr("Valid from"), timeText(certificate.from)},
             {ConnectionFactsText::tr("Valid until"), timeText(certificate.until)},
             {ConnectionFactsText::tr("Serial number"), certificate.serial},
             {ConnectionFactsText::tr("SHA-256 fingerprint"), certificate.sha256}}};
}

} // namespace

CertificateFacts certificateFacts(const QSslCertificate &certificate)
{
    CertificateFacts facts;
    facts.subject = subjectName(certificate.subjectInfo(QSslCertificate::CommonName),
                                certificate.subjectInfo(QSslCertificate::Organization));
    facts.issuer = subjectName(certificate.issuerInfo(QSslCertificate::CommonName),
                               certificate.issuerInfo(QSslCertificate::Organization));
    const auto names = certificate.subjectAlternativeNames();
    for (const QSsl::AlternativeNameEntryType type : {QSsl::DnsEntry, QSsl::IpAddressEntry}) {
        QStringList some = names.values(type);
        std::ranges::reverse(some); // a multi-map gives the last first
        facts.names += some;
    }
    facts.from = certificate.effectiveDate();
    facts.until = certificate.expiryDate();
    facts.serial = QString::fromLatin1(certificate.serialNumber());
    facts.sha256 = QString::fromLatin1(certificate.digest(QCryptographicHash::Sha256).toHex(':').toUpper());
    return facts;
}

Trouble troubleOf(const QSslError &error)
{
    switch (error.error()) {
    case QSslError::SelfSignedCertificate:
        return Trouble::SelfSigned;
    case QSslError::SelfSignedCertificateInChain:
    case QSslError::UnableToGetIssuerCertificate:
    case QSslError::UnableToGetLocalIssuerCertificate:
    case QSslError::UnableToVerifyFirstCertificate:
    case QSslError::CertificateUntrusted:
        return Trouble::UnknownAuthority;
    case QSslError::CertificateExpired:
    case QSslError::CertificateNotYetValid:
        return Trouble::Validity;
    case QSslError::HostNameMismatch:
        return Trouble::OtherHost;
    case QSslError::CertificateRevoked:
    case QSslError::CertificateBlacklisted:
        return Trouble::Revoked;
    default:
        return Trouble::Other;
    }
}

bool isRevocationDoubt(const QSslError &error)
{
    return error.error() >= QSslError::OcspNoResponseFound && error.error() <= QSslError::OcspStatusUnknown;
}

void learnFrom(ConnectionFacts &facts, const QSslConfiguration &configuration, const QList<QSslError> &errors)
{
    facts.protocol = protocolName(configuration.sessionProtocol());
    facts.cipher = configuration.sessionCipher().name();
    facts.alpn = QString::fromLatin1(configuration.nextNegotiatedProtocol());
    QList<QSslCertificate> chain = configuration.peerCertificateChain();
    if (chain.isEmpty() && !configuration.peerCertificate().isNull())
        chain = {configuration.peerCertificate()};
    facts.chain.clear();
    for (const QSslCertificate &each : std::as_const(chain))
        facts.chain.append(certificateFacts(each));
    if (!configuration.localCertificate().isNull())
        facts.clientCertificate = certificateFacts(configuration.localCertificate()).subject;
    facts.revocation = revocationOf(configuration, errors);
    facts.troubles.clear();
    QList<QSslError> sure = errors;
    sure.removeIf(isRevocationDoubt);
    for (const QSslError &error : std::as_const(sure))
        facts.troubles.append(troubleOf(error));
    facts.problems = tlsProblems(sure, facts.origin.host());
    facts.isVerified = facts.problems.isEmpty() && !facts.chain.isEmpty();
}

QString verdictOf(const ConnectionFacts &facts)
{
    if (!facts.isEncrypted())
        return facts.isEstablished ? ConnectionFactsText::tr("Not encrypted")
                                   : ConnectionFactsText::tr("Not connected");
    if (facts.isVerified)
        return ConnectionFactsText::tr("Verified");
    if (facts.isEstablished)
        return ConnectionFactsText::tr("Not verified");
    return facts.troubles.isEmpty() ? ConnectionFactsText::tr("Not connected")
                                    : ConnectionFactsText::tr("Refused");
}

QList<FactGroup> shownFacts(const ConnectionFacts &facts)
{
    FactGroup connection{facts.origin.toString(), {{ConnectionFactsText::tr("Security"), verdictOf(facts)}}};
    const auto add = [&connection](const QString &name, const QString &value) {
        if (!value.isEmpty())
            connection.facts.append({name, value});
    };
    for (const QString &problem : facts.problems)
        add(ConnectionFactsText::tr("Problem"), problem);
    add(ConnectionFactsText::tr("Proxy"),
        facts.proxy.isEmpty() ? ConnectionFactsText::tr("none") : facts.proxy);
    add(ConnectionFactsText::tr("Address"), facts.address);
    if (!facts.isEncrypted())
        return {connection};
    add(ConnectionFactsText::tr("TLS version"), facts.protocol);
    add(ConnectionFactsText::tr("Cipher"), facts.cipher);
    add(ConnectionFactsText::tr("Agreed protocol (ALPN)"), facts.alpn);
    add(ConnectionFactsText::tr("Client certificate offered"),
        facts.clientCertificate.isEmpty() ? ConnectionFactsText::tr("none") : facts.clientCertificate);
    if (!facts.chain.isEmpty())
        add(ConnectionFactsText::tr("Revocation"), revocationText(facts.revocation));
    QList<FactGroup> groups{connection};
    for (qsizetype i = 0; i < facts.chain.size(); ++i)
        groups.append(certificateGroup(facts.chain.at(i),
                                       i == 0 ? ConnectionFactsText::tr("Server's certificate")
                                              : ConnectionFactsText::tr("Certificate of its authority")));
    for (FactGroup &group : groups) {
        for (auto &[name, value] : group.facts)
            value = plainText(value);
    }
    return groups;
}

QString connectionText(const QList<ConnectionFacts> &hops)
{
    QStringList lines;
    for (const ConnectionFacts &hop : hops) {
        for (const FactGroup &group : shownFacts(hop)) {
            if (!lines.isEmpty())
                lines.append(QString());
            lines.append(group.title);
            for (const auto &[name, value] : group.facts)
                lines.append(u"  %1: %2"_s.arg(name, value));
        }
    }
    return lines.join(u'\n');
}

} // namespace keydesk
