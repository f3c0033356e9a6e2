#pragma once

#include "app/http/UploadBody.h"

#include <QFile>
#include <QIODevice>

namespace keydesk {

/// A request body that can be read only once. QNetworkAccessManager sends a request again by itself, POST
/// too, when the connection ends before an answer (measured on 6.4.2), which can place an order twice. A body
/// that refuses to be rewound makes it give up with ContentReSendError instead. Works for an empty body too.
/// Files are read as they are asked for, at most one of them open.
class UploadOnce : public QIODevice
{
    Q_OBJECT

public:
    UploadOnce(const UploadBody &body, QObject *parent);

    [[nodiscard]] bool isSequential() const override { return true; }
    [[nodiscard]] qint64 bytesAvailable() const override { return m_left; }
    [[nodiscard]] bool atEnd() const override { return m_left == 0; }
    [[nodiscard]] qint64 size() const override { return m_size; }
    bool reset() override { return false; }
    bool seek(qint64) override { return false; }

Q_SIGNALS:
    /// A file cannot be read, or is not as large as it was: nothing more comes, and the last byte never does,
    /// so that no server takes what it got for the whole. At most once, inside a read: whoever ends the call
    /// does it later.
    void failed(const keydesk::Error &error);

protected:
    qint64 readData(char *data, qint64 most) override;
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    qint64 readFile(const BodyPiece &piece, char *data, qint64 most);
    qint64 fail(const Error &error);

    QList<BodyPiece> m_pieces;
    qint64 m_size;
    qint64 m_left;
    qsizetype m_piece = 0; // the one that is read
    qint64 m_done = 0;     // of it
    QFile m_file;          // of it
    bool m_failed = false;
};

} // namespace keydesk
