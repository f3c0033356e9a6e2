#include "app/doctor/KeychainTrial.h"

#include "app/keys/SecretStore.h"

using namespace Qt::StringLiterals;

namespace keydesk {

KeychainTrial::KeychainTrial(SecretStore &keychain, QObject *parent)
    : QObject(parent)
    , m_keychain(keychain)
    , m_id(QUuid::createUuid())
    , m_written("keydesk-doctor-" + QUuid::createUuid().toByteArray(QUuid::Id128).toStdString())
{
}

KeychainTrial::~KeychainTrial() = default;

void KeychainTrial::start()
{
    m_keychain.write(m_id, m_written, this, [this](const Result<void> &written) {
        if (m_isEnding)
            return;
        if (written)
            readBack();
        else
            takeAway(written.error().message);
    });
}

void KeychainTrial::cancel()
{
    if (!m_isEnding)
        takeAway(tr("It was stopped."));
}

void KeychainTrial::readBack()
{
    m_keychain.read(m_id, this, [this](const Result<Secret> &read) {
        if (m_isEnding)
            return;
        if (!read)
            takeAway(read.error().message);
        else
            takeAway(read->equals(m_written) ? QString()
                                             : tr("It gave back something else than was written."));
    });
}

void KeychainTrial::takeAway(const QString &trouble)
{
    m_isEnding = true;
    m_keychain.remove(m_id, this, [this, trouble](const Result<void> &removed) {
        finish(trouble.isEmpty() && !removed ? removed.error().message : trouble);
    });
}

void KeychainTrial::finish(const QString &trouble)
{
    const QString id = u"keychainTrial"_s;
    if (trouble.isEmpty())
        Q_EMIT finished({id,
                         Finding::State::Ok,
                         tr("The keychain kept a trial entry, gave it back as it was, and removed it."),
                         {}});
    else
        Q_EMIT finished({id, Finding::State::Problem,
                         tr("The keychain did not keep a trial entry: %1").arg(trouble),
                         tr("See whether other programs can keep passwords in it; a new default keyring "
                            "helps where it is damaged.")});
}

} // namespace keydesk
