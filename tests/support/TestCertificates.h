#pragma once

#include <QSslCertificate>
#include <QSslConfiguration>
#include <QTemporaryDir>

namespace keydesk::test {

/// Certificates made for one test run, with the openssl program, in a folder that goes away.
class TestCertificates
{
public:
    TestCertificates();

    [[nodiscard]] QSslCertificate authority() const;
    /// "good" (for 127.0.0.1 and localhost, from `authority`), "wrong-host", "expired", "self-signed", "unknown-authority".
    [[nodiscard]] QSslConfiguration server(const QString &name) const;

    /// The path of a file that was made: "authority.pem", "good.key", "client.p12" …
    [[nodiscard]] QString file(const QString &name) const { return m_folder.filePath(name); }
    /// "client.pem", "client.key", "client-encrypted.key" and "client.p12", the last two under `passphrase`.
    void makeClient(const QString &passphrase) const;
    /// "<name>.ocsp", what the authority answers about a server's certificate, and "<name>-chain.pem" with the authority's beside it.
    void makeOcsp(const QString &name, bool isRevoked) const;

private:
    void run(const QStringList &arguments) const;
    void makeAuthority(const QString &name) const;
    void makeServer(const QString &name, const QString &authority, const QString &subject,
                    const QString &host, const QStringList &validity,
                    const QString &usage = QStringLiteral("serverAuth")) const;
    [[nodiscard]] QSslCertificate read(const QString &name) const;

    QTemporaryDir m_folder;
};

} // namespace keydesk::test
