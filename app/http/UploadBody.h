#pragma once

#include "app/base/Error.h"

#include <QByteArray>
#include <QList>
#include <QString>

namespace keydesk {

class Redactor;

/// A stretch of a body: bytes, or the content of a file.
struct BodyPiece
{
    QByteArray bytes;
    QString file;        ///< not empty: an absolute path; what it holds goes out instead of `bytes`
    qint64 fileSize = 0; ///< in bytes, when the request was prepared
    bool hidden = false; ///< by its name a credential: sent, and never shown

    bool operator==(const BodyPiece &) const = default;
    [[nodiscard]] qint64 size() const { return file.isEmpty() ? bytes.size() : fileSize; }
};

/// The body of a request as it goes on the wire: pieces, one after the other. Files are named, not held: they
/// are read while they are sent. Most bodies are one piece of bytes.
class UploadBody
{
public:
    UploadBody() = default;
    UploadBody(const QByteArray &bytes); // NOLINT(google-explicit-constructor): nothing is lost
    UploadBody(const char *text)         // NOLINT(google-explicit-constructor)
        : UploadBody(QByteArray(text))
    {
    }

    void append(const QByteArray &bytes, bool hidden = false);
    void appendFile(const QString &path, qint64 size);
    void clear() { m_pieces.clear(); }

    [[nodiscard]] const QList<BodyPiece> &pieces() const { return m_pieces; }
    [[nodiscard]] qint64 size() const;
    [[nodiscard]] bool isEmpty() const { return size() == 0; }
    /// Whether each file is still there, with its size. The Error names the one that is not.
    [[nodiscard]] Result<void> checkFiles() const;
    /// As it may be shown and stored: known secrets redacted, what is hidden masked, a file as its name and
    /// size.
    [[nodiscard]] QByteArray shown(const Redactor &redactor) const;

    bool operator==(const UploadBody &) const = default;

private:
    QList<BodyPiece> m_pieces;
};

/// The size of a file that can be sent, in bytes. A folder, a device, a pipe, a file that is missing or
/// cannot be read is an InvalidInput that says so. Reads no more than its first byte.
Result<qint64> uploadFileSize(const QString &path);
/// What to say when a file is no longer as large as it was.
Error fileChanged(const QString &path);

} // namespace keydesk
