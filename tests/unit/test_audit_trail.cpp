#include "app/keys/AuditTrail.h"
#include "app/storage/Database.h"

#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

class TestAuditTrail : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        open();
    }

    void cleanup() { m_database.reset(); }

    void tellsWhatHappenedNewestFirst()
    {
        fill();
        const auto entries = m_trail->of(m_key, 10);
        QVERIFY(entries);
        QCOMPARE(entries->size(), 3);
        QCOMPARE(entries->at(0).what, u"two"_s);
        QCOMPARE(entries->at(2).action, KeyAction::Created);
        QCOMPARE(entries->at(0).keyName, u"CI"_s);
        QCOMPARE(m_trail->of(m_key, 1)->size(), 1);
        QCOMPARE(m_trail->after(0, 10)->size(), 4);
        QCOMPARE(m_trail->after(m_trail->after(0, 10)->at(2).id, 10)->size(), 1);
    }

    void isWholeAlsoAfterARestartAndWithTwoWriters()
    {
        fill();
        const auto database = Database::open(m_folder->filePath(u"keydesk.db"_s));
        QVERIFY(database);
        AuditTrail other(**database);
        QVERIFY(other.add(m_key, u"CI"_s, KeyAction::Checked, u"there"_s));
        QVERIFY(m_trail->add(m_key, u"CI"_s, KeyAction::Checked, u"here"_s));
        open();
        QVERIFY(m_trail->add(m_key, u"CI"_s, KeyAction::Checked, u"later"_s));
        const auto verdict = m_trail->verify();
        QVERIFY(verdict);
        QVERIFY(!*verdict);
    }

    void noticesAnEdit_data()
    {
        QTest::addColumn<QString>("edit");
        QTest::addColumn<int>("entry"); // counted from the first; -1: the end
        QTest::newRow("words") << u"UPDATE audit SET what = 'x' WHERE what = 'two'"_s << 2;
        QTest::newRow("time") << u"UPDATE audit SET at = at - 1 WHERE what = 'one'"_s << 1;
        QTest::newRow("key") << u"UPDATE audit SET key_id = 'x' WHERE what = 'one'"_s << 1;
        QTest::newRow("name") << u"UPDATE audit SET key_name = 'Other' WHERE what = 'one'"_s << 1;
        QTest::newRow("action") << u"UPDATE audit SET action = 'copied' WHERE what = 'made'"_s << 0;
        QTest::newRow("taken out") << u"DELETE FROM audit WHERE what = 'one'"_s << 2;
        QTest::newRow("cut short") << u"DELETE FROM audit WHERE what = 'elsewhere'"_s << -1;
        QTest::newRow("emptied") << u"DELETE FROM audit"_s << -1;
        QTest::newRow("put in") << u"INSERT INTO audit (at, key_id, key_name, action, what, hash) VALUES (1, '', '', 'noted', 'x', X'00')"_s << 4;
        QTest::newRow("swapped") << u"UPDATE audit SET what = CASE what WHEN 'one' THEN 'two' ELSE 'one' END WHERE what IN ('one', 'two')"_s << 1;
        QTest::newRow("head taken away") << u"DELETE FROM installation WHERE name = 'audit-head'"_s << -1;
    }

    void noticesAnEdit()
    {
        QFETCH(QString, edit);
        QFETCH(int, entry);
        fill();
        const qint64 first = m_trail->after(0, 1)->at(0).id;
        QVERIFY(m_database->run(edit));
        const auto verdict = m_trail->verify();
        QVERIFY(verdict);
        QVERIFY(*verdict);
        QCOMPARE((*verdict)->id, entry < 0 ? 0 : first + entry);
        QVERIFY(!(*verdict)->words.isEmpty());
    }

    void takesOverWhatAnEarlierVersionNoted()
    {
        m_database.reset();
        QVERIFY(QFile::remove(m_folder->filePath(u"keydesk.db"_s)));
        {
            const auto old = Database::openConnection(m_folder->filePath(u"keydesk.db"_s));
            QVERIFY(old);
            for (const QString &statement : migrations().first())
                QVERIFY((*old)->run(statement));
            QVERIFY((*old)->run(u"PRAGMA user_version = 1"_s));
            QVERIFY((*old)->run(u"INSERT INTO keys (id, name, provider_id, kind_id, hint, fingerprint, header_name, header_prefix, place, pending, "
                                "status, created_at) VALUES (?, 'CI', 'p', 'k', 'h', X'00', 'A', 'B', 'keychain', 0, 'works', 1)"_s,
                                {m_key.toString(QUuid::WithoutBraces)}));
            for (int i = 0; i < 3; ++i)
                QVERIFY((*old)->run(u"INSERT INTO key_events (key_id, at, what) VALUES (?, ?, ?)"_s,
                                    {m_key.toString(QUuid::WithoutBraces), 1000 + i, u"event %1"_s.arg(i)}));
        }
        open();
        QCOMPARE(m_trail->of(m_key, 10)->size(), 3);
        QCOMPARE(m_trail->of(m_key, 1)->at(0).what, u"event 2"_s);
        QVERIFY(m_trail->add(m_key, u"CI"_s, KeyAction::Checked, u"now"_s));
        QVERIFY(!*m_trail->verify());
        QVERIFY(m_database->run(u"UPDATE audit SET what = 'x' WHERE what = 'event 1'"_s));
        QVERIFY(*m_trail->verify());
    }

private:
    void open()
    {
        m_trail.reset();
        m_database.reset();
        auto database = Database::open(m_folder->filePath(u"keydesk.db"_s));
        QVERIFY2(database, qPrintable(database ? QString() : database.error().message));
        m_database = std::move(*database);
        m_trail = std::make_unique<AuditTrail>(*m_database);
    }

    void fill()
    {
        QVERIFY(m_trail->add(m_key, u"CI"_s, KeyAction::Created, u"made"_s));
        QVERIFY(m_trail->add(m_key, u"CI"_s, KeyAction::Checked, u"one"_s));
        QVERIFY(m_trail->add(m_key, u"CI"_s, KeyAction::Copied, u"two"_s));
        QVERIFY(m_trail->add(QUuid::createUuid(), u"Other"_s, KeyAction::Noted, u"elsewhere"_s));
    }

    const QUuid m_key = QUuid::createUuid();
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<AuditTrail> m_trail;
};

QTEST_GUILESS_MAIN(TestAuditTrail)
#include "test_audit_trail.moc"
