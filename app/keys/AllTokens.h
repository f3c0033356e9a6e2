#pragma once

#include "app/base/Error.h"
#include "app/base/Secret.h"

#include <QList>
#include <QObject>
#include <QPointer>
#include <QSet>
#include <QUuid>

#include <functional>
#include <memory>
#include <vector>

namespace keydesk {

class KeyRing;
class KeyStore;
class Redactor;

/// Makes the tokens of all stored keys known to the redactor, before text is written down in which any of
/// them may stand (SECURITY S1): since the start it may have seen none of them. They are read straight from
/// their stores, each once, one after the other. A store that is locked or does not answer is not asked: that
/// would open the system's password window. From then on a key that another process stores is read as it
/// comes. UI thread.
class AllTokens : public QObject
{
    Q_OBJECT

public:
    /// How many could not be read. Told later, once, unless `guard` died.
    using Done = std::function<void(int unread)>;

    /// All of them outlive this.
    AllTokens(const KeyStore &keys, const KeyRing &ring, Redactor &redactor, QObject *parent = nullptr);
    ~AllTokens() override;

    void makeKnown(QObject *guard, Done done);

private:
    struct Waiting
    {
        QPointer<QObject> guard;
        Done done;
    };

    void readAll();
    void readNext();
    void gotToken(const QUuid &key, const Result<Secret> &token);
    void tell();

    const KeyStore &m_keys;
    const KeyRing &m_ring;
    Redactor &m_redactor;
    QSet<QUuid> m_known;
    QList<QUuid> m_toRead;
    QUuid m_reading; // null: nothing is being read
    std::unique_ptr<QObject> m_readGuard;
    bool m_isRunning = false;
    bool m_wasAsked = false;
    int m_unread = 0;
    std::vector<Waiting> m_waiting; // for what is being read
    std::vector<Waiting> m_next;    // who came when that had begun
};

} // namespace keydesk
