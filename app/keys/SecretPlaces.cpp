#include "app/keys/SecretPlaces.h"

#include <QCoreApplication>

namespace keydesk {

namespace {

struct SecretPlacesText
{
    Q_DECLARE_TR_FUNCTIONS(SecretPlace)
};

} // namespace

QString placeName(SecretPlace place)
{
    switch (place) {
    case SecretPlace::SystemKeychain:
        return SecretPlacesText::tr("System keychain");
    case SecretPlace::Session:
        return SecretPlacesText::tr("This session only");
    case SecretPlace::SealedFile:
        return SecretPlacesText::tr("Sealed file");
    }
    return {};
}

QString placeInSentence(SecretPlace place)
{
    switch (place) {
    case SecretPlace::SystemKeychain:
        return SecretPlacesText::tr("the system keychain");
    case SecretPlace::Session:
        return SecretPlacesText::tr("memory");
    case SecretPlace::SealedFile:
        return SecretPlacesText::tr("the sealed file");
    }
    return {};
}

QString stateWord(SecretStore::State state)
{
    switch (state) {
    case SecretStore::State::Unknown:
        return SecretPlacesText::tr("being asked");
    case SecretStore::State::Available:
        return SecretPlacesText::tr("unlocked");
    case SecretStore::State::Locked:
        return SecretPlacesText::tr("locked");
    case SecretStore::State::Denied:
        return SecretPlacesText::tr("access denied");
    case SecretStore::State::Absent:
        return SecretPlacesText::tr("not there");
    case SecretStore::State::Slow:
        return SecretPlacesText::tr("does not answer");
    case SecretStore::State::Failing:
        return SecretPlacesText::tr("cannot be used");
    }
    return {};
}

QString storedWords(SecretPlace place)
{
    switch (place) {
    case SecretPlace::SystemKeychain:
        return SecretPlacesText::tr("Stored in the system keychain, read back and verified");
    case SecretPlace::Session:
        return SecretPlacesText::tr("Held in memory for this session only");
    case SecretPlace::SealedFile:
        return SecretPlacesText::tr("Stored in the sealed file, read back and verified");
    }
    return {};
}

QString waitingToUnlock(SecretPlace place)
{
    return place == SecretPlace::SealedFile
               ? SecretPlacesText::tr("The sealed file is locked. Waiting for its passphrase…")
               : SecretPlacesText::tr("The system keychain is locked. Waiting until it is unlocked…");
}

} // namespace keydesk
