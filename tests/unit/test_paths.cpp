#include "app/storage/Paths.h"
#include "tests/support/TempHome.h"

#include <QDir>
#include <QFile>
#include <QTest>

#include <sys/stat.h>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

constexpr auto ownerOnly = QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner | QFile::ReadUser |
                           QFile::WriteUser | QFile::ExeUser;

} // namespace

class TestPaths : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_home = std::make_unique<test::TempHome>();
        qputenv("XDG_RUNTIME_DIR", m_home->path(u"run"_s).toLocal8Bit());
        QDir().mkpath(m_home->path(u"run"_s));
    }
    void cleanup() { m_home.reset(); }

    void followsTheXdgFolders()
    {
        const auto paths = Paths::standard();
        QVERIFY(paths);
        QCOMPARE(paths->config, m_home->path(u"config/keydesk"_s));
        QCOMPARE(paths->data, m_home->path(u"data/keydesk"_s));
        QCOMPARE(paths->cache, m_home->path(u"cache/keydesk"_s));
        QCOMPARE(paths->runtime, m_home->path(u"run/keydesk"_s));
        for (const QString &folder : {paths->config, paths->data, paths->cache, paths->runtime})
            QCOMPARE(QFile::permissions(folder), ownerOnly);
    }

    void fallsBackToHomeWithoutXdgFolders()
    {
        for (const char *variable : {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"})
            qunsetenv(variable);
        const auto paths = Paths::standard();
        QVERIFY(paths);
        QCOMPARE(paths->config, m_home->path(u"home/.config/keydesk"_s));
        QCOMPARE(paths->data, m_home->path(u"home/.local/share/keydesk"_s));
        QCOMPARE(paths->cache, m_home->path(u"home/.cache/keydesk"_s));
        QCOMPARE(paths->runtime, m_home->path(u"home/.cache/keydesk/run"_s));
        QVERIFY(QDir(paths->runtime).exists());
    }

    void doesWithoutARuntimeFolderThatIsNotThere()
    {
        qputenv("XDG_RUNTIME_DIR", m_home->path(u"absent"_s).toLocal8Bit());
        const auto paths = Paths::standard();
        QVERIFY(paths);
        QCOMPARE(paths->runtime, m_home->path(u"cache/keydesk/run"_s));
        qputenv("XDG_RUNTIME_DIR", "relative");
        QCOMPARE(Paths::standard()->runtime, m_home->path(u"cache/keydesk/run"_s));
    }

    void makesAllUnderOneFolder()
    {
        const mode_t before = umask(0);
        const auto paths = Paths::under(m_home->path(u"tour/one"_s));
        umask(before);
        QVERIFY(paths);
        for (const QString &folder : {paths->config, paths->data, paths->cache, paths->runtime}) {
            QVERIFY(folder.startsWith(m_home->path(u"tour/one/"_s)));
            QCOMPARE(QFile::permissions(folder), ownerOnly);
        }
    }

    void closesAFolderThatWasOpenToOthers()
    {
        const QString data = m_home->path(u"data/keydesk"_s);
        QVERIFY(QDir().mkpath(data));
        QCOMPARE(chmod(qPrintable(data), 0755), 0);
        QVERIFY(Paths::standard());
        QCOMPARE(QFile::permissions(data), ownerOnly);
    }

    void keepsWhatIsThere()
    {
        QVERIFY(Paths::standard());
        QFile file(m_home->path(u"data/keydesk/a"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QVERIFY(Paths::standard());
        QVERIFY(file.exists());
    }

    void namesTheFolderThatCannotBeMade()
    {
        QFile file(m_home->path(u"data/keydesk"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        const auto paths = Paths::standard();
        QVERIFY(!paths);
        QCOMPARE(paths.error().kind, Error::Kind::StorageFailed);
        QVERIFY2(paths.error().message.contains(file.fileName()), qUtf8Printable(paths.error().message));
        QVERIFY(paths.error().message.contains(u"A file is in its place"_s));
    }

    void namesTheFolderWhoseParentIsAFile()
    {
        QFile file(m_home->path(u"blocked"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        const auto paths = Paths::under(file.fileName());
        QVERIFY(!paths);
        QVERIFY2(paths.error().message.contains(file.fileName() + u"/config"_s),
                 qUtf8Printable(paths.error().message));
    }

private:
    std::unique_ptr<test::TempHome> m_home;
};

QTEST_GUILESS_MAIN(TestPaths)
#include "test_paths.moc"
