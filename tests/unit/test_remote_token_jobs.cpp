#include "app/keys/RemoteTokenService.h"
#include "tests/support/CoreFixture.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QNetworkReply>

using namespace Qt::StringLiterals;
using namespace keydesk;
using namespace keydesk::test;

/// The provider's list and ours, against the sandbox's three services as they are and as they should not be.
class TestRemoteTokenJobs : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void everySandboxCanList_data();
    void everySandboxCanList();
    void aListOfSeveralPagesIsPutTogether();
    void aSessionIsWanted();
    void theWorkspaceWantsItsSlug();
    void matchedKeysLearnWhatTheListSays();
    void aFailureKeepsTheListWithItsAge_data();
    void aFailureKeepsTheListWithItsAge();
    void aSlowListCanBeStopped();
    void aRefusedSessionSaysSo();

    void revokingEndsTokensThere();
    void revokingStopsAtTooManyCalls();
    void revokingGoesOnAfterARefusalOfOne();
    void revokingCanBeStopped();
    void whatIsGoneAlreadyIsAsGoodAsRevoked();

    void aTokenIsAdopted();
    void anotherTokenIsNotAdopted();
    void aLocalKeyIsLinked();
    void aKeyThatCannotBeItIsNotLinked();
    void keysThatAreGoneAreForgottenOrMarked();

private:
    QJsonObject post(const QString &service, const QString &path, const QJsonObject &body);
    QString makeThere(const QString &service, QJsonObject wish, QByteArray *token = nullptr);
    void setMode(const QString &service, const QJsonObject &mode)
    {
        post(service, u"/dashboard/modes"_s, mode);
    }
    RemoteSource source(const QString &providerId, const QString &kindId);
    std::shared_ptr<const Secret> session(const QString &service);
    Result<RemoteTokens> fetch(const RemoteSource &from, const std::shared_ptr<const Secret> &with = {});
    RevokeTokensJob::Summary revoke(const RemoteSource &from, const QList<RevokeTokensJob::Item> &items,
                                    const std::shared_ptr<const Secret> &with = {});
    ApiKey createHere(const RemoteSource &at, const QString &name,
                      const std::shared_ptr<const Secret> &with = {});
    RemoteTokenService &tokens() { return *(*m_core)->remoteTokens; }
    QList<Reconciled> rowsOf(const RemoteSource &from, Reconciled::Standing standing);

    std::unique_ptr<CoreFixture> m_core;
    QNetworkAccessManager m_network;
};

namespace {

using Outcome = RevokeTokensJob::Outcome;
using Standing = Reconciled::Standing;

const auto aisoule = u"aisoule"_s;

} // namespace

void TestRemoteTokenJobs::init()
{
    m_network.setProxy(QNetworkProxy::NoProxy);
    m_core = std::make_unique<CoreFixture>();
    QVERIFY(m_core->startSandbox());
}

void TestRemoteTokenJobs::cleanup()
{
    m_core.reset();
}

QJsonObject TestRemoteTokenJobs::post(const QString &service, const QString &path, const QJsonObject &body)
{
    QNetworkRequest request(QUrl((*m_core)->sandbox->origins().value(service).toString() + path));
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    const std::unique_ptr<QNetworkReply> reply(m_network.post(request, QJsonDocument(body).toJson()));
    QSignalSpy finished(reply.get(), &QNetworkReply::finished);
    if (!reply->isFinished())
        finished.wait(20'000);
    return QJsonDocument::fromJson(reply->readAll()).object()[u"data"_s].toObject();
}

QString TestRemoteTokenJobs::makeThere(const QString &service, QJsonObject wish, QByteArray *token)
{
    if (!wish.contains(u"name"))
        wish.insert(u"name"_s, u"Made there"_s);
    const QJsonObject made = post(service, u"/dashboard/keys"_s, wish);
    if (token)
        *token = made[u"token"_s].toString().toLatin1();
    return made[u"id"_s].toString();
}

RemoteSource TestRemoteTokenJobs::source(const QString &providerId, const QString &kindId)
{
    for (const Environment &environment : (*m_core)->environments->all()) {
        if (environment.providerId == providerId)
            return {environment.id, kindId};
    }
    const Provider *provider = (*m_core)->providers.find(providerId);
    Environment environment;
    environment.name = provider->defaultEnvironmentName;
    environment.providerId = providerId;
    environment.baseUrl =
        (*m_core)->sandbox->origins().value(provider->sandboxService).toString() + provider->basePath;
    const Result<Environment> added = (*m_core)->environments->add(environment);
    return {added ? added->id : QUuid(), kindId};
}

std::shared_ptr<const Secret> TestRemoteTokenJobs::session(const QString &service)
{
    const QJsonObject made =
        post(service, u"/dashboard/keys"_s, {{u"name"_s, u"Me"_s}, {u"kind"_s, u"session"_s}});
    return std::make_shared<const Secret>(made[u"token"_s].toString().toStdString());
}

Result<RemoteTokens> TestRemoteTokenJobs::fetch(const RemoteSource &from,
                                                const std::shared_ptr<const Secret> &with)
{
    ListTokensJob *job = tokens().fetch(from, with);
    std::optional<Result<RemoteTokens>> outcome;
    int ends = 0;
    connect(job, &ListTokensJob::finished, this, [&](const Result<RemoteTokens> &told) {
        outcome = told;
        ++ends;
    });
    QSignalSpy gone(job, &QObject::destroyed);
    if (!gone.wait(20'000) || ends != 1)
        return failure(Error::Kind::TimedOut, u"the job ended %1 times"_s.arg(ends));
    return *outcome;
}

RevokeTokensJob::Summary TestRemoteTokenJobs::revoke(const RemoteSource &from,
                                                     const QList<RevokeTokensJob::Item> &items,
                                                     const std::shared_ptr<const Secret> &with)
{
    RevokeTokensJob *job = tokens().revoke(from, items, with);
    RevokeTokensJob::Summary summary;
    int ends = 0;
    connect(job, &RevokeTokensJob::finished, this, [&](const RevokeTokensJob::Summary &told) {
        summary = told;
        ++ends;
    });
    QSignalSpy gone(job, &QObject::destroyed);
    if (!gone.wait(20'000) || ends != 1)
        qWarning("the job ended %d times", ends);
    return summary;
}

ApiKey TestRemoteTokenJobs::createHere(const RemoteSource &at, const QString &name,
                                       const std::shared_ptr<const Secret> &with)
{
    NewKey draft;
    draft.name = name;
    draft.providerId = (*m_core)->environments->find(at.environmentId)->providerId;
    draft.kindId = at.kindId;
    draft.environmentId = at.environmentId;
    KeyJob *job = (*m_core)->keyService->create(draft, with);
    ApiKey made;
    connect(job, &KeyJob::finished, this, [&made](const Result<ApiKey> &outcome) {
        if (outcome)
            made = *outcome;
        else
            qWarning("%s", qPrintable(outcome.error().message));
    });
    QSignalSpy gone(job, &QObject::destroyed);
    gone.wait(20'000);
    return made;
}

QList<Reconciled> TestRemoteTokenJobs::rowsOf(const RemoteSource &from, Standing standing)
{
    QList<Reconciled> found;
    for (const Reconciled &row : tokens().compare(from)) {
        if (row.standing == standing)
            found << row;
    }
    return found;
}

void TestRemoteTokenJobs::everySandboxCanList_data()
{
    QTest::addColumn<QString>("providerId");
    QTest::addColumn<QString>("kindId");
    QTest::addColumn<QString>("service");
    QTest::addColumn<QString>("kindThere");
    QTest::addColumn<bool>("wantsSession");
    QTest::newRow("talkover, environment")
        << u"sandbox-talkover"_s << u"environment"_s << u"talkover"_s << u"environment"_s << false;
    QTest::newRow("talkover, user") << u"sandbox-talkover"_s << u"user"_s << u"talkover"_s << u"pat"_s
                                    << true;
    QTest::newRow("talkturo") << u"sandbox-talkturo"_s << u"api-key"_s << u"talkturo"_s << u"api-key"_s
                              << false;
    QTest::newRow("talkturo, workspace")
        << u"sandbox-talkturo-api"_s << u"api-key"_s << u"talkturo"_s << u"api-key"_s << true;
    QTest::newRow("aisoule") << u"sandbox-aisoule"_s << u"api-key"_s << aisoule << u"api-key"_s << false;
}

void TestRemoteTokenJobs::everySandboxCanList()
{
    QFETCH(QString, providerId);
    QFETCH(QString, kindId);
    QFETCH(QString, service);
    QFETCH(QString, kindThere);
    QFETCH(bool, wantsSession);
    const RemoteSource from = source(providerId, kindId);
    if (wantsSession && kindThere == u"api-key")
        QVERIFY(tokens().setVariable(from, u"accountSlug"_s, u"my-team"_s));
    QVERIFY(tokens().sources().contains(from));
    const auto signedIn = wantsSession ? session(service) : nullptr;

    const ApiKey mine = createHere(from, u"Mine"_s, signedIn);
    QVERIFY(!mine.remoteId.isEmpty());
    QByteArray theirs;
    const QString foreign = makeThere(service,
                                      {{u"kind"_s, kindThere},
                                       {u"name"_s, u"Somebody else's"_s},
                                       {u"expires_at"_s, u"2199-01-01T00:00:00Z"_s}},
                                      &theirs);
    // Nothing is known yet, so nothing is gone.
    QCOMPARE(rowsOf(from, Standing::Unlinked).size(), 1);
    const Result<RemoteTokens> fetched = fetch(from, signedIn);
    QVERIFY2(fetched, qPrintable(fetched ? QString() : fetched.error().message));
    QVERIFY2(fetched->problems().isEmpty(), qPrintable(fetched->problems()));
    QCOMPARE(fetched->tokens.size(), 2);
    const QList<Reconciled> matched = rowsOf(from, Standing::Matched);
    QCOMPARE(matched.size(), 1);
    QCOMPARE(matched[0].key->id, mine.id);
    const QList<Reconciled> there = rowsOf(from, Standing::OnlyThere);
    QCOMPARE(there.size(), 1);
    QCOMPARE(there[0].remote->id, foreign);
    QCOMPARE(there[0].remote->expiresAt, QDateTime(QDate(2199, 1, 1), QTime(0, 0), Qt::UTC));
    QVERIFY(there[0].remote->createdAt.isValid());
    const RemoteList known = tokens().list(from);
    QVERIFY(qAbs(known.fetchedAt.secsTo(QDateTime::currentDateTimeUtc())) < 60);
    QVERIFY(tokens().sightingOf(*(*m_core)->keys->find(mine.id))->token);

    // Revoked through the API, it stays in the sandbox's own list as revoked, or is in none.
    const auto summary = revoke(from, {{mine.remoteId, mine.name, mine.id}}, signedIn);
    QCOMPARE(summary.outcomes, QList<Outcome>{Outcome::Revoked});
    QVERIFY(!summary.stoppedBy);
    QCOMPARE((*m_core)->keys->find(mine.id)->status, ApiKey::Status::Revoked);
    const Result<RemoteTokens> after = fetch(from, signedIn);
    QVERIFY(after);
    for (const RemoteToken &token : after->tokens)
        QVERIFY(token.id != mine.remoteId || token.state == RemoteToken::State::Revoked);
}

void TestRemoteTokenJobs::aListOfSeveralPagesIsPutTogether()
{
    const RemoteSource from = source(u"sandbox-aisoule"_s, u"api-key"_s);
    QStringList made;
    for (int i = 0; i < 205; ++i) // three pages of a hundred
        made << makeThere(aisoule, {});
    const Result<RemoteTokens> fetched = fetch(from);
    QVERIFY(fetched);
    QStringList listed;
    for (const RemoteToken &token : fetched->tokens)
        listed << token.id;
    QCOMPARE(listed, made);
}

void TestRemoteTokenJobs::aSessionIsWanted()
{
    const RemoteSource from = source(u"sandbox-talkover"_s, u"user"_s);
    const Result<RemoteTokens> fetched = fetch(from);
    QVERIFY(!fetched);
    QCOMPARE(fetched.error().kind, Error::Kind::InvalidInput);
    QVERIFY2(fetched.error().message.contains(u"User session token"), qPrintable(fetched.error().message));
    QVERIFY(!tokens().list(from).triedAt.isValid()); // nobody was asked
}

void TestRemoteTokenJobs::theWorkspaceWantsItsSlug()
{
    const RemoteSource from = source(u"sandbox-talkturo-api"_s, u"api-key"_s);
    const auto signedIn = session(u"talkturo"_s);
    const Result<RemoteTokens> fetched = fetch(from, signedIn);
    QVERIFY(!fetched);
    QVERIFY2(fetched.error().message.contains(u"accountSlug"), qPrintable(fetched.error().message));
    QVERIFY(tokens().setVariable(from, u"accountSlug"_s, u"my team & co"_s));
    QVERIFY(fetch(from, signedIn));
    QVERIFY(tokens().setVariable(from, u"accountSlug"_s, u"other-team"_s));
    const Result<RemoteTokens> forbidden = fetch(from, signedIn);
    QVERIFY(!forbidden);
    QCOMPARE(forbidden.error().kind, Error::Kind::Refused);
    QVERIFY(tokens().setVariable(from, u"accountSlug"_s, u"{{name}}"_s));
    QVERIFY(!fetch(from, signedIn));
}

void TestRemoteTokenJobs::matchedKeysLearnWhatTheListSays()
{
    const RemoteSource from = source(u"sandbox-aisoule"_s, u"api-key"_s);
    const ApiKey mine = createHere(from, u"Mine"_s);
    post(aisoule, u"/dashboard/keys/%1/expiry"_s.arg(mine.remoteId),
         {{u"expires_at"_s, u"2199-01-01T00:00:00Z"_s}});
    QVERIFY(fetch(from));
    ApiKey after = *(*m_core)->keys->find(mine.id);
    QCOMPARE(after.abilities, QStringList{u"*"_s});
    QCOMPARE(after.expiresAt, QDateTime(QDate(2199, 1, 1), QTime(0, 0), Qt::UTC));
    const QList<AuditEntry> events = (*m_core)->keys->events(mine.id);
    QCOMPARE(events.first().action, KeyAction::Edited);
    QVERIFY2(events.first().what.contains(u"abilities *"), qPrintable(events.first().what));
    QVERIFY(fetch(from));
    QCOMPARE((*m_core)->keys->events(mine.id).size(), events.size()); // nothing new: nothing noted

    post(aisoule, u"/dashboard/keys/%1/expire"_s.arg(mine.remoteId), {});
    QVERIFY(fetch(from));
    QCOMPARE((*m_core)->keys->find(mine.id)->status, ApiKey::Status::Expired);
}

void TestRemoteTokenJobs::aFailureKeepsTheListWithItsAge_data()
{
    QTest::addColumn<QJsonObject>("mode");
    QTest::addColumn<QString>("word");
    QTest::newRow("failing") << QJsonObject{{u"failing"_s, u"error"_s}} << u"500"_s;
    QTest::newRow("dropping") << QJsonObject{{u"failing"_s, u"drop"_s}} << QString();
    QTest::newRow("limited") << QJsonObject{{u"rate_limited"_s, true}, {u"retry_after"_s, 42}}
                             << u"42 seconds"_s;
    QTest::newRow("limited for long")
        << QJsonObject{{u"rate_limited"_s, true}, {u"retry_after"_s, 3600}} << u"60 minutes"_s;
    QTest::newRow("offline") << QJsonObject() << QString();
}

void TestRemoteTokenJobs::aFailureKeepsTheListWithItsAge()
{
    QFETCH(QJsonObject, mode);
    QFETCH(QString, word);
    const RemoteSource from = source(u"sandbox-aisoule"_s, u"api-key"_s);
    const ApiKey mine = createHere(from, u"Mine"_s);
    QVERIFY(fetch(from));
    const RemoteList before = tokens().list(from);
    if (mode.isEmpty())
        (*m_core)->sandbox.reset();
    else
        setMode(aisoule, mode);
    const Result<RemoteTokens> failed = fetch(from);
    QVERIFY(!failed);
    QVERIFY2(failed.error().message.contains(word), qPrintable(failed.error().message));
    const RemoteList known = tokens().list(from);
    QCOMPARE(known.tokens, before.tokens);
    QCOMPARE(known.fetchedAt, before.fetchedAt);
    QVERIFY(known.triedAt >= before.triedAt);
    QCOMPARE(known.error, failed.error().message);
    QCOMPARE(rowsOf(from, Standing::Matched).size(), 1);
    QCOMPARE(tokens().sightingOf(*(*m_core)->keys->find(mine.id))->error, known.error);
}

void TestRemoteTokenJobs::aSlowListCanBeStopped()
{
    const RemoteSource from = source(u"sandbox-aisoule"_s, u"api-key"_s);
    setMode(aisoule, {{u"delay_ms"_s, 60'000}});
    ListTokensJob *job = tokens().fetch(from, {});
    QSignalSpy progress(job, &RemoteTokenJob::progress);
    QSignalSpy finished(job, &ListTokensJob::finished);
    QSignalSpy gone(job, &QObject::destroyed);
    QVERIFY(progress.wait(10'000));
    job->cancel();
    job->cancel();
    QCOMPARE(finished.size(), 0); // never inside the call
    QVERIFY(gone.wait(10'000));
    QCOMPARE(finished.size(), 1);
    QCOMPARE(finished[0][0].value<Result<RemoteTokens>>().error().kind, Error::Kind::Cancelled);
}

void TestRemoteTokenJobs::aRefusedSessionSaysSo()
{
    const RemoteSource from = source(u"sandbox-talkover"_s, u"user"_s);
    const Result<RemoteTokens> refused =
        fetch(from, std::make_shared<const Secret>("session_hunter2hunter2"));
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, Error::Kind::Refused);
    QVERIFY(refused.error().message.contains(u"401"));
    QVERIFY(!refused.error().message.contains(u"hunter2"));
}

void TestRemoteTokenJobs::revokingEndsTokensThere()
{
    const RemoteSource from = source(u"sandbox-talkover"_s, u"user"_s);
    const auto signedIn = session(u"talkover"_s);
    const QString one = makeThere(u"talkover"_s, {{u"kind"_s, u"pat"_s}});
    const QString two = makeThere(u"talkover"_s, {{u"kind"_s, u"pat"_s}});
    const QString kept = makeThere(u"talkover"_s, {{u"kind"_s, u"pat"_s}});
    QVERIFY(fetch(from, signedIn));
    const auto summary = revoke(from, {{one, u"One"_s, {}}, {two, u"Two"_s, {}}}, signedIn);
    QCOMPARE(summary.count(Outcome::Revoked), 2);
    // The list that is known says so without being fetched again.
    for (const RemoteToken &token : tokens().list(from).tokens.tokens)
        QCOMPARE(token.state, token.id == kept ? RemoteToken::State::Active : RemoteToken::State::Revoked);
    const Result<RemoteTokens> after = fetch(from, signedIn);
    QCOMPARE(after->tokens.size(), 1);
    QCOMPARE(after->tokens[0].id, kept);
}

void TestRemoteTokenJobs::revokingStopsAtTooManyCalls()
{
    const RemoteSource from = source(u"sandbox-aisoule"_s, u"api-key"_s);
    QList<RevokeTokensJob::Item> items;
    for (int i = 0; i < 3; ++i)
        items.append({makeThere(aisoule, {}), QString::number(i), {}});
    QVERIFY(fetch(from));
    setMode(aisoule, {{u"rate_limited"_s, true}, {u"retry_after"_s, 30}});
    const auto limited = revoke(from, items);
    QCOMPARE(limited.outcomes, (QList<Outcome>{Outcome::NotTried, Outcome::NotTried, Outcome::NotTried}));
    QVERIFY(limited.stoppedBy);
    QVERIFY2(limited.stoppedBy->message.contains(u"30 seconds"), qPrintable(limited.stoppedBy->message));
    setMode(aisoule, {});
    QCOMPARE(revoke(from, items).count(Outcome::Revoked), 3);
}

void TestRemoteTokenJobs::revokingGoesOnAfterARefusalOfOne()
{
    const RemoteSource from = source(u"sandbox-aisoule"_s, u"api-key"_s);
    QList<RevokeTokensJob::Item> items;
    for (int i = 0; i < 3; ++i)
        items.append({makeThere(aisoule, {}), QString::number(i), {}});
    setMode(aisoule, {{u"failing"_s, u"error"_s}, {u"failing_calls"_s, 1}});
    RevokeTokensJob *job = tokens().revoke(from, items, {});
    QSignalSpy each(job, &RevokeTokensJob::itemDone);
    RevokeTokensJob::Summary summary;
    connect(job, &RevokeTokensJob::finished, this,
            [&summary](const RevokeTokensJob::Summary &told) { summary = told; });
    QSignalSpy gone(job, &QObject::destroyed);
    QVERIFY(gone.wait(20'000));
    QCOMPARE(each.size(), 3);
    QCOMPARE(summary.outcomes, (QList<Outcome>{Outcome::Failed, Outcome::Revoked, Outcome::Revoked}));
    QVERIFY(summary.reasons[0].contains(u"500"));
    QVERIFY(summary.reasons[1].isEmpty());
}

void TestRemoteTokenJobs::revokingCanBeStopped()
{
    const RemoteSource from = source(u"sandbox-aisoule"_s, u"api-key"_s);
    const QList<RevokeTokensJob::Item> items = {{makeThere(aisoule, {}), u"One"_s, {}},
                                                {makeThere(aisoule, {}), u"Two"_s, {}}};
    setMode(aisoule, {{u"delay_ms"_s, 60'000}});
    RevokeTokensJob *job = tokens().revoke(from, items, {});
    RevokeTokensJob::Summary summary;
    connect(job, &RevokeTokensJob::finished, this,
            [&summary](const RevokeTokensJob::Summary &told) { summary = told; });
    QSignalSpy progress(job, &RemoteTokenJob::progress);
    QSignalSpy gone(job, &QObject::destroyed);
    QVERIFY(progress.wait(10'000));
    job->cancel();
    QVERIFY(gone.wait(10'000));
    QCOMPARE(summary.outcomes, (QList<Outcome>{Outcome::Failed, Outcome::NotTried}));
    QVERIFY(summary.reasons[0].contains(u"may be revoked"));
    QCOMPARE(summary.stoppedBy->kind, Error::Kind::Cancelled);
}

void TestRemoteTokenJobs::whatIsGoneAlreadyIsAsGoodAsRevoked()
{
    const RemoteSource from = source(u"sandbox-aisoule"_s, u"api-key"_s);
    const ApiKey mine = createHere(from, u"Mine"_s);
    post(aisoule, u"/dashboard/keys/%1/revoke"_s.arg(mine.remoteId), {});
    const auto summary = revoke(from, {{mine.remoteId, mine.name, mine.id}});
    QCOMPARE(summary.outcomes, QList<Outcome>{Outcome::WasGone});
    QCOMPARE((*m_core)->keys->find(mine.id)->status, ApiKey::Status::Revoked);
}

void TestRemoteTokenJobs::aTokenIsAdopted()
{
    const RemoteSource from = source(u"sandbox-aisoule"_s, u"api-key"_s);
    QByteArray token;
    const QString id = makeThere(aisoule, {{u"abilities"_s, QJsonArray{u"read"_s}}}, &token);
    const ApiKey other = createHere(from, u"In use"_s);
    QVERIFY(fetch(from));
    const QList<Reconciled> there = rowsOf(from, Standing::OnlyThere);
    QCOMPARE(there.size(), 1);
    const Result<KeyJob *> job = tokens().adopt(
        from, *there[0].remote, std::make_shared<const Secret>(token.toStdString()), u"Adopted"_s);
    QVERIFY(job);
    QSignalSpy gone(*job, &QObject::destroyed);
    QVERIFY(gone.wait(20'000));
    const QList<Reconciled> matched = rowsOf(from, Standing::Matched);
    QCOMPARE(matched.size(), 2);
    const ApiKey adopted = *(*m_core)->keys->findByFingerprint(
        (*m_core)->keys->fingerprint(Secret(std::string_view(token.constData(), std::size_t(token.size())))));
    QCOMPARE(adopted.remoteId, id);
    QCOMPARE(adopted.abilities, QStringList{u"read"_s});
    QCOMPARE((*m_core)->keys->events(adopted.id).first().action, KeyAction::Adopted);
    // It takes nobody's place.
    QCOMPARE((*m_core)->environments->find(from.environmentId)->keyOf(u"api-key"_s), other.id);
}

void TestRemoteTokenJobs::anotherTokenIsNotAdopted()
{
    const RemoteSource from = source(u"sandbox-aisoule"_s, u"api-key"_s);
    makeThere(aisoule, {});
    QVERIFY(fetch(from));
    const RemoteToken there = *rowsOf(from, Standing::OnlyThere)[0].remote;
    for (const auto &wrong : {std::shared_ptr<const Secret>(), std::make_shared<const Secret>(""),
                              std::make_shared<const Secret>("ak_live_hunter2hunter2----")}) {
        const Result<KeyJob *> job = tokens().adopt(from, there, wrong, u"Wrong"_s);
        QVERIFY(!job);
        QCOMPARE(job.error().kind, Error::Kind::InvalidInput);
        QVERIFY(!job.error().message.contains(u"hunter2"));
    }
    QVERIFY((*m_core)->keys->all().isEmpty());
}

void TestRemoteTokenJobs::aLocalKeyIsLinked()
{
    const RemoteSource from = source(u"sandbox-talkturo-api"_s, u"api-key"_s);
    QVERIFY(tokens().setVariable(from, u"accountSlug"_s, u"my-team"_s));
    const auto signedIn = session(u"talkturo"_s);
    QByteArray token;
    const QString id = makeThere(u"talkturo"_s, {{u"name"_s, u"CI"_s}}, &token);
    NewKey draft;
    draft.name = u"CI"_s;
    draft.providerId = u"sandbox-talkturo-api"_s;
    draft.kindId = u"api-key"_s;
    draft.environmentId = from.environmentId;
    const ApiKey pasted = m_core->addKey(draft, token.toStdString());
    QVERIFY(!pasted.id.isNull());
    QVERIFY(fetch(from, signedIn));
    const QList<Reconciled> unlinked = rowsOf(from, Standing::Unlinked);
    QCOMPARE(unlinked.size(), 1);
    QCOMPARE(unlinked[0].likelyRemoteId, id); // by name and time: this list tells no last characters
    std::optional<Result<void>> linked;
    tokens().link(pasted.id, tokens().list(from).tokens.tokens[0], this,
                  [&](const Result<void> &told) { linked = told; });
    QVERIFY(!linked); // later
    QTRY_VERIFY(linked);
    QVERIFY(*linked);
    QCOMPARE(rowsOf(from, Standing::Matched).size(), 1);
    QCOMPARE((*m_core)->keys->find(pasted.id)->remoteId, id);
    QCOMPARE((*m_core)->keys->events(pasted.id).first().action, KeyAction::Adopted);
}

void TestRemoteTokenJobs::aKeyThatCannotBeItIsNotLinked()
{
    const RemoteSource from = source(u"sandbox-talkturo-api"_s, u"api-key"_s);
    QVERIFY(tokens().setVariable(from, u"accountSlug"_s, u"my-team"_s));
    makeThere(u"talkturo"_s, {{u"name"_s, u"CI"_s}});
    NewKey draft;
    draft.name = u"CI"_s;
    draft.providerId = u"sandbox-talkturo-api"_s;
    draft.kindId = u"api-key"_s;
    draft.environmentId = from.environmentId;
    const ApiKey pasted = m_core->addKey(draft, "tk_live_another0another0another0");
    QVERIFY(fetch(from, session(u"talkturo"_s)));
    RemoteToken there = tokens().list(from).tokens.tokens[0];
    const auto link = [&] {
        std::optional<Result<void>> linked;
        tokens().link(pasted.id, there, this, [&](const Result<void> &told) { linked = told; });
        if (!QTest::qWaitFor([&] { return linked.has_value(); }, 10'000))
            qFatal("never told");
        return *linked;
    };
    QVERIFY(!link()); // the beginning differs
    there.prefix.clear();
    there.lastFour = u"zzzz"_s;
    QVERIFY(!link()); // the end differs
    QVERIFY((*m_core)->keys->find(pasted.id)->remoteId.isEmpty());
}

void TestRemoteTokenJobs::keysThatAreGoneAreForgottenOrMarked()
{
    const RemoteSource from = source(u"sandbox-talkover"_s, u"user"_s);
    const auto signedIn = session(u"talkover"_s);
    const ApiKey one = createHere(from, u"One"_s, signedIn);
    const ApiKey two = createHere(from, u"Two"_s, signedIn);
    for (const ApiKey &key : {one, two})
        post(u"talkover"_s, u"/dashboard/keys/%1/revoke"_s.arg(key.remoteId), {});
    QVERIFY(fetch(from, signedIn));
    QCOMPARE(rowsOf(from, Standing::Gone).size(), 2);
    QVERIFY(!tokens().sightingOf(*(*m_core)->keys->find(one.id))->token);
    QVERIFY(tokens().markRevoked(one.id));
    QCOMPARE((*m_core)->keys->find(one.id)->status, ApiKey::Status::Revoked);
    QCOMPARE((*m_core)->keys->events(one.id).first().action, KeyAction::Revoked);
    QVERIFY(tokens().forget(two.id));
    QVERIFY(!(*m_core)->keys->find(two.id));
    QCOMPARE(rowsOf(from, Standing::Gone).size(), 1);
    QVERIFY(!tokens().markRevoked(two.id));
}

QTEST_GUILESS_MAIN(TestRemoteTokenJobs)
#include "test_remote_token_jobs.moc"
