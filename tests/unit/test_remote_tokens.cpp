#include "app/environments/EnvironmentStore.h"
#include "app/keys/Reconciliation.h"
#include "app/keys/RemoteTokenStore.h"
#include "app/storage/Database.h"
#include "app/storage/Settings.h"
#include "tests/support/TempHome.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

const QUrl base(u"https://api.example/v1"_s);

TokenList shape()
{
    TokenList list;
    list.method = u"GET"_s;
    list.path = u"/tokens"_s;
    list.itemsPointer = u"/data"_s;
    list.idPointer = u"/id"_s;
    list.namePointer = u"/name"_s;
    list.abilitiesPointer = u"/abilities"_s;
    list.createdPointer = u"/created_at"_s;
    list.lastUsedPointer = u"/last_used_at"_s;
    list.expiresPointer = u"/expires_at"_s;
    list.hintPointer = u"/hint"_s;
    list.prefixPointer = u"/prefix"_s;
    list.statePointer = u"/status"_s;
    list.states = {{u"active"_s, u"active"_s}, {u"off"_s, u"paused"_s},  {u"true"_s, u"active"_s},
                   {u"false"_s, u"paused"_s},  {u"old"_s, u"expired"_s}, {u"gone"_s, u"revoked"_s}};
    return list;
}

TokenList paged()
{
    TokenList list = shape();
    list.path = u"/tokens?kind=a"_s;
    list.pageParameter = u"page"_s;
    list.pageSizeParameter = u"per_page"_s;
    list.pageSize = 2;
    return list;
}

QByteArray page(const QJsonArray &items, const QJsonObject &more = {})
{
    QJsonObject root = more;
    root.insert(u"data"_s, items);
    return QJsonDocument(root).toJson();
}

QJsonObject item(const QString &id)
{
    return {{u"id"_s, id}, {u"name"_s, u"Token "_s + id}};
}

/// The list in one page; a list without tokens if it was refused.
RemoteTokens read(const QByteArray &body, const TokenList &list = shape())
{
    TokenListReader reader(list, base);
    const Result<void> added = reader.add(body);
    if (!added)
        qWarning("%s", qPrintable(added.error().message));
    return reader.tokens();
}

ApiKey key(const QString &name, const QString &remoteId = {}, const QString &hint = u"talq_••••3f9a"_s)
{
    ApiKey made;
    made.id = QUuid::createUuid();
    made.name = name;
    made.remoteId = remoteId;
    made.hint = hint;
    made.createdAt = QDateTime(QDate(2026, 3, 1), QTime(12, 0), Qt::UTC);
    return made;
}

RemoteToken token(const QString &id, const QString &name = {}, const QString &lastFour = {})
{
    RemoteToken made;
    made.id = id;
    made.name = name;
    made.lastFour = lastFour;
    made.createdAt = QDateTime(QDate(2026, 3, 1), QTime(11, 0), Qt::UTC);
    return made;
}

using Standing = Reconciled::Standing;

QList<Standing> standings(const QList<Reconciled> &rows)
{
    QList<Standing> all;
    for (const Reconciled &row : rows)
        all << row.standing;
    return all;
}

} // namespace

/// A provider's list as it may come, and what it means beside the keys here.
class TestRemoteTokens : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyFieldIsRead();
    void timesAreUnderstood_data();
    void timesAreUnderstood();
    void whatIsNoListIsSaidInWords_data();
    void whatIsNoListIsSaidInWords();
    void badItemsAreLeftOutAndCounted_data();
    void badItemsAreLeftOutAndCounted();
    void fieldsOfWrongTypesCountAsUnknown_data();
    void fieldsOfWrongTypesCountAsUnknown();
    void namesCannotDeceive();
    void aWholeTokenIsNeverKept();
    void tenThousandTokensAreRead();
    void moreThanTheLimitIsCut();

    void pagesAreAskedForByNumber();
    void pagesAreAskedForByAddress();
    void aNextPageElsewhereIsRefused();
    void aListThatRepeatsItselfEnds();

    void theListComesBackFromTheDatabase();
    void aFailureKeepsWhatWasKnown();
    void anotherBaseUrlHasAnotherList();
    void aListGoesWithItsEnvironment();
    void revokedOnesAreMarked();

    void keysAreMatchedByTheProvidersId();
    void aCutListSaysOfNothingThatItIsGone();
    void aGuessIsMade_data();
    void aGuessIsMade();
    void twoThatAreAlikeGiveNoGuess();
    void tenThousandOfEachAreCompared();
    void matchedKeysLearn_data();
    void matchedKeysLearn();
    void aTokenIsRecognisedByItsEnds();
};

void TestRemoteTokens::everyFieldIsRead()
{
    const RemoteTokens tokens = read(
        R"({"data":[{"id":7,"name":" CI\tPipeline ","abilities":["*","read"],"hint":"talq_••••3f9a","prefix":"tk_live_a1b2c3d4",
             "created_at":"2024-01-01T10:00:00Z","last_used_at":"2024-01-15T18:00:00.250+02:00","expires_at":null,"status":"off"},
             {"id":"token-uuid-2"}]})");
    QCOMPARE(tokens.tokens.size(), 2);
    const RemoteToken first = tokens.tokens.first();
    QCOMPARE(first.id, u"7"_s);
    QCOMPARE(first.name, u"CI Pipeline"_s);
    QCOMPARE(first.abilities, (QStringList{u"*"_s, u"read"_s}));
    QCOMPARE(first.lastFour, u"3f9a"_s);
    QCOMPARE(first.prefix, u"tk_live_a1b2c3d4"_s);
    QCOMPARE(first.createdAt, QDateTime(QDate(2024, 1, 1), QTime(10, 0), Qt::UTC));
    QCOMPARE(first.lastUsedAt, QDateTime(QDate(2024, 1, 15), QTime(16, 0, 0, 250), Qt::UTC));
    QVERIFY(first.expiresAt.isNull());
    QCOMPARE(first.state, RemoteToken::State::Paused);
    RemoteToken second;
    second.id = u"token-uuid-2"_s;
    QCOMPARE(tokens.tokens.last(), second);
    QVERIFY(tokens.problems().isEmpty());

    TokenList booleans = shape();
    booleans.statePointer = u"/is_active"_s;
    QCOMPARE(read(R"({"data":[{"id":"a","is_active":false}]})", booleans).tokens[0].state,
             RemoteToken::State::Paused);
    TokenList bare = shape();
    bare.itemsPointer.clear();
    QCOMPARE(read(R"([{"id":"a"},{"id":"b"}])", bare).tokens.size(), 2);
}

void TestRemoteTokens::timesAreUnderstood_data()
{
    QTest::addColumn<QByteArray>("time");
    QTest::addColumn<QDateTime>("expected");
    const QDateTime noon(QDate(2026, 3, 1), QTime(12, 0), Qt::UTC);
    QTest::newRow("UTC") << QByteArray(R"("2026-03-01T12:00:00Z")") << noon;
    QTest::newRow("offset") << QByteArray(R"("2026-03-01T07:00:00-05:00")") << noon;
    QTest::newRow("no zone") << QByteArray(R"("2026-03-01T12:00:00")") << noon;
    QTest::newRow("space") << QByteArray(R"("2026-03-01 12:00:00")") << noon;
    QTest::newRow("seconds") << QByteArray("1772366400") << noon;
    QTest::newRow("milliseconds") << QByteArray("1772366400000") << noon;
    QTest::newRow("empty") << QByteArray(R"("")") << QDateTime();
    QTest::newRow("null") << QByteArray("null") << QDateTime();
}

void TestRemoteTokens::timesAreUnderstood()
{
    QFETCH(QByteArray, time);
    QFETCH(QDateTime, expected);
    const RemoteTokens tokens = read(R"({"data":[{"id":"a","created_at":)" + time + "}]}");
    QCOMPARE(tokens.tokens[0].createdAt, expected);
    QCOMPARE(tokens.unreadable, 0);
}

void TestRemoteTokens::whatIsNoListIsSaidInWords_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("word");
    QTest::newRow("HTML") << QByteArray("\n <!doctype html><html><body>hunter2-secret</body></html>")
                          << u"web page"_s;
    QTest::newRow("nothing") << QByteArray() << u"JSON"_s;
    QTest::newRow("half") << QByteArray(R"({"data":[{"id":"hunter2-secret)") << u"JSON"_s;
    QTest::newRow("binary") << QByteArray("\x00\xff\xfe\x01", 4) << u"JSON"_s;
    QTest::newRow("no such member") << QByteArray(R"({"items":["hunter2-secret"]})") << u"no list"_s;
    QTest::newRow("an object") << QByteArray(R"({"data":{"hunter2-secret":1}})") << u"no list"_s;
    QTest::newRow("a text") << QByteArray(R"({"data":"hunter2-secret"})") << u"no list"_s;
    QTest::newRow("null") << QByteArray(R"({"data":null})") << u"no list"_s;
    QTest::newRow("a bare list") << QByteArray(R"([{"id":"hunter2-secret"}])") << u"no list"_s;
    QTest::newRow("deep") << QByteArray(R"({"data":)") + QByteArray(100'000, '[') << u"JSON"_s;
    QTest::newRow("huge") << QByteArray(33LL * 1024 * 1024, ' ') << u"32 MB"_s;
}

void TestRemoteTokens::whatIsNoListIsSaidInWords()
{
    QFETCH(QByteArray, body);
    QFETCH(QString, word);
    TokenListReader reader(shape(), base);
    const Result<void> added = reader.add(body);
    QVERIFY(!added);
    QVERIFY2(added.error().message.contains(word), qPrintable(added.error().message));
    QVERIFY(!added.error().message.contains(u"hunter2"));
    QVERIFY(!added.error().detail.contains(u"hunter2"));
    QVERIFY(!reader.next());
    QVERIFY(reader.tokens().tokens.isEmpty());
}

void TestRemoteTokens::badItemsAreLeftOutAndCounted_data()
{
    QTest::addColumn<QByteArray>("bad");
    QTest::newRow("text") << QByteArray(R"("token")");
    QTest::newRow("null") << QByteArray("null");
    QTest::newRow("list") << QByteArray("[]");
    QTest::newRow("no id") << QByteArray(R"({"name":"n"})");
    QTest::newRow("empty id") << QByteArray(R"({"id":""})");
    QTest::newRow("id is null") << QByteArray(R"({"id":null})");
    QTest::newRow("id is an object") << QByteArray(R"({"id":{"$oid":"x"}})");
    QTest::newRow("id is a truth") << QByteArray(R"({"id":true})");
    QTest::newRow("half an id") << QByteArray(R"({"id":1.5})");
    QTest::newRow("id with a line break") << QByteArray(R"({"id":"a\nb"})");
    QTest::newRow("id that turns round") << QByteArray("{\"id\":\"a\\u202eb\"}");
    QTest::newRow("id that climbs") << QByteArray(R"({"id":".."})");
    QTest::newRow("endless id") << R"({"id":")" + QByteArray(300, 'x') + "\"}";
}

void TestRemoteTokens::badItemsAreLeftOutAndCounted()
{
    QFETCH(QByteArray, bad);
    const RemoteTokens tokens =
        read(R"({"data":[{"id":"a"},)" + bad + R"(,{"id":"b"},{"id":"a","name":"again"}]})");
    QCOMPARE(tokens.tokens.size(), 2);
    QCOMPARE(tokens.tokens[0].name, QString()); // the first one stays
    QCOMPARE(tokens.unusable, 1);
    QCOMPARE(tokens.duplicates, 1);
    QVERIFY(tokens.problems().contains(u"twice"));
    QVERIFY(tokens.problems().contains(u"no id"));
}

void TestRemoteTokens::fieldsOfWrongTypesCountAsUnknown_data()
{
    QTest::addColumn<QByteArray>("field");
    QTest::newRow("name") << QByteArray(R"("name":["n"])");
    QTest::newRow("abilities") << QByteArray(R"("abilities":5)");
    QTest::newRow("an ability") << QByteArray(R"("abilities":[5])");
    QTest::newRow("created") << QByteArray(R"("created_at":true)");
    QTest::newRow("last used") << QByteArray(R"("last_used_at":"yesterday")");
    QTest::newRow("expires") << QByteArray(R"("expires_at":{"date":"2026-01-01"})");
    QTest::newRow("expires never ever") << QByteArray(R"("expires_at":1e300)");
    QTest::newRow("hint") << QByteArray(R"("hint":{})");
}

void TestRemoteTokens::fieldsOfWrongTypesCountAsUnknown()
{
    QFETCH(QByteArray, field);
    const RemoteTokens tokens = read(R"({"data":[{"id":"a",)" + field + "}]}");
    QCOMPARE(tokens.unreadable, 1);
    QVERIFY(tokens.problems().contains(u"Partly unknown"));
    RemoteToken expected;
    expected.id = u"a"_s;
    QCOMPARE(tokens.tokens, QList<RemoteToken>{expected});
}

void TestRemoteTokens::namesCannotDeceive()
{
    const RemoteTokens tokens = read("{\"data\":[{\"id\":\"a\",\"name\":\"ab\\u202ecd\\u0000\\n<b>e</b>" +
                                     QByteArray(1000, 'x') + "\",\"status\":\"never heard of\"}]}");
    QVERIFY(tokens.tokens[0].name.startsWith(u"abcd <b>e</b>x"_s));
    QCOMPARE(tokens.tokens[0].name.size(), 255);
    QCOMPARE(tokens.tokens[0].state, RemoteToken::State::Active);
}

void TestRemoteTokens::aWholeTokenIsNeverKept()
{
    const QByteArray secret = "tk_live_a1b2c3d4QvQhJ5rD2N8wYbP6mTzK1sF4xL9cA7uE0nR3yH6jM2";
    const QString known = QString::fromLatin1(secret);
    TokenListReader reader(shape(), base,
                           [&known](QString words) { return words.replace(known, u"••••"_s); });
    QVERIFY(reader.add(R"({"data":[{"id":"a","name":"my )" + secret + R"(","prefix":")" + secret +
                       R"(","hint":")" + secret + R"(","abilities":["use:)" + secret + R"("]},{"id":")" +
                       secret + R"("}]})"));
    const QByteArray kept = QJsonDocument(toJson(reader.tokens())).toJson();
    QVERIFY2(!kept.contains(secret.mid(16)), kept.constData());
    QCOMPARE(reader.tokens().unusable, 1);
    // A secret that nobody here knows is cut down by its place.
    const QByteArray unknown = QJsonDocument(toJson(read(R"({"data":[{"id":"a","prefix":")" + secret +
                                                         R"(","hint":")" + secret + "\"}]}")))
                                   .toJson();
    QVERIFY(!unknown.contains(secret.mid(16, 8)));
}

void TestRemoteTokens::tenThousandTokensAreRead()
{
    QJsonArray items;
    for (int i = 0; i < 10'000; ++i) {
        QJsonObject made = item(QString::number(i));
        made.insert(u"abilities"_s, QJsonArray{u"read"_s, u"write"_s});
        made.insert(u"created_at"_s, u"2024-01-01T10:00:00Z"_s);
        items.append(made);
    }
    QElapsedTimer timer;
    timer.start();
    const RemoteTokens tokens = read(page(items));
    QVERIFY2(timer.elapsed() < 5000, qPrintable(QString::number(timer.elapsed())));
    QCOMPARE(tokens.tokens.size(), 10'000);
    QCOMPARE(remoteTokensFromJson(toJson(tokens)), tokens);
}

void TestRemoteTokens::moreThanTheLimitIsCut()
{
    QJsonArray items;
    for (int i = 0; i <= TokenListReader::mostTokens; ++i)
        items.append(QJsonObject{{u"id"_s, QString::number(i)}});
    const RemoteTokens tokens = read(page(items));
    QCOMPARE(tokens.tokens.size(), TokenListReader::mostTokens);
    QVERIFY(tokens.cut);
    QVERIFY(tokens.problems().contains(u"20000"));
}

void TestRemoteTokens::pagesAreAskedForByNumber()
{
    TokenListReader reader(paged(), base);
    QCOMPARE(*reader.next(), QUrl(u"https://api.example/tokens?kind=a&page=1&per_page=2"_s));
    QVERIFY(reader.add(page({item(u"a"_s), item(u"b"_s)})));
    QCOMPARE(reader.page(), 2);
    QCOMPARE(*reader.next(), QUrl(u"https://api.example/tokens?kind=a&page=2&per_page=2"_s));
    QVERIFY(reader.add(page({item(u"c"_s)}))); // not full: the last one
    QVERIFY(!reader.next());
    QCOMPARE(reader.tokens().tokens.size(), 3);

    TokenList told = paged();
    told.lastPagePointer = u"/meta/last_page"_s;
    TokenListReader knowing(told, base);
    const QJsonObject meta{{u"meta"_s, QJsonObject{{u"last_page"_s, 2}}}};
    QVERIFY(knowing.add(page({item(u"a"_s)}, meta)));
    QVERIFY(knowing.next()); // not full, but the provider says that there is more
    QVERIFY(knowing.add(page({item(u"b"_s), item(u"c"_s)}, meta)));
    QVERIFY(!knowing.next());
}

void TestRemoteTokens::pagesAreAskedForByAddress()
{
    TokenList list = shape();
    list.nextPointer = u"/links/next"_s;
    TokenListReader reader(list, base);
    const auto with = [](const QString &next) {
        return page({item(next)}, {{u"links"_s, QJsonObject{{u"next"_s, next}}}});
    };
    QVERIFY(reader.add(with(u"https://api.example/tokens?cursor=x"_s)));
    QCOMPARE(*reader.next(), QUrl(u"https://api.example/tokens?cursor=x"_s));
    QVERIFY(reader.add(with(u"/tokens?cursor=y"_s)));
    QCOMPARE(*reader.next(), QUrl(u"https://api.example/tokens?cursor=y"_s));
    QVERIFY(reader.add(with(u"/tokens?cursor=x"_s))); // in a circle
    QVERIFY(!reader.next());
}

void TestRemoteTokens::aNextPageElsewhereIsRefused()
{
    TokenList list = shape();
    list.nextPointer = u"/next"_s;
    for (const QString &next :
         {u"https://evil.test/tokens"_s, u"//evil.test/x"_s, u"http://api.example/tokens"_s,
          u"https://api.example:444/tokens"_s, u"file:///etc/passwd"_s}) {
        TokenListReader reader(list, base);
        const Result<void> added = reader.add(page({item(u"a"_s)}, {{u"next"_s, next}}));
        QVERIFY2(!added, qPrintable(next));
        QVERIFY(added.error().message.contains(u"another server"));
        QVERIFY(!reader.next());
    }
}

void TestRemoteTokens::aListThatRepeatsItselfEnds()
{
    TokenListReader reader(paged(), base); // a server that knows nothing of pages
    const QByteArray same = page({item(u"a"_s), item(u"b"_s)});
    QVERIFY(reader.add(same));
    QVERIFY(reader.add(same));
    QVERIFY(!reader.next());
    QCOMPARE(reader.tokens().tokens.size(), 2);
    QCOMPARE(reader.tokens().duplicates, 2);

    TokenListReader endless(paged(), base);
    int pages = 0;
    while (endless.next()) {
        ++pages;
        QVERIFY(endless.add(page({item(QString::number(pages)), item(u"x"_s + QString::number(pages))})));
    }
    QCOMPARE(pages, TokenListReader::mostPages);
    QVERIFY(endless.tokens().cut);
}

namespace {

/// The store with one environment to have lists of.
class Lists
{
public:
    Lists()
    {
        auto opened = Database::open(m_home.path(u"keydesk.db"_s));
        if (!opened)
            qFatal("%s", qPrintable(opened.error().message));
        m_database = std::move(*opened);
        m_settings = std::make_unique<Settings>(m_home.path(u"settings.ini"_s));
        environments = std::make_unique<EnvironmentStore>(*m_database, *m_settings);
        Environment environment;
        environment.name = u"Here"_s;
        environment.providerId = u"acme"_s;
        environment.baseUrl = base.toString();
        const Result<Environment> added = environments->add(environment);
        if (!added)
            qFatal("%s", qPrintable(added.error().message));
        source = {added->id, u"key"_s};
        again();
    }
    /// As after a restart.
    void again() { store = std::make_unique<RemoteTokenStore>(*m_database); }

    RemoteSource source;
    std::unique_ptr<EnvironmentStore> environments;
    std::unique_ptr<RemoteTokenStore> store;

private:
    test::TempHome m_home;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<Settings> m_settings;
};

const QDateTime early(QDate(2026, 1, 1), QTime(8, 0), Qt::UTC);
const QDateTime late(QDate(2026, 1, 2), QTime(8, 0), Qt::UTC);

RemoteTokens sample()
{
    RemoteTokens tokens = read(
        R"({"data":[{"id":"1","name":"One ✓","abilities":["a"],"created_at":"2024-01-01T10:00:00Z","status":"old","hint":"x3f9a"},
           {"id":"2","expires_at":"2027-01-01T00:00:00.001Z","last_used_at":"2026-01-01T00:00:00Z","prefix":"tk_"}, 5, {"id":"1"}]})");
    return tokens;
}

} // namespace

void TestRemoteTokens::theListComesBackFromTheDatabase()
{
    Lists lists;
    QVERIFY(!lists.store->find(lists.source, base.toString()).wasFetched());
    QSignalSpy changed(lists.store.get(), &RemoteTokenStore::changed);
    QVERIFY(lists.store->setFetched(lists.source, base.toString(), sample(), early));
    QCOMPARE(changed.size(), 1);
    for (int i = 0; i < 2; ++i) {
        const RemoteList known = lists.store->find(lists.source, base.toString());
        QCOMPARE(known.tokens, sample());
        QCOMPARE(known.fetchedAt, early);
        QCOMPARE(known.error, QString());
        lists.again();
    }
    QVERIFY(!lists.store->find({lists.source.environmentId, u"other"_s}, base.toString()).wasFetched());
}

void TestRemoteTokens::aFailureKeepsWhatWasKnown()
{
    Lists lists;
    QVERIFY(lists.store->setFetched(lists.source, base.toString(), sample(), early));
    QVERIFY(lists.store->setFailed(lists.source, base.toString(), u"Nobody answered."_s, late));
    lists.again();
    const RemoteList known = lists.store->find(lists.source, base.toString());
    QCOMPARE(known.tokens, sample());
    QCOMPARE(known.fetchedAt, early);
    QCOMPARE(known.triedAt, late);
    QCOMPARE(known.error, u"Nobody answered."_s);
    QVERIFY(lists.store->setFetched(lists.source, base.toString(), {}, late));
    QVERIFY(lists.store->find(lists.source, base.toString()).error.isEmpty());
}

void TestRemoteTokens::anotherBaseUrlHasAnotherList()
{
    Lists lists;
    QVERIFY(lists.store->setFetched(lists.source, base.toString(), sample(), early));
    QVERIFY(!lists.store->find(lists.source, u"https://other.example"_s).wasFetched());
    QVERIFY(lists.store->setFailed(lists.source, u"https://other.example"_s, u"No."_s, late));
    QVERIFY(!lists.store->find(lists.source, u"https://other.example"_s).wasFetched());
    QVERIFY(lists.store->find(lists.source, u"https://other.example"_s).tokens.tokens.isEmpty());
}

void TestRemoteTokens::aListGoesWithItsEnvironment()
{
    Lists lists;
    QVERIFY(lists.store->setFetched(lists.source, base.toString(), sample(), early));
    QVERIFY(lists.environments->remove(lists.source.environmentId));
    lists.again();
    QVERIFY(!lists.store->find(lists.source, base.toString()).wasFetched());
    QVERIFY(!lists.store->setFetched(lists.source, base.toString(), sample(), early)); // no such environment
}

void TestRemoteTokens::revokedOnesAreMarked()
{
    Lists lists;
    QVERIFY(
        lists.store->setRevoked(lists.source, base.toString(), {u"2"_s})); // nothing known: nothing to mark
    QVERIFY(lists.store->setFetched(lists.source, base.toString(), sample(), early));
    QVERIFY(lists.store->setRevoked(lists.source, base.toString(), {u"2"_s, u"nobody"_s}));
    lists.again();
    const RemoteList known = lists.store->find(lists.source, base.toString());
    QCOMPARE(known.tokens.tokens[0].state, RemoteToken::State::Expired);
    QCOMPARE(known.tokens.tokens[1].state, RemoteToken::State::Revoked);
}

void TestRemoteTokens::keysAreMatchedByTheProvidersId()
{
    RemoteTokens tokens;
    tokens.tokens = {token(u"1"_s, u"One"_s), token(u"2"_s, u"Two"_s)};
    const ApiKey one = key(u"My one"_s, u"1"_s);
    const ApiKey gone = key(u"Old"_s, u"9"_s);
    const ApiKey unknown = key(u"Pasted"_s);
    const ApiKey copy = key(u"Copy of one"_s, u"1"_s);
    const QList<Reconciled> rows = reconcile({one, gone, unknown, copy}, tokens);
    QCOMPARE(standings(rows), (QList<Standing>{Standing::Matched, Standing::OnlyThere, Standing::Gone,
                                               Standing::Unlinked, Standing::Unlinked}));
    QCOMPARE(rows[0].key->id, one.id);
    QCOMPARE(rows[1].remote->id, u"2"_s);
    QVERIFY(!rows[1].key);
    QCOMPARE(rows[2].key->id, gone.id);
    QVERIFY(!rows[2].remote);
    QVERIFY(reconcile({}, {}).isEmpty());
}

void TestRemoteTokens::aCutListSaysOfNothingThatItIsGone()
{
    RemoteTokens tokens;
    tokens.tokens = {token(u"1"_s)};
    tokens.cut = true;
    QCOMPARE(standings(reconcile({key(u"Old"_s, u"9"_s)}, tokens)),
             (QList<Standing>{Standing::OnlyThere, Standing::Unlinked}));
}

void TestRemoteTokens::aGuessIsMade_data()
{
    QTest::addColumn<QString>("keyName");
    QTest::addColumn<QString>("hint");
    QTest::addColumn<QString>("tokenName");
    QTest::addColumn<QString>("lastFour");
    QTest::addColumn<int>("hoursApart");
    QTest::addColumn<bool>("guessed");
    const auto hint = u"talq_••••3f9a"_s;
    QTest::newRow("same end") << u"Mine"_s << hint << u"Theirs"_s << u"3f9a"_s << 1 << true;
    QTest::newRow("same end, years apart") << u"Mine"_s << hint << u"Theirs"_s << u"3f9a"_s << 90'000 << true;
    QTest::newRow("another end") << u"CI"_s << hint << u"CI"_s << u"0000"_s << 1 << false;
    QTest::newRow("name and time") << u"CI"_s << hint << u" ci "_s << QString() << 40 << true;
    QTest::newRow("name, another time") << u"CI"_s << hint << u"CI"_s << QString() << 50 << false;
    QTest::newRow("time, another name") << u"CI"_s << hint << u"Dev"_s << QString() << 1 << false;
    QTest::newRow("nothing but bullets") << u"Mine"_s << u"••••"_s << u"Theirs"_s << u"3f9a"_s << 1 << false;
}

void TestRemoteTokens::aGuessIsMade()
{
    QFETCH(QString, keyName);
    QFETCH(QString, hint);
    QFETCH(QString, tokenName);
    QFETCH(QString, lastFour);
    QFETCH(int, hoursApart);
    QFETCH(bool, guessed);
    const ApiKey mine = key(keyName, {}, hint);
    RemoteToken theirs = token(u"1"_s, tokenName, lastFour);
    theirs.createdAt = mine.createdAt.addSecs(-3600LL * hoursApart);
    RemoteTokens tokens;
    tokens.tokens = {theirs};
    const QList<Reconciled> rows = reconcile({mine}, tokens);
    // A guess changes nothing by itself.
    QCOMPARE(standings(rows), (QList<Standing>{Standing::OnlyThere, Standing::Unlinked}));
    QCOMPARE(rows[0].likelyKey, guessed ? std::optional(mine.id) : std::nullopt);
    QCOMPARE(rows[1].likelyRemoteId, guessed ? u"1"_s : QString());
}

void TestRemoteTokens::twoThatAreAlikeGiveNoGuess()
{
    RemoteTokens tokens;
    tokens.tokens = {token(u"1"_s, u"CI"_s), token(u"2"_s, u"CI"_s)};
    for (const Reconciled &row : reconcile({key(u"CI"_s)}, tokens)) {
        QVERIFY(!row.likelyKey);
        QVERIFY(row.likelyRemoteId.isEmpty());
    }
    tokens.tokens = {token(u"1"_s, u"CI"_s)};
    for (const Reconciled &row : reconcile({key(u"CI"_s), key(u"CI"_s)}, tokens))
        QVERIFY(!row.likelyKey && row.likelyRemoteId.isEmpty());
    // The name decides between two with the same end.
    tokens.tokens = {token(u"1"_s, u"Dev"_s, u"3f9a"_s), token(u"2"_s, u"CI"_s, u"3f9a"_s)};
    QCOMPARE(reconcile({key(u"CI"_s)}, tokens)[2].likelyRemoteId, u"2"_s);
}

void TestRemoteTokens::tenThousandOfEachAreCompared()
{
    RemoteTokens tokens;
    QList<ApiKey> keys;
    for (int i = 0; i < 10'000; ++i) {
        tokens.tokens << token(QString::number(i), u"All the same"_s);
        keys << key(i % 2 == 0 ? u"All the same"_s : u"Own"_s, i % 2 == 0 ? QString() : QString::number(i));
    }
    QElapsedTimer timer;
    timer.start();
    const QList<Reconciled> rows = reconcile(keys, tokens);
    QVERIFY2(timer.elapsed() < 3000, qPrintable(QString::number(timer.elapsed())));
    QCOMPARE(standings(rows).count(Standing::Matched), 5000);
    QCOMPARE(standings(rows).count(Standing::Unlinked), 5000);
}

void TestRemoteTokens::matchedKeysLearn_data()
{
    using State = RemoteToken::State;
    using Status = ApiKey::Status;
    QTest::addColumn<RemoteToken::State>("state");
    QTest::addColumn<ApiKey::Status>("before");
    QTest::addColumn<ApiKey::Status>("after");
    QTest::newRow("works") << State::Active << Status::Works << Status::Works;
    QTest::newRow("missing stays") << State::Active << Status::Missing << Status::Missing;
    QTest::newRow("not over after all") << State::Active << Status::Revoked << Status::Unchecked;
    QTest::newRow("not expired after all") << State::Active << Status::Expired << Status::Unchecked;
    QTest::newRow("switched off") << State::Paused << Status::Works << Status::Refused;
    QTest::newRow("expired") << State::Expired << Status::Works << Status::Expired;
    QTest::newRow("revoked") << State::Revoked << Status::Unchecked << Status::Revoked;
}

void TestRemoteTokens::matchedKeysLearn()
{
    QFETCH(RemoteToken::State, state);
    QFETCH(ApiKey::Status, before);
    QFETCH(ApiKey::Status, after);
    ApiKey mine = key(u"CI"_s, u"1"_s);
    mine.status = before;
    mine.expiresAt = early;
    RemoteToken theirs = token(u"1"_s);
    theirs.state = state;
    QCOMPARE(learnt(mine, theirs).value_or(mine).status, after);
    QCOMPARE(learnt(mine, theirs).has_value(), before != after);
    QCOMPARE(learnt(mine, theirs).value_or(mine).expiresAt, early); // set by hand, and not contradicted
    theirs.expiresAt = late;
    theirs.abilities = {u"read"_s};
    const std::optional<ApiKey> updated = learnt(mine, theirs);
    QVERIFY(updated);
    QCOMPARE(updated->expiresAt, late);
    QCOMPARE(updated->abilities, QStringList{u"read"_s});
    QVERIFY(!learnt(*updated, theirs));
}

void TestRemoteTokens::aTokenIsRecognisedByItsEnds()
{
    RemoteToken theirs = token(u"1"_s);
    QVERIFY(canBe(Secret("anything"), theirs)); // nothing is known
    theirs.prefix = u"tk_live_a1"_s;
    theirs.lastFour = u"6jM2"_s;
    QVERIFY(canBe(Secret("tk_live_a1...6jM2"), theirs));
    QVERIFY(!canBe(Secret("tk_live_b1...6jM2"), theirs));
    QVERIFY(!canBe(Secret("tk_live_a1...0000"), theirs));
    QVERIFY(!canBe(Secret(""), theirs));
}

QTEST_GUILESS_MAIN(TestRemoteTokens)
#include "test_remote_tokens.moc"
