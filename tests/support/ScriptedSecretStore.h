#pragma once

#include "app/keys/SecretStore.h"

#include <QMap>

#include <chrono>
#include <map>

namespace keydesk::test {

/// A secret store that does what the test says: fails, hangs, is late, locks, forgets, lies on read-back.
/// Available at first. While it is Locked, Denied, Absent or Failing every call gets that error; while it is
/// Slow calls wait.
class ScriptedSecretStore : public SecretStore
{
    Q_OBJECT

public:
    enum class Op { Read, Write, Remove, Unlock };

    /// What outlives the store, as a real keychain outlives Keydesk: give it to the next store to play a
    /// restart.
    using Vault = std::map<QUuid, QByteArray>;

    explicit ScriptedSecretStore(std::shared_ptr<Vault> vault = std::make_shared<Vault>(),
                                 QObject *parent = nullptr);

    [[nodiscard]] Vault &vault() const { return *m_vault; }
    [[nodiscard]] std::shared_ptr<Vault> sharedVault() const { return m_vault; }

    void become(State state); ///< calls that wait because it was Slow are answered when it is not any more
    void failWith(Op op, const Error &error);
    void succeedAgain(Op op) { m_errors.remove(op); }
    /// Calls of this kind wait until `release`; what they do to the vault is done at once for Write and
    /// Remove if `actFirst`.
    void hang(Op op, bool actFirst = false);
    void release(); ///< ends all hanging and answers what waits
    void delay(std::chrono::milliseconds time) { m_delay = time; }
    void answerReadsWith(const QByteArray &lie) { m_lie = lie; }
    void readHonestly() { m_lie = {}; }
    void forgetWrites(bool forget) { m_forgetWrites = forget; }

    [[nodiscard]] int count(Op op) const { return m_counts.value(op); }
    [[nodiscard]] int waiting() const { return int(m_waiting.size()); }

    void read(const QUuid &id, QObject *guard, ReadDone done) override;
    void write(const QUuid &id, const Secret &secret, QObject *guard, Done done) override;
    void remove(const QUuid &id, QObject *guard, Done done) override;
    void list(QObject *guard, ListDone done) override; ///< fails as a read would
    void probe() override { ++m_probes; }
    void unlock(QObject *guard, Done done) override; ///< Locked becomes Available unless it is told to fail
    [[nodiscard]] QString describe() const override;
    [[nodiscard]] int probes() const { return m_probes; }

private:
    struct Waiting
    {
        Op op;
        std::function<void()> answer;
    };
    void answer(Op op, QObject *guard, std::function<void()> work);
    void answerWaiting();
    [[nodiscard]] std::optional<Error> trouble(Op op) const;

    std::shared_ptr<Vault> m_vault;
    QMap<Op, Error> m_errors;
    QMap<Op, bool> m_hanging; // value: act first
    QMap<Op, int> m_counts;
    QList<Waiting> m_waiting;
    std::chrono::milliseconds m_delay{0};
    std::optional<QByteArray> m_lie;
    bool m_forgetWrites = false;
    int m_probes = 0;
};

} // namespace keydesk::test
