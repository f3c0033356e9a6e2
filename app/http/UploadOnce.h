#pragma once

#include <QByteArray>
#include <QIODevice>

namespace keydesk {

/// A request body that can be read only once. QNetworkAccessManager sends a request again by itself, POST
/// too, when the connection ends before an answer (measured on 6.4.2), which can place an order twice. A body
/// that refuses to be rewound makes it give up with ContentReSendError instead. Works for an empty body too.
class UploadOnce : public QIODevice
{
    Q_OBJECT

public:
    UploadOnce(const QByteArray &body, QObject *parent);

    [[nodiscard]] bool isSequential() const override { return true; }
    [[nodiscard]] qint64 bytesAvailable() const override { return m_body.size() - m_read; }
    [[nodiscard]] bool atEnd() const override { return bytesAvailable() == 0; }
    [[nodiscard]] qint64 size() const override { return m_body.size(); }
    bool reset() override { return false; }
    bool seek(qint64) override { return false; }

protected:
    qint64 readData(char *data, qint64 most) override;
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    QByteArray m_body;
    qint64 m_read = 0;
};

} // namespace keydesk
