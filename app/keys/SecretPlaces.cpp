#include "app/keys/SecretPlaces.h"

#include <QCoreApplication>

namespace keydesk {

namespace {

QString text(const char *words)
{
    return QCoreApplication::translate("SecretPlace", words);
}

} // namespace

QString placeName(SecretPlace place)
{
    switch (place) {
    case SecretPlace::SystemKeychain:
        return text("System keychain");
    case SecretPlace::Session:
        return text("This session only");
    case SecretPlace::SealedFile:
        return text("Sealed file");
    }
    return {};
}

QString placeInSentence(SecretPlace place)
{
    switch (place) {
    case SecretPlace::SystemKeychain:
        return text("the system keychain");
    case SecretPlace::Session:
        return text("memory");
    case SecretPlace::SealedFile:
        return text("the sealed file");
    }
    return {};
}

QString stateWord(SecretStore::State state)
{
    switch (state) {
    case SecretStore::State::Unknown:
        return text("being asked");
    case SecretStore::State::Available:
        return text("unlocked");
    case SecretStore::State::Locked:
        return text("locked");
    case SecretStore::State::Denied:
        return text("access denied");
    case SecretStore::State::Absent:
        return text("not there");
    case SecretStore::State::Slow:
        return text("does not answer");
    case SecretStore::State::Failing:
        return text("cannot be used");
    }
    return {};
}

QString storedWords(SecretPlace place)
{
    switch (place) {
    case SecretPlace::SystemKeychain:
        return text("Stored in the system keychain, read back and verified");
    case SecretPlace::Session:
        return text("Held in memory for this session only");
    case SecretPlace::SealedFile:
        return text("Stored in the sealed file, read back and verified");
    }
    return {};
}

QString waitingToUnlock(SecretPlace place)
{
    return place == SecretPlace::SealedFile
               ? text("The sealed file is locked. Waiting for its passphrase…")
               : text("The system keychain is locked. Waiting until it is unlocked…");
}

} // namespace keydesk
