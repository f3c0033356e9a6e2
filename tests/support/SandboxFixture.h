#pragma once

#include "app/sandbox/Sandbox.h"
#include "tests/support/TempHome.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTest>

#include <memory>

namespace keydesk::test {

struct Answer
{
    int status = 0; ///< 0: no answer
    QByteArray body;
    QJsonObject json;
    QHash<QByteArray, QByteArray> headers; ///< names in lower case
};

/// A call as a test writes it.
struct Ask
{
    QByteArray method = "GET";
    QString service = QStringLiteral("talkover");
    QString path;
    QByteArray token = {};
    QByteArray body = {};
    QByteArray contentType = "application/json";
    QList<QPair<QByteArray, QByteArray>> headers = {};
};

/// A sandbox of its own, on whatever ports are free, and a client for it.
class SandboxFixture
{
public:
    SandboxFixture()
    {
        m_network.setProxy(QNetworkProxy::NoProxy);
        rememberPorts();
    }

    [[nodiscard]] QString stateFile() const { return m_home.path(QStringLiteral("sandbox.json")); }

    /// Starts it (again); false if it fails.
    [[nodiscard]] bool start()
    {
        stop();
        m_sandbox = std::make_unique<Sandbox>(stateFile());
        QSignalSpy started(m_sandbox.get(), &Sandbox::started);
        m_sandbox->start();
        return started.wait(10'000);
    }
    void stop() { m_sandbox.reset(); }

    Sandbox &sandbox() { return *m_sandbox; }
    [[nodiscard]] QUrl origin(const QString &service) const { return m_sandbox->origins().value(service); }
    [[nodiscard]] quint16 port(const QString &service) const
    {
        return static_cast<quint16>(origin(service).port());
    }

    Answer send(const Ask &ask)
    {
        QNetworkRequest request(QUrl(origin(ask.service).toString() + ask.path));
        request.setTransferTimeout(20'000);
        request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
        if (!ask.token.isEmpty())
            request.setRawHeader("Authorization", "Bearer " + ask.token);
        if (!ask.body.isEmpty())
            request.setHeader(QNetworkRequest::ContentTypeHeader, QString::fromLatin1(ask.contentType));
        for (const auto &[name, value] : ask.headers)
            request.setRawHeader(name, value);
        const std::unique_ptr<QNetworkReply> reply(
            m_network.sendCustomRequest(request, ask.method, ask.body));
        QSignalSpy finished(reply.get(), &QNetworkReply::finished);
        if (!reply->isFinished() && !finished.wait(30'000))
            return {};
        Answer answer;
        answer.status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        answer.body = reply->readAll();
        answer.json = QJsonDocument::fromJson(answer.body).object();
        for (const auto &[name, value] : reply->rawHeaderPairs())
            answer.headers.insert(name.toLower(), value);
        return answer;
    }

    Answer get(const QString &service, const QString &path, const QByteArray &token = {})
    {
        return send({.service = service, .path = path, .token = token});
    }
    Answer post(const QString &service, const QString &path, const QByteArray &token, const QJsonObject &body)
    {
        return send({.method = "POST",
                     .service = service,
                     .path = path,
                     .token = token,
                     .body = QJsonDocument(body).toJson(QJsonDocument::Compact)});
    }

    struct Key
    {
        QString id;
        QByteArray token;
    };
    /// Makes a key as the app does; `wish` may name kind, environment, abilities.
    Key makeKey(const QString &service, QJsonObject wish = {})
    {
        if (!wish.contains(QStringLiteral("name")))
            wish.insert(QStringLiteral("name"), QStringLiteral("Test key"));
        const Answer made = post(service, QStringLiteral("/dashboard/keys"), {}, wish);
        const QJsonObject data = made.json.value(QStringLiteral("data")).toObject();
        return {data.value(QStringLiteral("id")).toString(),
                data.value(QStringLiteral("token")).toString().toLatin1()};
    }
    int act(const QString &service, const QString &id, const QString &action)
    {
        return send({.method = "POST",
                     .service = service,
                     .path = QStringLiteral("/dashboard/keys/%1/%2").arg(id, action)})
            .status;
    }

private:
    /// As if it had run before on ports that no other test uses: those that a sandbox prefers on its first
    /// start are everybody's.
    void rememberPorts()
    {
        const QStringList services{QStringLiteral("talkover"), QStringLiteral("talkturo"),
                                   QStringLiteral("aisoule")};
        QJsonObject ports;
        while (ports.isEmpty()) {
            // Below what the system gives out by itself, so that no client's socket takes one between two
            // starts. Who listens at the first of a block has the others.
            constexpr int block = 4;
            const int first = 20'000 + block * QRandomGenerator::global()->bounded(10'000 / block);
            m_block.close();
            if (!m_block.listen(QHostAddress::LocalHost, static_cast<quint16>(first)))
                continue;
            for (const QString &service : services) {
                const int port = first + 1 + static_cast<int>(ports.size());
                if (QTcpServer().listen(QHostAddress::LocalHost, static_cast<quint16>(port)))
                    ports.insert(service, port);
            }
            if (ports.size() != services.size())
                ports = {};
        }
        QFile file(stateFile());
        if (!file.open(QIODevice::WriteOnly))
            qFatal("cannot write %s", qPrintable(file.fileName()));
        file.write(QJsonDocument(QJsonObject{{QStringLiteral("version"), 1},
                                             {QStringLiteral("ports"), ports},
                                             {QStringLiteral("keys"), QJsonArray()}})
                       .toJson());
    }

    TempHome m_home;
    QTcpServer m_block; // of ports
    std::unique_ptr<Sandbox> m_sandbox;
    QNetworkAccessManager m_network;
};

} // namespace keydesk::test
