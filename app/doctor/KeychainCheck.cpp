#include "app/doctor/KeychainCheck.h"

#include "app/keys/SecretStore.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

using Answer = SecretService::Answer;
using State = Finding::State;

struct KeychainCheckText
{
    Q_DECLARE_TR_FUNCTIONS(Doctor)
};

const QString keychainId = u"keychain"_s;
const QString tokensId = u"tokens"_s;
constexpr qsizetype mostNames = 5;

QString namesOf(const QList<ApiKey> &keys)
{
    QStringList names;
    for (const ApiKey &key : keys.first(std::min(keys.size(), mostNames)))
        names << u"“%1”"_s.arg(key.name);
    if (keys.size() > mostNames)
        names << u"…"_s;
    return names.join(u", "_s);
}

bool isIn(const ApiKey &key, SecretPlace place)
{
    return key.place == place;
}

} // namespace

KeychainCheck::KeychainCheck(SecretStore &keychain, std::optional<StoredRows> rows, bool hasSealedFile,
                             std::chrono::milliseconds patience, QObject *parent)
    : QObject(parent)
    , m_keychain(keychain)
    , m_rows(std::move(rows))
    , m_hasSealedFile(hasSealedFile)
    , m_service(patience)
{
}

void KeychainCheck::start()
{
    m_service.ask(this, [this](Answer answer) { answered(answer); });
}

/// A key has its token there, or new keys can go nowhere else.
bool KeychainCheck::isNeeded() const
{
    return !m_hasSealedFile || (m_rows && std::ranges::any_of(m_rows->keys, [](const ApiKey &key) {
                                    return isIn(key, SecretPlace::SystemKeychain);
                                }));
}

void KeychainCheck::answered(Answer answer)
{
    const auto problem = [this](const QString &message, const QString &fix) {
        Q_EMIT found({keychainId, State::Problem, message, fix});
        Q_EMIT finished();
    };
    switch (answer) {
    case Answer::NoBus:
    case Answer::NoService: {
        const QString why =
            answer == Answer::NoBus
                ? KeychainCheckText::tr("There is no session bus (D-Bus), and so no system keychain.")
                : KeychainCheckText::tr(
                      "Nothing on the session bus provides a keychain (org.freedesktop.secrets).");
        const QString fix =
            answer == Answer::NoBus
                ? KeychainCheckText::tr(
                      "Run it inside a desktop session, or under dbus-run-session; or keep keys in a "
                      "sealed file: in the "
                      "window, View ▸ Where Keys Are Kept…")
                : KeychainCheckText::tr(
                      "Install and start one, such as GNOME Keyring (sudo apt install gnome-keyring), "
                      "KWallet or KeePassXC; or "
                      "keep keys in a sealed file: in the window, View ▸ Where Keys Are Kept…");
        if (isNeeded())
            return problem(why, fix);
        Q_EMIT found({keychainId,
                      State::Note,
                      KeychainCheckText::tr("%1 No key needs it: they are in the sealed file.").arg(why),
                      {}});
        Q_EMIT finished();
        return;
    }
    case Answer::NoAnswer:
        return problem(
            KeychainCheckText::tr(
                "The system keychain does not answer. It may be waiting for its password in another window."),
            KeychainCheckText::tr("Look for a password window of the system, or log out and in again."));
    case Answer::Denied:
        return problem(KeychainCheckText::tr("The system keychain does not let Keydesk in. No key is lost."),
                       KeychainCheckText::tr("Allow Keydesk in the keychain's own settings."));
    case Answer::Broken:
        return problem(
            KeychainCheckText::tr("The system keychain answers with errors. Its keys are not lost."),
            KeychainCheckText::tr("See whether it works in other programs, and log out and in again."));
    case Answer::OtherService:
        Q_EMIT found({keychainId,
                      State::Note,
                      KeychainCheckText::tr(
                          "The keychain is an older KWallet: whether it is locked, and which tokens it "
                          "holds, it does not tell."),
                      {}});
        Q_EMIT finished();
        return;
    case Answer::Locked:
    case Answer::Unlocked:
        break;
    }
    m_service.provider(this, [this, isLocked = answer == Answer::Locked](const QString &program) {
        const QString who = program.isEmpty()
                                ? KeychainCheckText::tr("The system keychain")
                                : KeychainCheckText::tr("The system keychain (%1)").arg(program);
        if (isLocked)
            Q_EMIT found(
                {keychainId, State::Problem,
                 KeychainCheckText::tr("%1 is locked, so no token can be read. None is lost.").arg(who),
                 KeychainCheckText::tr("Unlock it: by logging in, in the keychain's own window (such as "
                                       "seahorse), or in Keydesk's: View ▸ Where Keys Are "
                                       "Kept…")});
        else
            Q_EMIT found(
                {keychainId, State::Ok, KeychainCheckText::tr("%1 answers and is unlocked.").arg(who), {}});
        m_keychain.list(this, [this](const Result<QList<QUuid>> &entries) {
            if (entries && m_rows)
                listed(*entries);
            else
                Q_EMIT found(
                    {tokensId,
                     State::Note,
                     KeychainCheckText::tr("Whether every key has its token in the keychain cannot be told."),
                     {}});
            Q_EMIT finished();
        });
    });
}

/// As KeyRing::takeStock counts them.
void KeychainCheck::listed(const QList<QUuid> &entries)
{
    QSet<QUuid> there(entries.begin(), entries.end());
    QList<ApiKey> missing;
    for (const ApiKey &key : m_rows->keys) {
        if (!there.remove(key.id) && isIn(key, SecretPlace::SystemKeychain))
            missing.append(key);
    }
    for (const ApiKey &key : m_rows->pending)
        there.remove(key.id);
    for (const KeyStore::Leftover &leftover : m_rows->leftovers)
        there.remove(leftover.id);
    if (!missing.isEmpty())
        Q_EMIT found({tokensId, State::Problem,
                      KeychainCheckText::tr("%n key(s) have no token in the keychain any more: %1.", nullptr,
                                            static_cast<int>(missing.size()))
                          .arg(namesOf(missing)),
                      KeychainCheckText::tr(
                          "Paste the token, or get a new one: in the window, View ▸ Missing Keys…")});
    if (!there.isEmpty())
        Q_EMIT found(
            {tokensId, State::Note,
             KeychainCheckText::tr("%n token(s) in the keychain belong to no key here; they may belong to "
                                   "another folder of data.",
                                   nullptr, static_cast<int>(there.size())),
             KeychainCheckText::tr("Make keys of them: in the window, View ▸ Missing Keys…")});
    if (const auto unfinished = m_rows->pending.size() + m_rows->leftovers.size(); unfinished > 0)
        Q_EMIT found({tokensId,
                      State::Note,
                      KeychainCheckText::tr(
                          "%n change(s) of keys were left unfinished: the window finishes or takes them "
                          "back when it is open.",
                          nullptr, static_cast<int>(unfinished)),
                      {}});
    if (missing.isEmpty() && there.isEmpty())
        Q_EMIT found({tokensId,
                      State::Ok,
                      KeychainCheckText::tr("Every key of the keychain has its token there."),
                      {}});
}

} // namespace keydesk
