#pragma once

#include "tests/support/HttpTestServer.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUuid>

namespace keydesk::test {

/// A provider with a token API like the sandbox's, whose answers can be refused or get lost, before or after
/// it did what it was asked.
class TokenProvider
{
public:
    enum class Op { Create, List, Revoke, Check };
    enum class Fault {
        None,
        Refuses,
        LosesRequest, ///< the connection breaks before it does anything
        LosesAnswer,  ///< it does it, and the connection breaks
        Fails,        ///< 500
        Limits        ///< 429
    };
    struct Token
    {
        QString id;
        QString name;
        QByteArray bytes;
        bool active = true;
    };

    TokenProvider()
    {
        m_server.handle([this](const ReceivedRequest &request) { return answer(request); });
    }

    [[nodiscard]] QUrl url() const { return m_server.url(QString()); }
    [[nodiscard]] const QList<Token> &tokens() const { return m_tokens; }
    [[nodiscard]] QList<Token> active() const
    {
        QList<Token> all = m_tokens;
        all.removeIf([](const Token &token) { return !token.active; });
        return all;
    }
    [[nodiscard]] bool accepts(const QByteArray &bytes) const { return find(bytes) >= 0; }
    [[nodiscard]] int calls(Op op) const { return m_calls.value(op); }
    void fault(Op op, Fault fault) { m_faults.insert(op, fault); }
    Token make(const QString &name)
    {
        const QString id = QString::number(m_tokens.size() + 1);
        m_tokens.append({id, name, "talq_" + QUuid::createUuid().toByteArray(QUuid::Id128), true});
        return m_tokens.last();
    }
    void end(const QByteArray &bytes)
    {
        if (const qsizetype at = find(bytes); at >= 0)
            m_tokens[at].active = false;
    }

private:
    static Answer json(int status, const QJsonValue &data)
    {
        return {
            response(
                status, {{"Content-Type", "application/json"}},
                QJsonDocument(QJsonObject{{QStringLiteral("data"), data}}).toJson(QJsonDocument::Compact)),
            Answer::Then::KeepOpen,
            {},
            false};
    }
    [[nodiscard]] qsizetype find(const QByteArray &bytes) const
    {
        for (qsizetype at = 0; at < m_tokens.size(); ++at) {
            if (m_tokens.at(at).active && m_tokens.at(at).bytes == bytes)
                return at;
        }
        return -1;
    }

    Answer answer(const ReceivedRequest &request)
    {
        const bool dashboard = request.target.startsWith("/dashboard/keys");
        const Op op = !dashboard                   ? Op::Check
                      : request.method == "POST"   ? Op::Create
                      : request.method == "DELETE" ? Op::Revoke
                                                   : Op::List;
        ++m_calls[op];
        const Fault fault = m_faults.value(op, Fault::None);
        switch (fault) {
        case Fault::Refuses:
            return {response(401, {{"Content-Type", "application/json"}},
                             R"({"error":"UNAUTHORIZED","message":"No.","status_code":401})"),
                    Answer::Then::KeepOpen,
                    {},
                    false};
        case Fault::LosesRequest:
            return {{}, Answer::Then::Reset, {}, false};
        case Fault::Fails:
            return json(500, {});
        case Fault::Limits:
            return json(429, {});
        case Fault::None:
        case Fault::LosesAnswer:
            break;
        }
        const Answer done = act(op, request);
        return fault == Fault::LosesAnswer ? Answer{{}, Answer::Then::Reset, {}, false} : done;
    }

    Answer act(Op op, const ReceivedRequest &request)
    {
        switch (op) {
        case Op::Create: {
            const Token made =
                make(QJsonDocument::fromJson(request.body).object().value(QStringLiteral("name")).toString());
            return json(201, QJsonObject{{QStringLiteral("id"), made.id},
                                         {QStringLiteral("token"), QString::fromLatin1(made.bytes)}});
        }
        case Op::List: {
            QJsonArray list;
            for (const Token &token : active())
                list.append(
                    QJsonObject{{QStringLiteral("id"), token.id}, {QStringLiteral("name"), token.name}});
            return json(200, list);
        }
        case Op::Revoke: {
            const QString id = QString::fromLatin1(request.target.mid(request.target.lastIndexOf('/') + 1));
            for (Token &token : m_tokens) {
                if (token.id == id && token.active) {
                    token.active = false;
                    return json(200, {});
                }
            }
            return json(404, {});
        }
        case Op::Check:
            break;
        }
        if (accepts(request.header("Authorization").mid(7)))
            return json(200, {});
        return {response(401, {{"Content-Type", "application/json"}},
                         R"({"error":"UNAUTHORIZED","message":"No.","status_code":401})"),
                Answer::Then::KeepOpen,
                {},
                false};
    }

    HttpTestServer m_server;
    QList<Token> m_tokens;
    QHash<Op, Fault> m_faults;
    QHash<Op, int> m_calls;
};

inline size_t qHash(TokenProvider::Op op, size_t seed = 0)
{
    return ::qHash(static_cast<int>(op), seed);
}

} // namespace keydesk::test
