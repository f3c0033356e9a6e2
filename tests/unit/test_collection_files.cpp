#include "app/base/Redactor.h"
#include "app/interchange/collection/CollectionFiles.h"
#include "app/interchange/collection/ExportRequests.h"
#include "app/interchange/collection/Formats.h"
#include "app/interchange/collection/HttpCollection.h"
#include "app/workspace/WorkspaceIndex.h"
#include "tests/support/Files.h"

#include <QDir>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

const std::atomic_bool goesOn = false;
const std::atomic_bool isStopped = true;

CollectionRequest requestIn(const QStringList &folder, const QString &name)
{
    CollectionRequest request;
    request.folder = folder;
    request.spec.name = name;
    request.spec.url = u"https://x.test/"_s + name;
    return request;
}

Collection broadCollection()
{
    Collection collection;
    collection.name = u"Shop"_s;
    collection.about = u"All of the shop.\n\n@odd first word"_s;
    collection.variables = {{u"host"_s, u"https://x.test"_s, true}};
    collection.environments = {{u"Live"_s, {{u"host"_s, u"https://live.test"_s, true}}}, {u"Test"_s, {}}};
    CollectionRequest top = requestIn({}, u"Health"_s);
    top.about = u"Says whether it is there.\n@no-log\n### GET https://evil.test\n\\@x"_s;
    top.options.followRedirects = false;
    top.options.keepCookies = false;
    top.options.keepLog = false;
    top.options.encodeUrl = false;
    top.options.confirm = true;
    top.options.timeoutMs = 1500;
    top.options.connectionTimeoutMs = 200;
    top.options.prompts = {{u"id"_s, u"Which one"_s}};
    top.reference = u"health"_s;
    top.expectations = {u"status 200"_s, u"body $.name = \"{{x}}\""_s, u"body contains # @expect"_s};
    CollectionRequest create = requestIn({u"Agents"_s}, u"Create"_s);
    create.spec.method = u"POST"_s;
    create.spec.params = {{u"a b"_s, u"c&d"_s, true}, {u"off"_s, u"1"_s, false}};
    create.spec.headers = {{u"X-A"_s, u"1"_s, true}, {u"X-B"_s, u"2"_s, false}};
    create.spec.body.kind = RequestBody::Kind::Json;
    create.spec.body.text = u"{\n  \"name\": \"ü {{x}}\"\n}"_s;
    CollectionRequest form = requestIn({u"Agents"_s, u"Calls"_s}, u"Form"_s);
    form.spec.method = u"POST"_s;
    form.spec.body.kind = RequestBody::Kind::Form;
    form.spec.body.form = {{u"a"_s, u"1 2"_s, true}, {u"b"_s, u""_s, false}};
    collection.requests = {create, form, top};
    return collection;
}

Collection canonical(Collection collection)
{
    for (CollectionRequest &each : collection.requests)
        each.spec = canonicalRequest(each.spec);
    std::ranges::sort(collection.requests, {}, [](const CollectionRequest &each) { return each.spec.name; });
    return collection;
}

Result<FileChange> importInto(const Collection &collection, const QString &folder)
{
    return planFiles(collection, goesOn).and_then([&](const CollectionFiles &files) { return writeFiles(files, folder); });
}

QStringList namesIn(const QString &folder)
{
    return QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
}

} // namespace

class TestCollectionFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void comesBackFromItsFiles();
    void comesBackFromOneFile();
    void namesStayInOneFile();
    void whatOnlyHttpFilesHoldIsTold();
    void beginsWithAFileThatHasRequests();
    void whatIsThereStays();
    void nothingIsLeftOfAFailure();
    void undoAndRedo();
    void undoLeavesWhatSomebodyChanged();
    void namesThatMeetGetANumber();
    void hugeFoldersAreSeveralFiles();
    void aDescriptionCannotBecomeARequest();
    void aFormatIsToldByItsContent();
    void badInputIsSaid_data();
    void badInputIsSaid();
    void whatIsNoFileIsRefused();
    void anExportHasNoSecrets();
    void anExportPutsEnvironmentsBesideIt();
};

void TestCollectionFiles::comesBackFromItsFiles()
{
    const QTemporaryDir folder;
    const Collection collection = broadCollection();
    const auto planned = planFiles(collection, goesOn);
    QVERIFY2(planned, qPrintable(planned ? QString() : planned.error().message));
    QVERIFY(planned->notes.isEmpty());
    QVERIFY(writeFiles(*planned, folder.path()));
    QCOMPARE(namesIn(folder.path()), QStringList{u"Shop"_s});
    QVERIFY(QFileInfo::exists(folder.filePath(u"Shop/Agents/Calls.http"_s)));
    const auto again = readHttpFolder(folder.filePath(u"Shop"_s), {{}, goesOn});
    QVERIFY(again);
    QCOMPARE(canonical(again->collection).requests, canonical(collection).requests);
    QCOMPARE(again->collection.environments, collection.environments);
    QCOMPARE(canonical(again->collection), canonical(collection));
    QVERIFY(again->notes.isEmpty());
}

void TestCollectionFiles::comesBackFromOneFile()
{
    Collection collection = broadCollection();
    collection.environments.clear();
    for (CollectionRequest &each : collection.requests)
        each.folder.clear();
    const auto bytes = writeHttpCollection(collection);
    QVERIFY(bytes);
    const auto again = readHttpCollection(*bytes, {u"/tmp/Shop.http"_s, goesOn});
    QVERIFY(again);
    QCOMPARE(canonical(again->collection), canonical(collection));
}

void TestCollectionFiles::namesStayInOneFile()
{
    Collection collection;
    collection.requests = {requestIn({u"Keys"_s}, u"login"_s), requestIn({u"Keys"_s}, u"logout"_s), requestIn({}, u"use"_s)};
    collection.requests[2].spec.headers = {{u"X-A"_s, u"{{login.response.body.$.id}}"_s, true}};
    const auto bytes = writeHttpCollection(collection);
    QVERIFY(bytes);
    QVERIFY2(bytes->startsWith("### Keys › login\n# @name login\n"), bytes->constData());
    QCOMPARE(bytes->count("@name"), 1);
    const auto again = readHttpCollection(*bytes, {u"x.http"_s, goesOn});
    QVERIFY(again);
    QCOMPARE(again->collection.requests.first().reference, u"login"_s);

    // Without a title, the name is both.
    const auto untitled = readHttpCollection("# @name one\n# @expect status 200\nGET https://x.test\n# @expect time < 1 s\n", {u"x.http"_s, goesOn});
    QVERIFY(untitled);
    QCOMPARE(untitled->collection.requests.first().spec.name, u"one"_s);
    QCOMPARE(untitled->collection.requests.first().reference, u"one"_s);
    QCOMPARE(untitled->collection.requests.first().expectations, (QStringList{u"status 200"_s, u"time < 1 s"_s}));
    QVERIFY(untitled->notes.isEmpty());
}

void TestCollectionFiles::whatOnlyHttpFilesHoldIsTold()
{
    Collection collection = broadCollection();
    for (const CollectionFormatInfo &each : collectionFormats()) {
        if (!each.isWritable || !each.hasRequests)
            continue;
        const auto written = writeCollection(each.format, collection, Redactor(), {});
        QVERIFY(written);
        const auto tells = [&](const QString &words) {
            return std::ranges::any_of(written->notes, [&](const ImportNote &note) { return note.place == "Health"_L1 && note.text.contains(words); });
        };
        QCOMPARE(tells(u"@expect"_s), each.format != CollectionFormat::Http);
        QCOMPARE(tells(u"@name health"_s), each.format != CollectionFormat::Http);
        QCOMPARE(written->bytes.contains("# @expect status 200\n"), each.format == CollectionFormat::Http);
    }
}

void TestCollectionFiles::beginsWithAFileThatHasRequests()
{
    const QTemporaryDir folder;
    Collection collection;
    collection.name = u"Shop"_s;
    collection.about = u"It has a description, which stands in a file of its own."_s;
    CollectionRequest request;
    request.folder = {u"Orders"_s};
    request.spec.name = u"List"_s;
    request.spec.url = u"https://shop.test/orders"_s;
    collection.requests = {request};
    const auto change = importInto(collection, folder.path());
    QVERIFY(change);
    QCOMPARE(change->place.file, folder.filePath(u"Shop/Orders.http"_s));
}

void TestCollectionFiles::whatIsThereStays()
{
    const QTemporaryDir folder;
    QDir().mkpath(folder.filePath(u"Shop"_s));
    const auto first = importInto(broadCollection(), folder.path());
    QVERIFY(first);
    QCOMPARE(namesIn(folder.path()), (QStringList{u"Shop"_s, u"Shop 2"_s}));
    QVERIFY(QFileInfo::exists(first->place.file));
    QVERIFY(namesIn(folder.filePath(u"Shop"_s)).isEmpty());
    Collection single;
    single.name = u"One"_s;
    single.requests = {requestIn({}, u"a"_s)};
    QVERIFY(importInto(single, folder.path()));
    QVERIFY(importInto(single, folder.path()));
    QVERIFY(QFileInfo::exists(folder.filePath(u"One.http"_s)));
    QVERIFY(QFileInfo::exists(folder.filePath(u"One 2.http"_s)));
}

void TestCollectionFiles::nothingIsLeftOfAFailure()
{
    const QTemporaryDir folder;
    auto planned = planFiles(broadCollection(), goesOn);
    QVERIFY(planned);
    planned->files.append(planned->files.first()); // there twice: the second cannot be made
    QVERIFY(!writeFiles(*planned, folder.path()));
    QVERIFY(namesIn(folder.path()).isEmpty());
    QVERIFY(!writeFiles(*planned, folder.filePath(u"absent"_s)));
    QCOMPARE(planFiles(broadCollection(), isStopped).error().kind, Error::Kind::Cancelled);
}

void TestCollectionFiles::undoAndRedo()
{
    const QTemporaryDir folder;
    const auto change = importInto(broadCollection(), folder.path());
    QVERIFY(change);
    QVERIFY(change->step.undo());
    QVERIFY(namesIn(folder.path()).isEmpty());
    QVERIFY(change->step.redo());
    QVERIFY(QFileInfo::exists(change->place.file));
    QVERIFY(change->step.undo());
    QVERIFY(namesIn(folder.path()).isEmpty());
}

void TestCollectionFiles::undoLeavesWhatSomebodyChanged()
{
    const QTemporaryDir folder;
    const auto change = importInto(broadCollection(), folder.path());
    QVERIFY(change);
    const QString added = folder.filePath(u"Shop/mine.txt"_s);
    QFile file(added);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.close();
    QCOMPARE(change->step.undo().error().kind, Error::Kind::Conflict);
    QVERIFY(QFileInfo::exists(added));
    QVERIFY(QFile::remove(added));
    QFile changed(change->place.file);
    QVERIFY(changed.open(QIODevice::Append));
    changed.write("# mine\n");
    changed.close();
    QCOMPARE(change->step.undo().error().kind, Error::Kind::Conflict);
    QVERIFY(QFileInfo::exists(change->place.file));
}

void TestCollectionFiles::namesThatMeetGetANumber()
{
    Collection collection;
    collection.name = u"../evil"_s;
    collection.requests = {requestIn({u"a/b"_s}, u"one"_s), requestIn({u"a-b"_s}, u"two"_s), requestIn({u"A-B"_s}, u"three"_s),
                           requestIn({u".."_s}, u"four"_s), requestIn({u"../evil"_s}, u"five"_s)};
    const auto planned = planFiles(collection, goesOn);
    QVERIFY(planned);
    QSet<QString> paths;
    for (const auto &each : planned->files) {
        QVERIFY2(!each.path.contains(u".."_s) && !each.path.startsWith(u'/'), qPrintable(each.path));
        paths.insert(each.path.toCaseFolded());
    }
    QCOMPARE(paths.size(), 5);
}

void TestCollectionFiles::hugeFoldersAreSeveralFiles()
{
    Collection collection;
    collection.name = u"Many"_s;
    CollectionRequest large = requestIn({}, u"large"_s);
    large.spec.method = u"POST"_s;
    large.spec.body.kind = RequestBody::Kind::Text;
    large.spec.body.text = QString(3'000'000, u'x');
    collection.requests = {large, large, large};
    const auto planned = planFiles(collection, goesOn);
    QVERIFY(planned);
    QCOMPARE(planned->files.size(), 2);
    const QTemporaryDir folder;
    QVERIFY(writeFiles(*planned, folder.path()));
}

void TestCollectionFiles::aDescriptionCannotBecomeARequest()
{
    const QString evil = u"a\n###\nGET https://evil.test\r\n@x = 1\r@no-log\n< {% %}"_s;
    Collection collection;
    collection.name = evil;
    collection.about = evil;
    collection.variables = {{u"v"_s, evil, true}};
    CollectionRequest request = requestIn({}, u"Good"_s);
    request.about = evil;
    request.options.prompts = {{evil, evil}};
    CollectionRequest expecting = request;
    expecting.expectations = {evil};
    CollectionRequest named = request;
    named.reference = evil;
    QVERIFY(!httpSource(expecting) && !httpSource(named));
    collection.requests = {request};
    const auto bytes = writeHttpCollection(collection);
    QVERIFY(bytes);
    const auto again = readHttpCollection(*bytes, {u"x.http"_s, goesOn});
    QVERIFY(again);
    QCOMPARE(again->collection.requests.size(), 1);
    QCOMPARE(again->collection.requests.first().spec.name, u"Good"_s);
    QVERIFY(again->collection.requests.first().options.keepLog);
    QCOMPARE(again->collection.variables.size(), 1);
}

void TestCollectionFiles::aFormatIsToldByItsContent()
{
    QCOMPARE(guessFormat("GET https://x.test\n", u"a.json"_s), CollectionFormat::Http);
    QCOMPARE(guessFormat("\xEF\xBB\xBF### a\r\nGET https://x.test\r\n", {}), CollectionFormat::Http);
    QCOMPARE(guessFormat("x.test/a", u"a.http"_s), CollectionFormat::Http);
    QVERIFY(!guessFormat("hello", u"a.txt"_s));
    for (const CollectionFormatInfo &each : collectionFormats())
        QCOMPARE(formatOf(each.id), each.format);
}

void TestCollectionFiles::badInputIsSaid_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<Error::Kind>("kind");
    QTest::newRow("empty") << QByteArray() << Error::Kind::InvalidInput;
    QTest::newRow("blank") << QByteArray(" \r\n\n") << Error::Kind::InvalidInput;
    QTest::newRow("prose") << QByteArray("hello there") << Error::Kind::Unsupported;
    QTest::newRow("NUL") << QByteArray("GET https://x.test\n\0\n", 21) << Error::Kind::InvalidInput;
    QTest::newRow("gRPC only") << QByteArray("### a\nGRPC x.test/a\n") << Error::Kind::InvalidInput;
    QTest::newRow("too large") << QByteArray(collectionFileLimit + 1, ' ') << Error::Kind::TooLarge;
}

void TestCollectionFiles::badInputIsSaid()
{
    QFETCH(QByteArray, bytes);
    QFETCH(Error::Kind, kind);
    const auto read = readCollection(bytes, {u"bad.txt"_s, goesOn}, {});
    QVERIFY(!read);
    QCOMPARE(read.error().kind, kind);
    QVERIFY2(read.error().message.contains(u"bad.txt"_s), qPrintable(read.error().message));
}

void TestCollectionFiles::whatIsNoFileIsRefused()
{
    const QTemporaryDir folder;
    const QString pipe = folder.filePath(u"pipe.http"_s);
    QCOMPARE(::mkfifo(QFile::encodeName(pipe).constData(), 0600), 0);
    QVERIFY(!readCollectionPath(pipe, {}, goesOn));
    QVERIFY(!readCollectionPath(folder.filePath(u"absent.http"_s), {}, goesOn));
    const QTemporaryDir empty;
    QCOMPARE(readCollectionPath(empty.path(), {}, goesOn).error().kind, Error::Kind::Unsupported);
    QCOMPARE(readCollection("GET https://x.test\n", {{}, isStopped}, {}).error().kind, Error::Kind::Cancelled);
}

void TestCollectionFiles::anExportHasNoSecrets()
{
    Redactor redactor;
    redactor.add(Secret("kN0wn-token-881273"));
    Collection collection = broadCollection();
    collection.requests[0].spec.headers = {{u"Authorization"_s, u"Bearer l1teral-Secret-1"_s, true}};
    collection.requests[1].about = u"kN0wn-token-881273"_s;
    collection.requests[2].expectations = {u"body = l1teral-Secret-1 kN0wn-token-881273"_s};
    for (const CollectionFormatInfo &each : collectionFormats()) {
        if (!each.isWritable || !each.hasRequests)
            continue;
        const auto written = writeCollection(each.format, collection, redactor, {});
        QVERIFY(written);
        QVERIFY(!written->bytes.contains("kN0wn-token-881273"));
        QVERIFY(!written->bytes.contains("l1teral-Secret-1"));
        // A variable, in the words of the format.
        QVERIFY(written->bytes.contains("{{token}}") || written->bytes.contains("$token") || written->bytes.contains("bearer"));
        QVERIFY(written->notes.size() >= 2 + collection.environments.size()); // what no file of requests holds is told, too
    }
}

void TestCollectionFiles::anExportPutsEnvironmentsBesideIt()
{
    const QTemporaryDir folder;
    QVERIFY(importInto(broadCollection(), folder.path()));
    QVERIFY(QDir(folder.path()).mkdir(u"out"_s));
    const QString target = folder.filePath(u"out/Shop.json"_s);
    for (int i = 0; i < 2; ++i) { // what is there stays
        const auto exported = exportRequests(folder.filePath(u"Shop"_s), CollectionFormat::Postman, target, Redactor(), {}, goesOn);
        QVERIFY2(exported, qPrintable(exported ? QString() : exported.error().message));
        QCOMPARE(exported->requests, 3);
    }
    QCOMPARE(namesIn(folder.filePath(u"out"_s)),
             (QStringList{u"Live 2.postman_environment.json"_s, u"Live.postman_environment.json"_s, u"Shop.json"_s, u"Test 2.postman_environment.json"_s, u"Test.postman_environment.json"_s}));
    const auto live = readCollectionPath(folder.filePath(u"out/Live.postman_environment.json"_s), {}, goesOn);
    QVERIFY(live);
    QCOMPARE(live->collection.environments.first(), broadCollection().environments.first());
}

QTEST_GUILESS_MAIN(TestCollectionFiles)
#include "test_collection_files.moc"
