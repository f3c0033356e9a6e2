#include "app/providers/ExplainParts.h"

#include "app/base/JsonPointer.h"
#include "app/http/HeaderRules.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>

#include <algorithm>

namespace keydesk::explaining {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype bodyLimit = 1024 * 1024; // an error's body is small; a large one is not looked into
constexpr qsizetype challengeLimit = 8 * 1024;
constexpr QStringView hidden = u"••••";      // what tokenHint puts for the middle of a token

QString day(const QDateTime &time, const QDateTime &now)
{
    const QDate date = time.toLocalTime().date();
    const QDate today = now.toLocalTime().date();
    if (date == today)
        return Text::tr("today at %1")
            .arg(QLocale().toString(time.toLocalTime().time(), QLocale::ShortFormat));
    if (date.daysTo(today) == 1)
        return Text::tr("yesterday");
    return Text::tr("on %1").arg(
        QLocale().toString(date, date.year() == today.year() ? u"d MMMM"_s : u"d MMMM yyyy"_s));
}

// The words of the last use, for after “, ” and on its own.
QString lastWorked(const CallFacts &facts)
{
    const ApiKey &key = *facts.key;
    const QDateTime start = facts.trace.startedAt;
    if (key.status == ApiKey::Status::Works && key.lastUsedAt.isValid() &&
        (!start.isValid() || key.lastUsedAt < start))
        return Text::tr("It last worked %1.")
            .arg(day(key.lastUsedAt, start.isValid() ? start : key.lastUsedAt));
    if (!key.lastUsedAt.isValid() && !key.lastCheckedAt.isValid())
        return Text::tr("It has not been used with Keydesk before.");
    return {};
}

} // namespace

QString providerName(const CallFacts &facts)
{
    if (facts.provider && !facts.provider->isCustom)
        return facts.provider->name;
    const QString host = hostOf(facts.response ? facts.response->url : lastUrl(facts));
    return host.isEmpty() ? Text::tr("The server") : host;
}

QString environmentName(const CallFacts &facts)
{
    return facts.environment ? Text::tr("“%1”").arg(facts.environment->name) : Text::tr("this environment");
}

QString keyName(const ApiKey &key)
{
    return key.hint.isEmpty() ? Text::tr("“%1”").arg(key.name)
                              : Text::tr("“%1” (%2)").arg(key.name, key.hint);
}

QString answered(const CallFacts &facts, const HttpResponse &response)
{
    // A free text of the answer is not repeated here: it could hold the token. A code that the provider's
    // file names cannot.
    const ErrorShape *shape = facts.provider ? shapeOf(*facts.provider, response) : nullptr;
    const bool code = shape && !shape->equals.isEmpty() && !shape->equals.contains(u' ');
    return code ? Text::tr("%1 answered %2 with %3.")
                      .arg(providerName(facts))
                      .arg(response.status)
                      .arg(shape->equals)
                : Text::tr("%1 answered %2.").arg(providerName(facts)).arg(response.status);
}

QString hostOf(const QUrl &url)
{
    return url.port() < 0 ? url.host() : u"%1:%2"_s.arg(url.host()).arg(url.port());
}

QUrl lastUrl(const CallFacts &facts)
{
    return facts.trace.sent.isEmpty() ? facts.url : facts.trace.sent.constLast().url;
}

bool isTraced(const CallFacts &facts)
{
    return facts.sent == CallFacts::Sent::Traced;
}

QByteArray challengeError(const HttpResponse &response)
{
    static const QRegularExpression pattern(
        u"\\berror *= *\"?(invalid_request|invalid_token|insufficient_scope)\\b"_s);
    for (const auto &[name, value] : response.headers) {
        if (!isSameHeader(name, "WWW-Authenticate"))
            continue;
        const QRegularExpressionMatch match = pattern.match(QString::fromLatin1(value.left(challengeLimit)));
        if (match.hasMatch())
            return match.captured(1).toLatin1();
    }
    return {};
}

bool keyWasSent(const CallFacts &facts)
{
    if (facts.sent == CallFacts::Sent::WithKey)
        return true;
    return !facts.trace.sent.isEmpty() && facts.trace.sent.constLast().keySent;
}

const TokenKind *wantedKind(const CallFacts &facts)
{
    if (!facts.provider)
        return nullptr;
    return facts.wantedKindId.isEmpty() ? facts.provider->firstStorableKind()
                                        : facts.provider->kind(facts.wantedKindId);
}

const TokenKind *kindOfKey(const CallFacts &facts)
{
    return facts.provider && facts.key && facts.key->providerId == facts.provider->id
               ? facts.provider->kind(facts.key->kindId)
               : nullptr;
}

QString inSentence(const QString &kindName)
{
    // Abbreviations keep their capitals.
    if (kindName.size() > 1 && kindName[0].isUpper() && !kindName[1].isUpper())
        return kindName[0].toLower() + kindName.mid(1);
    return kindName;
}

Beginning beginningOf(const QString &hint, const TokenKind &kind)
{
    const qsizetype at = hint.indexOf(hidden);
    if (at < 0 || kind.prefix.isEmpty())
        return Beginning::Unknown;
    const QString front = hint.left(at);
    if (!front.isEmpty())
        return kind.prefix.startsWith(front) || front.startsWith(kind.prefix) ? Beginning::Right
                                                                              : Beginning::Wrong;
    // No separator near the front of a token that is long enough to show its end, and with it a prefix of up
    // to five characters.
    const bool longEnough = hint.size() > at + hidden.size();
    const bool wouldShow =
        kind.prefix.size() <= 5 && (kind.prefix.endsWith(u'_') || kind.prefix.endsWith(u'|'));
    return longEnough && wouldShow ? Beginning::Wrong : Beginning::Unknown;
}

const TokenKind *kindByHint(const QString &hint, const Provider &provider)
{
    const QString front = hint.left(std::max<qsizetype>(0, hint.indexOf(hidden)));
    if (front.isEmpty())
        return nullptr;
    const auto it = std::find_if(provider.kinds.cbegin(), provider.kinds.cend(), [&](const TokenKind &kind) {
        if (!kind.prefix.isEmpty())
            return kind.prefix.startsWith(front) || front.startsWith(kind.prefix);
        return !kind.pattern.pattern().isEmpty() &&
               kind.pattern.match(front, 0, QRegularExpression::PartialPreferFirstMatch).hasPartialMatch();
    });
    return it == provider.kinds.cend() ? nullptr : &*it;
}

QString sentences(const QStringList &parts)
{
    QStringList kept = parts;
    kept.removeAll(QString());
    return kept.join(u' ');
}

QString knownAboutKey(const CallFacts &facts)
{
    if (!facts.key)
        return {};
    const QString host = hostOf(lastUrl(facts));
    const QString where = keyWasSent(facts) && !host.isEmpty()
                              ? Text::tr("The key %1 was sent to %2.").arg(keyName(*facts.key), host)
                              : Text::tr("The call named the key %1.").arg(keyName(*facts.key));
    const TokenKind *kind = kindOfKey(facts);
    QString beginning;
    if (kind && beginningOf(facts.key->hint, *kind) == Beginning::Right)
        beginning = Text::tr("Its prefix looks right, so it is hardly a copying mistake.");
    return sentences({where, lastWorked(facts), beginning});
}

ExplanationAction addKey(const QString &label)
{
    return {ExplanationAction::Kind::AddKey, label, {}};
}

ExplanationAction chooseKey()
{
    return {ExplanationAction::Kind::ChooseKey, Text::tr("Choose a key…"), {}};
}

ExplanationAction fetchToken()
{
    return {ExplanationAction::Kind::FetchToken, Text::tr("Fetch New Token"), {}};
}

ExplanationAction checkKey()
{
    return {ExplanationAction::Kind::CheckKey, Text::tr("Check this key"), {}};
}

ExplanationAction editEnvironment()
{
    return {ExplanationAction::Kind::EditEnvironment, Text::tr("Edit environment…"), {}};
}

bool urlNamesHost(const CallFacts &facts)
{
    if (facts.urlNamesHost || !facts.environment)
        return true;
    // A variable may name it too.
    const auto called = Origin::fromUrl(facts.url);
    const auto own = Origin::fromUrl(QUrl(facts.environment->baseUrl));
    return called && own && *called != *own;
}

ExplanationAction editHost(const CallFacts &facts)
{
    return urlNamesHost(facts)
               ? ExplanationAction{ExplanationAction::Kind::EditUrl, Text::tr("Go to the URL"), {}}
               : editEnvironment();
}

QString target(const CallFacts &facts)
{
    const QString host = hostOf(lastUrl(facts));
    if (!host.isEmpty())
        return host;
    const QUrl base = facts.environment ? QUrl(facts.environment->baseUrl) : QUrl();
    return base.host().isEmpty() ? Text::tr("the server") : hostOf(base);
}

QString nothingLeft(const CallFacts &facts)
{
    return facts.trace.sent.isEmpty() ? Text::tr("Nothing was sent.") : QString();
}

ExplanationAction showSent()
{
    return {ExplanationAction::Kind::ShowSent, Text::tr("Show what was sent"), {}};
}

ExplanationAction sendAgain(qint64 seconds)
{
    if (seconds > 0)
        return {ExplanationAction::Kind::SendAgain, Text::tr("Send again in %1").arg(duration(seconds)),
                QString::number(seconds)};
    return {ExplanationAction::Kind::SendAgain, Text::tr("Send again"), {}};
}

ExplanationAction unlockKeychain(const QString &label)
{
    return {ExplanationAction::Kind::UnlockKeychain, label, {}};
}

ExplanationAction openPreferences(const QString &label)
{
    return {ExplanationAction::Kind::OpenPreferences, label, {}};
}

QStringList getAgainSteps(const CallFacts &facts, const TokenKind *kind)
{
    // What is not shown once only can be copied again as it is.
    return kind && !kind->shownOnce && !kind->dashboardSteps.isEmpty() ? kind->dashboardSteps
                                                                       : renewSteps(facts, kind);
}

QStringList renewSteps(const CallFacts &facts, const TokenKind *kind)
{
    if ((!kind || !facts.provider) && !isTraced(facts))
        return {Text::tr("Get a new key where this one came from."), Text::tr("Send the call with it.")};
    if (!kind || !facts.provider)
        return {Text::tr("Get a new key where this one came from, and paste it here.")};
    if (!kind->renewSteps.isEmpty())
        return kind->renewSteps;
    return kind->dashboardSteps;
}

QList<ExplanationAction> openDashboard(const CallFacts &facts, const TokenKind *kind)
{
    if (!kind || kind->dashboardUrl.isEmpty())
        return {};
    QString address = kind->dashboardUrl;
    if (address.contains("{baseOrigin}"_L1)) {
        if (!facts.environment)
            return {};
        const Result<Origin> origin = Origin::fromUrl(QUrl(facts.environment->baseUrl));
        if (!origin)
            return {};
        address.replace("{baseOrigin}"_L1, origin->toString());
    }
    return {{ExplanationAction::Kind::OpenUrl, Text::tr("Open dashboard"), address}};
}

const ErrorShape *shapeOf(const Provider &provider, const HttpResponse &response)
{
    QJsonValue root(QJsonValue::Undefined);
    if (!response.body.isEmpty() && response.body.size() <= bodyLimit) {
        const QJsonDocument document = QJsonDocument::fromJson(response.body);
        if (document.isObject())
            root = document.object();
        else if (document.isArray())
            root = document.array();
    }
    const auto fits = [&](const ErrorShape &shape) {
        if (!shape.status.isEmpty() && !shape.status.contains(response.status))
            return false;
        if (shape.pointer.isEmpty())
            return true;
        const QJsonValue there = atPointer(root, shape.pointer);
        return shape.equals.isEmpty() ? !there.isUndefined() && !there.isNull()
                                      : textAtPointer(root, shape.pointer) == shape.equals;
    };
    const auto it = std::find_if(provider.errors.cbegin(), provider.errors.cend(), fits);
    return it == provider.errors.cend() ? nullptr : &*it;
}

bool isHtml(const HttpResponse &response)
{
    const QByteArray type = response.contentType();
    if (type == "text/html" || type == "application/xhtml+xml")
        return true;
    const QByteArray start = response.body.left(256).trimmed().toLower();
    return start.startsWith("<!doctype html") || start.startsWith("<html");
}

QString duration(qint64 seconds)
{
    if (seconds < 120)
        return Text::tr("%1 seconds").arg(seconds);
    if (seconds < 2 * 3600)
        return Text::tr("%1 minutes").arg((seconds + 59) / 60);
    return Text::tr("%1 hours").arg((seconds + 3599) / 3600);
}

} // namespace keydesk::explaining
