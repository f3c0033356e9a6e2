#include "app/base/Redactor.h"
#include "app/body/BodySpool.h"
#include "app/body/FileCopy.h"
#include "app/http/HttpClient.h"
#include "tests/support/CallWatcher.h"
#include "tests/support/FakeTokens.h"
#include "tests/support/Files.h"
#include "tests/support/HttpTestServer.h"

#include <QCoreApplication>
#include <QProcess>
#include <QSignalSpy>
#include <QStringDecoder>
#include <QStringEncoder>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <cstdio>

#include <sys/resource.h>
#include <zlib.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace keydesk;
using namespace keydesk::test;

namespace {

constexpr qint64 megabyte = 1024LL * 1024;

/// `windowBits` as in zlib.h.
QByteArray packed(const QByteArray &bytes, int level, int windowBits)
{
    z_stream stream{};
    if (deflateInit2(&stream, level, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        qFatal("no zlib");
    QByteArray out(static_cast<qsizetype>(deflateBound(&stream, static_cast<uLong>(bytes.size()))) + 64, Qt::Uninitialized);
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef *>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(static_cast<qsizetype>(stream.total_out));
    deflateEnd(&stream);
    return out;
}

QByteArray gzip(const QByteArray &bytes, int level = 1)
{
    return packed(bytes, level, 15 + 16);
}

/// 64 MiB of zeros, made with brotli 1.0.9.
const QByteArray zerosBrotli = QByteArray::fromHex("cfffff7ff82700e2b14020f7fe9ffffffff04f00c4610180eefd3ffff"
                                                   "fffe19f0088c32200ddfbfffcffffc73f0110870500baf7ff");

/// 80 MiB of them.
const QByteArray moreZerosBrotli =
    QByteArray::fromHex("cbffff3ff82700e2b14020f7fe8fffff7ff04f00c4611180eefd1fffffffe09f0088c30200ddfb3ffeff"
                        "ffc13f0110870500baf77ffcffff837f0220"
                        "0e0b0074effff8ffff07ff04401c1600e8defff1ffff0ffe0980382c00d0bdffe3ffff1ffc1300715800"
                        "a07bffc7ffff3ff82700e2b00040f7fe2fff"
                        "fffff04f00c4610180eefd1f");

/// Numbered lines, so that each place is told from each other.
QByteArray lines(qint64 size)
{
    static const QByteArray all = [] {
        QByteArray text;
        for (int n = 0; text.size() < 20 * megabyte; ++n)
            text += QByteArray::number(100'000'000 + n) + '\n';
        return text;
    }();
    return all.first(size);
}

/// In KiB: the most that this process has had in memory since `forgetPeak`.
qint64 peakMemory()
{
    QFile status(u"/proc/self/status"_s);
    if (!status.open(QIODevice::ReadOnly))
        qFatal("no /proc");
    for (const QByteArray &line : status.readAll().split('\n')) {
        if (line.startsWith("VmHWM:"))
            return line.simplified().split(' ').value(1).toLongLong();
    }
    return 0;
}

void forgetPeak()
{
    QFile file(u"/proc/self/clear_refs"_s); // proc(5): 5 resets the peak
    if (!file.open(QIODevice::WriteOnly) || file.write("5") != 1)
        qFatal("the peak of memory cannot be reset");
}

/// The sanitizers keep freed memory for a while.
#ifdef KEYDESK_SANITIZED
constexpr qint64 muchMemory = 500 * 1024;
#else
constexpr qint64 muchMemory = 48 * 1024;
#endif

/// Writes no file beyond a size, for as long as it lives.
class SmallDisk
{
public:
    explicit SmallDisk(rlim_t size)
        : m_handler(std::signal(SIGXFSZ, SIG_IGN))
    {
        ::getrlimit(RLIMIT_FSIZE, &m_before);
        rlimit small = m_before;
        small.rlim_cur = size;
        if (::setrlimit(RLIMIT_FSIZE, &small) != 0)
            qFatal("no limit can be set");
    }
    ~SmallDisk()
    {
        ::setrlimit(RLIMIT_FSIZE, &m_before);
        std::signal(SIGXFSZ, m_handler);
    }
    SmallDisk(const SmallDisk &) = delete;
    SmallDisk &operator=(const SmallDisk &) = delete;

private:
    rlimit m_before{};
    void (*m_handler)(int);
};

} // namespace

/// Bodies that are too large for memory: the file itself, and how HttpClient fills it (SECURITY S1, S12).
class TestBodySpool : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();

    void growsWhileItIsWritten();
    void masksWhatItKnowsAcrossPieces();
    void masksWhatItKnowsInUtf16();
    void isPrivateAndHasNoName();
    void nothingIsLeftOfAKilledProgram();
    void leftoversGo();
    void aFullDiskKeepsWhatWasWritten();
    void theReserveIsLeftFree();
    void aFolderThatIsNotThereIsNamed();
    void theSizeLimitHolds();
    void stoppingDropsWhatWaits();
    void whatIsStoppedBeforeItBeginsWritesNothing();
    void whoIsSlowIsToldSo();

    void aCopyTellsHowFarItIs();
    void aCancelledCopyLeavesNothing();

    void smallBodiesStayInMemory();
    void largeBodiesGoToDisk_data();
    void largeBodiesGoToDisk();
    void onlyForWhoAsks();
    void bombsAreBrokenOff_data();
    void bombsAreBrokenOff();
    void theLimitHoldsWhateverTheCoding();
    void endlessBodiesAreStopped();
    void whatArrivedIsKept_data();
    void whatArrivedIsKept();
    void whatArrivedOfASmallOneIsKept_data();
    void whatArrivedOfASmallOneIsKept();
    void withoutAFileTheBeginningIsKept();
    void withoutRoomTheBeginningIsKept();
    void aCallThatIsStoppedAsItBeginsKeepsTheBeginning();
    void redirectsAreNotSpooled();
    void aCallThatIsGoneEndsIt();
    void wordsAreLearntWholeBeforeTheyAreWritten();
    void nothingIsWrittenBeforeTokensAreKnown_data();
    void nothingIsWrittenBeforeTokensAreKnown();
    void whatWaitsForTokensCanBeStopped();

private:
    BodySpool *spool(const BodySpool::Limits &limits = {1024 * megabyte, 0});
    static bool ends(BodySpool &spool);
    PreparedRequest request() const;
    HttpClient::Options options() const;

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<FakeTokens> m_tokens;
    std::unique_ptr<Redactor> m_redactor;
    std::unique_ptr<HttpTestServer> m_server;
    std::unique_ptr<HttpClient> m_client;
    std::unique_ptr<QObject> m_owner;
};

void TestBodySpool::init()
{
    m_client.reset();
    m_owner.reset();
    m_folder = std::make_unique<QTemporaryDir>(QCoreApplication::applicationDirPath() + u"/spool-XXXXXX"_s); // not in memory
    m_tokens = std::make_unique<FakeTokens>();
    m_redactor = std::make_unique<Redactor>();
    m_server = std::make_unique<HttpTestServer>();
    m_client = std::make_unique<HttpClient>(*m_tokens, *m_redactor);
    m_client->setOptions(options());
    m_owner = std::make_unique<QObject>();
}

HttpClient::Options TestBodySpool::options() const
{
    return {20s, 64 * megabyte, QNetworkProxy::NoProxy, m_folder->path(), 1024 * megabyte};
}

PreparedRequest TestBodySpool::request() const
{
    PreparedRequest request;
    request.method = "GET";
    request.url = m_server->url();
    request.spools = true;
    return request;
}

BodySpool *TestBodySpool::spool(const BodySpool::Limits &limits)
{
    const auto made = BodySpool::create(m_folder->path(), *m_redactor, limits, m_owner.get());
    if (!made)
        qFatal("%s", qPrintable(made.error().message));
    return *made;
}

bool TestBodySpool::ends(BodySpool &spool)
{
    QSignalSpy ended(&spool, &BodySpool::ended);
    return ended.wait(20'000) && ended.size() == 1;
}

void TestBodySpool::growsWhileItIsWritten()
{
    BodySpool *made = spool();
    const QByteArray text = lines(3 * megabyte);
    made->start({}, text.first(megabyte), 0);
    QTRY_COMPARE(made->bytes()->size(), megabyte);
    QSignalSpy grew(made, &BodySpool::grew);
    made->feed(text.sliced(megabyte, megabyte));
    QVERIFY(grew.wait());
    QTRY_COMPARE(made->bytes()->size(), 2 * megabyte);
    QCOMPARE(made->bytes()->read(megabyte, megabyte), text.sliced(megabyte, megabyte));
    made->feed(text.sliced(2 * megabyte));
    made->end();
    QVERIFY(ends(*made));
    QVERIFY(!made->error());
    QVERIFY(!made->isTruncated());
    QVERIFY(!made->hasMasked());
    const auto bytes = made->bytes();
    m_owner.reset(); // what somebody reads stays
    QCOMPARE(bytes->read(0, 4 * megabyte), text);
}

void TestBodySpool::masksWhatItKnowsAcrossPieces()
{
    const QByteArray token = "talq_canary0123456789"_ba;
    m_redactor->add(Secret(std::string_view(token.constData(), std::size_t(token.size()))));
    BodySpool *made = spool();
    made->start({}, QByteArray(5000, '.') + token.first(5), 0);
    made->feed(token.sliced(5, 3));
    made->feed(token.sliced(8) + " and " + token.toBase64());
    made->end();
    QVERIFY(ends(*made));
    QCOMPARE(made->bytes()->read(0, megabyte), QByteArray(5000, '.') + "•••• and ••••");
    QVERIFY(made->hasMasked());
}

void TestBodySpool::masksWhatItKnowsInUtf16()
{
    const QString token = u"talq_canary0123456789"_s;
    m_redactor->add(Secret(token.toStdString()));
    for (const auto coding : {QStringConverter::Utf16LE, QStringConverter::Utf16BE}) {
        const QByteArray text = QStringEncoder(coding).encode(QString(5000, u'.') + token + u" and so on"_s);
        BodySpool *made = spool();
        made->start({}, text.first(10'007), 0);
        made->feed(text.sliced(10'007));
        made->end();
        QVERIFY(ends(*made));
        QCOMPARE(QString(QStringDecoder(coding).decode(made->bytes()->read(0, megabyte))),
                 QString(5000, u'.') + u"···· and so on"_s);
        QVERIFY(made->hasMasked());
    }
}

void TestBodySpool::isPrivateAndHasNoName()
{
    BodySpool *made = spool();
    QVERIFY(namesIn(m_folder->path()).isEmpty());
    int found = 0;
    const QStringList all = QDir(u"/proc/self/fd"_s).entryList(QDir::System | QDir::Files | QDir::NoDotAndDotDot);
    for (const QString &each : all) {
        const QString path = u"/proc/self/fd/"_s + each;
        if (!QFile::symLinkTarget(path).contains(m_folder->path()))
            continue;
        ++found;
        QCOMPARE(modeOf(path), 0600U);
    }
    QCOMPARE(found, 1);
    made->start({}, "x", 0);
    made->end();
    QVERIFY(ends(*made));
}

void TestBodySpool::nothingIsLeftOfAKilledProgram()
{
    QProcess child;
    child.start(QCoreApplication::applicationFilePath(), {u"--spool-into"_s, m_folder->path()});
    QVERIFY(child.waitForReadyRead(60'000));
    QCOMPARE(child.readAllStandardOutput(), "8388608\n"_ba);
    child.kill();
    QVERIFY(child.waitForFinished());
    QVERIFY(namesIn(m_folder->path()).isEmpty());
}

void TestBodySpool::leftoversGo()
{
    for (const QString &name : {u"body-a1B2c3"_s, u"body-full12"_s, u"other"_s, u"body-longer-name"_s})
        writeFile(m_folder->filePath(name), name == u"body-full12"_s ? "x"_ba : QByteArray());
    BodySpool::removeLeftovers(m_folder->path());
    QCOMPARE(namesIn(m_folder->path()), QStringList({u"body-full12"_s, u"body-longer-name"_s, u"other"_s}));
}

void TestBodySpool::aFullDiskKeepsWhatWasWritten()
{
    const SmallDisk disk(2 * megabyte);
    BodySpool *made = spool();
    const QByteArray text = lines(8 * megabyte);
    made->start({}, text.first(megabyte), 0);
    for (qint64 at = megabyte; at < text.size(); at += 256 * 1024)
        made->feed(text.sliced(at, 256 * 1024));
    QVERIFY(ends(*made));
    QVERIFY(made->error());
    QCOMPARE(made->error()->kind, Error::Kind::DiskFull);
    QVERIFY(made->error()->message.contains(m_folder->path()));
    QCOMPARE(made->bytes()->read(0, 8 * megabyte), text.first(2 * megabyte));
}

void TestBodySpool::theReserveIsLeftFree()
{
    BodySpool *made = spool({1024 * megabyte, std::numeric_limits<qint64>::max()});
    made->start({}, "x", 0);
    QVERIFY(ends(*made));
    QCOMPARE(made->error()->kind, Error::Kind::DiskFull);
    QCOMPARE(made->bytes()->size(), 0);
}

void TestBodySpool::aFolderThatIsNotThereIsNamed()
{
    const auto made = BodySpool::create(m_folder->filePath(u"none"_s), *m_redactor, {}, m_owner.get());
    QVERIFY(!made);
    QVERIFY(made.error().message.contains(m_folder->filePath(u"none"_s)));
}

void TestBodySpool::theSizeLimitHolds()
{
    for (const qint64 more : {-1, 0, 1}) {
        BodySpool *made = spool({2 * megabyte, 0});
        made->start({}, lines(megabyte), 0);
        made->feed(QByteArray(megabyte + more, 'x'));
        made->end();
        QVERIFY(ends(*made));
        QVERIFY(!made->error());
        QCOMPARE(made->isTruncated(), more > 0);
        QCOMPARE(made->bytes()->size(), 2 * megabyte + std::min<qint64>(more, 0));
    }
}

void TestBodySpool::stoppingDropsWhatWaits()
{
    BodySpool *made = spool({1024 * megabyte, 0, 1024 * megabyte});
    ContentDecoder decoder;
    decoder.start("gzip");
    made->start(std::move(decoder), {}, 0);
    const QByteArray bomb = gzip(QByteArray(64 * megabyte, '\0'));
    for (int n = 0; n < 10; ++n)
        made->feed(bomb);
    made->stop();
    QVERIFY(ends(*made));
    QVERIFY(!made->error());
    QVERIFY(made->bytes()->size() < 640 * megabyte);
}

void TestBodySpool::whatIsStoppedBeforeItBeginsWritesNothing()
{
    for (int n = 0; n < 100; ++n) { // before it has ended, or behind that
        BodySpool *made = spool();
        QSignalSpy ended(made, &BodySpool::ended);
        made->stop();
        made->start({}, "x", 0);
        QVERIFY(ended.wait());
        QCOMPARE(made->bytes()->size(), 0);
    }
}

void TestBodySpool::whoIsSlowIsToldSo()
{
    BodySpool *made = spool();
    QSignalSpy drained(made, &BodySpool::drained);
    made->start({}, {}, 0);
    QVERIFY(!made->isFull());
    const QByteArray piece(8 * megabyte, 'x');
    made->feed(piece);
    made->feed(piece);
    // It may tell of the first piece while the second one waits.
    QTRY_VERIFY_WITH_TIMEOUT(!drained.isEmpty() && !made->isFull(), 30'000);
    made->end();
    QVERIFY(ends(*made));
    QCOMPARE(made->bytes()->size(), 16 * megabyte);
}

void TestBodySpool::aCopyTellsHowFarItIs()
{
    BodySpool *made = spool();
    const QByteArray text = lines(20 * megabyte);
    made->start({}, text, 0);
    made->end();
    QVERIFY(ends(*made));
    FileCopy copy(made->bytes(), m_folder->filePath(u"copy"_s));
    QSignalSpy progress(&copy, &FileCopy::progress);
    QSignalSpy finished(&copy, &FileCopy::finished);
    QVERIFY(finished.wait(20'000));
    QCOMPARE(progress, QList<QVariantList>({{16 * megabyte, 20 * megabyte}}));
    QCOMPARE(readFile(m_folder->filePath(u"copy"_s)), text);
}

void TestBodySpool::aCancelledCopyLeavesNothing()
{
    QFile holes(m_folder->filePath(u"holes"_s));
    QVERIFY(holes.open(QIODevice::WriteOnly) && holes.resize(2048 * megabyte));
    writeFile(m_folder->filePath(u"copy"_s), "as it was");
    FileCopy copy(*FileBytes::open(holes.fileName()), m_folder->filePath(u"copy"_s));
    QSignalSpy failed(&copy, &FileCopy::failed);
    copy.cancel();
    QVERIFY(failed.wait(20'000));
    QCOMPARE(failed.constFirst().constFirst().value<Error>().kind, Error::Kind::Cancelled);
    QCOMPARE(readFile(m_folder->filePath(u"copy"_s)), "as it was");
    QCOMPARE(namesIn(m_folder->path()), QStringList({u"copy"_s, u"holes"_s}));
}

void TestBodySpool::smallBodiesStayInMemory()
{
    m_server->answer(response(200, {}, QByteArray(HttpClient::spooledFrom, 'x')));
    CallWatcher call(m_client->send(request()));
    QVERIFY(call.wait());
    QVERIFY(call.isValue());
    QVERIFY(!call.response().spool);
    QCOMPARE(call.response().body.size(), HttpClient::spooledFrom);
}

void TestBodySpool::largeBodiesGoToDisk_data()
{
    QTest::addColumn<QByteArray>("coding");
    QTest::addColumn<qint64>("size");
    QTest::newRow("one byte more") << QByteArray() << HttpClient::spooledFrom + 1;
    QTest::newRow("plain") << QByteArray() << 20 * megabyte;
    QTest::newRow("gzip") << "gzip"_ba << 20 * megabyte;
}

void TestBodySpool::largeBodiesGoToDisk()
{
    QFETCH(QByteArray, coding);
    QFETCH(qint64, size);
    const QByteArray text = lines(size);
    m_server->answer(coding.isEmpty() ? response(200, {}, text) : response(200, {{"Content-Encoding", coding}}, gzip(text)));
    HttpCall *sent = m_client->send(request());
    CallWatcher call(sent);
    std::optional<HttpResponse> head;
    bool hadFinished = true;
    connect(sent, &HttpCall::spooling, this, [&](const HttpResponse &told) {
        QVERIFY(!head);
        head = told;
        hadFinished = call.finishedCount > 0;
    });
    QVERIFY(call.wait());
    QVERIFY(call.isValue());
    QVERIFY(!hadFinished);
    QCOMPARE(head->status, 200);
    QCOMPARE(head->body, text.first(HttpClient::spooledFrom));
    QCOMPARE(head->spool, call.response().spool);
    QCOMPARE(call.response().body, head->body);
    QVERIFY(!call.response().truncated);
    QCOMPARE(call.response().brokenOff, QString());
    QCOMPARE(call.response().bodySize(), size);
    QCOMPARE(call.response().spool->read(0, size), text);
    if (coding.isEmpty()) {
        QCOMPARE(call.response().wireBytes, size);
        QCOMPARE(call.progress.constLast(), qMakePair(size, size));
    } else {
        QVERIFY(call.response().wireBytes < size);
        QCOMPARE(call.progress.constLast(), qMakePair(size, qint64(-1)));
    }
}

void TestBodySpool::onlyForWhoAsks()
{
    m_server->answer(response(200, {}, lines(6 * megabyte)));
    PreparedRequest plain = request();
    plain.spools = false;
    CallWatcher call(m_client->send(plain));
    QVERIFY(call.wait());
    QVERIFY(!call.response().spool);
    QCOMPARE(call.response().body.size(), 6 * megabyte);
}

void TestBodySpool::bombsAreBrokenOff_data()
{
    QTest::addColumn<QByteArray>("coding");
    QTest::addColumn<QByteArray>("body");
    const QByteArray moreZeros(80 * megabyte, '\0');
    // Two gigabytes of zeros in two megabytes.
    QTest::newRow("gzip") << "gzip"_ba << gzip(moreZeros.first(64 * megabyte), 9).repeated(32);
    QTest::newRow("deflate") << "deflate"_ba << packed(moreZeros, 9, 15);
    QTest::newRow("deflate without a head") << "deflate"_ba << packed(moreZeros, 9, -15);
    QTest::newRow("brotli") << "br"_ba << moreZerosBrotli;
}

void TestBodySpool::bombsAreBrokenOff()
{
    QFETCH(QByteArray, coding);
    QFETCH(QByteArray, body);
    m_server->answer(response(200, {{"Content-Encoding", coding}}, body));
    forgetPeak();
    const qint64 before = peakMemory();
    CallWatcher call(m_client->send(request()));
    QVERIFY(call.wait());
    const qint64 grown = peakMemory() - before;
    QVERIFY(call.isValue());
    QVERIFY2(call.response().brokenOff.contains(u"200 times"_s), qPrintable(call.response().brokenOff));
    QVERIFY(call.response().bodySize() >= 64 * megabyte);
    QVERIFY(call.response().bodySize() < 66 * megabyte);
    QVERIFY2(grown < muchMemory, qPrintable(QString::number(grown)));
}

void TestBodySpool::theLimitHoldsWhateverTheCoding()
{
    HttpClient::Options few = options();
    few.spoolLimit = 16 * megabyte;
    m_client->setOptions(few);
    const QList<QByteArray> answers{response(200, {{"Content-Encoding", "br"}}, zerosBrotli),
                                    response(200, {{"Content-Encoding", "gzip"}}, gzip(QByteArray(64 * megabyte, '\0'))),
                                    response(200, {}, QByteArray(17 * megabyte, '\0'))};
    for (const QByteArray &answer : answers) {
        m_server->answer(answer);
        CallWatcher call(m_client->send(request()));
        QVERIFY(call.wait());
        QVERIFY(call.isValue());
        QVERIFY(call.response().truncated);
        QCOMPARE(call.response().bodySize(), 16 * megabyte);
    }
}

void TestBodySpool::endlessBodiesAreStopped()
{
    m_server->handle([](const ReceivedRequest &) {
        return Answer{"HTTP/1.1 200 OK\r\n\r\n", Answer::Then::KeepOpen, lines(256 * 1024)};
    });
    forgetPeak();
    const qint64 before = peakMemory();
    HttpCall *sent = m_client->send(request());
    CallWatcher call(sent);
    bool stopped = false;
    connect(sent, &HttpCall::progress, this, [&, sent](qint64 received) {
        if (received > 64 * megabyte && !std::exchange(stopped, true))
            sent->cancel();
    });
    QVERIFY(call.wait());
    const qint64 grown = peakMemory() - before;
    QVERIFY(call.isValue());
    QVERIFY(call.response().brokenOff.contains(u"stopped"_s));
    QVERIFY(!call.response().truncated);
    QVERIFY(call.response().bodySize() > 64 * megabyte);
    QVERIFY2(grown < muchMemory, qPrintable(QString::number(grown)));
    QCOMPARE(call.response().spool->read(0, 256 * 1024), lines(256 * 1024));
}

void TestBodySpool::whatArrivedIsKept_data()
{
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<Answer::Then>("then");
    QTest::addColumn<QString>("reason");
    QTest::newRow("it stalls") << "Content-Length: 20000000\r\n"_ba << Answer::Then::KeepOpen << u"sent nothing for"_s;
    QTest::newRow("it is shorter") << "Content-Length: 20000000\r\n"_ba << Answer::Then::Close << u"127.0.0.1"_s;
    QTest::newRow("it is reset") << "Content-Length: 20000000\r\n"_ba << Answer::Then::Reset << u"127.0.0.1"_s;
    QTest::newRow("it is longer") << "Content-Length: 7000000\r\n"_ba << Answer::Then::KeepOpen << QString();
    QTest::newRow("it has no length") << QByteArray() << Answer::Then::Close << QString();
    QTest::newRow("its coding ends early") << "Content-Encoding: gzip\r\n"_ba << Answer::Then::Close << u"not whole"_s;
    QTest::newRow("its coding is broken") << "Content-Encoding: x-gzip\r\n"_ba << Answer::Then::Close << u"not compressed as"_s;
}

void TestBodySpool::whatArrivedIsKept()
{
    QFETCH(QByteArray, head);
    QFETCH(Answer::Then, then);
    QFETCH(QString, reason);
    const QByteArray text = lines(8 * megabyte);
    QByteArray sent = text;
    if (head.contains("gzip")) {
        sent = gzip(text);
        if (head.contains("x-gzip"))
            std::fill_n(sent.begin() + sent.size() * 7 / 8, 1000, '\xFF');
        else
            sent.chop(sent.size() / 8);
    }
    m_server->answer("HTTP/1.1 200 OK\r\n" + head + "\r\n" + sent, then);
    HttpClient::Options quick = options();
    quick.timeout = 500ms;
    m_client->setOptions(quick);
    CallWatcher call(m_client->send(request()));
    QVERIFY(call.wait());
    QVERIFY(call.isValue());
    QVERIFY2(call.response().brokenOff.contains(reason) && call.response().brokenOff.isEmpty() == reason.isEmpty(),
             qPrintable(call.response().brokenOff));
    const qint64 size = call.response().bodySize();
    QVERIFY(size > 6 * megabyte);
    QVERIFY(text.startsWith(call.response().spool->read(0, 6 * megabyte))); // a broken coding says something else before that is noticed
    if (head.contains("7000000"))
        QCOMPARE(size, 7'000'000);
    else if (head.isEmpty() || then == Answer::Then::KeepOpen)
        QCOMPARE(size, 8 * megabyte);
    else if (!head.contains("gzip"))
        QVERIFY(size > 7 * megabyte); // the network layer loses what it has not handed on yet: up to a buffer
}

void TestBodySpool::whatArrivedOfASmallOneIsKept_data()
{
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<bool>("closes");
    QTest::addColumn<QString>("reason");
    QTest::newRow("it stalls") << "Content-Length: 2000000\r\n"_ba << false << u"sent nothing for"_s;
    QTest::newRow("it is shorter") << "Content-Length: 2000000\r\n"_ba << true << u"127.0.0.1"_s;
    QTest::newRow("its coding ends early") << "Content-Encoding: gzip\r\n"_ba << true << u"not whole"_s;
    QTest::newRow("its coding is broken") << "Content-Encoding: x-gzip\r\n"_ba << false << u"(x-gzip)"_s;
}

void TestBodySpool::whatArrivedOfASmallOneIsKept()
{
    QFETCH(QByteArray, head);
    QFETCH(bool, closes);
    QFETCH(QString, reason);
    const QByteArray text = lines(megabyte);
    QByteArray sent = text;
    if (head.contains("gzip")) {
        sent = gzip(text);
        if (head.contains("x-gzip"))
            std::fill_n(sent.begin() + sent.size() * 7 / 8, 1000, '\xFF');
        else
            sent.chop(sent.size() / 8);
    }
    m_server->answer("HTTP/1.1 200 OK\r\n" + head + "\r\n" + sent);
    HttpClient::Options quick = options();
    quick.timeout = 500ms;
    for (const bool isShown : {true, false}) {
        m_client->setOptions(closes ? options() : quick);
        PreparedRequest asked = request();
        asked.spools = isShown;
        HttpCall *made = m_client->send(asked);
        CallWatcher call(made);
        connect(made, &HttpCall::progress, this, [&](qint64 received) {
            if (closes && received > megabyte * 3 / 4)
                m_server->closeAll();
        });
        QVERIFY(call.wait());
        QCOMPARE(call.isValue(), isShown); // nobody looks at a part of it otherwise
        const QString why = isShown ? call.response().brokenOff : call.error().message;
        QVERIFY2(why.contains(reason), qPrintable(why));
        if (!isShown)
            continue;
        QVERIFY(!call.response().spool);
        QVERIFY(call.response().body.size() > megabyte / 2);
        QVERIFY(text.startsWith(call.response().body.first(megabyte / 2)));
    }
}

void TestBodySpool::withoutAFileTheBeginningIsKept()
{
    HttpClient::Options none = options();
    none.spoolFolder = m_folder->filePath(u"none"_s);
    m_client->setOptions(none);
    m_server->answer(response(200, {}, lines(6 * megabyte)));
    CallWatcher call(m_client->send(request()));
    QVERIFY(call.wait());
    QVERIFY(call.isValue());
    QCOMPARE(call.response().body, lines(HttpClient::spooledFrom));
    QVERIFY(call.response().truncated);
    QVERIFY2(call.response().brokenOff.contains(none.spoolFolder), qPrintable(call.response().brokenOff));
}

void TestBodySpool::withoutRoomTheBeginningIsKept()
{
    m_server->answer(response(200, {}, lines(6 * megabyte)));
    for (const qint64 room : {0 * megabyte, 1 * megabyte, 5 * megabyte}) {
        const SmallDisk disk(static_cast<rlim_t>(room));
        CallWatcher call(m_client->send(request()));
        QVERIFY(call.wait());
        QVERIFY(call.isValue());
        QVERIFY2(call.response().brokenOff.contains(m_folder->path()), qPrintable(call.response().brokenOff));
        const bool isOnDisk = room > HttpClient::spooledFrom;
        QCOMPARE(call.response().spool != nullptr, isOnDisk);
        QCOMPARE(call.response().truncated, !isOnDisk);
        QCOMPARE(call.response().bodySize(), isOnDisk ? room : HttpClient::spooledFrom);
        QCOMPARE(call.response().body, lines(HttpClient::spooledFrom));
    }
}

void TestBodySpool::aCallThatIsStoppedAsItBeginsKeepsTheBeginning()
{
    m_server->answer(response(200, {}, lines(6 * megabyte)));
    HttpCall *sent = m_client->send(request());
    CallWatcher call(sent);
    connect(sent, &HttpCall::spooling, sent, &HttpCall::cancel);
    QVERIFY(call.wait());
    QVERIFY(call.isValue());
    QVERIFY2(call.response().brokenOff.contains(u"stopped"_s), qPrintable(call.response().brokenOff));
    QVERIFY(call.response().truncated);
    QCOMPARE(call.response().bodySize(), HttpClient::spooledFrom);
}

void TestBodySpool::redirectsAreNotSpooled()
{
    m_server->handle([this](const ReceivedRequest &received) {
        if (received.target == "/end")
            return Answer{response(200, {}, "there")};
        return Answer{response(302, {{"Location", m_server->url(u"/end"_s).toEncoded()}}, lines(6 * megabyte))};
    });
    HttpCall *sent = m_client->send(request());
    CallWatcher call(sent);
    QSignalSpy spooling(sent, &HttpCall::spooling);
    QVERIFY(call.wait());
    QCOMPARE(call.response().body, "there");
    QCOMPARE(spooling.size(), 0);
}

void TestBodySpool::aCallThatIsGoneEndsIt()
{
    m_server->handle([](const ReceivedRequest &) { return Answer{"HTTP/1.1 200 OK\r\n\r\n", Answer::Then::KeepOpen, lines(256 * 1024)}; });
    HttpCall *sent = m_client->send(request());
    QSignalSpy spooling(sent, &HttpCall::spooling);
    QVERIFY(spooling.wait());
    std::weak_ptr<const FileBytes> bytes = spooling.takeFirst().constFirst().value<HttpResponse>().spool;
    QVERIFY(!bytes.expired());
    m_client.reset();
    QVERIFY(bytes.expired());
}

void TestBodySpool::wordsAreLearntWholeBeforeTheyAreWritten()
{
    const QByteArray word = "talq_canary0123456789"_ba;
    QByteArray longest(20'000, 'x');
    QList<QByteArray> texts;
    BodySpool *made = spool();
    made->start({}, "begin \"" + word.first(5), 0, [&](const QByteArray &text) {
        texts.append(text);
        if (text.contains(word))
            m_redactor->add(Secret(std::string_view(word.constData(), std::size_t(word.size()))));
    });
    made->feed(word.sliced(5, 7));
    made->feed(word.sliced(12) + "\" and ");
    made->feed(longest);
    made->feed("the end");
    made->end();
    QVERIFY(ends(*made));
    QCOMPARE(made->bytes()->read(0, megabyte), "begin \"••••\" and " + longest + "the end");
    QCOMPARE(texts.size(), 5);
    for (const QByteArray &text : texts)
        QVERIFY(text.size() < 40'000); // nothing waits for words that do not end
}

void TestBodySpool::nothingIsWrittenBeforeTokensAreKnown_data()
{
    QTest::addColumn<qint64>("size");
    QTest::addColumn<Answer::Then>("then");
    QTest::newRow("much more comes") << 12 * megabyte << Answer::Then::KeepOpen;
    QTest::newRow("it has ended by then") << HttpClient::spooledFrom + 100 << Answer::Then::KeepOpen;
    QTest::newRow("it was broken off by then") << 5 * megabyte << Answer::Then::Reset;
}

void TestBodySpool::nothingIsWrittenBeforeTokensAreKnown()
{
    QFETCH(qint64, size);
    QFETCH(Answer::Then, then);
    const QByteArray token = "talq_canary0123456789"_ba;
    QByteArray text = lines(size);
    text.replace(1000, token.size(), token);
    text.replace(size - 50, token.size(), token);
    m_server->answer(then == Answer::Then::Reset
                         ? "HTTP/1.1 200 OK\r\nContent-Length: 20000000\r\n\r\n" + text
                         : response(200, {}, text),
                     then);
    HttpClient::Options quick = options();
    quick.timeout = 200ms;
    m_client->setOptions(quick);
    HttpClient::TokensKnown known;
    m_client->setMakeTokensKnown(
        [&known](QObject *, HttpClient::TokensKnown done) { known = std::move(done); });
    HttpCall *sent = m_client->send(request());
    CallWatcher call(sent);
    QSignalSpy waiting(sent, &HttpCall::waitingForToken);
    QSignalSpy spooling(sent, &HttpCall::spooling);
    QTRY_COMPARE(waiting.size(), 1);
    QVERIFY(!QTest::qWaitFor([&] { return call.finishedCount > 0; }, 300)); // it is not the server's fault
    QCOMPARE(spooling.size(), 0);
    m_redactor->add(Secret(std::string_view(token.constData(), std::size_t(token.size()))));
    known(3, {});
    QVERIFY(call.wait());
    QVERIFY(call.isValue());
    QCOMPARE(spooling.size(), 1);
    QCOMPARE(call.response().unreadKeys, 3);
    QVERIFY(call.response().hasMasked);
    const QByteArray written = call.response().spool->read(0, size + 100);
    QVERIFY(!written.contains(token));
    QVERIFY(written.contains("••••"));
    if (then == Answer::Then::KeepOpen) // else the end may be lost
        QCOMPARE(written.count("••••"), 2);
    QCOMPARE(call.response().brokenOff.isEmpty(), then != Answer::Then::Reset);
}

void TestBodySpool::whatWaitsForTokensCanBeStopped()
{
    m_server->answer(response(200, {}, lines(8 * megabyte)));
    HttpClient::TokensKnown known;
    m_client->setMakeTokensKnown(
        [&known](QObject *, HttpClient::TokensKnown done) { known = std::move(done); });
    HttpCall *sent = m_client->send(request());
    CallWatcher call(sent);
    QSignalSpy waiting(sent, &HttpCall::waitingForToken);
    QTRY_COMPARE(waiting.size(), 1);
    sent->cancel();
    QVERIFY(call.wait());
    QVERIFY(call.isValue());
    QVERIFY(!call.response().spool);
    QCOMPARE(call.response().body, lines(HttpClient::spooledFrom));
    QVERIFY(call.response().truncated);
    QVERIFY2(call.response().brokenOff.contains(u"stopped"_s), qPrintable(call.response().brokenOff));
}

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.value(1) == u"--spool-into"_s) {
        Redactor redactor;
        const auto made = BodySpool::create(arguments.value(2), redactor, {1024 * megabyte, 0}, nullptr);
        if (!made)
            return 1;
        const std::unique_ptr<BodySpool> spool(*made);
        QObject::connect(spool.get(), &BodySpool::grew, &app, [&spool] {
            if (spool->bytes()->size() == 8 * megabyte) {
                std::puts("8388608");
                std::fflush(stdout);
            }
        });
        spool->start({}, lines(8 * megabyte), 0);
        return QCoreApplication::exec();
    }
    TestBodySpool test;
    return QTest::qExec(&test, argc, argv);
}

#include "test_body_spool.moc"
