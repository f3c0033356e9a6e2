#include "app/Core.h"
#include "app/keys/KeychainStore.h"
#include "tests/support/Widgets.h"
#include "tests/tour/Journey.h"
#include "ui/MainWindow.h"
#include "ui/keys/KeysPage.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Clipboard.h"

#include <QAction>
#include <QClipboard>
#include <QMimeData>
#include <QTableView>

using namespace Qt::StringLiterals;
using namespace keydesk;

/// The main job from end to end, through the real window, the real keychain and real sockets: set up, call, a refusal explained, restart, copy, delete.
class TestJourney : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void firstRun();
    void afterARestart();

private:
    QTemporaryDir m_folder;
};

void TestJourney::initTestCase()
{
    QVERIFY(m_folder.isValid());
}

void TestJourney::firstRun()
{
    auto core = Core::open(*Paths::under(m_folder.path()), std::make_unique<KeychainStore>());
    QVERIFY2(core, qPrintable(core ? QString() : core.error().message));
    const ThemeController theme(*qobject_cast<QApplication *>(QCoreApplication::instance()), *(*core)->settings);
    Clipboard clipboard(*QGuiApplication::clipboard(), *(*core)->settings);
    MainWindow window(**core, clipboard);
    window.show();
    window.openSetup();
    (*core)->startRest();

    int steps = 0;
    test::Journey journey(**core, window, [&steps](const QString &, QWidget *) { ++steps; });
    const QString fault = journey.run();
    QVERIFY2(fault.isEmpty(), qPrintable(fault));
    QVERIFY(steps >= 6);
    QVERIFY((*core)->settings->setupFinished());
    window.close();
}

void TestJourney::afterARestart()
{
    auto core = Core::open(*Paths::under(m_folder.path()), std::make_unique<KeychainStore>());
    QVERIFY(core);
    Clipboard clipboard(*QGuiApplication::clipboard(), *(*core)->settings);
    MainWindow window(**core, clipboard);
    window.show();
    window.showTab(MainWindow::KeysTab);

    auto *table = test::find<QTableView>(&window, u"Keys"_s);
    QVERIFY(table);
    QTRY_COMPARE(table->model()->rowCount(), 1); // the first frame does not wait for them
    const ApiKey key = (*core)->keys->all().first();
    window.keysPage().selectKey(key.id);

    // Copy: the real token, marked as a secret, read from the keychain again.
    const auto action = [&window](const QString &text) -> QAction * {
        for (QAction *each : window.keysPage().keyActions()) {
            if (each->text() == text)
                return each;
        }
        return nullptr;
    };
    QVERIFY(action(u"Copy the Token Itself"_s));
    action(u"Copy the Token Itself"_s)->trigger();
    QTRY_VERIFY(!QGuiApplication::clipboard()->text().isEmpty());
    QVERIFY(QGuiApplication::clipboard()->mimeData()->hasFormat(u"x-kde-passwordManagerHint"_s));
    const QString token = QGuiApplication::clipboard()->text();
    QVERIFY2(token.endsWith(key.hint.right(4)), "the token on the clipboard is not the one that the hint describes");
    clipboard.clearIfOurs();
    QVERIFY(QGuiApplication::clipboard()->text().isEmpty());

    // Delete: asks first, names the key; afterwards neither the row nor the secret is there.
    action(u"Delete…"_s)->trigger();
    QTRY_VERIFY(test::window(u"Delete Key"_s));
    QVERIFY(test::press(u"Delete"_s));
    QTRY_COMPARE(table->model()->rowCount(), 0);
    // The row goes first; the secret follows in its own time.
    std::optional<Result<Secret>> read;
    const auto gone = [&] {
        if (!read) {
            read = failure(Error::Kind::Cancelled, {});
            (*core)->keychain->read(key.id, this, [&read](Result<Secret> secret) {
                if (secret)
                    read.reset(); // still there: ask again
                else
                    read = tl::unexpected(secret.error());
            });
        }
        return read && !*read && read->error().kind == Error::Kind::NotFound;
    };
    QTRY_VERIFY(gone());
    window.close();
}

QTEST_MAIN(TestJourney)
#include "test_journey.moc"
