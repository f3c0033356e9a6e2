#include "app/filter/FilterJob.h"
#include "app/filter/FilterProgram.h"
#include "tests/support/Files.h"

#include <QDir>
#include <QElapsedTimer>
#include <QProcess>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <cerrno>
#include <csignal>
#include <cstring>

#include <seccomp.h>
#include <sys/prctl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace keydesk;
using namespace keydesk::test;

namespace {

constexpr qint64 megabyte = 1024LL * 1024;
constexpr auto refusedProgram = "filter-where-seccomp-is-refused"_L1;
constexpr auto unknownProgram = "filter-where-seccomp-is-unknown"_L1;

/// The programs that this one has started.
QList<qint64> startedPrograms()
{
    QList<qint64> all;
    for (const QString &task : QDir(u"/proc/self/task"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        for (const QByteArray &id :
             readFile(u"/proc/self/task/%1/children"_s.arg(task)).simplified().split(' ')) {
            if (!id.isEmpty())
                all << id.toLongLong();
        }
    }
    return all;
}

/// A line of what the system says of a process: "State", "Seccomp".
QString statusOf(qint64 process, const QString &name)
{
    for (const QByteArray &line : readFile(u"/proc/%1/status"_s.arg(process)).split('\n')) {
        if (line.startsWith(name.toUtf8() + ':'))
            return QString::fromUtf8(line.mid(name.size() + 1)).trimmed();
    }
    return {};
}

/// A body of many records; about this long.
QByteArray records(qint64 size)
{
    QByteArray body = "[";
    for (int i = 0; body.size() < size; ++i)
        body += (i > 0 ? "," : "") + QByteArray("{\"id\":") + QByteArray::number(i) +
                ",\"tags\":[\"a\",\"b\"],\"nested\":{\"id\":\"x\"}}\n";
    return body + "]";
}

} // namespace

/// Filtering, with the program that does it.
class TestFilter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void jqGivesWhatItsProgramGives_data();
    void jqGivesWhatItsProgramGives();
    void pathsGiveTheBytesOfTheBody_data();
    void pathsGiveTheBytesOfTheBody();
    void theBodyMayBeManyDocuments();
    void whatCannotBeUsedIsToldWithItsPlace_data();
    void whatCannotBeUsedIsToldWithItsPlace();
    void anErrorEndsItsDocumentAlone();
    void aBodyThatBreaksIsReadUpToThere();
    void whatIsTooDeepIsTold();
    void whatIsSaidBesideTheResultsIsTold();
    void anExpressionMayEndIt();
    void itKnowsNothingOfThisMachine_data();
    void itKnowsNothingOfThisMachine();
    void itHasWalls();
    void withoutWallsItDoesNotRun();
    void itCannotWriteTheBody();
    void numbersThatAreRoundedAreTold();
    void theFirstResultsAreThereAtOnce();
    void aLargeBodyIsFiltered();
    void itWaitsWhenItsTimeIsUp();
    void itStopsWheneverOneLikes();
    void itEndsWithItsJob();
    void itTakesNoMoreMemoryThanItMay_data();
    void itTakesNoMoreMemoryThanItMay();
    void itWritesNoMoreThanItMay();
    void aProgramThatIsKilledIsTold();
    void aProgramThatIsMissingIsTold();
    void aFolderThatIsMissingIsTold();

private:
    std::unique_ptr<FilterJob> started(const QByteArray &body, FilterLanguage language,
                                       const QString &expression,
                                       const FilterJob::Limits &limits = FilterJob::Limits::forBody(1000));
    /// To its end.
    std::unique_ptr<FilterJob> run(const QByteArray &body, FilterLanguage language, const QString &expression,
                                   const FilterJob::Limits &limits = FilterJob::Limits::forBody(1000));

    QTemporaryDir m_folder;
};

std::unique_ptr<FilterJob> TestFilter::started(const QByteArray &body, FilterLanguage language,
                                               const QString &expression, const FilterJob::Limits &limits)
{
    auto job = std::make_unique<FilterJob>(FileBytes::inMemory(body), language, expression);
    job->start(filterProgram(), m_folder.path(), limits);
    return job;
}

std::unique_ptr<FilterJob> TestFilter::run(const QByteArray &body, FilterLanguage language,
                                           const QString &expression, const FilterJob::Limits &limits)
{
    auto job = std::make_unique<FilterJob>(FileBytes::inMemory(body), language, expression);
    QSignalSpy ended(job.get(), &FilterJob::ended);
    job->start(filterProgram(), m_folder.path(), limits);
    if (ended.isEmpty() && !ended.wait(60'000))
        qFatal("it does not end");
    return job;
}

void TestFilter::jqGivesWhatItsProgramGives_data()
{
    QTest::addColumn<QString>("expression");
    for (const char *expression : {".",
                                   ".a",
                                   ".a[0]",
                                   ".a[]",
                                   ".a[1].b",
                                   "..",
                                   "keys",
                                   "length",
                                   "map_values(type)",
                                   "[.a[]?|.b?]",
                                   "to_entries",
                                   ".a|map(select(type==\"number\"))|add",
                                   "paths",
                                   "[paths(scalars)]",
                                   "tojson",
                                   ".text",
                                   ".text|ascii_downcase",
                                   ".text|test(\"W.\")",
                                   "@base64 \"x\\(.text)\"",
                                   "@csv \"\\([1,2])\"",
                                   ".missing",
                                   ".a[5]",
                                   ".a[1:]",
                                   "del(.a)",
                                   ".a|=length",
                                   "{a:.text,b:1}",
                                   "[limit(3;repeat(1))]",
                                   "first(range(10))",
                                   "reduce .a[] as $x (0; . + 1)",
                                   "[splits(\"a\")]?",
                                   "\"\\u0000\\ud83d\\ude00\"",
                                   "1e1000, -1e1000, 0.1, 1e17, 3.0",
                                   "input",
                                   "[inputs]",
                                   "limit(2;.[])",
                                   "#nothing",
                                   "$__loc__",
                                   "ltrimstr(1)",
                                   ".. | numbers",
                                   "error(\"x\")",
                                   "try error(\"x\") catch .",
                                   "label $out | 1, break $out",

                                   "@json",
                                   "splits(1)",
                                   "env.PATH | type | not"})
        QTest::newRow(expression) << QString::fromUtf8(expression);
}

void TestFilter::jqGivesWhatItsProgramGives()
{
    QFETCH(QString, expression);
    const QByteArray body =
        "{\"a\":[1,{\"b\":2.50},null],\"text\":\"Hello W\\u00f6rld\",\"x y\":{}}\n [1,2,3] \"s\"";
    const auto job = run(body, FilterLanguage::Jq, expression);
    QProcess jq;
    jq.start(u"jq"_s, {expression});
    QVERIFY2(jq.waitForStarted(), "jq is not installed");
    jq.write(body);
    jq.closeWriteChannel();
    QVERIFY(jq.waitForFinished());
    if (job->problem()) // what this filter does not have
        QCOMPARE(jq.exitCode(), 3);
    QCOMPARE(job->output()->read(0, megabyte), jq.readAllStandardOutput());
    QCOMPARE(job->errors(), jq.readAllStandardError().count("jq: error (at"));
}

void TestFilter::pathsGiveTheBytesOfTheBody_data()
{
    QTest::addColumn<FilterLanguage>("language");
    QTest::addColumn<QString>("expression");
    QTest::addColumn<QByteArray>("results");
    QTest::newRow("pointer") << FilterLanguage::Pointer << u"/a/0"_s
                             << QByteArray("12345678901234567890.50\n");
    QTest::newRow("pointer: all")
        << FilterLanguage::Pointer << QString()
        << QByteArray(R"({"a": [12345678901234567890.50, {"b" : "\u00e9"}], "c": 1E2, "c":  [ ] })") + '\n';
    QTest::newRow("path") << FilterLanguage::Path << u" $.a[1] "_s
                          << QByteArray(R"({"b" : "\u00e9"})") + '\n';
    QTest::newRow("path: twice") << FilterLanguage::Path << u"$.c"_s << QByteArray("1E2\n[ ]\n");
    QTest::newRow("path: all") << FilterLanguage::Path << u"$..[0, 'b']"_s
                               << QByteArray("12345678901234567890.50\n\"\\u00e9\"\n");
    QTest::newRow("path: nothing") << FilterLanguage::Path << u"$.x"_s << QByteArray();
}

void TestFilter::pathsGiveTheBytesOfTheBody()
{
    QFETCH(FilterLanguage, language);
    QFETCH(QString, expression);
    QFETCH(QByteArray, results);
    const auto job = run(R"({"a": [12345678901234567890.50, {"b" : "\u00e9"}], "c": 1E2, "c":  [ ] })",
                         language, expression);
    QCOMPARE(job->output()->read(0, megabyte), results);
    QCOMPARE(job->results(), results.count('\n'));
    QVERIFY(!job->error() && !job->problem());
}

void TestFilter::theBodyMayBeManyDocuments()
{
    for (const QByteArray &body :
         {QByteArray("{\"a\":1}\n{\"a\":2}\n"), QByteArray("\xEF\xBB\xBF{\"a\":1} {\"a\":2}"),
          QByteArray("\x1E{\"a\":1}\n\x1E{\"a\":2}\n"), QByteArray("{\"a\":1}{\"a\":2}")}) {
        for (const auto &[language, expression] :
             {std::pair(FilterLanguage::Jq, u".a"_s), std::pair(FilterLanguage::Pointer, u"/a"_s),
              std::pair(FilterLanguage::Path, u"$.a"_s)}) {
            const auto job = run(body, language, expression);
            QCOMPARE(job->output()->read(0, megabyte), QByteArray("1\n2\n"));
            QCOMPARE(job->documents(), 2);
            QVERIFY(!job->error());
        }
    }
}

void TestFilter::whatCannotBeUsedIsToldWithItsPlace_data()
{
    QTest::addColumn<FilterLanguage>("language");
    QTest::addColumn<QString>("expression");
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("place");
    QTest::newRow("end") << FilterLanguage::Jq << u".a["_s << u"syntax error, unexpected $end"_s << 3;
    QTest::newRow("bracket") << FilterLanguage::Jq << u"\"ä\" | ] + 1"_s << u"INVALID_CHARACTER"_s << 6;
    QTest::newRow("name") << FilterLanguage::Jq << u".foo | foo | 1"_s << u"foo/0 is not defined"_s << 7;
    QTest::newRow("variable") << FilterLanguage::Jq << u"1 as $x | $xy"_s << u"$xy is not defined"_s << 10;
    QTest::newRow("string") << FilterLanguage::Jq << u".a | \"abc"_s << u"unexpected $end"_s << 9;
    QTest::newRow("pointer") << FilterLanguage::Pointer << u"/a/é~2"_s << u"~ is written as ~0"_s << 4;
    QTest::newRow("path") << FilterLanguage::Path << u"$.a[?(@.b)]"_s << u"select("_s << 4;
    QTest::newRow("path: end") << FilterLanguage::Path << u"$.é["_s << u"an index"_s << 4;
}

void TestFilter::whatCannotBeUsedIsToldWithItsPlace()
{
    QFETCH(FilterLanguage, language);
    QFETCH(QString, expression);
    QFETCH(QString, text);
    QFETCH(int, place);
    const auto job = run("{}", language, expression);
    QVERIFY(job->problem());
    QVERIFY2(job->problem()->text.contains(text), qPrintable(job->problem()->text));
    QVERIFY2(!job->problem()->text.contains(u"Unix shell"_s) && !job->problem()->text.contains(u"jq:"_s),
             qPrintable(job->problem()->text));
    QCOMPARE(job->problem()->place.value_or(-1), qsizetype(place));
    QCOMPARE(job->output()->size(), 0);
}

void TestFilter::anErrorEndsItsDocumentAlone()
{
    const auto job = run("{\"a\":1}\n5\n{\"a\":3}\n", FilterLanguage::Jq, u"0, .a"_s);
    QCOMPARE(job->output()->read(0, megabyte), QByteArray("0\n1\n0\n0\n3\n"));
    QCOMPARE(job->errors(), 1);
    QCOMPARE(job->messages().size(), 1);
    QCOMPARE(job->messages().constFirst().text, u"Cannot index number with string \"a\""_s);
    QCOMPARE(job->messages().constFirst().document, 2);
    const auto many =
        run(QByteArray("1 ").repeated(5000), FilterLanguage::Jq, u"error(\"%1\")"_s.arg(QString(3000, u'ö')));
    QCOMPARE(many->errors(), 5000);
    QCOMPARE(many->messages().size(), 1000);
    QCOMPARE(many->messages().constFirst().text, QString(500, u'ö') + u'…');
}

void TestFilter::aBodyThatBreaksIsReadUpToThere()
{
    const QByteArray body = "{\"a\":1}\n{\"a\":[1,2}\n{\"a\":3}";
    const auto jq = run(body, FilterLanguage::Jq, u".a"_s);
    QCOMPARE(jq->output()->read(0, megabyte), QByteArray("1\n"));
    QVERIFY(jq->error());
    QVERIFY2(jq->error()->message.contains(u"line 2"_s), qPrintable(jq->error()->message));
    const auto path = run(body, FilterLanguage::Path, u"$.a"_s);
    QCOMPARE(path->output()->read(0, megabyte), QByteArray("1\n[1,2\n"));
    QCOMPARE(path->error()->message, u"From byte 17 on the body is no JSON: a [ is closed by }."_s);
    const auto cut = run("{\"a\": [1, 2", FilterLanguage::Jq, u".a"_s);
    QVERIFY(cut->error());
}

void TestFilter::whatIsTooDeepIsTold()
{
    const auto deep = [](int levels) { return QByteArray(levels, '[') + QByteArray(levels, ']'); };
    const auto read = run("1 " + deep(100'000), FilterLanguage::Jq, u"."_s);
    QCOMPARE(read->output()->read(0, megabyte), QByteArray("1\n"));
    QVERIFY(read->error());
    QCOMPARE(read->error()->kind, Error::Kind::TooLarge);
    const auto levels =
        QRegularExpression(u"jq reads no more than ([0-9,]+) levels"_s).match(read->error()->message);
    QVERIFY2(levels.hasMatch(), qPrintable(read->error()->message));
    const int most = levels.captured(1).remove(u',').toInt();
    QVERIFY(!run(deep(most), FilterLanguage::Jq, u"."_s)->error());
    QVERIFY(run(deep(most + 1), FilterLanguage::Jq, u"."_s)->error());
    QVERIFY(!run(deep(100'000), FilterLanguage::Path, u"$"_s)->error());

    const auto written = run(
        "0", FilterLanguage::Jq,
        u"1, reduce range(20000) as $i (1; [.]), {a: (reduce range(20000) as $i (1; {a: .}))}, 2, \"<\""_s);
    QCOMPARE(written->output()->read(0, megabyte), QByteArray("1\n2\n\"<\"\n"));
    QCOMPARE(written->results(), 3);
    QCOMPARE(written->errors(), 2);
    QVERIFY2(written->messages().constFirst().text.contains(u"more deeply than jq can write"_s),
             qPrintable(written->messages().constFirst().text));
    const auto nearly = run("0", FilterLanguage::Jq, u"reduce range(240) as $i (\"<\\\"<\"; [.])"_s);
    QCOMPARE(nearly->errors(), 0);
    QCOMPARE(nearly->results(), 1);
}

void TestFilter::whatIsSaidBesideTheResultsIsTold()
{
    const auto job = run("{\"a\":1}", FilterLanguage::Jq, u"(.a|debug), stderr"_s);
    QCOMPARE(job->results(), 2);
    QCOMPARE(job->errors(), 0);
    QCOMPARE(job->messages().size(), 2);
    QCOMPARE(job->messages().at(0).text, u"1"_s);
    QCOMPARE(job->messages().at(1).text, u"{\"a\":1}"_s);
}

void TestFilter::anExpressionMayEndIt()
{
    const auto job = run("1 2", FilterLanguage::Jq, u"., (\"words\" | halt_error(3))"_s);
    QCOMPARE(job->output()->read(0, megabyte), QByteArray("1\n"));
    QCOMPARE(job->error()->message, u"The expression has ended it with status 3: words"_s);
    const auto plain = run("1 2", FilterLanguage::Jq, u"., halt"_s);
    QCOMPARE(plain->error()->message, u"The expression has ended it with status 0."_s);
}

void TestFilter::itKnowsNothingOfThisMachine_data()
{
    QTest::addColumn<QString>("expression");
    QTest::addColumn<QByteArray>("results");
    QTest::newRow("env") << u"env"_s << QByteArray("{}\n");
    QTest::newRow("$ENV") << u"$ENV, $ENV.HOME"_s << QByteArray("{}\nnull\n");
    QTest::newRow("file name") << u"input_filename"_s << QByteArray("null\n");
    QTest::newRow("folders") << u"get_search_list"_s << QByteArray("[]\n");
    QTest::newRow("import") << u"import \"a\" as a; ."_s << QByteArray();
    QTest::newRow("import data") << u"import \"a\" as $a; $a"_s << QByteArray();
    QTest::newRow("include") << u"include \"a\" {search:\"./\"}; ."_s << QByteArray();
    QTest::newRow("module") << u"\"a\" | modulemeta"_s << QByteArray();
    QTest::newRow("time zone") << u"0 | localtime | mktime"_s << QByteArray("0\n");
    QTest::newRow("place") << u"$__loc__.file"_s << QByteArray("\"<top-level>\"\n");
}

void TestFilter::itKnowsNothingOfThisMachine()
{
    QFETCH(QString, expression);
    QFETCH(QByteArray, results);
    // What it would find if it looked.
    QTemporaryDir home;
    writeFile(home.filePath(u"a.jq"_s), "def a: 1;");
    writeFile(home.filePath(u"a.json"_s), "[1]");
    writeFile(home.filePath(u".jq"_s), "def input_filename: 1;");
    const QByteArray homeBefore = qgetenv("HOME");
    const QString folderBefore = QDir::currentPath();
    qputenv("HOME", QFile::encodeName(home.path()));
    qputenv("FILTER_CANARY", "canary");
    qputenv("TZ", "America/New_York");
    QDir::setCurrent(home.path());
    const auto job = run("null", FilterLanguage::Jq, expression);
    QDir::setCurrent(folderBefore);
    qputenv("HOME", homeBefore);
    qunsetenv("TZ");
    QCOMPARE(job->output()->read(0, megabyte), results);
}

void TestFilter::itHasWalls()
{
    const auto job = started("1", FilterLanguage::Jq, u"1, last(repeat(1)) # canary"_s);
    QTRY_COMPARE(job->results(), 1); // it runs
    QCOMPARE(startedPrograms().size(), 1);
    const qint64 program = startedPrograms().constFirst();
    QCOMPARE(statusOf(program, u"NoNewPrivs"_s), u"1"_s);
    QCOMPARE(statusOf(program, u"Seccomp"_s), u"2"_s);
    QVERIFY(!readFile(u"/proc/%1/cmdline"_s.arg(program)).contains("canary"));
    QCOMPARE(namesIn(m_folder.path()), QStringList()); // the results have no name
    const QStringList open =
        QDir(u"/proc/%1/fd"_s.arg(program)).entryList(QDir::AllEntries | QDir::System | QDir::NoDotAndDotDot);
    if (!open.isEmpty()) // only root may look
        QCOMPARE(open.size(), 3 + 2);
    const QByteArray limits = readFile(u"/proc/%1/limits"_s.arg(program));
    if (limits.contains("Max open files"))
        QVERIFY2(QRegularExpression(u"Max open files +0 +0 "_s).match(QString::fromUtf8(limits)).hasMatch(),
                 limits.constData());
}

void TestFilter::withoutWallsItDoesNotRun()
{
    const auto filteredBy = [this](const QString &name) {
        const QString program = m_folder.filePath(name);
        if (!QFile::link(QCoreApplication::applicationFilePath(), program))
            qFatal("no link can be made");
        const QString others =
            QDir(m_folder.path()).mkpath(u"others"_s) ? m_folder.filePath(u"others"_s) : QString();
        auto job = std::make_unique<FilterJob>(FileBytes::inMemory("1"), FilterLanguage::Jq, u"."_s);
        QSignalSpy ended(job.get(), &FilterJob::ended);
        job->start(program, others, FilterJob::Limits::forBody(1));
        if (!ended.wait())
            qWarning("it does not end");
        return job;
    };
    const auto refused = filteredBy(refusedProgram);
    QVERIFY(refused->error());
    QCOMPARE(refused->error()->kind, Error::Kind::Unsupported);
    QVERIFY2(refused->error()->message.contains(QString::fromLocal8Bit(std::strerror(EACCES))),
             qPrintable(refused->error()->message));
    QCOMPARE(refused->output()->size(), 0);
    const auto unknown = filteredBy(unknownProgram);
    QVERIFY2(!unknown->error(), qPrintable(unknown->error().value_or(Error()).message));
    QCOMPARE(unknown->output()->read(0, megabyte), QByteArray("1\n"));
}

void TestFilter::itCannotWriteTheBody()
{
    const QString program = m_folder.filePath(u"program"_s);
    writeFile(program,
              "#!/bin/sh\nsed -n 's/^flags:.*\\(.\\)$/\\1/p' /proc/self/fdinfo/$1 > /proc/self/fd/$2\n");
    QVERIFY(QFile::setPermissions(program, QFile::ReadOwner | QFile::ExeOwner));
    FilterJob job(FileBytes::inMemory("1"), FilterLanguage::Jq, u"."_s);
    QSignalSpy ended(&job, &FilterJob::ended);
    job.start(program, m_folder.path(), FilterJob::Limits::forBody(1));
    QVERIFY(ended.wait());
    QVERIFY(QFile::remove(program));
    QCOMPARE(job.output()->read(0, 100), QByteArray("0\n")); // O_RDONLY
}

void TestFilter::numbersThatAreRoundedAreTold()
{
    const QByteArray body =
        R"({"a":9007199254740993,"b":9007199254740992,"c":0.1,"d":3.14159265358979323846,"e":1e400,"f":"9007199254740993","g":1.10})";
    const auto hasRounded = [&](const QString &expression) {
        return run(body, FilterLanguage::Jq, expression)->hasRounded();
    };
    QVERIFY(hasRounded(u".a"_s));
    QVERIFY(hasRounded(u"[{x:.d}]"_s));
    QVERIFY(hasRounded(u".e"_s));
    QVERIFY(!hasRounded(u".c, .f, .g"_s));
    QVERIFY(!run("[9007199254740992, 123456789012345680000, 0.30000000000000004]", FilterLanguage::Jq, u"."_s)
                 ->hasRounded());
    QVERIFY(!run(body, FilterLanguage::Path, u"$.a"_s)->hasRounded());
}

void TestFilter::theFirstResultsAreThereAtOnce()
{
    const auto job = started("{\"a\":1}", FilterLanguage::Jq, u".a, last(repeat(1))"_s);
    QTRY_COMPARE(job->output()->read(0, megabyte), QByteArray("1\n"));
    QCOMPARE(job->results(), 1);
    QVERIFY(job->isRunning());
}

void TestFilter::aLargeBodyIsFiltered()
{
    const QByteArray body = records(100 * megabyte);
    const qint64 count = body.count('\n');
    const auto job = run(body, FilterLanguage::Path, u"$[*].id"_s, FilterJob::Limits::forBody(body.size()));
    QCOMPARE(job->results(), count);
    QVERIFY(job->output()->read(0, 100).startsWith("0\n1\n2\n"));
    QCOMPARE(job->read(), body.size());
    QByteArray last;
    for (const QString &expression : {u"/%1/nested"_s.arg(count - 1)})
        last = run(body, FilterLanguage::Pointer, expression, FilterJob::Limits::forBody(body.size()))
                   ->output()
                   ->read(0, megabyte);
    QCOMPARE(last, QByteArray("{\"id\":\"x\"}\n"));
    // jq reads documents one by one, whatever their number is.
    QByteArray lines = body.mid(1).chopped(1);
    lines.replace("}\n,", "}\n");
    const auto jq = started(lines, FilterLanguage::Jq, u".id"_s);
    QTRY_VERIFY(jq->results() > 10'000);
    QVERIFY(jq->isRunning());
    QVERIFY(jq->output()->read(0, 100).startsWith("0\n1\n2\n"));
}

void TestFilter::itWaitsWhenItsTimeIsUp()
{
    FilterJob::Limits limits = FilterJob::Limits::forBody(1);
    limits.time = std::chrono::milliseconds(100);
    const auto job = started("1", FilterLanguage::Jq, u"last(repeat(1))"_s, limits);
    QSignalSpy timeUp(job.get(), &FilterJob::timeUp);
    QSignalSpy ended(job.get(), &FilterJob::ended);
    QVERIFY(timeUp.wait());
    QVERIFY(job->isRunning() && job->isWaiting());
    const qint64 program = startedPrograms().constFirst();
    QTRY_VERIFY(statusOf(program, u"State"_s).startsWith(u'T'));
    job->keepGoing();
    QVERIFY(!job->isWaiting());
    QVERIFY(timeUp.wait());
    job->stop(); // while it waits
    QVERIFY(ended.wait());
    QVERIFY(!job->isRunning() && !job->isWaiting());
    QCOMPARE(job->error()->kind, Error::Kind::Cancelled);
}

void TestFilter::itStopsWheneverOneLikes()
{
    for (const auto &[expression, results] :
         {std::pair(u"last(repeat(1))"_s, false), std::pair(u"[limit(1e9;repeat(1))]"_s, false),
          std::pair(u"repeat(1)"_s, true), std::pair(u"last(range(1e12))"_s, false)}) {
        const auto job = started("1", FilterLanguage::Jq, expression);
        QSignalSpy grew(job.get(), &FilterJob::grew);
        QSignalSpy ended(job.get(), &FilterJob::ended);
        QVERIFY(grew.wait());
        QVERIFY(!results || job->results() > 0);
        job->stop();
        job->stop();
        QVERIFY(ended.wait(1000));
        QCOMPARE(ended.size(), 1);
        QCOMPARE(job->error()->message, u"Stopped."_s);
        QVERIFY(startedPrograms().isEmpty());
    }
}

void TestFilter::itEndsWithItsJob()
{
    auto job = started("1", FilterLanguage::Jq, u"last(repeat(1))"_s);
    QTRY_COMPARE(startedPrograms().size(), 1);
    job.reset();
    QTRY_VERIFY(startedPrograms().isEmpty());
}

void TestFilter::itTakesNoMoreMemoryThanItMay_data()
{
    QTest::addColumn<QString>("expression");
    for (const char *expression : {"[range(1e9)]", "\"x\" * 1e9 | length", "[limit(1e9; repeat(1))]",
                                   "reduce range(1e9) as $i (.; . + [$i])"})
        QTest::newRow(expression) << QString::fromUtf8(expression);
}

void TestFilter::itTakesNoMoreMemoryThanItMay()
{
    QFETCH(QString, expression);
    FilterJob::Limits limits = FilterJob::Limits::forBody(1);
    limits.memory = 32 * megabyte;
    const auto job = run("[]", FilterLanguage::Jq, expression, limits);
    QCOMPARE(job->error()->kind, Error::Kind::TooLarge);
    QVERIFY2(job->error()->message.contains(u"33.6 MB"_s), qPrintable(job->error()->message));
    QCOMPARE(job->results(), 0);
}

void TestFilter::itWritesNoMoreThanItMay()
{
    FilterJob::Limits limits = FilterJob::Limits::forBody(1);
    limits.output = megabyte;
    for (const auto &[language, expression] :
         {std::pair(FilterLanguage::Jq, u"repeat(1)"_s), std::pair(FilterLanguage::Jq, u"[range(1e6)]"_s),
          std::pair(FilterLanguage::Path, u"$..*"_s)}) {
        const auto job = run(records(megabyte), language, expression, limits);
        QCOMPARE(job->error()->kind, Error::Kind::TooLarge);
        QVERIFY2(job->error()->message.contains(u"1.0 MB"_s), qPrintable(job->error()->message));
        QCOMPARE(job->output()->size(), megabyte);
    }
}

void TestFilter::aProgramThatIsKilledIsTold()
{
    const auto job = started("1", FilterLanguage::Jq, u"1, last(repeat(1))"_s);
    QTRY_COMPARE(job->results(), 1);
    QSignalSpy ended(job.get(), &FilterJob::ended);
    ::kill(pid_t(startedPrograms().constFirst()), SIGKILL);
    QVERIFY(ended.wait());
    QVERIFY2(job->error()->message.contains(u"signal 9"_s), qPrintable(job->error()->message));
    QCOMPARE(job->output()->read(0, megabyte), QByteArray("1\n")); // what there was stays
}

void TestFilter::aProgramThatIsMissingIsTold()
{
    FilterJob job(FileBytes::inMemory("1"), FilterLanguage::Jq, u"."_s);
    QSignalSpy ended(&job, &FilterJob::ended);
    job.start(m_folder.filePath(u"none"_s), m_folder.path(), FilterJob::Limits::forBody(1));
    QVERIFY(ended.isEmpty());
    QVERIFY(ended.wait());
    QCOMPARE(job.error()->kind, Error::Kind::Unsupported);
    QVERIFY2(job.error()->message.contains(m_folder.filePath(u"none"_s)), qPrintable(job.error()->message));
}

void TestFilter::aFolderThatIsMissingIsTold()
{
    FilterJob job(FileBytes::inMemory("1"), FilterLanguage::Jq, u"."_s);
    QSignalSpy ended(&job, &FilterJob::ended);
    job.start(filterProgram(), m_folder.filePath(u"none"_s), FilterJob::Limits::forBody(1));
    QVERIFY(ended.wait());
    QVERIFY2(job.error()->message.contains(m_folder.filePath(u"none"_s)), qPrintable(job.error()->message));
    QVERIFY(!job.output() && !job.isRunning());
}

/// The program that filters, on a system that answers so to whoever asks for a filter of calls.
int filterWhereSeccompFails(int error, char **argv)
{
    const scmp_filter_ctx calls = ::seccomp_init(SCMP_ACT_ALLOW);
    ::seccomp_rule_add(calls, SCMP_ACT_ERRNO(static_cast<std::uint16_t>(error)), SCMP_SYS(seccomp), 0);
    const scmp_arg_cmp setsFilter{0, SCMP_CMP_EQ, PR_SET_SECCOMP, 0};
    ::seccomp_rule_add_array(calls, SCMP_ACT_ERRNO(static_cast<std::uint16_t>(error)), SCMP_SYS(prctl), 1,
                             &setsFilter);
    if (::seccomp_load(calls) != 0)
        return 1;
    ::execv(QFile::encodeName(filterProgram()).constData(), argv);
    return 1;
}

int main(int argc, char **argv)
{
    const QString name = QString::fromLocal8Bit(argv[0]);
    QCoreApplication app(argc, argv);
    if (name.endsWith(refusedProgram))
        return filterWhereSeccompFails(EACCES, argv);
    if (name.endsWith(unknownProgram))
        return filterWhereSeccompFails(EINVAL, argv);
    TestFilter test;
    return QTest::qExec(&test, argc, argv);
}

#include "test_filter.moc"
