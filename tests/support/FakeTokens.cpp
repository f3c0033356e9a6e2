#include "tests/support/FakeTokens.h"

#include "app/base/Guarded.h"

namespace keydesk::test {

QUuid FakeTokens::add(const QByteArray &token, const QList<Origin> &origins, const QByteArray &headerName,
                      const QByteArray &headerPrefix, KeyPlacement placement)
{
    const QUuid id = QUuid::createUuid();
    m_keys.insert(id, {{QStringLiteral("My key"), {placement, headerName, headerPrefix}, origins}, token});
    return id;
}

std::optional<KeyBinding> FakeTokens::binding(const QUuid &keyId) const
{
    const auto found = m_keys.find(keyId);
    return found == m_keys.end() ? std::optional<KeyBinding>() : found->binding;
}

Result<Secret> FakeTokens::token(const QUuid &keyId) const
{
    if (error)
        return tl::unexpected(*error);
    const QByteArray bytes = m_keys.value(keyId).token;
    return Secret(std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
}

void FakeTokens::readToken(const QUuid &keyId, QObject *guard, Done done)
{
    ++reads;
    if (speed == Speed::Never) {
        m_waitingFor = keyId;
        m_waitingGuard = guard;
        m_waiting = std::move(done);
        return;
    }
    later(guard, [this, keyId, done = std::move(done)] { done(token(keyId)); });
}

void FakeTokens::answerNow()
{
    if (m_waitingGuard)
        later(m_waitingGuard, [this, done = std::move(m_waiting)] { done(token(m_waitingFor)); });
}

} // namespace keydesk::test
