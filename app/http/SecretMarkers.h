#pragma once

#include "app/http/PreparedRequest.h"

#include <map>

namespace keydesk {

/// What stands for the value of a secret variable in a request that is made and has not gone out: in its URL, a header or its body. Only
/// letters and digits, so that every encoding leaves it as it is. HttpClient puts the value in its place, for each hop anew.
/// `percentEncoded`: the value is to be percent-encoded wherever it stands ({{%name}}).
QString secretMarker(const QUuid &keyId, bool percentEncoded = false);
bool hasSecretMarker(QByteArrayView bytes);

/// The keys whose markers stand in the request, each once.
QList<QUuid> markedSecrets(const PreparedRequest &request);
QList<QUuid> markedSecrets(const QByteArray &bytes);

/// With dots in the place of markers.
QByteArray maskedMarkers(const QByteArray &bytes);
QUrl maskedMarkers(const QUrl &url);

using SecretValues = std::map<QUuid, Secret>;

/// The request with the values in it, as it goes on the wire; not to be kept. The Error (InvalidInput) says what a value cannot be in, and not
/// the value.
Result<PreparedRequest> withSecrets(const PreparedRequest &request, const SecretValues &values);
/// The same for a text. A marker of none of `values` becomes dots.
Secret withSecrets(const QByteArray &bytes, const SecretValues &values);

} // namespace keydesk
