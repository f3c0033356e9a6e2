#include "app/body/SocketDrafts.h"
#include "app/http/HeaderRules.h"
#include "app/http/RequestCheck.h"
#include "app/keys/SecretVariables.h"
#include "app/workspace/HttpSend.h"
#include "tests/support/CallWatcher.h"
#include "tests/support/CoreFixture.h"
#include "tests/support/Files.h"
#include "tests/support/HttpTestServer.h"
#include "tests/support/ScriptedSecretStore.h"

#include <QDirIterator>

using namespace Qt::StringLiterals;
using namespace keydesk;
using namespace keydesk::test;

/// Variables whose values are in the keychain: they go out where they are written, and nowhere else.
class TestSecretVariables : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void theValueGoesWhereItIsWritten_data();
    void theValueGoesWhereItIsWritten();
    void basicCredentialsAreEncodedWithIt_data();
    void basicCredentialsAreEncodedWithIt();
    void nothingThatIsKeptHasIt();
    void itGoesToItsOwnOriginOnly();
    void aRedirectToAStrangerLosesIt();
    void aRedirectAtHomeKeepsIt();
    void itIsNoPartOfTheHostOrAFile();
    void aLineBreakInItIsNotPutIntoAHeader();
    void anUnreadableStoreIsSaid();
    void aNewValueTakesThePlaceOfTheOld();
    void aPlainVariableIsMadeSecretAndLeavesNoTrace();
    void renamedAndRemoved();
    void namesAreChecked();
    void theIdentityHasItsOwn();
    void aFilesVariableOfTheNameCounts();
    void sameValueTwiceIsNoDuplicate();
    void usesAreCounted();
    void itGoesWithAWebSocket();
    void aMessageDoesNotHoldIt();
    void aShortOneCanBeMoved();

private:
    Result<void> set(const QString &name, const QByteArray &value);
    [[nodiscard]] Environment environment() const { return *m_core->environments->find(m_id); }
    [[nodiscard]] QUuid keyOf(const QString &name) const { return environment().secretVariables().value(name); }
    Result<PreparedRequest> prepare(const RequestSpec &spec) const
    {
        return prepareRequest(spec, QUrl(environment().baseUrl), environment().sources(), {});
    }
    RequestSpec spec(const QString &url = u"/"_s) const
    {
        RequestSpec made;
        made.url = url;
        return made;
    }

    ScriptedSecretStore *m_store = nullptr;
    std::unique_ptr<CoreFixture> m_fixture;
    Core *m_core = nullptr;
    SecretVariables *m_secrets = nullptr;
    std::unique_ptr<HttpTestServer> m_home;
    std::unique_ptr<HttpTestServer> m_stranger;
    QUuid m_id;
};

namespace {

const QByteArray secret = "s3cret/ \"v\xC3\xA4lue\"&<x>+1";

} // namespace

void TestSecretVariables::init()
{
    auto store = std::make_unique<ScriptedSecretStore>();
    m_store = store.get();
    m_fixture = std::make_unique<CoreFixture>(std::move(store));
    m_core = &**m_fixture;
    m_secrets = m_core->secretVariables.get();
    m_home = std::make_unique<HttpTestServer>();
    m_home->answer(response(200));
    m_stranger = std::make_unique<HttpTestServer>();
    m_stranger->answer(response(200));
    Environment made;
    made.name = u"Local"_s;
    made.providerId = u"custom"_s;
    made.baseUrl = m_home->url({}).toString();
    const auto added = m_core->environments->add(made);
    QVERIFY(added);
    m_id = added->id;
}

void TestSecretVariables::cleanup()
{
    m_fixture.reset();
    m_home.reset();
    m_stranger.reset();
}

Result<void> TestSecretVariables::set(const QString &name, const QByteArray &value)
{
    std::optional<Result<void>> outcome;
    m_secrets->set(m_id, name, std::make_shared<const Secret>(value.toStdString()), this, [&](const Result<void> &done) { outcome = done; });
    if (!QTest::qWaitFor([&] { return outcome.has_value(); }))
        return failure(Error::Kind::TimedOut, u"nothing came"_s);
    return *outcome;
}

void TestSecretVariables::theValueGoesWhereItIsWritten_data()
{
    QTest::addColumn<RequestSpec>("spec");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QByteArray>("body");

    const QByteArray percent = secret.toPercentEncoding();
    RequestSpec made = spec(u"/p?code={{pin}}"_s);
    QTest::newRow("query") << made << "/p?code=" + percent << QByteArray() << QByteArray();
    made = spec(u"/p"_s);
    made.params = {{u"code"_s, u"a {{pin}}"_s}};
    QTest::newRow("parameter") << made << "/p?code=a%20" + percent << QByteArray() << QByteArray();
    made = spec(u"/p/{id}/x"_s);
    made.pathParts = {{u"id"_s, u"{{pin}}"_s}};
    QTest::newRow("path part") << made << "/p/" + percent + "/x" << QByteArray() << QByteArray();
    made = spec(u"/p"_s);
    made.headers = {{u"X-Pin"_s, u"no {{pin}}!"_s}};
    QTest::newRow("header") << made << QByteArray("/p") << "no " + secret + "!" << QByteArray();
    made.headers = {{u"X-Pin"_s, u"{{%pin}}"_s}};
    QTest::newRow("encoded") << made << QByteArray("/p") << percent << QByteArray();
    made = spec(u"/p"_s);
    made.method = u"POST"_s;
    made.body.kind = RequestBody::Kind::Json;
    made.body.text = u"{\"pin\": \"{{pin}}\", \"twice\": \"{{pin}}\"}"_s;
    const QByteArray json = R"(s3cret/ \"välue\"&<x>+1)";
    QTest::newRow("JSON") << made << QByteArray("/p") << QByteArray() << R"({"pin": ")" + json + R"(", "twice": ")" + json + R"("})";
    made.body.kind = RequestBody::Kind::Xml;
    made.body.text = u"<pin>{{pin}}</pin>"_s;
    QTest::newRow("XML") << made << QByteArray("/p") << QByteArray() << QByteArray("<pin>s3cret/ &quot;välue&quot;&amp;&lt;x&gt;+1</pin>");
    made.body.kind = RequestBody::Kind::Text;
    made.body.text = u"pin={{pin}}"_s;
    QTest::newRow("text") << made << QByteArray("/p") << QByteArray() << "pin=" + secret;
    made.body.kind = RequestBody::Kind::Form;
    made.body.form = {{u"pin"_s, u"{{pin}}"_s}, {u"b"_s, u"2"_s}};
    QTest::newRow("form") << made << QByteArray("/p") << QByteArray() << QByteArray("pin=s3cret%2F+%22v%C3%A4lue%22%26%3Cx%3E%2B1&b=2");
    made.body.kind = RequestBody::Kind::GraphQl;
    made.body.text = u"{ me(pin: \"x\") { id } }"_s;
    made.body.graphQlVariables = u"{\"pin\": \"{{pin}}\"}"_s;
    QTest::newRow("GraphQL") << made << QByteArray("/p") << QByteArray()
                             << R"({"query":"{ me(pin: \"x\") { id } }","variables":{"pin": ")" + json + R"("}})";
}

void TestSecretVariables::theValueGoesWhereItIsWritten()
{
    QFETCH(RequestSpec, spec);
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, header);
    QFETCH(QByteArray, body);
    QVERIFY(set(u"pin"_s, secret));
    const auto prepared = prepare(spec);
    QVERIFY2(prepared, prepared ? "" : qPrintable(prepared.error().message));
    QCOMPARE(prepared->secrets, QList<QUuid>{keyOf(u"pin"_s)});
    CallWatcher call(m_core->http->send(*prepared));
    QVERIFY(call.wait());
    QVERIFY2(call.isValue(), call.isValue() ? "" : qPrintable(call.error().message));
    const ReceivedRequest &received = m_home->requests().constFirst();
    QCOMPARE(received.target, target);
    QCOMPARE(received.header("X-Pin"), header);
    QCOMPARE(received.body, body);
    if (!body.isEmpty())
        QCOMPARE(received.header("Content-Length").toLongLong(), body.size());
    QVERIFY(!received.raw.contains("keydesksecret"));
    // What is shown has dots in its place, and its length tells nothing.
    const SentRequest &sent = call.trace.sent.constFirst();
    QByteArray shown = sent.url.toEncoded() + sent.body;
    for (const auto &[name, value] : sent.headers)
        shown += name + value;
    for (const QByteArray &form : {secret, secret.toPercentEncoding(), QByteArray(R"(s3cret/ \"v)")})
        QVERIFY2(!shown.contains(form), shown.constData());
    QVERIFY(!shown.contains("keydesksecret"));
    QVERIFY(QUrl::fromPercentEncoding(shown).contains(u"••••"_s));
}

void TestSecretVariables::basicCredentialsAreEncodedWithIt_data()
{
    QTest::addColumn<QByteArray>("held");
    QTest::addColumn<QString>("header");
    QTest::addColumn<QByteArray>("sent");
    QTest::newRow("password") << "pa ss"_ba << u"Basic {{user}} {{pin}}"_s << "ann:pa ss"_ba.toBase64();
    QTest::newRow("both") << "ann:pa ss"_ba << u"Basic {{pin}}"_s << "ann:pa ss"_ba.toBase64();
    QTest::newRow("both, with a space") << "ann pa:ss"_ba << u"basic {{pin}}"_s << "ann:pa:ss"_ba.toBase64();
    QTest::newRow("in Base64") << "ann:pa ss"_ba.toBase64() << u"Basic {{pin}}"_s << "ann:pa ss"_ba.toBase64();
}

void TestSecretVariables::basicCredentialsAreEncodedWithIt()
{
    QFETCH(const QByteArray, held);
    QFETCH(const QString, header);
    QFETCH(const QByteArray, sent);
    QVERIFY(set(u"pin"_s, held));
    RequestSpec made = spec();
    made.headers = {{u"Authorization"_s, header}};
    VariableSources sources = environment().sources();
    sources.variables.append({u"user"_s, u"ann"_s, true});
    const auto sendable = sendableRequest(made, QDir::tempPath(), sources);
    QVERIFY(sendable);
    const auto prepared = prepareRequest(sendable->spec, QUrl(environment().baseUrl), sendable->sources, {});
    QVERIFY(prepared);
    CallWatcher call(m_core->http->send(*prepared));
    QVERIFY(call.wait());
    QCOMPARE(m_home->requests().constFirst().header("Authorization"), header.left(6).toUtf8() + sent);
    QCOMPARE(*findHeader(call.trace.sent.constFirst().headers, "Authorization"), header.left(6).toUtf8() + "••••"_ba);
}

void TestSecretVariables::nothingThatIsKeptHasIt()
{
    // Shorter than what the redactor remembers: what is sent has dots all the same.
    QVERIFY(set(u"pin"_s, "4711"));
    RequestSpec made = spec(u"/p?pin={{pin}}"_s);
    made.headers = {{u"X-Pin"_s, u"{{pin}}"_s}};
    const auto prepared = prepare(made);
    QVERIFY(prepared);
    QVERIFY(!prepared->url.toString().contains(u"4711"_s));
    CallWatcher call(m_core->http->send(*prepared));
    QVERIFY(call.wait());
    QCOMPARE(m_home->requests().constFirst().target, "/p?pin=4711");
    const SentRequest &sent = call.trace.sent.constFirst();
    QVERIFY(!sent.url.toString().contains(u"4711"_s));
    QCOMPARE(*findHeader(sent.headers, "X-Pin"), "••••"_ba);
    QVERIFY(!call.response().url.toString().contains(u"4711"_s));
    // A keyed hash of it would be found by trying, so there is none.
    const ApiKey key = *m_core->keys->find(keyOf(u"pin"_s));
    QCOMPARE(key.hint, u"••••"_s);
    QVERIFY(key.fingerprint != m_core->keys->fingerprint(Secret("4711")));
    // And the database, which has all else of it.
    QDirIterator files(m_core->paths.data, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    int looked = 0;
    while (files.hasNext()) {
        QVERIFY2(!readFile(files.next()).contains("4711"), qPrintable(files.filePath()));
        ++looked;
    }
    QVERIFY(looked > 0);
}

void TestSecretVariables::itGoesToItsOwnOriginOnly()
{
    QVERIFY(set(u"pin"_s, secret));
    RequestSpec made = spec(m_stranger->url(u"/steal"_s).toString());
    made.headers = {{u"X-Pin"_s, u"{{pin}}"_s}};
    auto prepared = prepare(made);
    QVERIFY(prepared);
    const int reads = m_store->count(ScriptedSecretStore::Op::Read);
    CallWatcher call(m_core->http->send(*prepared));
    QVERIFY(call.wait());
    QVERIFY(call.failedWith(Error::Kind::OriginNotBound));
    QVERIFY(call.error().message.contains(u"pin (Local)"_s));
    QVERIFY(m_stranger->received().isEmpty());
    QCOMPARE(m_store->count(ScriptedSecretStore::Op::Read), reads);

    // Nor when the environment is pointed elsewhere.
    Environment moved = environment();
    moved.baseUrl = m_stranger->url({}).toString();
    QVERIFY(m_core->environments->update(moved));
    made.url = u"/steal"_s;
    prepared = prepare(made);
    QVERIFY(prepared);
    CallWatcher second(m_core->http->send(*prepared));
    QVERIFY(second.wait());
    QVERIFY(second.failedWith(Error::Kind::OriginNotBound));
    QVERIFY(m_stranger->received().isEmpty());
}

void TestSecretVariables::aRedirectToAStrangerLosesIt()
{
    QVERIFY(set(u"pin"_s, secret));
    m_home->answer(response(302, {{"Location", m_stranger->url(u"/next"_s).toEncoded()}}));
    RequestSpec made = spec(u"/p?code={{pin}}"_s);
    made.headers = {{u"X-Pin"_s, u"{{pin}}"_s}, {u"X-Other"_s, u"stays"_s}};
    const auto prepared = prepare(made);
    QVERIFY(prepared);
    CallWatcher call(m_core->http->send(*prepared));
    QVERIFY(call.wait());
    QVERIFY(call.isValue());
    QCOMPARE(m_stranger->requests().size(), 1);
    QVERIFY(!m_stranger->received().contains("s3cret"));
    QVERIFY(!m_stranger->received().contains("keydesksecret"));
    QVERIFY(!m_stranger->requests().constFirst().has("X-Pin"));
    QCOMPARE(m_stranger->requests().constFirst().header("X-Other"), "stays");
    QVERIFY(call.trace.hops.constFirst().droppedHeaders.contains("X-Pin"));
    QVERIFY(!call.trace.hops.constFirst().from.toString().contains(u"s3cret"_s));
    QVERIFY(!call.trace.hops.constFirst().from.toString().contains(u"keydesksecret"_s));
}

void TestSecretVariables::aRedirectAtHomeKeepsIt()
{
    QVERIFY(set(u"pin"_s, secret));
    m_home->handle("/p", [](const ReceivedRequest &) { return Answer{response(307, {{"Location", "/q"}})}; });
    RequestSpec made = spec(u"/p"_s);
    made.method = u"POST"_s;
    made.headers = {{u"X-Pin"_s, u"{{pin}}"_s}};
    made.body.kind = RequestBody::Kind::Text;
    made.body.text = u"{{pin}}"_s;
    const auto prepared = prepare(made);
    QVERIFY(prepared);
    CallWatcher call(m_core->http->send(*prepared));
    QVERIFY(call.wait());
    QCOMPARE(m_home->requests().size(), 2);
    for (const ReceivedRequest &each : m_home->requests()) {
        QCOMPARE(each.header("X-Pin"), secret);
        QCOMPARE(each.body, secret);
    }
}

void TestSecretVariables::itIsNoPartOfTheHostOrAFile()
{
    QVERIFY(set(u"pin"_s, "example"));
    auto prepared = prepare(spec(u"https://{{pin}}.test/"_s));
    QVERIFY(!prepared);
    QVERIFY(prepared.error().message.contains(u"part of the host"_s));
    QVERIFY(!prepared.error().message.contains(u"keydesksecret"_s));

    RequestSpec made = spec();
    made.method = u"POST"_s;
    made.body.kind = RequestBody::Kind::File;
    made.body.file = u"/tmp/{{pin}}"_s;
    prepared = prepare(made);
    QVERIFY(!prepared);
    QVERIFY(prepared.error().message.contains(u"name a file"_s));

    made.body.kind = RequestBody::Kind::Text;
    made.body.text = u"< ./{{pin}}"_s;
    const auto included = sendableRequest(made, QDir::tempPath(), environment().sources());
    QVERIFY(!included);
    QVERIFY(included.error().message.contains(u"name a file"_s));

    made = spec();
    made.headers = {{u"X-{{pin}}"_s, u"1"_s}};
    prepared = prepare(made);
    QVERIFY(!prepared);
    QVERIFY(prepared.error().message.contains(u"name of a header"_s));
    const auto problems = checkRequest(made, QUrl(environment().baseUrl), environment().sources());
    QCOMPARE(problems.size(), 1);
    QCOMPARE(problems.constFirst().field, RequestProblem::Field::Header);
}

void TestSecretVariables::aLineBreakInItIsNotPutIntoAHeader()
{
    QVERIFY(set(u"pin"_s, "one\r\nX-Evil: 1"));
    RequestSpec made = spec();
    made.headers = {{u"X-Pin"_s, u"{{pin}}"_s}};
    const auto prepared = prepare(made);
    QVERIFY(prepared);
    CallWatcher call(m_core->http->send(*prepared));
    QVERIFY(call.wait());
    QVERIFY(call.failedWith(Error::Kind::InvalidInput));
    QVERIFY(call.error().message.contains(u"X-Pin"_s));
    QVERIFY(!call.error().message.contains(u"X-Evil"_s));
    QVERIFY(m_home->received().isEmpty());
}

void TestSecretVariables::anUnreadableStoreIsSaid()
{
    QVERIFY(set(u"pin"_s, secret));
    m_store->become(SecretStore::State::Locked);
    const auto prepared = prepare(spec(u"/?p={{pin}}"_s));
    QVERIFY(prepared);
    CallWatcher call(m_core->http->send(*prepared));
    QVERIFY(call.wait());
    QVERIFY(call.failedWith(Error::Kind::KeychainLocked));
    QVERIFY(m_home->received().isEmpty());

    // A value that was deleted among the keys.
    m_store->become(SecretStore::State::Available);
    const QUuid key = keyOf(u"pin"_s);
    QVERIFY(m_core->ring->remove(key));
    QVERIFY(m_core->environments->forgetKey(key));
    const auto without = prepare(spec(u"/?p={{pin}}"_s));
    QVERIFY(!without);
    QVERIFY(without.error().message.contains(u"{{pin}}"_s));
}

void TestSecretVariables::aNewValueTakesThePlaceOfTheOld()
{
    QVERIFY(set(u"pin"_s, "first value"));
    const QUuid before = keyOf(u"pin"_s);
    m_store->failWith(ScriptedSecretStore::Op::Write, {Error::Kind::KeychainFailed, u"no"_s, {}});
    QVERIFY(!set(u"pin"_s, "second value"));
    QCOMPARE(keyOf(u"pin"_s), before); // nothing was lost
    QCOMPARE(m_store->vault().at(before), "first value");

    m_store->succeedAgain(ScriptedSecretStore::Op::Write);
    QVERIFY(set(u"pin"_s, "second value"));
    const QUuid after = keyOf(u"pin"_s);
    QVERIFY(after != before);
    QVERIFY(!m_core->keys->find(before));
    QTRY_COMPARE(m_store->vault().size(), 1U);
    QCOMPARE(m_store->vault().at(after), "second value");
}

void TestSecretVariables::aPlainVariableIsMadeSecretAndLeavesNoTrace()
{
    const QByteArray canary = "canary-of-a-plain-variable";
    Environment changed = environment();
    changed.variables = {{u"before"_s, u"1"_s}, {u"pin"_s, QString::fromLatin1(canary)}};
    QVERIFY(m_core->environments->update(changed));
    QVERIFY(set(u"pin"_s, canary));
    QCOMPARE(environment().variables, (Variables{{u"before"_s, u"1"_s}}));
    QVERIFY(environment().secretVariables().contains(u"pin"_s));
    QDirIterator files(m_core->paths.data, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (files.hasNext())
        QVERIFY2(!readFile(files.next()).contains(canary), qPrintable(files.filePath()));
}

void TestSecretVariables::renamedAndRemoved()
{
    QVERIFY(set(u"pin"_s, secret));
    const QUuid key = keyOf(u"pin"_s);
    QVERIFY(m_secrets->rename(m_id, u"pin"_s, u"code"_s));
    QCOMPARE(environment().secretVariables(), (QHash<QString, QUuid>{{u"code"_s, key}}));
    QCOMPARE(m_core->keys->find(key)->name, u"code (Local)"_s);
    QVERIFY(m_secrets->remove(m_id, u"code"_s));
    QVERIFY(environment().secretVariables().isEmpty());
    QVERIFY(!m_core->keys->find(key));
    QTRY_VERIFY(m_store->vault().empty());
}

void TestSecretVariables::namesAreChecked()
{
    QVERIFY(set(u"pin"_s, secret));
    for (const QString &bad : {u""_s, u"  "_s, u"a}}b"_s, u"$guid"_s, u"%x"_s, u"pin"_s, u"baseUrl"_s, QString(300, u'x')})
        QVERIFY2(!SecretVariables::checkName(environment(), bad), qPrintable(bad));
    QCOMPARE(SecretVariables::checkName(environment(), u" other "_s).value_or(u""_s), u"other"_s);
    QVERIFY(SecretVariables::checkName(environment(), u"pin"_s, u"pin"_s));
}

void TestSecretVariables::theIdentityHasItsOwn()
{
    QVERIFY(set(u"pin"_s, "the default's"));
    QVERIFY(m_core->environments->addIdentity(m_id, u"Reader"_s));
    NewKey draft;
    draft.name = u"Reader's"_s;
    draft.providerId = u"custom"_s;
    draft.kindId = u"api-key"_s;
    const ApiKey key = m_fixture->addKey(draft, "readers-own-value-1234");
    QVERIFY(!key.id.isNull());
    QVERIFY(m_core->environments->setKey(m_id, secretVariablePlace(u"pin"_s), key.id, u"Reader"_s));
    QVERIFY(m_core->environments->setIdentity(m_id, u"Reader"_s));
    QCOMPARE(keyOf(u"pin"_s), key.id);
}

void TestSecretVariables::aFilesVariableOfTheNameCounts()
{
    QVERIFY(set(u"pin"_s, secret));
    VariableSources sources = environment().sources();
    sources.variables.prepend({u"pin"_s, u"plain"_s, true});
    QCOMPARE(resolveVariables(u"{{pin}}"_s, sources, nullptr), u"plain"_s);
}

void TestSecretVariables::sameValueTwiceIsNoDuplicate()
{
    QVERIFY(set(u"pin"_s, secret));
    QVERIFY(set(u"code"_s, secret));
    QVERIFY(keyOf(u"pin"_s) != keyOf(u"code"_s));
}

void TestSecretVariables::usesAreCounted()
{
    QVERIFY(set(u"pin"_s, secret));
    QSignalSpy used(m_core->http.get(), &HttpClient::keyUsed);
    const auto prepared = prepare(spec(u"/?p={{pin}}"_s));
    QVERIFY(prepared);
    CallWatcher call(m_core->http->send(*prepared));
    QVERIFY(call.wait());
    QCOMPARE(used.size(), 1);
    QCOMPARE(used.constFirst().constFirst().value<KeySent>().keyId, keyOf(u"pin"_s));
}

/// SECURITY S2, S3.
void TestSecretVariables::itGoesWithAWebSocket()
{
    QVERIFY(set(u"pin"_s, "s3cret-0123456789"));
    RequestSpec made = spec(u"ws://127.0.0.1:%1/live?code={{pin}}"_s.arg(m_home->port()));
    made.headers = {{u"X-Pin"_s, u"{{pin}}"_s}};
    auto prepared = prepare(made);
    QVERIFY(prepared);
    prepared->streams = true;
    CallWatcher call(m_core->http->send(*prepared));
    QVERIFY(call.wait());
    QCOMPARE(m_home->requests().size(), 1);
    QCOMPARE(m_home->requests().constFirst().target, "/live?code=s3cret-0123456789"_ba);
    QCOMPARE(m_home->requests().constFirst().header("X-Pin"), "s3cret-0123456789"_ba);
    QVERIFY(!call.trace.sent.constFirst().url.toString().contains(u"s3cret"_s));
    QVERIFY(!call.trace.sent.constFirst().url.toString().contains(u"keydesksecret"_s));

    made.url = u"ws://127.0.0.1:%1/live?code={{pin}}"_s.arg(m_stranger->port());
    prepared = prepare(made);
    QVERIFY(prepared);
    prepared->streams = true;
    CallWatcher other(m_core->http->send(*prepared));
    QVERIFY(other.wait());
    QVERIFY(other.failedWith(Error::Kind::OriginNotBound));
    QVERIFY(m_stranger->received().isEmpty());
}

/// A message is shown before it goes out: neither the value nor what stands for it.
void TestSecretVariables::aMessageDoesNotHoldIt()
{
    QVERIFY(set(u"pin"_s, secret));
    RequestBody body;
    body.kind = RequestBody::Kind::Text;
    body.text = u"{\"pin\": \"{{pin}}\", \"to\": \"{{baseUrl}}\"}"_s;
    QCOMPARE(socketDrafts(body, environment().sources()), QStringList{u"{\"pin\": \"{{pin}}\", \"to\": \"%1\"}"_s.arg(environment().baseUrl)});
}

void TestSecretVariables::aShortOneCanBeMoved()
{
    QVERIFY(set(u"pin"_s, "4711"));
    const std::optional<ApiKey> key = m_core->keys->find(keyOf(u"pin"_s));
    QVERIFY(key);
    QVERIFY(key->fingerprint.isEmpty());
    std::optional<Result<ApiKey>> moved;
    m_core->ring->move(key->id, SecretPlace::Session, this, [&](const Result<ApiKey> &outcome) { moved = outcome; });
    QTRY_VERIFY(moved);
    QVERIFY2(*moved, qPrintable(*moved ? QString() : moved->error().message));
}

QTEST_GUILESS_MAIN(TestSecretVariables)
#include "test_secret_variables.moc"
