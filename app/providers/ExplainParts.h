#pragma once

#include "app/providers/AuthExplainer.h"

#include <QCoreApplication>

// The parts that explanations are put together from. Only for AuthExplainer's own files.
namespace keydesk::explaining {

/// For tr(): the context of every text of the explainer.
struct Text
{
    Q_DECLARE_TR_FUNCTIONS(AuthExplainer)
};

QString providerName(const CallFacts &facts); ///< "Talkover", or the host, or "The server"
QString
environmentName(const CallFacts &facts); ///< with typographic quotes; "this environment" if there is none
QString keyName(const ApiKey &key);      ///< “Production dialer” (talq_••••3f9a)
QString hostOf(const QUrl &url);         ///< with the port, if it is written
QUrl lastUrl(const CallFacts &facts);    ///< where the last hop went, or was to go
QString target(const CallFacts &facts);  ///< its host
QString nothingLeft(const CallFacts &facts); ///< "Nothing was sent.", if so
bool keyWasSent(const CallFacts &facts); ///< in the last hop
/// Keydesk sent the call itself. If not, there is no tab to look into, and nothing but the answer to speak
/// of.
bool isTraced(const CallFacts &facts);
/// The error that the answer's challenge names, if it is one of RFC 6750 section 3.1: a token arrived, unless
/// it is "invalid_request".
QByteArray challengeError(const HttpResponse &response);

const TokenKind *wantedKind(const CallFacts &facts);
const TokenKind *kindOfKey(const CallFacts &facts);
/// The name of the kind in a sentence: "environment token" for “Environment token”, but "API key".
QString inSentence(const QString &kindName);

/// What a hint (see tokenHint) tells about the token's beginning.
enum class Beginning { Unknown, Right, Wrong };
Beginning beginningOf(const QString &hint, const TokenKind &kind);
/// The kind of `provider` whose tokens begin as `hint` does; nullptr if none or all might.
const TokenKind *kindByHint(const QString &hint, const Provider &provider);

/// What the app knows about the key that was used, as sentences: where it went, when it last worked, whether
/// it begins as it should.
QString knownAboutKey(const CallFacts &facts);
/// "Talkover answered 401 with TOKEN_EXPIRED."
QString answered(const CallFacts &facts, const HttpResponse &response);
/// Joins the parts that are not empty with spaces.
QString sentences(const QStringList &parts);

ExplanationAction addKey(const QString &label);
ExplanationAction chooseKey();
ExplanationAction checkKey();
ExplanationAction fetchToken();
ExplanationAction editEnvironment();
ExplanationAction editConnection(const QString &label, const QString &field);
/// Where the host of the call is written: in the URL, or else in the environment.
ExplanationAction editHost(const CallFacts &facts);
bool urlNamesHost(const CallFacts &facts);
ExplanationAction showSent();
ExplanationAction sendAgain(qint64 seconds = 0);
ExplanationAction unlockKeychain(const QString &label);
ExplanationAction openPreferences(const QString &label);
/// Where a new token of `kind` comes from, and where the same one can be had again if the provider still shows it. The kind may be null.
QStringList renewSteps(const CallFacts &facts, const TokenKind *kind);
QStringList getAgainSteps(const CallFacts &facts, const TokenKind *kind);
/// Empty if there is no dashboard.
QList<ExplanationAction> openDashboard(const CallFacts &facts, const TokenKind *kind);

/// When the call got no answer.
Explanation explainError(const CallFacts &facts, const Error &error);
/// When the server was not who it should be, or did not take us for who we should be; when the proxy failed.
Explanation notTrusted(const CallFacts &facts, const Error &error);
Explanation proxyFailed(const CallFacts &facts, const Error &error);
/// Empty if that is not what the answer says.
Explanation clientCertificateWanted(const CallFacts &facts, const HttpResponse &response);
/// When the sealed file did not give the token out.
Explanation sealedFile(const CallFacts &facts, const Error &error);
/// When the answer is about the key: none, wrong, ended, not allowed. The likeliest cause by what the app
/// knows goes first; `shape` may be null.
Explanation explainRefusal(const CallFacts &facts, const HttpResponse &response, const ErrorShape *shape);
/// Mistakes that the app sees from its own side; each is empty if it was not made. `withoutKey`: none went out (none chosen, a typed header,
/// withheld, dropped on a redirect). `wronglyWritten`: another header or another beginning than the kind has.
Explanation withoutKey(const CallFacts &facts, const HttpResponse &response);
Explanation doubled(const CallFacts &facts, const HttpResponse &response);
Explanation wrongKind(const CallFacts &facts, const HttpResponse &response);
Explanation otherEnvironment(const CallFacts &facts, const HttpResponse &response);
Explanation wronglyWritten(const CallFacts &facts, const HttpResponse &response);
/// 404 and HTML answers that come from a base URL with too much or too little in it; empty if that is not the
/// cause.
Explanation explainBaseUrl(const CallFacts &facts, const HttpResponse &response);
bool isHtml(const HttpResponse &response);
/// "15 seconds", "2 minutes".
QString duration(qint64 seconds);

} // namespace keydesk::explaining
