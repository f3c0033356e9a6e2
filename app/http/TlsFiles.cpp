#include "app/http/TlsFiles.h"

#include "app/interchange/SourceFile.h"

#include <QBuffer>
#include <QCoreApplication>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

using Field = TlsFileProblem::Field;

struct TlsFilesText
{
    Q_DECLARE_TR_FUNCTIONS(TlsFiles)
};

constexpr qint64 largestFile = 4LL * 1024 * 1024;

tl::unexpected<TlsFileProblem> problem(Field field, const QString &message)
{
    return tl::unexpected(TlsFileProblem{field, {Error::Kind::InvalidInput, message, {}}});
}

/// A file's bytes; may be those of a private key.
class Bytes
{
public:
    explicit Bytes(const Secret &secret)
        : m_bytes(secret.reveal().data(), static_cast<qsizetype>(secret.reveal().size()))
    {
    }
    ~Bytes() { wipe(m_bytes); }
    Bytes(const Bytes &) = delete;
    Bytes &operator=(const Bytes &) = delete;

    [[nodiscard]] const QByteArray &get() const { return m_bytes; }
    [[nodiscard]] bool isPem() const { return m_bytes.contains("-----BEGIN "); }
    [[nodiscard]] bool isEncryptedKey() const { return m_bytes.contains("ENCRYPTED"); }
    [[nodiscard]] bool hasPemKey() const { return m_bytes.contains("PRIVATE KEY-----"); }
    /// SEQUENCE { version 3, … (RFC 7292).
    [[nodiscard]] bool isPkcs12() const
    {
        return m_bytes.startsWith('\x30') && m_bytes.left(16).contains(QByteArrayView("\x02\x01\x03", 3)) && !isPem();
    }

private:
    QByteArray m_bytes;
};

tl::expected<Secret, TlsFileProblem> contentOf(const QString &path, Field field)
{
    auto file = readSourceFile(path, largestFile);
    if (!file)
        return tl::unexpected(TlsFileProblem{field, file.error()});
    return std::move(file->bytes);
}

QList<QSslCertificate> certificatesIn(const Bytes &bytes)
{
    return QSslCertificate::fromData(bytes.get(), bytes.isPem() ? QSsl::Pem : QSsl::Der);
}

/// QSslKey does not find out by itself which kind of key it reads.
QSslKey keyIn(const Bytes &bytes, const QByteArray &passphrase)
{
    const QSsl::EncodingFormat format = bytes.isPem() ? QSsl::Pem : QSsl::Der;
    for (const QSsl::KeyAlgorithm algorithm : {QSsl::Rsa, QSsl::Ec, QSsl::Dsa}) {
        if (QSslKey key(bytes.get(), algorithm, format, QSsl::PrivateKey, passphrase); !key.isNull())
            return key;
    }
    return {};
}

/// What a public key ends with (RSA: modulus and exponent, EC: the point) stands in the private key too, in one piece.
bool belongTogether(const QSslKey &key, const QSslCertificate &certificate)
{
    constexpr qsizetype compared = 60;
    QByteArray whole = key.toDer();
    const bool same = whole.contains(certificate.publicKey().toDer().last(compared));
    wipe(whole);
    return same;
}

tl::expected<TlsFiles, TlsFileProblem> fromPkcs12(const QString &path, const Bytes &bytes, const QByteArray &passphrase)
{
    TlsFiles files;
    QSslCertificate own;
    QList<QSslCertificate> further;
    QByteArray content = bytes.get();
    QBuffer buffer(&content);
    buffer.open(QIODevice::ReadOnly);
    const bool opened = QSslCertificate::importPkcs12(&buffer, &files.key.emplace(), &own, &further, passphrase);
    wipe(content);
    if (!opened && passphrase.isEmpty())
        return problem(Field::Passphrase,
                       TlsFilesText::tr("%1 does not open without a passphrase. Enter it.").arg(path));
    if (!opened)
        return problem(Field::Passphrase,
                       TlsFilesText::tr("%1 does not open with this passphrase. If the passphrase is right, "
                                        "the file is damaged, or its "
                                        "encryption is so old that this system refuses it: export it anew.")
                           .arg(path));
    files.chain = QList<QSslCertificate>{own} + further;
    return files;
}

tl::expected<QSslKey, TlsFileProblem> readKey(const QString &path, const Bytes &bytes, Field field, const QByteArray &passphrase)
{
    if (bytes.isEncryptedKey() && passphrase.isEmpty())
        return problem(Field::Passphrase,
                       TlsFilesText::tr("The key in %1 is encrypted. Enter its passphrase.").arg(path));
    const QSslKey key = keyIn(bytes, passphrase);
    if (!key.isNull())
        return key;
    if (bytes.isEncryptedKey())
        return problem(Field::Passphrase,
                       TlsFilesText::tr("The key in %1 does not open with this passphrase.").arg(path));
    return problem(
        field, TlsFilesText::tr(
                   "There is no private key in %1 that can be used. Choose a PEM file with an RSA or EC key.")
                   .arg(path));
}

tl::expected<TlsFiles, TlsFileProblem> readClient(const ConnectionSettings &settings, const QByteArray &passphrase)
{
    const QString &path = settings.certificateFile;
    auto content = contentOf(path, Field::Certificate);
    if (!content)
        return tl::unexpected(content.error());
    const Bytes bytes(*content);
    if (bytes.isPkcs12())
        return fromPkcs12(path, bytes, passphrase);

    TlsFiles files;
    files.chain = certificatesIn(bytes);
    if (files.chain.isEmpty())
        return problem(
            Field::Certificate,
            TlsFilesText::tr("There is no certificate in %1. Choose a PEM or PKCS#12 file.").arg(path));
    if (settings.keyFile.isEmpty() && !bytes.hasPemKey())
        return problem(
            Field::Key,
            TlsFilesText::tr("%1 holds no private key. Choose the file with the key too.").arg(path));
    auto key = tl::expected<QSslKey, TlsFileProblem>();
    if (settings.keyFile.isEmpty()) {
        key = readKey(path, bytes, Field::Certificate, passphrase);
    } else {
        const auto keyContent = contentOf(settings.keyFile, Field::Key);
        if (!keyContent)
            return tl::unexpected(keyContent.error());
        key = readKey(settings.keyFile, Bytes(*keyContent), Field::Key, passphrase);
    }
    if (!key)
        return tl::unexpected(key.error());
    if (!belongTogether(*key, files.chain.first()))
        return problem(settings.keyFile.isEmpty() ? Field::Certificate : Field::Key,
                       TlsFilesText::tr("The key in %1 does not belong to the certificate in %2.")
                           .arg(settings.keyFile.isEmpty() ? path : settings.keyFile, path));
    files.key = *key;
    return files;
}

} // namespace

tl::expected<QList<QSslCertificate>, TlsFileProblem> readAuthorities(const QString &caFile)
{
    const auto content = contentOf(caFile, Field::Authority);
    if (!content)
        return tl::unexpected(content.error());
    const QList<QSslCertificate> found = certificatesIn(Bytes(*content));
    if (found.isEmpty())
        return problem(Field::Authority,
                       TlsFilesText::tr("There is no certificate in %1. Choose a PEM file.").arg(caFile));
    return found;
}

tl::expected<TlsFiles, TlsFileProblem> readTlsFiles(const ConnectionSettings &settings, const Secret *passphrase)
{
    TlsFiles files;
    if (!settings.certificateFile.isEmpty()) {
        QByteArray words;
        if (passphrase)
            words = QByteArray(passphrase->reveal().data(), static_cast<qsizetype>(passphrase->reveal().size()));
        auto client = readClient(settings, words);
        wipe(words);
        if (!client)
            return client;
        files = std::move(*client);
    }
    if (!settings.caFile.isEmpty()) {
        const auto authorities = readAuthorities(settings.caFile);
        if (!authorities)
            return tl::unexpected(authorities.error());
        files.authorities = *authorities;
    }
    return files;
}

QString tlsFilesStamp(const ConnectionSettings &settings)
{
    QString stamps;
    for (const QString &path : {settings.caFile, settings.certificateFile, settings.keyFile}) {
        if (path.isEmpty())
            continue;
        const auto stamp = stampOf(path);
        stamps += stamp ? u"%1 %2 %3 %4\n"_s.arg(stamp->device).arg(stamp->inode).arg(stamp->size).arg(stamp->modified)
                        : u"none\n"_s;
    }
    return stamps;
}

} // namespace keydesk
