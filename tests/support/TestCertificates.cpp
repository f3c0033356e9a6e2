#include "tests/support/TestCertificates.h"

#include <QFile>
#include <QProcess>
#include <QSslKey>

using namespace Qt::StringLiterals;

namespace keydesk::test {

TestCertificates::TestCertificates()
{
    if (!m_folder.isValid())
        qFatal("no temporary folder");
    QFile serial(m_folder.filePath(u"index.txt"_s));
    if (!serial.open(QIODevice::WriteOnly))
        qFatal("cannot write to the temporary folder");
    makeAuthority(u"authority"_s);
    makeAuthority(u"stranger"_s);
    const QStringList valid{u"-days"_s, u"2"_s};
    makeServer(u"good"_s, u"authority"_s, u"/CN=127.0.0.1"_s, u"IP:127.0.0.1,DNS:localhost"_s, valid);
    makeServer(u"wrong-host"_s, u"authority"_s, u"/CN=other.test"_s, u"DNS:other.test"_s, valid);
    makeServer(u"unknown-authority"_s, u"stranger"_s, u"/CN=127.0.0.1"_s, u"IP:127.0.0.1"_s, valid);
    makeServer(u"expired"_s, u"authority"_s, u"/CN=127.0.0.1"_s, u"IP:127.0.0.1"_s,
               {u"-startdate"_s, u"20200101000000Z"_s, u"-enddate"_s, u"20200102000000Z"_s});
    run({u"req"_s, u"-x509"_s, u"-newkey"_s, u"ec"_s, u"-pkeyopt"_s, u"ec_paramgen_curve:P-256"_s,
         u"-nodes"_s, u"-keyout"_s, u"self-signed.key"_s, u"-out"_s, u"self-signed.pem"_s, u"-subj"_s,
         u"/CN=127.0.0.1"_s, u"-addext"_s, u"subjectAltName=IP:127.0.0.1"_s, u"-days"_s, u"2"_s});
}

void TestCertificates::run(const QStringList &arguments) const
{
    QProcess openssl;
    openssl.setWorkingDirectory(m_folder.path());
    openssl.start(u"openssl"_s, arguments);
    if (!openssl.waitForFinished() || openssl.exitCode() != 0)
        qFatal("openssl %s: %s", qPrintable(arguments.join(u' ')),
               openssl.readAllStandardError().constData());
}

void TestCertificates::makeAuthority(const QString &name) const
{
    run({u"req"_s, u"-x509"_s, u"-newkey"_s, u"ec"_s, u"-pkeyopt"_s, u"ec_paramgen_curve:P-256"_s,
         u"-nodes"_s, u"-keyout"_s, name + u".key"_s, u"-out"_s, name + u".pem"_s, u"-subj"_s,
         u"/CN=Keydesk test "_s + name, u"-days"_s, u"2"_s});
}

/// With `openssl ca`, the only command of OpenSSL 3.0 that can date a certificate back.
void TestCertificates::makeServer(const QString &name, const QString &authority, const QString &subject,
                                  const QString &host, const QStringList &validity, const QString &usage) const
{
    QFile config(m_folder.filePath(u"ca.cnf"_s));
    if (!config.open(QIODevice::WriteOnly | QIODevice::Truncate))
        qFatal("cannot write the configuration of openssl");
    config.write("[ca]\ndefault_ca=test\n[test]\ndatabase=index.txt\nrand_serial=yes\nnew_certs_dir=."
                 "\ndefault_md=sha256\npolicy=any\n"
                 "unique_subject=no\nx509_extensions=server\n[any]\ncommonName=supplied\n[server]"
                 "\nbasicConstraints=CA:FALSE\n"
                 "extendedKeyUsage=" +
                 usage.toLatin1() + "\nsubjectAltName=" + host.toLatin1() + "\n");
    config.close();
    run({u"req"_s, u"-newkey"_s, u"ec"_s, u"-pkeyopt"_s, u"ec_paramgen_curve:P-256"_s, u"-nodes"_s,
         u"-keyout"_s, name + u".key"_s, u"-out"_s, name + u".csr"_s, u"-subj"_s, subject});
    run(QStringList{u"ca"_s, u"-batch"_s, u"-notext"_s, u"-config"_s, u"ca.cnf"_s, u"-cert"_s,
                    authority + u".pem"_s, u"-keyfile"_s, authority + u".key"_s, u"-in"_s, name + u".csr"_s,
                    u"-out"_s, name + u".pem"_s} +
        validity);
}

void TestCertificates::makeClient(const QString &passphrase) const
{
    makeServer(u"client"_s, u"authority"_s, u"/CN=Keydesk test client"_s, u"DNS:client.test"_s, {u"-days"_s, u"2"_s}, u"clientAuth"_s);
    run({u"pkey"_s, u"-in"_s, u"client.key"_s, u"-aes256"_s, u"-passout"_s, u"pass:"_s + passphrase, u"-out"_s,
         u"client-encrypted.key"_s});
    run({u"pkcs12"_s, u"-export"_s, u"-in"_s, u"client.pem"_s, u"-inkey"_s, u"client.key"_s, u"-certfile"_s, u"authority.pem"_s,
         u"-passout"_s, u"pass:"_s + passphrase, u"-out"_s, u"client.p12"_s});
}

void TestCertificates::makeOcsp(const QString &name, bool isRevoked) const
{
    if (isRevoked)
        run({u"ca"_s, u"-config"_s, u"ca.cnf"_s, u"-cert"_s, u"authority.pem"_s, u"-keyfile"_s, u"authority.key"_s, u"-revoke"_s,
             name + u".pem"_s, u"-crl_reason"_s, u"keyCompromise"_s});
    run({u"ocsp"_s, u"-issuer"_s, u"authority.pem"_s, u"-cert"_s, name + u".pem"_s, u"-reqout"_s, name + u".ocspreq"_s});
    run({u"ocsp"_s, u"-index"_s, u"index.txt"_s, u"-CA"_s, u"authority.pem"_s, u"-rsigner"_s, u"authority.pem"_s, u"-rkey"_s,
         u"authority.key"_s, u"-reqin"_s, name + u".ocspreq"_s, u"-respout"_s, name + u".ocsp"_s, u"-ndays"_s, u"2"_s});
    QFile chain(file(name + u"-chain.pem"_s));
    QFile own(file(name + u".pem"_s));
    QFile issuer(file(u"authority.pem"_s));
    if (!chain.open(QIODevice::WriteOnly) || !own.open(QIODevice::ReadOnly) || !issuer.open(QIODevice::ReadOnly))
        qFatal("cannot write the chain of %s", qPrintable(name));
    chain.write(own.readAll() + issuer.readAll());
}

QSslCertificate TestCertificates::read(const QString &name) const
{
    const QList<QSslCertificate> certificates =
        QSslCertificate::fromPath(m_folder.filePath(name + u".pem"_s));
    if (certificates.isEmpty())
        qFatal("no certificate %s", qPrintable(name));
    return certificates.first();
}

QSslCertificate TestCertificates::authority() const
{
    return read(u"authority"_s);
}

QSslConfiguration TestCertificates::server(const QString &name) const
{
    QFile file(m_folder.filePath(name + u".key"_s));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("no key %s", qPrintable(name));
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setPeerVerifyMode(QSslSocket::VerifyNone); // of the client
    configuration.setLocalCertificate(read(name));
    configuration.setPrivateKey(QSslKey(&file, QSsl::Ec));
    return configuration;
}

} // namespace keydesk::test
