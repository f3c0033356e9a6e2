#include "app/leaks/LeakScan.h"
#include "tests/bench/Report.h"
#include "tests/support/CoreFixture.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTextStream>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

constexpr qint64 megabyte = 1024 * 1024;
constexpr int rounds = 5;

QByteArray tokenOf(quint32 number)
{
    QRandomGenerator generator(number);
    QByteArray token = "talq_";
    while (token.size() < 45)
        token += "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"[generator.bounded(62)];
    return token;
}

/// Like a project's: words, punctuation and indentation.
QByteArray sourceText(qsizetype size, QRandomGenerator &generator)
{
    static const QList<QByteArray> words{
        "return",  "const",  "value", "(",       ")",  "{\n",       "}\n", "\n    ", ";\n",
        "request", "query",  "=",     "auto",    "->", "\"%1\\n\"", "::",  "index",  "0x1f",
        "// note", "_token", "tk_",   "100%25,", "\\", "std::move", "äöü", ",",      "it->second"};
    QByteArray text;
    text.reserve(size + 32);
    while (text.size() < size)
        text += words.at(generator.bounded(int(words.size()))) + ' ';
    return text;
}

/// Nine tenths of it text in files of up to 64 KB, the rest binary and larger. Returns its bytes.
qint64 makeTree(const QString &folder, qint64 size)
{
    QRandomGenerator generator(1);
    const QByteArray pool = sourceText(4 * megabyte, generator);
    QByteArray noise(2 * megabyte, Qt::Uninitialized);
    for (char &byte : noise)
        byte = char(generator.bounded(256));
    qint64 made = 0;
    for (int number = 0; made < size; ++number) {
        const QString place = u"%1/%2/%3"_s.arg(folder).arg(number / 500).arg(number / 20 % 25);
        QDir().mkpath(place);
        QFile file(u"%1/%2"_s.arg(place).arg(number));
        if (!file.open(QIODevice::WriteOnly))
            qFatal("%s", qPrintable(file.errorString()));
        if (number % 500 == 499) {
            made += file.write(noise);
        } else {
            const int length = generator.bounded(1000, 64 * 1024);
            made += file.write(pool.constData() + generator.bounded(int(pool.size()) - length), length);
        }
    }
    return made;
}

/// In a process of its own, so that its peak of memory is this search's.
int search(const QString &folder, int keys)
{
    test::CoreFixture core;
    for (int i = 0; i < keys; ++i) {
        const QByteArray token = tokenOf(quint32(i));
        NewKey draft;
        draft.name = QString::number(i);
        draft.providerId = u"talkover"_s;
        draft.kindId = u"environment"_s;
        std::ignore = core.addKey(draft, std::string_view(token.constData(), std::size_t(token.size())));
    }
    LeakSources sources;
    sources.folder = folder;
    sources.gitHistory = sources.ownHistory = sources.ownData = false;
    const qint64 before = bench::peakKilobytes();
    QList<qint64> times;
    for (int round = 0; round < rounds; ++round) {
        LeakScan scan(*core->keys, *core->ring, core->providers, sources);
        QEventLoop loop;
        QElapsedTimer clock;
        LeakReport report;
        QObject::connect(&scan, &LeakScan::finished, &loop, [&](const LeakReport &ended) {
            times << clock.nsecsElapsed();
            report = ended;
            loop.quit();
        });
        clock.start();
        scan.start();
        loop.exec();
        if (report.keysSearched != keys || report.searched.findings != 0)
            qFatal("it searched for %d keys and found %lld", report.keysSearched, report.searched.findings);
    }
    std::sort(times.begin(), times.end());
    QTextStream(stdout) << times.at(times.size() / 2) << ' ' << bench::peakKilobytes() << ' '
                        << bench::peakKilobytes() - before << Qt::endl;
    return 0;
}

qint64 grep(const QString &folder)
{
    QList<qint64> times;
    for (int round = 0; round <= rounds; ++round) {
        QElapsedTimer clock;
        clock.start();
        // One pattern that is nowhere: 1 says so.
        if (QProcess::execute(u"grep"_s, {u"-rF"_s, QString::fromLatin1(tokenOf(0)), folder}) != 1)
            qFatal("grep found something, or failed");
        if (round > 0) // the first one warms the tree
            times << clock.nsecsElapsed();
    }
    std::sort(times.begin(), times.end());
    return times.at(times.size() / 2);
}

} // namespace

/// leaks [MEGABYTES]: the leak check of a folder against `grep -rF` with one pattern on the same warm tree,
/// at three sizes up to 256 MB or what is asked for, and its peak of memory.
int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.value(1) == u"--search"_s)
        return search(arguments.at(2), arguments.at(3).toInt());

    const qint64 largest = std::max(4, arguments.value(1, u"256"_s).toInt());
    for (const qint64 size : {largest / 4, largest / 2, largest}) {
        QTemporaryDir folder(QDir::tempPath() + u"/keydesk-leaks-XXXXXX"_s);
        const qint64 made = makeTree(folder.path(), size * megabyte);
        const qint64 base = grep(folder.path());
        for (const int keys : {1, 1000}) {
            if (keys > 1 && size != largest)
                continue;
            QProcess process;
            process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
            process.start(QCoreApplication::applicationFilePath(),
                          {u"--search"_s, folder.path(), QString::number(keys)});
            if (!process.waitForFinished(600'000) || process.exitCode() != 0)
                qFatal("the search failed");
            const QList<QByteArray> said = process.readAllStandardOutput().simplified().split(' ');
            const double time = said.value(0).toDouble();
            const double megabytes = double(made) / megabyte;
            bench::report({u"Leak check for %1 key(s)"_s.arg(keys), megabytes, u"MB"_s, time / 1e6, u"ms"_s,
                           u"grep -rF with one pattern"_s, double(base) / 1e6,
                           bench::Measurement::Limit::AtMost, 4});
            bench::report({u"Memory of a leak check for %1 key(s)"_s.arg(keys),
                           megabytes,
                           u"MB"_s,
                           said.value(2).toDouble() / 1024,
                           u"MB"_s,
                           {},
                           0,
                           bench::Measurement::Limit::None,
                           0});
        }
    }
    return 0;
}
