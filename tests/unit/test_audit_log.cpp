#include "app/keys/AuditExport.h"
#include "app/keys/AuditLog.h"
#include "app/models/AuditModel.h"
#include "tests/support/CoreFixture.h"

#include <QAbstractItemModelTester>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

constexpr std::string_view token = "talq_0123456789abcdef3f9a";

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// The answer of one call of the log.
template <typename T, typename Ask>
Result<T> answerOf(Ask ask)
{
    std::optional<Result<T>> answer;
    ask([&answer](const Result<T> &result) { answer = result; });
    if (!QTest::qWaitFor([&answer] { return answer.has_value(); }, 20'000))
        return failure(Error::Kind::TimedOut, u"no answer"_s);
    return *answer;
}

} // namespace

class TestAuditLog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void readsPagesNewestFirst();
    void findsWhatIsSearched_data();
    void findsWhatIsSearched();
    void filtersByKeyAndAction();
    void saysThatItIsWholeOrEdited();
    void checksWhileOthersWrite();
    void exportsJson();
    void exportsCsv();
    void formulasAreDisarmed_data();
    void formulasAreDisarmed();
    void exportsHoldNoToken();
    void aFailedExportLeavesTheOldFile();
    void nobodyIsAnsweredAfterTheEnd();
    void theModelLoadsLazily();
    void theModelHearsOnlyTheLatestFilter();
    void createdAndAddedAreToldApart();

private:
    void fill(int count);
    QList<AuditEntry> list(const AuditFilter &filter, qint64 before = 0, int limit = 100);
    Result<AuditLog::Verdict> verify();

    QObject m_guard;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<AuditTrail> m_trail;
    Redactor m_redactor;
    std::unique_ptr<AuditLog> m_log;
    const QUuid m_ci = QUuid::createUuid();
    const QUuid m_other = QUuid::createUuid();
};

void TestAuditLog::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    const QString path = m_folder->filePath(u"keydesk.db"_s);
    auto database = Database::open(path);
    QVERIFY(database);
    m_database = std::move(*database);
    m_trail = std::make_unique<AuditTrail>(*m_database);
    QVERIFY(m_trail->add(m_ci, u"CI pipeline"_s, KeyAction::Created, u"made 100% here"_s));
    QVERIFY(m_trail->add(m_ci, u"CI pipeline"_s, KeyAction::Checked, u"Checked in Staging: 200 OK"_s));
    QVERIFY(m_trail->add(m_other, u"=Dialer, \"old\""_s, KeyAction::Copied, u"Copied"_s));
    QVERIFY(m_trail->add(m_ci, u"CI pipeline"_s, KeyAction::RevocationScheduled, u"in 3 days"_s));
    m_log = std::make_unique<AuditLog>(path, m_redactor);
}

void TestAuditLog::cleanup()
{
    m_log.reset();
    m_trail.reset();
    m_database.reset();
}

void TestAuditLog::fill(int count)
{
    QVERIFY(m_database->transaction([&]() -> Result<void> {
        for (int i = 0; i < count; ++i) {
            if (const auto added =
                    m_trail->add(m_ci, u"CI pipeline"_s, KeyAction::Checked, u"check %1"_s.arg(i));
                !added)
                return added;
        }
        return {};
    }));
}

QList<AuditEntry> TestAuditLog::list(const AuditFilter &filter, qint64 before, int limit)
{
    return answerOf<QList<AuditEntry>>([&](auto done) { m_log->list(filter, before, limit, &m_guard, done); })
        .value_or(QList<AuditEntry>());
}

Result<AuditLog::Verdict> TestAuditLog::verify()
{
    return answerOf<AuditLog::Verdict>([this](auto done) { m_log->verify(&m_guard, done); });
}

void TestAuditLog::readsPagesNewestFirst()
{
    const auto first = list({}, 0, 3);
    QCOMPARE(first.size(), 3);
    QCOMPARE(first.first().action, KeyAction::RevocationScheduled);
    const auto second = list({}, first.last().id, 3);
    QCOMPARE(second.size(), 1);
    QCOMPARE(second.first().what, u"made 100% here"_s);
}

void TestAuditLog::findsWhatIsSearched_data()
{
    QTest::addColumn<QString>("search");
    QTest::addColumn<int>("found");
    QTest::newRow("nothing") << u" "_s << 4;
    QTest::newRow("name") << u"dialer"_s << 1;
    QTest::newRow("what") << u"STAGING"_s << 1;
    QTest::newRow("action as it is read") << u"revocation sched"_s << 1;
    QTest::newRow("every word") << u"ci created"_s << 1;
    QTest::newRow("not every word") << u"dialer created"_s << 0;
    QTest::newRow("a sign of LIKE") << u"100%"_s << 1;
    QTest::newRow("another") << u"_"_s << 0;
    QTest::newRow("a quote") << u"'"_s << 0;
    QTest::newRow("a backslash") << u"\\"_s << 0;
    QTest::newRow("much too long") << QString(100'000, u'x') << 0;
}

void TestAuditLog::findsWhatIsSearched()
{
    QFETCH(QString, search);
    QTEST(int(list({search, {}, {}}).size()), "found");
}

void TestAuditLog::filtersByKeyAndAction()
{
    QCOMPARE(list({{}, {}, m_other}).size(), 1);
    QCOMPARE(list({{}, KeyAction::Checked, {}}).size(), 1);
    QCOMPARE(list({{}, KeyAction::Copied, m_ci}).size(), 0);
    QCOMPARE(list({u"ci"_s, KeyAction::Created, m_ci}).size(), 1);
}

void TestAuditLog::saysThatItIsWholeOrEdited()
{
    fill(2500); // more than one batch
    auto verdict = verify();
    QVERIFY(verdict && !verdict->damage);
    QCOMPARE(verdict->entries, 2504);
    QVERIFY(m_database->run(u"UPDATE audit SET what = 'nothing' WHERE what = 'check 2000'"_s));
    verdict = verify();
    QVERIFY(verdict && verdict->damage);
    QVERIFY(verdict->damage->id > 0);
    QVERIFY(verdict->damage->words.contains(u"changed outside Keydesk"_s));
}

void TestAuditLog::checksWhileOthersWrite()
{
    fill(2500);
    std::optional<Result<AuditLog::Verdict>> verdict;
    m_log->verify(&m_guard, [&verdict](const Result<AuditLog::Verdict> &result) { verdict = result; });
    int added = 0;
    QTimer writer;
    connect(&writer, &QTimer::timeout, this, [&] {
        if (m_trail->add(m_other, u"Dialer"_s, KeyAction::Checked, u"meanwhile"_s))
            ++added;
    });
    writer.start(0);
    QTRY_VERIFY_WITH_TIMEOUT(verdict.has_value(), 30'000);
    writer.stop();
    QVERIFY(*verdict);
    QVERIFY(!(*verdict)->damage);
    QVERIFY(added > 0);
    QCOMPARE(verify()->entries, 2504 + added);
}

void TestAuditLog::exportsJson()
{
    const QString path = m_folder->filePath(u"trail.json"_s);
    const auto count =
        answerOf<qint64>([&](auto done) { m_log->exportTo(path, AuditLog::Format::Json, &m_guard, done); });
    QCOMPARE(count.value_or(0), 4);
    const QJsonObject whole = QJsonDocument::fromJson(contentOf(path)).object();
    const QJsonArray entries = whole.value(u"entries"_s).toArray();
    QCOMPARE(entries.size(), 4);
    const auto stored = m_trail->after(0, 10);
    for (int i = 0; i < entries.size(); ++i) {
        const QJsonObject entry = entries.at(i).toObject();
        QCOMPARE(entry.value(u"number"_s).toInteger(), stored->at(i).id);
        QCOMPARE(entry.value(u"key"_s).toString(), stored->at(i).keyName);
        QCOMPARE(entry.value(u"keyId"_s).toString(), stored->at(i).keyId.toString(QUuid::WithoutBraces));
        QCOMPARE(entry.value(u"action"_s).toString(), actionWord(stored->at(i).action));
        QCOMPARE(entry.value(u"what"_s).toString(), stored->at(i).what);
        QCOMPARE(entry.value(u"hash"_s).toString().toLatin1(), stored->at(i).hash.toHex());
        QCOMPARE(QDateTime::fromString(entry.value(u"time"_s).toString(), Qt::ISODateWithMs),
                 stored->at(i).at);
    }
    const auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
    QVERIFY(!(QFile::permissions(path) & others));
}

void TestAuditLog::exportsCsv()
{
    const QString path = m_folder->filePath(u"trail.csv"_s);
    QFile old(path);
    QVERIFY(old.open(QIODevice::WriteOnly));
    old.close();
    QVERIFY(old.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup | QFile::ReadOther));
    const auto count =
        answerOf<qint64>([&](auto done) { m_log->exportTo(path, AuditLog::Format::Csv, &m_guard, done); });
    QCOMPARE(count.value_or(0), 4);
    const QList<QByteArray> lines = contentOf(path).split('\n');
    QCOMPARE(lines.size(), 6); // head, four, and what follows the last line break
    QCOMPARE(lines.first(), "number,time,key id,key,action,what,hash\r"_ba);
    QVERIFY(lines.at(1).contains(",\"CI pipeline\",created,\"made 100% here\","));
    QVERIFY(lines.at(3).contains(",\"'=Dialer, \"\"old\"\"\",copied,"));
    QVERIFY(!(QFile::permissions(path) & (QFile::ReadGroup | QFile::ReadOther)));
}

void TestAuditLog::formulasAreDisarmed_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("cell");
    QTest::newRow("equals") << u"=1+1"_s << "\"'=1+1\""_ba;
    QTest::newRow("plus") << u"+1"_s << "\"'+1\""_ba;
    QTest::newRow("minus") << u"-1"_s << "\"'-1\""_ba;
    QTest::newRow("at") << u"@SUM(A1)"_s << "\"'@SUM(A1)\""_ba;
    QTest::newRow("tab") << u"\t=1"_s << "\"'\t=1\""_ba;
    QTest::newRow("plain") << u"a=b"_s << "\"a=b\""_ba;
    QTest::newRow("quotes") << u"\"=1"_s << "\"\"\"=1\""_ba;
}

void TestAuditLog::formulasAreDisarmed()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, cell);
    AuditEntry entry;
    entry.keyName = name;
    entry.what = name;
    const QByteArray line = auditCsv(entry, m_redactor);
    QCOMPARE(line.count(',' + cell + ','), 2);
    QVERIFY(line.endsWith("\r\n"));
}

void TestAuditLog::exportsHoldNoToken()
{
    // Whatever came into the trail: a token that is known leaves it in no form.
    m_redactor.add(Secret(token));
    const QString text = QString::fromLatin1(token.data(), qsizetype(token.size()));
    QVERIFY(m_trail->add(m_ci, text, KeyAction::Noted,
                         u"was called "_s + text + u' ' + QString::fromLatin1(text.toLatin1().toBase64())));
    for (const auto format : {AuditLog::Format::Json, AuditLog::Format::Csv}) {
        const QString path = m_folder->filePath(u"trail"_s);
        const auto count =
            answerOf<qint64>([&](auto done) { m_log->exportTo(path, format, &m_guard, done); });
        QCOMPARE(count.value_or(0), 5);
        const QByteArray content = contentOf(path);
        QVERIFY(content.contains("was called"));
        QVERIFY(!content.contains(text.toLatin1()));
        QVERIFY(!content.contains(text.toLatin1().toBase64()));
    }
}

void TestAuditLog::aFailedExportLeavesTheOldFile()
{
    const QString path = m_folder->filePath(u"trail.json"_s);
    QFile old(path);
    QVERIFY(old.open(QIODevice::WriteOnly));
    old.write("old");
    old.close();
    const auto stopped = exportAudit(*m_trail, path, false, m_redactor, [] { return false; });
    QVERIFY(!stopped && stopped.error().kind == Error::Kind::Cancelled);
    QCOMPARE(contentOf(path), "old"_ba);
    const QString nowhere = m_folder->filePath(u"no/such/folder.json"_s);
    const auto failed = answerOf<qint64>(
        [&](auto done) { m_log->exportTo(nowhere, AuditLog::Format::Json, &m_guard, done); });
    QVERIFY(!failed && !failed.error().message.isEmpty());
}

void TestAuditLog::nobodyIsAnsweredAfterTheEnd()
{
    bool answered = false;
    {
        QObject guard;
        m_log->verify(&guard, [&answered](const Result<AuditLog::Verdict> &) { answered = true; });
    }
    QVERIFY(verify());
    m_log->verify(&m_guard, [&answered](const Result<AuditLog::Verdict> &) { answered = true; });
    m_log.reset(); // waits for what runs
    QCoreApplication::sendPostedEvents();
    QVERIFY(!answered);
}

void TestAuditLog::theModelLoadsLazily()
{
    fill(500);
    AuditModel model(*m_log);
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QSignalSpy loaded(&model, &AuditModel::loaded);
    QVERIFY(model.isLoading() && !model.canFetchMore({}));
    QVERIFY(loaded.wait());
    QCOMPARE(model.rowCount(), 200);
    QCOMPARE(model.index(0, AuditModel::What).data().toString(), u"check 499"_s);
    QCOMPARE(model.index(0, AuditModel::Action).data().toString(), u"Checked"_s);
    while (model.rowCount() < 504) { // the tester may ask for more as well, which changes nothing
        model.fetchMore({});
        QVERIFY(!model.canFetchMore({}));
        QVERIFY(loaded.wait());
    }
    QVERIFY(!model.canFetchMore({}));
    QCOMPARE(model.rowCount(), 504);
    QCOMPARE(model.index(503, AuditModel::What).data().toString(), u"made 100% here"_s);
    QCOMPARE(model.index(503, AuditModel::Key).data().toString(), u"CI pipeline"_s);
    QVERIFY(!model.index(503, AuditModel::When).data().toString().isEmpty());
}

void TestAuditLog::theModelHearsOnlyTheLatestFilter()
{
    AuditModel model(*m_log);
    QSignalSpy loaded(&model, &AuditModel::loaded);
    model.setFilter({u"dialer"_s, {}, {}});
    model.setFilter({u"created"_s, {}, {}});
    QVERIFY(loaded.wait());
    QCOMPARE(loaded.size(), 1);
    QCOMPARE(model.rowCount(), 1);
    QCOMPARE(model.index(0, AuditModel::Action).data().toString(), u"Created"_s);
    model.setFilter({u"nothing like it"_s, {}, {}});
    QVERIFY(loaded.wait());
    QCOMPARE(model.rowCount(), 0);
}

void TestAuditLog::createdAndAddedAreToldApart()
{
    test::CoreFixture core;
    QVERIFY(core.startSandbox());
    const auto &all = core->environments->all();
    const auto environment = std::find_if(all.begin(), all.end(), [](const Environment &each) {
        return each.providerId == u"sandbox-talkover";
    });
    QVERIFY(environment != all.end());
    const Provider *provider = core->providers.find(environment->providerId);
    NewKey draft;
    draft.name = u"Made here"_s;
    draft.providerId = environment->providerId;
    draft.environmentId = environment->id;
    for (const TokenKind &kind : provider->kinds) {
        const TokenApi *api = provider->tokenApi(kind.id);
        if (api && api->sessionKindId.isEmpty())
            draft.kindId = kind.id;
    }
    QVERIFY(!draft.kindId.isEmpty());
    KeyJob *job = core->keyService->create(draft, {});
    std::optional<Result<ApiKey>> outcome;
    connect(job, &KeyJob::finished, this, [&outcome](const Result<ApiKey> &result) { outcome = result; });
    QTRY_VERIFY_WITH_TIMEOUT(outcome.has_value(), 20'000);
    QVERIFY2(outcome->has_value(), qPrintable(outcome->has_value() ? QString() : outcome->error().message));
    const auto madeHere = core->keys->events((*outcome)->id);
    QVERIFY(madeHere.size() > 1);
    QCOMPARE(madeHere.at(0).action, KeyAction::Bound); // to the environment that it was made for
    QCOMPARE(madeHere.at(1).action, KeyAction::Created);

    draft.name = u"Pasted"_s;
    draft.providerId = u"talkover"_s;
    draft.kindId = u"environment"_s;
    draft.environmentId.reset();
    const ApiKey pasted = core.addKey(draft, token);
    for (const AuditEntry &entry : core->keys->events(pasted.id))
        QVERIFY(entry.action != KeyAction::Created);
}

QTEST_GUILESS_MAIN(TestAuditLog)
#include "test_audit_log.moc"
