#include "app/http/UploadBody.h"

#include "app/base/Redactor.h"
#include "app/http/BodyText.h"
#include "app/http/SecretMarkers.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <numeric>

namespace keydesk {

namespace {

struct UploadBodyText
{
    Q_DECLARE_TR_FUNCTIONS(UploadBody)
};

} // namespace

UploadBody::UploadBody(const QByteArray &bytes)
{
    append(bytes);
}

void UploadBody::append(const QByteArray &bytes, bool hidden)
{
    if (bytes.isEmpty())
        return;
    // One piece as long as nothing stands between: a token is redacted wherever it lies.
    if (!m_pieces.isEmpty() && m_pieces.last().file.isEmpty() && m_pieces.last().hidden == hidden)
        m_pieces.last().bytes += bytes;
    else
        m_pieces.append({bytes, {}, 0, hidden});
}

void UploadBody::appendFile(const QString &path, qint64 size)
{
    m_pieces.append({{}, path, size, false});
}

qint64 UploadBody::size() const
{
    return std::accumulate(m_pieces.cbegin(), m_pieces.cend(), qint64(0),
                           [](qint64 sum, const BodyPiece &piece) { return sum + piece.size(); });
}

Result<void> UploadBody::checkFiles() const
{
    for (const BodyPiece &piece : m_pieces) {
        if (piece.file.isEmpty())
            continue;
        const auto size = uploadFileSize(piece.file);
        if (!size)
            return tl::unexpected(size.error());
        if (*size != piece.fileSize)
            return tl::unexpected(fileChanged(piece.file));
    }
    return {};
}

QByteArray UploadBody::shown(const Redactor &redactor) const
{
    QByteArray text;
    for (const BodyPiece &piece : m_pieces) {
        if (!piece.file.isEmpty()) {
            const QString name = redactor.redactText(QFileInfo(piece.file).fileName());
            text += UploadBodyText::tr("[content of the file “%1”, %2]")
                        .arg(name, sizeText(piece.fileSize))
                        .toUtf8();
        } else if (piece.hidden) {
            text += "\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2";
        } else {
            text += redactor.redact(maskedMarkers(piece.bytes)).bytes;
        }
    }
    return text;
}

Result<qint64> uploadFileSize(const QString &path)
{
    const QFileInfo info(path);
    if (info.isDir())
        return failure(Error::Kind::InvalidInput,
                       UploadBodyText::tr("“%1” is a folder. Choose a file in it.").arg(path));
    if (!info.exists())
        return failure(Error::Kind::InvalidInput,
                       UploadBodyText::tr("The file “%1” does not exist.").arg(path));
    // Before it is opened: opening a pipe waits for somebody to write into it.
    if (!info.isFile())
        return failure(Error::Kind::InvalidInput,
                       UploadBodyText::tr(
                           "“%1” is a device or a pipe. Only an ordinary file has a size that can be told "
                           "before it is sent.")
                           .arg(path));
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly | QIODevice::Unbuffered))
        return failure(
            Error::Kind::InvalidInput,
            UploadBodyText::tr("The file “%1” cannot be read. Its permissions may forbid it.").arg(path),
            file.errorString());
    const qint64 size = file.size();
    char byte = 0;
    if (size == 0 && file.read(&byte, 1) == 1) // as in /proc
        return failure(
            Error::Kind::InvalidInput,
            UploadBodyText::tr(
                "“%1” says that it is empty and is not: its size cannot be told before it is sent.")
                .arg(path));
    return size;
}

Error fileChanged(const QString &path)
{
    return {Error::Kind::Conflict,
            UploadBodyText::tr(
                "The file “%1” changed its size while it was being sent, so the server did not get the whole "
                "request. Send it again once "
                "nothing writes to the file.")
                .arg(path),
            {}};
}

} // namespace keydesk
