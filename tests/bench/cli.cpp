#include "app/Core.h"
#include "app/keys/KeychainStore.h"
#include "tests/bench/Report.h"
#include "tests/support/HttpTestServer.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QProcess>
#include <QTemporaryDir>
#include <QThread>

#include <algorithm>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

const QByteArray token = "talq_BenchBenchBenchBenchBenchBenchBench01";

/// Runs a program with its output thrown away; from its start to its end, in milliseconds.
double timeOf(const QByteArrayList &words)
{
    std::vector<char *> arguments;
    for (const QByteArray &word : words)
        arguments.push_back(const_cast<char *>(word.constData()));
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    QElapsedTimer clock;
    clock.start();
    pid_t child = 0;
    int status = 0;
    if (posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ) != 0 ||
        waitpid(child, &status, 0) != child || status != 0)
        qFatal("%s failed", words.join(' ').constData());
    const double milliseconds = static_cast<double>(clock.nsecsElapsed()) / 1e6;
    posix_spawn_file_actions_destroy(&actions);
    return milliseconds;
}

double median(QList<double> values)
{
    std::sort(values.begin(), values.end());
    return values.at(values.size() / 2);
}

/// What `work` does in a thread of its own, while the server answers in this one.
void beside(const std::function<void()> &work)
{
    const std::unique_ptr<QThread> thread(QThread::create(work));
    QEventLoop loop;
    QObject::connect(thread.get(), &QThread::finished, &loop, &QEventLoop::quit);
    thread->start();
    loop.exec();
}

void command(const QStringList &words, const QByteArray &input)
{
    QProcess process;
    process.start(QStringLiteral(KEYDESK_CLI), words);
    process.write(input);
    process.closeWriteChannel();
    if (!process.waitForFinished(30'000) || process.exitCode() != 0)
        qFatal("%s: %s", qPrintable(words.join(u' ')), process.readAllStandardError().constData());
}

} // namespace

/// The whole process of `keydesk-cli call` against that of curl on the same loopback URL, alternating: with a
/// token of the environment's variable, and with a key from the keychain. Three sizes of answers show how it
/// grows.
int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    const int runs = argc > 1 ? QByteArray(argv[1]).toInt() : 41;
    const QTemporaryDir folder;
    const QStringList folders{u"--config"_s, folder.filePath(u"config"_s), u"--data"_s,
                              folder.filePath(u"data"_s)};
    test::HttpTestServer server;
    server.handle([](const test::ReceivedRequest &request) {
        return test::Answer{test::response(200, {{"Content-Type", "application/octet-stream"}},
                                           QByteArray(request.target.mid(1).toInt(), 'x'))};
    });
    {
        const auto paths = Paths::standard(folders.at(1), folders.at(3));
        const auto core = paths ? Core::open(*paths, std::make_unique<KeychainStore>())
                                : Result<std::unique_ptr<Core>>(tl::unexpected(paths.error()));
        if (!core)
            qFatal("%s", qPrintable(core.error().message));
        Environment environment;
        environment.name = u"Here"_s;
        environment.providerId = u"sandbox-talkover"_s;
        environment.baseUrl = server.origin().toString();
        environment.colour = u"grey"_s;
        if (const auto added = (*core)->environments->add(environment); !added)
            qFatal("%s", qPrintable(added.error().message));
    }
    command(QStringList{u"keys"_s, u"add"_s, u"-e"_s, u"Here"_s, u"--name"_s, u"CI"_s} + folders,
            token + '\n');
    qputenv("KEYDESK_BENCH_TOKEN", token);

    const QByteArrayList folderWords{folders.at(0).toUtf8(), folders.at(1).toUtf8(), folders.at(2).toUtf8(),
                                     folders.at(3).toUtf8()};
    for (const int size : {1'000, 1'000'000, 10'000'000}) {
        const QByteArray url = server.url(u"/%1"_s.arg(size)).toEncoded();
        const QByteArrayList curl{"curl", "-s", "-H", "Authorization: Bearer " + token, url};
        const QByteArrayList light =
            QByteArrayList{KEYDESK_CLI, "call", "--key-env", "KEYDESK_BENCH_TOKEN", url} + folderWords;
        const QByteArrayList stored = QByteArrayList{KEYDESK_CLI, "call", "-k", "CI", url} + folderWords;
        QList<double> curls;
        QList<double> lights;
        QList<double> storeds;
        beside([&] {
            for (int run = 0; run < runs; ++run) {
                curls << timeOf(curl);
                lights << timeOf(light);
                storeds << timeOf(stored);
            }
        });
        for (const auto &[what, times] : {std::pair(u"keydesk-cli call --key-env"_s, lights),
                                          std::pair(u"keydesk-cli call -k, with the keychain"_s, storeds)})
            bench::report({what, size / 1000.0, u"kB"_s, median(times), u"ms"_s, u"curl"_s, median(curls),
                           bench::Measurement::Limit::AtMost, 2});
    }
    return 0;
}
