#include "app/Core.h"
#include "app/keys/SessionStore.h"
#include "tests/bench/Fill.h"
#include "tests/bench/Report.h"
#include "tests/support/TempHome.h"
#include "ui/keys/KeysPage.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Clipboard.h"

#include <QAbstractEventDispatcher>
#include <QApplication>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QTableView>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

/// Does not say that it holds none of the keys: noting that of each would go on beside what is measured.
class SilentStore : public SessionStore
{
public:
    void list(QObject *guard, ListDone done) override { SecretStore::list(guard, std::move(done)); }
};

struct Figures
{
    double read = 0;      ///< all rows from the database, on the thread that has them
    double keystroke = 0; ///< the worst one: from the key to the painted list
    double sort = 0;
    double select = 0; ///< another key, with its details
};

double milliseconds(const std::function<void()> &work)
{
    QElapsedTimer clock;
    clock.start();
    work();
    return static_cast<double>(clock.nsecsElapsed()) / 1e6;
}

double median(QList<double> values)
{
    std::sort(values.begin(), values.end());
    return values.at(values.size() / 2);
}

/// Everything that is waiting, painting included, and what that brings.
void settle()
{
    constexpr int bound = 1000; // a timer that never ends must not hold this up
    for (int turn = 0;
         turn < bound && QAbstractEventDispatcher::instance()->processEvents(QEventLoop::AllEvents); ++turn)
        QApplication::sendPostedEvents();
}

Figures measure(QApplication &application, int keys)
{
    const test::TempHome home;
    const auto paths = Paths::under(home.path(u"keydesk"_s));
    auto opened = paths ? Core::open(*paths, std::make_unique<SilentStore>())
                        : Result<std::unique_ptr<Core>>(tl::unexpected(paths.error()));
    if (!opened)
        qFatal("%s", qPrintable(opened.error().message));
    Core &core = **opened;
    bench::fill(core, keys, 100);
    const ThemeController theme(application, *core.settings);
    Clipboard clipboard(*QGuiApplication::clipboard(), *core.settings);

    Figures figures;
    figures.read = milliseconds([&core] { std::ignore = core.keys->all(); });
    KeysPage page(*core.keys, *core.ring, *core.keyService, *core.environments, core.providers, clipboard,
                  *core.settings, *core.usage, *core.due, *core.history);
    page.resize(1180, 700);
    page.show();
    settle();
    const auto named = []<typename T>(const QList<T *> &widgets, const QString &name) {
        const auto found = std::find_if(widgets.begin(), widgets.end(), [&name](const T *widget) {
            return widget->accessibleName() == name;
        });
        if (found == widgets.end())
            qFatal("there is no %s", qPrintable(name));
        return *found;
    };
    auto *search = named(page.findChildren<QLineEdit *>(), u"Search keys"_s);
    auto *table = named(page.findChildren<QTableView *>(), u"Keys"_s);
    if (table->model()->rowCount() != keys)
        qFatal("the list shows %d keys of %d", table->model()->rowCount(), keys);

    // The first word reads what is searched; it counts too.
    const QStringList typed{u"k"_s,       u"ke"_s,    u"key"_s, u"key "_s, u"key 9"_s, u"key 99"_s,
                            u"key 999"_s, u"key 9"_s, {},       u"9"_s,    {}};
    for (const QString &text : typed) {
        figures.keystroke = std::max(figures.keystroke, milliseconds([&] {
                                         search->setText(text);
                                         settle();
                                     }));
    }
    QList<double> sorts;
    for (const int column : {1, 0, 5, 0, 4}) {
        sorts << milliseconds([&] {
            table->sortByColumn(column, Qt::DescendingOrder);
            settle();
        });
    }
    figures.sort = *std::max_element(sorts.begin(), sorts.end());
    QList<double> selects;
    for (int step = 1; step <= 20; ++step) {
        selects << milliseconds([&] {
            table->setCurrentIndex(table->model()->index(step * (keys / 25), 0));
            settle();
        });
    }
    figures.select = median(selects);
    return figures;
}

} // namespace

/// The list of keys in its page at three sizes: what one waits for, and how it grows.
int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    constexpr int sizes[] = {1'000, 10'000, 100'000};
    QList<Figures> all;
    for (const int keys : sizes)
        all << measure(application, keys);
    using bench::Measurement;
    for (int size = 0; size < all.size(); ++size) {
        const auto print = [&](const QString &what, double Figures::*value, bool hasBudget) {
            bench::report({what,
                           double(sizes[size]),
                           u"keys"_s,
                           all.at(size).*value,
                           u"ms"_s,
                           {},
                           0,
                           hasBudget ? Measurement::Limit::AtMost : Measurement::Limit::None,
                           16});
        };
        print(u"Filter keys, the slowest keystroke until it is painted"_s, &Figures::keystroke,
              sizes[size] <= 10'000);
        print(u"Sort keys by another column, the slowest"_s, &Figures::sort, false);
        print(u"Select another key, with its details"_s, &Figures::select, true);
        print(u"Read the rows of the keys, aside"_s, &Figures::read, false);
    }
    return 0;
}
