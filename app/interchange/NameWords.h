#pragma once

#include <QString>
#include <QStringList>

namespace keydesk {

/// What a name is made of, in lower case: "TALKOVER_STAGING-apiKey" → talkover, staging, api, key.
QStringList nameWords(QStringView name);

/// A variable, header or member that usually holds a key's token: API_TOKEN, X-Api-Key, clientSecret; not
/// TOKEN_URL, KEY_ID, PUBLIC_KEY, DB_PASSWORD.
bool isCredentialName(const QStringList &words);
/// One that usually holds where an API is: BASE_URL, API_HOST, TALKTURO_DOMAIN.
bool isAddressName(const QStringList &words);

/// The stages that people name environments, files and variables after.
enum class Stage { None, Production, Staging, Development, Test };
/// What the words say; of several the first, and "local" only if there is no other (".env.production.local").
Stage stageOf(const QStringList &words);
/// "Staging"; empty for None.
QString stageName(Stage stage);

} // namespace keydesk
