#pragma once

#include "app/base/Error.h"
#include "app/http/Origin.h"

#include <QList>
#include <QNetworkReply>
#include <QSslError>

namespace keydesk {

/// True if no whole response arrived. False for what QNetworkReply calls an error but is an answer: any
/// status of 400 and more.
bool isTransportError(QNetworkReply::NetworkError error);

/// What happened, in words. `tlsErrors` are those that the reply reported, `received` the bytes of the body
/// so far. `ownProxy`: the proxy of the environment; empty: the one of the Preferences.
Error networkError(QNetworkReply::NetworkError error, const QString &detail, const Origin &origin,
                   const QList<QSslError> &tlsErrors, bool hasStatus, qint64 received, const QString &ownProxy = {});

/// With these errors no part of the request has left: no connection, or no trust in it, came about.
bool meansNothingSent(QNetworkReply::NetworkError error);

/// What is wrong with a certificate, a sentence.
QString tlsProblem(const QSslError &error, const QString &host);
/// What is wrong with all of them, each thing once.
QStringList tlsProblems(const QList<QSslError> &errors, const QString &host);

} // namespace keydesk
