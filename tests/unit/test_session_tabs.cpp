#include "app/base/Redactor.h"
#include "app/keys/KeyStore.h"
#include "app/keys/StoredTokens.h"
#include "app/storage/Database.h"
#include "app/workspace/SessionTabs.h"
#include "tests/support/Files.h"
#include "tests/support/TempHome.h"

#include <QSignalSpy>
#include <QTest>

#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

/// Everything that a session needs, over one database file.
struct Parts
{
    explicit Parts(const QString &path)
        : database(std::move(Database::open(path).value()))
        , keys(*database)
        , tokens(keys, redactor)
    {
        std::ignore = keys.load();
    }

    Redactor redactor;
    std::unique_ptr<Database> database;
    KeyStore keys;
    StoredTokens tokens;
};

SessionTab tab(const QString &url)
{
    SessionTab made;
    made.id = QUuid::createUuid();
    made.place = {u"/r/a.http"_s, 3, QByteArray::fromHex("00ff"), u"One"_s};
    made.request.url = url;
    made.request.headers = {{u"Accept"_s, u"*/*"_s, false}};
    made.isEdited = true;
    made.original.url = url + u"?before"_s;
    return made;
}

} // namespace

class TestSessionTabs : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_home = std::make_unique<test::TempHome>();
        m_path = m_home->path(u"keydesk.db"_s);
    }

    void keepsTabsFromRunToRun()
    {
        const SessionTab one = tab(u"/1"_s);
        SessionTab two = tab(u"/2"_s);
        two.place = {};
        two.origin = u"history/12"_s;
        {
            Parts parts(m_path);
            SessionTabs session(m_path, parts.redactor, parts.tokens);
            QCOMPARE(*session.restore(*parts.database), SessionState());
            QSignalSpy written(&session, &SessionTabs::written);
            session.set({{one, two}, two.id});
            QVERIFY(written.wait(10'000));
            session.set({{two, one}, one.id});
            QVERIFY(written.wait(10'000));
        }
        Parts parts(m_path);
        SessionTabs session(m_path, parts.redactor, parts.tokens);
        const auto restored = session.restore(*parts.database);
        QVERIFY(restored);
        QCOMPARE(*restored, (SessionState{{two, one}, one.id}));
        // A tab that is closed is gone, the last one too.
        session.set({{one}, one.id});
        session.flush();
        QCOMPARE(SessionTabs(m_path, parts.redactor, parts.tokens).restore(*parts.database)->tabs,
                 QList<SessionTab>{one});
        session.set({});
        session.flush();
        QVERIFY(SessionTabs(m_path, parts.redactor, parts.tokens).restore(*parts.database)->tabs.isEmpty());
    }

    void whoSaysNothingLeavesItAsItIs()
    {
        Parts parts(m_path);
        const SessionTab one = tab(u"/1"_s);
        {
            SessionTabs session(m_path, parts.redactor, parts.tokens);
            session.set({{one}, one.id});
        } // writes at its end
        {
            SessionTabs session(m_path, parts.redactor, parts.tokens);
        }
        QCOMPARE(SessionTabs(m_path, parts.redactor, parts.tokens).restore(*parts.database)->tabs.size(), 1);
    }

    /// Killed without a goodbye: what was edited is there.
    void survivesAKill()
    {
        int pipes[2];
        QCOMPARE(pipe(pipes), 0);
        const SessionTab one = tab(u"/edited"_s);
        {
            Parts parts(m_path);
        } // the file is there
        const pid_t child = fork();
        if (child == 0) {
            Parts parts(m_path);
            SessionTabs session(m_path, parts.redactor, parts.tokens);
            QSignalSpy written(&session, &SessionTabs::written);
            session.set({{one}, one.id});
            const char answer = written.wait(10'000) ? 'y' : 'n';
            std::ignore = ::write(pipes[1], &answer, 1);
            pause();
            _exit(0);
        }
        char answer = 0;
        QCOMPARE(::read(pipes[0], &answer, 1), 1);
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
        close(pipes[0]);
        close(pipes[1]);
        QCOMPARE(answer, 'y');
        Parts parts(m_path);
        QCOMPARE(*SessionTabs(m_path, parts.redactor, parts.tokens).restore(*parts.database),
                 (SessionState{{one}, one.id}));
    }

    void aTokenIsNotInIt()
    {
        const QByteArray token = "talq_canary0123456789abcdef3f9a";
        {
            Parts parts(m_path);
            ApiKey key;
            key.id = QUuid::createUuid();
            key.name = u"Key"_s;
            key.hint = tokenHint(Secret(token.toStdString()));
            key.fingerprint = parts.keys.fingerprint(Secret(token.toStdString()));
            key.createdAt = QDateTime::currentDateTimeUtc();
            key.origins = {*Origin::fromString(u"https://app.talkover.ai"_s)};
            QVERIFY(parts.keys.insertPending(key));
            QVERIFY(parts.keys.confirm(key.id));
            SessionTabs session(m_path, parts.redactor, parts.tokens);
            SessionTab one = tab(u"/x?q="_s + QString::fromLatin1(token));
            one.place.name = QString::fromLatin1(token);
            one.request.name = QString::fromLatin1(token);
            one.request.body = {
                RequestBody::Kind::Json, u"{\"a\": \"%1\"}"_s.arg(QString::fromLatin1(token)), {}};
            one.request.headers.append({u"Authorization"_s, u"Bearer typed-by-hand-1"_s, true});
            session.set({{one}, one.id});
            session.flush();
            QVERIFY(one.request.headers.last().enabled);
        }
        for (const QString &name : test::namesIn(QFileInfo(m_path).path())) {
            const QByteArray bytes = test::readFile(QFileInfo(m_path).path() + u'/' + name);
            QVERIFY2(!bytes.contains(token) && !bytes.contains("typed-by-hand-1"), qPrintable(name));
        }
        Parts parts(m_path);
        const auto restored = SessionTabs(m_path, parts.redactor, parts.tokens).restore(*parts.database);
        QCOMPARE(restored->tabs.size(), 1);
        const NameValue header = restored->tabs.first().request.headers.last();
        QCOMPARE(header, (NameValue{u"Authorization"_s, QString(), false}));
    }

    void saysOnceThatItCannotBeWritten()
    {
        Parts parts(m_path);
        SessionTabs session(m_home->path(u"nowhere/keydesk.db"_s), parts.redactor, parts.tokens);
        QSignalSpy failed(&session, &SessionTabs::failed);
        const SessionTab one = tab(u"/1"_s);
        session.set({{one}, one.id});
        QVERIFY(failed.wait(10'000));
        QVERIFY(!failed.first().first().value<Error>().message.isEmpty());
    }

private:
    std::unique_ptr<test::TempHome> m_home;
    QString m_path;
};

QTEST_GUILESS_MAIN(TestSessionTabs)
#include "test_session_tabs.moc"
