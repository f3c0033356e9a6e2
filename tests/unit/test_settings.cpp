#include "app/storage/Settings.h"
#include "tests/support/TempHome.h"

#include <QDir>
#include <QFile>
#include <QLockFile>
#include <QSignalSpy>
#include <QTest>
#include <QTimer>

#include <sys/stat.h>

using namespace Qt::StringLiterals;
using namespace keydesk;

class TestSettings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_home = std::make_unique<test::TempHome>();
        m_file = m_home->path(u"settings.ini"_s);
    }
    void cleanup() { m_home.reset(); }

    void beginsWithTheDefaults()
    {
        const Settings settings(m_file);
        QCOMPARE(settings.theme(), Settings::Theme::System);
        QCOMPARE(settings.timeoutSeconds(), 30);
        QCOMPARE(settings.clipboardSeconds(), 30);
        QCOMPARE(settings.responseLimitMegabytes(), 4096);
        QVERIFY(settings.historyEnabled());
        QCOMPARE(settings.historyDays(), 30);
        QCOMPARE(settings.proxy(), Settings::Proxy::System);
        QCOMPARE(settings.proxyUrl(), QString());
        QVERIFY(!settings.setupFinished());
        QCOMPARE(settings.remembered(u"window/tab"_s, 2).toInt(), 2);
    }

    void keepsEverything()
    {
        {
            Settings settings(m_file);
            settings.setTheme(Settings::Theme::Dark);
            settings.setTimeoutSeconds(7);
            settings.setClipboardSeconds(11);
            settings.setResponseLimitMegabytes(12);
            settings.setHistoryEnabled(false);
            settings.setHistoryDays(13);
            settings.setProxy(Settings::Proxy::Manual);
            settings.setProxyUrl(u"socks5://localhost:1080"_s);
            settings.setSetupFinished(true);
            settings.remember(u"window/geometry"_s, QByteArray("\0\x01\xff", 3));
            settings.remember(u"environment/current"_s, u"ä;,=\n"_s);
        }
        const Settings settings(m_file);
        QCOMPARE(settings.theme(), Settings::Theme::Dark);
        QCOMPARE(settings.timeoutSeconds(), 7);
        QCOMPARE(settings.clipboardSeconds(), 11);
        QCOMPARE(settings.responseLimitMegabytes(), 12);
        QVERIFY(!settings.historyEnabled());
        QCOMPARE(settings.historyDays(), 13);
        QCOMPARE(settings.proxy(), Settings::Proxy::Manual);
        QCOMPARE(settings.proxyUrl(), u"socks5://localhost:1080"_s);
        QVERIFY(settings.setupFinished());
        QCOMPARE(settings.remembered(u"window/geometry"_s).toByteArray(), QByteArray("\0\x01\xff", 3));
        QCOMPARE(settings.remembered(u"environment/current"_s).toString(), u"ä;,=\n"_s);
    }

    void clampsNumbers()
    {
        Settings settings(m_file);
        settings.setTimeoutSeconds(0);
        QCOMPARE(settings.timeoutSeconds(), 1);
        settings.setTimeoutSeconds(1000000);
        QCOMPARE(settings.timeoutSeconds(), 3600);
        settings.setClipboardSeconds(-1);
        QCOMPARE(settings.clipboardSeconds(), 5);
        settings.setClipboardSeconds(601);
        QCOMPARE(settings.clipboardSeconds(), 600);
        settings.setResponseLimitMegabytes(0);
        QCOMPARE(settings.responseLimitMegabytes(), 1);
        settings.setResponseLimitMegabytes(1'000'000'000);
        QCOMPARE(settings.responseLimitMegabytes(), 1024 * 1024);
        settings.setHistoryDays(0);
        QCOMPARE(settings.historyDays(), 1);
        settings.setHistoryDays(99999);
        QCOMPARE(settings.historyDays(), 3650);
    }

    void readsNonsenseAsTheDefault()
    {
        write("[appearance]\ntheme=purple\n[network]\ntimeoutSeconds=soon\nlargestResponseMegabytes="
              "99999999999999\n"
              "proxy=7\nproxyUrl=http://me:secret@proxy.test:8080\n[security]\nclipboardSeconds=-40\n"
              "[history]\nenabled=perhaps\ndays=\n[setup]\nfinished=maybe\n");
        const Settings settings(m_file);
        QCOMPARE(settings.theme(), Settings::Theme::System);
        QCOMPARE(settings.timeoutSeconds(), 30);
        QCOMPARE(settings.responseLimitMegabytes(), 1024 * 1024);
        QCOMPARE(settings.proxy(), Settings::Proxy::System);
        QCOMPARE(settings.proxyUrl(), QString());
        QCOMPARE(settings.clipboardSeconds(), 5);
        QVERIFY(settings.historyEnabled());
        QCOMPARE(settings.historyDays(), 30);
        QVERIFY(!settings.setupFinished());
    }

    /// Answers had to fit into memory: whoever wanted less of them than was usual still does.
    void takesOverTheLimitOfMemory()
    {
        for (const auto &[before, now] : {std::pair(16, 16), std::pair(63, 63), std::pair(64, 4096), std::pair(512, 4096)}) {
            write("[network]\nresponseLimitMegabytes=" + QByteArray::number(before) + '\n');
            Settings settings(m_file);
            QCOMPARE(settings.responseLimitMegabytes(), now);
            settings.setResponseLimitMegabytes(100);
            QCOMPARE(settings.responseLimitMegabytes(), 100);
        }
    }

    void readsTextWrittenByHand()
    {
        write("[history]\nenabled=False\n[appearance]\ntheme=light\n[setup]\nfinished=1\n");
        const Settings settings(m_file);
        QVERIFY(!settings.historyEnabled());
        QCOMPARE(settings.theme(), Settings::Theme::Light);
        QVERIFY(settings.setupFinished());
    }

    void survivesAFileOfBinary()
    {
        const QByteArray garbage = QByteArray::fromHex("00ff5b0a80fe5d0a").repeated(500);
        write(garbage);
        {
            Settings settings(m_file);
            QCOMPARE(settings.timeoutSeconds(), 30);
            settings.setTimeoutSeconds(9);
            QVERIFY(settings.save());
        }
        QCOMPARE(Settings(m_file).timeoutSeconds(), 9);
        QFile kept(m_file + u".damaged"_s);
        QVERIFY(kept.open(QIODevice::ReadOnly));
        QCOMPARE(kept.readAll(), garbage);
    }

    void keepsItsFileForTheOwnerAlone()
    {
        const mode_t before = umask(0);
        {
            Settings settings(m_file);
            settings.setTimeoutSeconds(9);
            QVERIFY(settings.save());
        }
        umask(before);
        constexpr auto ownerOnly = QFile::ReadOwner | QFile::WriteOwner | QFile::ReadUser | QFile::WriteUser;
        QCOMPARE(QFile::permissions(m_file), ownerOnly);
        QVERIFY(QFile::setPermissions(m_file, ownerOnly | QFile::ReadOther));
        {
            Settings settings(m_file);
            settings.setTimeoutSeconds(10);
            QVERIFY(settings.save());
        }
        QCOMPARE(QFile::permissions(m_file), ownerOnly);
    }

    void tellsOfChangesOnce()
    {
        Settings settings(m_file);
        QSignalSpy theme(&settings, &Settings::themeChanged);
        QSignalSpy network(&settings, &Settings::networkChanged);
        QSignalSpy history(&settings, &Settings::historyChanged);
        settings.setTheme(Settings::Theme::System);
        settings.setTimeoutSeconds(30);
        settings.setResponseLimitMegabytes(4096);
        settings.setProxy(Settings::Proxy::System);
        settings.setProxyUrl({});
        settings.setHistoryEnabled(true);
        settings.setHistoryDays(30);
        QCOMPARE(theme.size() + network.size() + history.size(), 0);
        settings.setTheme(Settings::Theme::Dark);
        QCOMPARE(theme.size(), 1);
        settings.setTimeoutSeconds(31);
        settings.setResponseLimitMegabytes(65);
        settings.setProxy(Settings::Proxy::Manual);
        settings.setProxyUrl(u"http://localhost:3128"_s);
        QCOMPARE(network.size(), 4);
        settings.setHistoryEnabled(false);
        settings.setHistoryDays(31);
        QCOMPARE(history.size(), 2);
        QCOMPARE(theme.size(), 1);
    }

    void keepsRulesForTheHistory()
    {
        const QUuid id = QUuid::createUuid();
        {
            Settings settings(m_file);
            QCOMPARE(settings.historyRules().general, HistoryRetention());
            QSignalSpy changed(&settings, &Settings::historyChanged);
            settings.setHistoryRetention({60, 500, true});
            settings.setHistoryRetention(id, HistoryRetention{99999, -1, false});
            settings.setHistoryRetention(id, HistoryRetention{3650, 0, false}); // which it was clamped to
            QCOMPARE(changed.size(), 2);
            QVERIFY(settings.save());
        }
        Settings settings(m_file);
        QCOMPARE(settings.historyDays(), 60);
        QCOMPARE(settings.historyRules().of(QUuid::createUuid()), (HistoryRetention{60, 500, true}));
        QCOMPARE(settings.historyRules().of(id), (HistoryRetention{3650, 0, false}));
        QVERIFY(settings.doubts().isEmpty());
        settings.setHistoryRetention(id, std::nullopt);
        QCOMPARE(settings.historyRules().of(id), (HistoryRetention{60, 500, true}));
        QVERIFY(settings.save());
        write("[history]\nmegabytes=many\nbodies=perhaps\n[historyOf]\n" +
              id.toByteArray(QUuid::WithoutBraces) + "\\days=0\nnobody\\days=3\n");
        const Settings odd(m_file);
        QCOMPARE(odd.historyRules().general, HistoryRetention());
        QCOMPARE(odd.historyRules().environments.size(), 1);
        QCOMPARE(odd.historyRules().of(id).days, 1);
        QCOMPARE(odd.doubts().size(), 3);
    }

    void writesSoonByItself()
    {
        Settings settings(m_file);
        settings.setTimeoutSeconds(42);
        QTRY_COMPARE(Settings(m_file).timeoutSeconds(), 42);
    }

    void waitsForNoDisk()
    {
        Settings settings(m_file);
        QSignalSpy failed(&settings, &Settings::writeFailed);
        {
            QLockFile busy(m_file + u".lock"_s); // QSettings waits for it as long as another program writes
            QVERIFY(busy.lock());
            settings.setTimeoutSeconds(42);
            QTimer after; // after the writing has begun
            after.setSingleShot(true);
            QSignalSpy passed(&after, &QTimer::timeout);
            after.start(300);
            QVERIFY(passed.wait());
            settings.setClipboardSeconds(43);
            settings.setTimeoutSeconds(44);
        }
        QTRY_COMPARE(Settings(m_file, nullptr, Settings::Use::LookOnly).clipboardSeconds(), 43);
        QCOMPARE(Settings(m_file, nullptr, Settings::Use::LookOnly).timeoutSeconds(), 44);
        QVERIFY(failed.isEmpty());
    }

    void saysWhenItCannotWrite()
    {
        // A folder in the file's place: no permission bits that root could ignore.
        QVERIFY(QDir().mkpath(m_file));
        Settings settings(m_file);
        QSignalSpy failed(&settings, &Settings::writeFailed);
        settings.setTimeoutSeconds(9);
        QTRY_COMPARE(failed.size(), 1);
        const auto error = failed.first().first().value<Error>();
        QVERIFY2(error.message.contains(m_file), qUtf8Printable(error.message));
        QCOMPARE(settings.timeoutSeconds(), 9);
        settings.setTimeoutSeconds(10);
        QVERIFY(!settings.save());
        QCOMPARE(failed.size(), 1);
    }

    void checksTheProxy_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("url"); // empty: refused
        QTest::newRow("http") << u"http://proxy.test:8080"_s << u"http://proxy.test:8080"_s;
        QTest::newRow("slash") << u" http://proxy.test:8080/ "_s << u"http://proxy.test:8080"_s;
        QTest::newRow("socks") << u"socks5://127.0.0.1:1080"_s << u"socks5://127.0.0.1:1080"_s;
        QTest::newRow("IPv6") << u"http://[::1]:1080"_s << u"http://[::1]:1080"_s;
        QTest::newRow("empty") << QString() << QString();
        QTest::newRow("no scheme") << u"proxy.test:8080"_s << QString();
        QTest::newRow("other scheme") << u"ftp://proxy.test:8080"_s << QString();
        QTest::newRow("no port") << u"http://proxy.test"_s << QString();
        QTest::newRow("port 0") << u"http://proxy.test:0"_s << QString();
        QTest::newRow("port 70000") << u"http://proxy.test:70000"_s << QString();
        QTest::newRow("no host") << u"http://:80"_s << QString();
        QTest::newRow("user") << u"http://me@proxy.test:80"_s << QString();
        QTest::newRow("password") << u"http://me:pw@proxy.test:80"_s << QString();
        QTest::newRow("empty user") << u"http://@proxy.test:80"_s << QString();
        QTest::newRow("path") << u"http://proxy.test:80/x"_s << QString();
        QTest::newRow("query") << u"http://proxy.test:80?x"_s << QString();
        QTest::newRow("1 MB") << u"http://"_s + QString(1024 * 1024, u'a') + u":80"_s << QString();
        QTest::newRow("control") << u"http://a\u0001b:80"_s << QString();
    }

    void checksTheProxy()
    {
        QFETCH(QString, text);
        QFETCH(QString, url);
        const auto checked = Settings::checkProxyUrl(text);
        QCOMPARE(checked.value_or(QString()), url);
        if (!checked)
            QVERIFY(!checked.error().message.contains(u"pw"_s));
        Settings settings(m_file);
        settings.setProxyUrl(text);
        QCOMPARE(settings.proxyUrl(), url);
        QVERIFY(settings.save());
        QFile file(m_file);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(!file.readAll().contains("me"));
    }

private:
    void write(const QByteArray &bytes)
    {
        QFile file(m_file);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    }

    std::unique_ptr<test::TempHome> m_home;
    QString m_file;
};

QTEST_GUILESS_MAIN(TestSettings)
#include "test_settings.moc"
