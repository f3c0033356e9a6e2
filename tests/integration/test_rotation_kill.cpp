#include "tests/support/SandboxFixture.h"

#include <QDir>
#include <QProcess>
#include <QTest>
#include <QUuid>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::SandboxFixture;

/// A rotation against the sandbox with the real keychain, killed at every step that it wrote down, and
/// started again: exactly one working key is always held (two while the old one's overlap lasts), and no
/// token is left at the provider that nobody knows.
class TestRotationKill : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void survivesTheKill_data();
    void survivesTheKill();
};

void TestRotationKill::survivesTheKill_data()
{
    QTest::addColumn<QByteArray>("step");
    QTest::addColumn<int>("turns"); // of its event loop that it still has: how far it gets in them is what the rows try
    for (const char *step :
         {"creating", "storing", "proving", "proved", "overlap", "scheduled", "revoking", "over"}) {
        for (const int turns : {0, 10, 300})
            QTest::addRow("%s +%d", step, turns) << QByteArray(step) << turns;
    }
}

void TestRotationKill::survivesTheKill()
{
    QFETCH(const QByteArray, step);
    QFETCH(const int, turns);
    // Its own folders each time; the session bus and its keyring are the launcher's.
    QTemporaryDir folder;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    SandboxFixture
        sandbox; // which points the folders of this process elsewhere: `environment` is from before
    for (const QString &name : {u"DATA"_s, u"CONFIG"_s, u"CACHE"_s}) {
        QVERIFY(QDir().mkpath(folder.filePath(name)));
        environment.insert(u"XDG_%1_HOME"_s.arg(name), folder.filePath(name));
    }
    QVERIFY(sandbox.start());
    const SandboxFixture::Key old =
        sandbox.makeKey(u"talkover"_s, {{u"name"_s, u"CI"_s}, {u"kind"_s, u"environment"_s}});
    QVERIFY(!old.token.isEmpty());
    const QString base = sandbox.origin(u"talkover"_s).toString();

    QProcess session;
    session.setProcessEnvironment(environment);
    session.start(QStringLiteral(KEYDESK_ROTATION_SESSION),
                  {base, u"start"_s, old.id, QString::fromLatin1(step), QString::number(turns)});
    QVERIFY(session.waitForStarted());
    session.write(old.token + '\n');
    QVERIFY(QTest::qWaitFor([&] { return session.state() == QProcess::NotRunning; }, 60'000));
    const QByteArray output = session.readAllStandardOutput();
    QVERIFY2(output.contains("step " + step + '\n'), (output + session.readAllStandardError()).constData());
    QCOMPARE(session.exitStatus(), QProcess::CrashExit);

    QProcess again;
    again.setProcessEnvironment(environment);
    again.start(QStringLiteral(KEYDESK_ROTATION_SESSION), {base, u"resume"_s});
    QVERIFY(again.waitForStarted());
    QVERIFY(QTest::qWaitFor([&] { return again.state() == QProcess::NotRunning; }, 90'000));
    const QByteArray said = again.readAllStandardOutput();
    const qsizetype at = said.indexOf("settled ");
    QVERIFY2(at >= 0, (said + again.readAllStandardError()).constData());
    const QList<QByteArray> words = said.mid(at, said.indexOf('\n', at) - at).split(' ');
    QCOMPARE(words.value(1), "works"_ba);
    const QList<QByteArray> held = words.value(3).split(',');
    QList<QByteArray> active;
    const QJsonArray keys = sandbox.get(u"talkover"_s, u"/dashboard/keys"_s).json.value(u"data"_s).toArray();
    for (const QJsonValue key : keys) {
        if (key[u"status"_s].toString() == u"active")
            active << key[u"id"_s].toString().toLatin1();
    }
    std::ranges::sort(active);
    QList<QByteArray> known = held;
    std::ranges::sort(known);
    QCOMPARE(known, active); // what is held is what works there, nothing more and nothing less
    QCOMPARE(active.size(), words.value(2) == "overlap" ? 2 : 1);
    if (step == "scheduled" || step == "revoking" ||
        step == "over") // what was scheduled ran at the next start
        QCOMPARE(words.value(2), "none"_ba);
}

QTEST_GUILESS_MAIN(TestRotationKill)
#include "test_rotation_kill.moc"
