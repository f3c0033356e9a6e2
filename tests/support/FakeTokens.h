#pragma once

#include "app/http/TokenSource.h"

#include <QHash>
#include <QPointer>

#include <optional>

namespace keydesk::test {

/// Keys for HttpClient, as KeyRing would hand them out, and slow or failing if told so.
class FakeTokens : public TokenSource
{
public:
    enum class Speed { Soon, Never };

    QUuid add(const QByteArray &token, const QList<Origin> &origins,
              const QByteArray &headerName = "Authorization", const QByteArray &headerPrefix = "Bearer ",
              KeyPlacement placement = KeyPlacement::Header);

    [[nodiscard]] std::optional<KeyBinding> binding(const QUuid &keyId) const override;
    void readToken(const QUuid &keyId, QObject *guard, Done done) override;

    Speed speed = Speed::Soon;
    std::optional<Error> error;
    int reads = 0;
    /// Lets a read that never came back come back now.
    void answerNow();

private:
    struct Key
    {
        KeyBinding binding;
        QByteArray token;
    };
    [[nodiscard]] Result<Secret> token(const QUuid &keyId) const;

    QHash<QUuid, Key> m_keys;
    QUuid m_waitingFor;
    QPointer<QObject> m_waitingGuard;
    Done m_waiting;
};

} // namespace keydesk::test
