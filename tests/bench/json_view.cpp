#include "tests/bench/Report.h"
#include "ui/viewer/FileView.h"
#include "ui/viewer/JsonPane.h"
#include "ui/viewer/JsonView.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QKeyEvent>
#include <QProcess>
#include <QScrollBar>
#include <QTemporaryDir>

#include <algorithm>
#include <ctime>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

constexpr qint64 megabyte = 1000 * 1000;

using Limit = bench::Measurement::Limit;

QByteArray item(qint64 number)
{
    return R"({"id":)" + QByteArray::number(number) + R"(,"name":"caf\u00e9 )" +
           QByteArray::number(number * 7919 % 10007) + R"(","tags":["one",{"two":[2,3]}],"price":48578.910})";
}

QString makeFile(const QString &path, qint64 size, bool hasLines)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        qFatal("%s", qPrintable(file.errorString()));
    file.write("[");
    for (qint64 number = 0, written = 0; written < size; ++number)
        written += file.write((number > 0 ? (hasLines ? ",\n" : ",") : "") + item(number));
    file.write("]");
    return path;
}

qint64 residentKilobytes()
{
    QFile status(u"/proc/self/status"_s);
    if (status.open(QIODevice::ReadOnly)) {
        for (const QByteArray &line : status.readAll().split('\n')) {
            if (line.startsWith("VmRSS:"))
                return line.simplified().split(' ').value(1).toLongLong();
        }
    }
    return 0;
}

/// Of this thread, in milliseconds: other programs do not count.
double processorTime()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return double(time.tv_sec) * 1e3 + double(time.tv_nsec) / 1e6;
}

double jqTime(const QString &path)
{
    QElapsedTimer clock;
    clock.start();
    QProcess jq;
    jq.setStandardOutputFile(QProcess::nullDevice());
    jq.start(u"jq"_s, {u"."_s, path});
    jq.waitForFinished(-1);
    return double(clock.nsecsElapsed()) / 1e6;
}

/// The longest that one of many takes, painting included, in milliseconds.
class Frames
{
public:
    explicit Frames(FileView &view)
        : m_view(view)
    {
    }

    template <typename Change>
    double worst(int count, Change change)
    {
        double longest = 0;
        for (int i = 0; i < count; ++i) {
            const double before = processorTime();
            change(i);
            m_view.grab();
            longest = std::max(longest, processorTime() - before);
        }
        return longest;
    }

private:
    FileView &m_view;
};

void press(QWidget &widget, int key)
{
    QKeyEvent down(QEvent::KeyPress, key, Qt::NoModifier);
    QApplication::sendEvent(&widget, &down);
}

/// `what`: the kind of file; `megabytes`: its size. `jq`: how long it takes; 0: nobody knows.
void measure(const QString &path, JsonPane::Look look, const QString &what, double megabytes, double jq)
{
    FileView view;
    view.resize(900, 640);
    view.show();
    view.grab();
    const qint64 before = residentKilobytes();
    QElapsedTimer clock;
    clock.start();
    if (!view.open(path))
        qFatal("not opened");
    auto &json = *view.findChild<JsonView *>();
    JsonPane &pane = json.pane();
    pane.setLook(look);
    QEventLoop loop;
    QObject::connect(&json.index(), &JsonIndex::grew, &loop, &QEventLoop::quit);
    while (pane.shownRows().size() < 2 && !json.index().isComplete())
        loop.exec();
    view.grab();
    const double first = double(clock.nsecsElapsed()) / 1e6;
    // What it costs to follow the index.
    double following = 0;
    while (!json.index().isComplete()) {
        loop.exec();
        const double start = processorTime();
        pane.refresh();
        view.grab();
        following = std::max(following, processorTime() - start);
    }
    const double read = double(clock.nsecsElapsed()) / 1e6;
    Frames frames(view);
    QScrollBar *bar = pane.verticalScrollBar();
    constexpr int jumps = 200;
    const double jump = frames.worst(
        jumps, [&](int i) { bar->setValue(int(qint64(bar->maximum()) * (i * 7919 % jumps) / (jumps - 1))); });
    const double scroll =
        frames.worst(jumps, [&](int) { bar->triggerAction(QAbstractSlider::SliderSingleStepAdd); });
    const double page =
        frames.worst(jumps, [&](int) { bar->triggerAction(QAbstractSlider::SliderPageStepSub); });
    const double end = frames.worst(10, [&](int i) { press(pane, i % 2 == 0 ? Qt::Key_End : Qt::Key_Home); });
    const double expand = frames.worst(jumps, [&](int i) {
        constexpr int keys[] = {Qt::Key_Minus, Qt::Key_Plus, Qt::Key_Asterisk, Qt::Key_Down};
        press(pane, keys[i % 4]);
    });
    const double levels = frames.worst(10, [&](int i) { press(pane, Qt::Key_0 + i); });
    const QString kind =
        u" (%1, %2)"_s.arg(what, look == JsonPane::Look::Pretty ? u"as text"_s : u"as a tree"_s);
    const auto report = [&](const QString &name, double value, const QString &unit, double budget) {
        bench::report({name + kind, megabytes, u"MB"_s, value, unit, {}, 0, Limit::AtMost, budget});
    };
    constexpr double frame = 16;   // milliseconds
    constexpr double longest = 50; // that the UI thread is held
    bench::report({u"Open JSON until its first rows are painted"_s + kind, megabytes, u"MB"_s, first, u"ms"_s,
                   jq > 0 ? u"jq ."_s : QString(), jq, jq > 0 ? Limit::AtMost : Limit::None, 0.5});
    bench::report(
        {u"Read JSON to its end"_s + kind, megabytes, u"MB"_s, read, u"ms"_s, {}, 0, Limit::None, 0});
    report(u"Worst frame while JSON is read"_s, following, u"ms"_s, longest);
    report(u"Worst frame of jumps in JSON"_s, jump, u"ms"_s, frame);
    report(u"Worst frame of scrolling JSON"_s, std::max({scroll, page, end}), u"ms"_s, frame);
    report(u"Worst frame of folding JSON"_s, std::max(expand, levels), u"ms"_s, frame);
    report(u"Memory of open JSON"_s, std::max(0.0, double(residentKilobytes() - before) / 1000), u"MB"_s,
           64 + 0.02 * megabytes);
}

} // namespace

/// json_view [MEGABYTES]: files of up to that size (1000 by default), with lines and on one line, at three
/// sizes; jq on the smaller ones.
int main(int argc, char **argv)
{
    const QApplication application(argc, argv);
    const qint64 most = argc > 1 ? QByteArray(argv[1]).toLongLong() : 1000;
    QTemporaryDir folder;
    for (const qint64 size : {most / 100, most / 10, most}) {
        for (const bool hasLines : {true, false}) {
            const QString path = makeFile(folder.filePath(u"body.json"_s), size * megabyte, hasLines);
            const double jq = size <= 100 && hasLines ? jqTime(path) : 0;
            for (const auto look : {JsonPane::Look::Pretty, JsonPane::Look::Tree})
                measure(path, look, hasLines ? u"in lines"_s : u"on one line"_s, double(size), jq);
        }
    }
    constexpr int depth = 100'000;
    const auto hostile = {
        std::pair("nested 100,000 deep", QByteArray(depth, '[') + QByteArray(depth, ']')),
        std::pair("nested 100,000 deep with a fault", QByteArray("{\"a\":").repeated(depth)),
        std::pair("one string", '"' + QByteArray(most * megabyte, 'x') + '"'),
        std::pair("lines", QByteArray("{\"a\":[1]}\n").repeated(most * megabyte / 10)),
        std::pair("zeros", '[' + QByteArray("0,").repeated(most * megabyte / 2) + "0]"),
        std::pair("white space", '[' + QByteArray(most * megabyte, ' ') + "0]")};
    for (const auto &[name, contents] : hostile) {
        QFile file(folder.filePath(u"body.json"_s));
        if (!file.open(QIODevice::WriteOnly) || file.write(contents) != contents.size())
            qFatal("%s", qPrintable(file.errorString()));
        file.close();
        for (const auto look : {JsonPane::Look::Pretty, JsonPane::Look::Tree})
            measure(file.fileName(), look, u"hostile: "_s + QString::fromUtf8(name),
                    double(contents.size()) / 1e6, 0);
    }
    return 0;
}
