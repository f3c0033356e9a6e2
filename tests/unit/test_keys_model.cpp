#include "app/models/KeysModel.h"
#include "tests/support/CoreFixture.h"
#include "tests/support/ScriptedSecretStore.h"

#include <QAbstractItemModelTester>
#include <QSortFilterProxyModel>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::ScriptedSecretStore;
using State = SecretStore::State;

namespace {

constexpr std::string_view token = "talq_0123456789abcdef3f9a";

} // namespace

class TestKeysModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void startsEmpty();
    void showsAKeyInItsColumns();
    void followsTheStore();
    void followsEnvironments();
    void showsLockedKeysAsLocked();
    void showsWhatHasRunOut();
    void findsByAnythingThatIsShown();
    void sortsByValueNotByText();
    void holdsNoTokenInAnyRole();
    void namesKindsAndProvidersThatAreUnknown();
    void saysWhenInWords_data();
    void saysWhenInWords();
    void saysUntilWhen_data();
    void saysUntilWhen();

private:
    Core &core() { return **m_core; }
    ApiKey added(const QString &name, std::string_view bytes, bool inEnvironment = true);
    QString shown(int row, int column) const { return m_model->index(row, column).data().toString(); }
    int status(int row) const { return m_model->index(row, 0).data(KeysModel::StatusRole).toInt(); }

    ScriptedSecretStore *m_keychain = nullptr;
    std::unique_ptr<test::CoreFixture> m_core;
    std::unique_ptr<KeysModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
    Environment m_environment;
};

void TestKeysModel::init()
{
    auto keychain = std::make_unique<ScriptedSecretStore>();
    m_keychain = keychain.get();
    m_core = std::make_unique<test::CoreFixture>(std::move(keychain));
    Environment environment;
    environment.name = u"Staging"_s;
    environment.providerId = u"talkover"_s;
    environment.baseUrl = u"https://app.talkover.ai/api"_s;
    environment.colour = u"orange"_s;
    m_environment = *core().environments->add(environment);
    m_model =
        std::make_unique<KeysModel>(*core().keys, *core().environments, core().providers, *core().ring, *core().due);
    m_tester = std::make_unique<QAbstractItemModelTester>(
        m_model.get(), QAbstractItemModelTester::FailureReportingMode::QtTest);
}

void TestKeysModel::cleanup()
{
    m_tester.reset();
    m_model.reset();
    m_core.reset();
}

ApiKey TestKeysModel::added(const QString &name, std::string_view bytes, bool inEnvironment)
{
    NewKey draft;
    draft.name = name;
    draft.providerId = u"talkover"_s;
    draft.kindId = u"environment"_s;
    if (inEnvironment)
        draft.environmentId = m_environment.id;
    const ApiKey key = (*m_core).addKey(draft, bytes);
    if (key.id.isNull())
        qFatal("the key was not added");
    return key;
}

void TestKeysModel::startsEmpty()
{
    QCOMPARE(m_model->rowCount(), 0);
    QCOMPARE(m_model->columnCount(), int(KeysModel::ColumnCount));
    for (int column = 0; column < KeysModel::ColumnCount; ++column)
        QVERIFY(!m_model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString().isEmpty());
}

void TestKeysModel::showsAKeyInItsColumns()
{
    const ApiKey key = added(u"Production dialer"_s, token);
    QCOMPARE(shown(0, KeysModel::Name), u"Production dialer"_s);
    QCOMPARE(shown(0, KeysModel::Provider), u"Talkover"_s);
    QCOMPARE(shown(0, KeysModel::Environment), u"Staging"_s);
    QCOMPARE(shown(0, KeysModel::Kind), u"Environment"_s);
    QCOMPARE(shown(0, KeysModel::Key), u"talq_••••3f9a"_s);
    QCOMPARE(shown(0, KeysModel::Created), u"just now"_s);
    QCOMPARE(shown(0, KeysModel::LastUsed), u"–"_s);
    QCOMPARE(shown(0, KeysModel::Expires), u"–"_s);
    QCOMPARE(shown(0, KeysModel::Status), keyStatusWord(int(ApiKey::Status::Unchecked)));
    const QModelIndex name = m_model->index(0, KeysModel::Name);
    QCOMPARE(name.data(KeysModel::IdRole).toUuid(), key.id);
    QCOMPARE(name.data(KeysModel::ProviderIdRole).toString(), u"talkover"_s);
    QCOMPARE(name.data(KeysModel::BadgeRole).toString(), u"T"_s);
    QCOMPARE(name.data(KeysModel::EnvironmentIdsRole).toStringList(),
             QStringList{m_environment.id.toString(QUuid::WithoutBraces)});
    QCOMPARE(name.data(KeysModel::ColourRole).toString(), u"orange"_s);
    // Bullets would be read out one by one.
    QVERIFY(!m_model->index(0, KeysModel::Key).data(Qt::AccessibleTextRole).toString().contains(u'•'));
}

void TestKeysModel::followsTheStore()
{
    const ApiKey first = added(u"First"_s, "talq_first_0123456789");
    const ApiKey second = added(u"Second"_s, "talq_second_0123456789");
    QCOMPARE(m_model->rowCount(), 2);
    QSignalSpy changed(m_model.get(), &QAbstractItemModel::dataChanged);
    QVERIFY(core().keyService->rename(second.id, u"Renamed"_s));
    QCOMPARE(shown(1, KeysModel::Name), u"Renamed"_s);
    QVERIFY(!changed.isEmpty());
    QVERIFY(core().keyService->remove(first.id));
    QCOMPARE(m_model->rowCount(), 1);
    QCOMPARE(shown(0, KeysModel::Name), u"Renamed"_s);
    QVERIFY(core().keys->load());
    QCOMPARE(m_model->rowCount(), 1);
}

void TestKeysModel::followsEnvironments()
{
    const ApiKey key = added(u"CI"_s, token, false);
    QCOMPARE(shown(0, KeysModel::Environment), u"–"_s);
    QCOMPARE(m_model->index(0, 0).data(KeysModel::ColourRole).toString(), QString());
    QSignalSpy changed(m_model.get(), &QAbstractItemModel::dataChanged);
    QVERIFY(core().environments->setKey(m_environment.id, u"environment"_s, key.id));
    QCOMPARE(shown(0, KeysModel::Environment), u"Staging"_s);
    QVERIFY(!changed.isEmpty());
    Environment renamed = *core().environments->find(m_environment.id);
    renamed.name = u"Test"_s;
    QVERIFY(core().environments->update(renamed));
    QCOMPARE(shown(0, KeysModel::Environment), u"Test"_s);
    QVERIFY(core().environments->remove(m_environment.id));
    QCOMPARE(shown(0, KeysModel::Environment), u"–"_s);
}

void TestKeysModel::showsLockedKeysAsLocked()
{
    const ApiKey key = added(u"CI"_s, token);
    NewKey draft;
    draft.name = u"Held"_s;
    draft.providerId = u"talkover"_s;
    draft.kindId = u"environment"_s;
    draft.place = SecretPlace::Session;
    QVERIFY(!(*m_core).addKey(draft, "talq_session_0123456789").id.isNull());
    QSignalSpy changed(m_model.get(), &QAbstractItemModel::dataChanged);
    m_keychain->become(State::Locked);
    QVERIFY(!changed.isEmpty());
    QCOMPARE(status(0), KeysModel::LockedStatus);
    QCOMPARE(shown(0, KeysModel::Status), u"Locked"_s);
    QCOMPARE(status(1), int(ApiKey::Status::Unchecked)); // not in the keychain
    for (const State state : {State::Absent, State::Denied, State::Slow, State::Failing, State::Available}) {
        m_keychain->become(state);
        QCOMPARE(status(0), int(ApiKey::Status::Unchecked));
    }
    ApiKey revoked = *core().keys->find(key.id);
    revoked.status = ApiKey::Status::Revoked;
    QVERIFY(core().keys->update(revoked));
    m_keychain->become(State::Locked);
    QCOMPARE(status(0), int(ApiKey::Status::Revoked));
}

void TestKeysModel::showsWhatHasRunOut()
{
    const ApiKey key = added(u"CI"_s, token);
    QVERIFY(core().keyService->setExpiry(key.id, QDateTime::currentDateTimeUtc().addDays(9)));
    QCOMPARE(status(0), KeysModel::DueStatus);
    QCOMPARE(shown(0, KeysModel::Expires), u"in 9 days"_s);
    QVERIFY(core().keyService->setExpiry(key.id, QDateTime::currentDateTimeUtc().addSecs(-120)));
    QCOMPARE(status(0), int(ApiKey::Status::Expired));
}

void TestKeysModel::findsByAnythingThatIsShown()
{
    added(u"Production dialer"_s, token);
    const QString search = m_model->index(0, 3).data(KeysModel::SearchRole).toString();
    for (const QString &part :
         {u"Production"_s, u"Talkover"_s, u"Staging"_s, u"Environment"_s, u"3f9a"_s, keyStatusWord(0)})
        QVERIFY2(search.contains(part), qPrintable(part));
    m_keychain->become(State::Locked);
    QVERIFY(m_model->index(0, 0).data(KeysModel::SearchRole).toString().contains(u"Locked"_s));
}

void TestKeysModel::sortsByValueNotByText()
{
    const ApiKey first = added(u"b"_s, "talq_first_0123456789");
    const ApiKey second = added(u"A"_s, "talq_second_0123456789");
    QSortFilterProxyModel sorted;
    sorted.setSortRole(KeysModel::SortRole);
    sorted.setSourceModel(m_model.get());
    const auto names = [&sorted] {
        return sorted.index(0, 0).data().toString() + sorted.index(1, 0).data().toString();
    };
    sorted.sort(KeysModel::Name);
    QCOMPARE(names(), u"Ab"_s);
    QVERIFY(core().keyService->setExpiry(first.id, QDateTime::currentDateTimeUtc().addDays(100)));
    sorted.sort(KeysModel::Expires);
    QCOMPARE(names(), u"bA"_s); // what never ends comes last
    ApiKey used = *core().keys->find(second.id);
    used.lastUsedAt = QDateTime::currentDateTimeUtc().addDays(-400);
    QVERIFY(core().keys->update(used));
    sorted.sort(KeysModel::LastUsed);
    QCOMPARE(names(), u"bA"_s); // never is before long ago
}

void TestKeysModel::holdsNoTokenInAnyRole()
{
    added(u"CI"_s, token);
    for (int column = 0; column < KeysModel::ColumnCount; ++column) {
        for (int role = 0; role < Qt::UserRole + 64; ++role) {
            const QVariant value = m_model->index(0, column).data(role);
            QVERIFY(!value.toString().contains(u"0123456789abcdef"_s));
            QVERIFY(!value.toByteArray().contains("0123456789abcdef"));
        }
    }
}

void TestKeysModel::namesKindsAndProvidersThatAreUnknown()
{
    ApiKey key;
    key.id = QUuid::createUuid();
    key.name = u"Old"_s;
    key.providerId = u"gone"_s;
    key.kindId = u"old-kind"_s;
    key.createdAt = QDateTime::currentDateTimeUtc();
    QVERIFY(core().keys->insertPending(key));
    QVERIFY(core().keys->confirm(key.id));
    QCOMPARE(shown(0, KeysModel::Provider), u"gone"_s);
    QCOMPARE(shown(0, KeysModel::Kind), u"old-kind"_s);
    QVERIFY(!m_model->index(0, 0).data(KeysModel::BadgeRole).toString().isEmpty());
}

void TestKeysModel::saysWhenInWords_data()
{
    QTest::addColumn<QDateTime>("time");
    QTest::addColumn<QString>("words");
    const auto at = [](int month, int day, int hour, int minute, int year = 2026) {
        return QDateTime({year, month, day}, {hour, minute});
    };
    QTest::newRow("never") << QDateTime() << u"–"_s;
    QTest::newRow("now") << at(11, 20, 15, 0) << u"just now"_s;
    QTest::newRow("a little ahead") << at(11, 20, 15, 20) << u"just now"_s;
    QTest::newRow("2 min") << at(11, 20, 14, 58) << u"2 min ago"_s;
    QTest::newRow("3 h") << at(11, 20, 11, 50) << u"3 h ago"_s;
    QTest::newRow("yesterday") << at(11, 19, 23, 0) << u"yesterday"_s;
    QTest::newRow("5 days") << at(11, 15, 15, 0) << u"5 days ago"_s;
    QTest::newRow("this year") << at(9, 2, 10, 0) << u"2 Sep"_s;
    QTest::newRow("another year") << at(12, 31, 10, 0, 2025) << u"31 Dec 2025"_s;
}

void TestKeysModel::saysWhenInWords()
{
    QFETCH(const QDateTime, time);
    QFETCH(const QString, words);
    const QDateTime now({2026, 11, 20}, {15, 0});
    QCOMPARE(relativeTime(time, now), words);
    QCOMPARE(relativeTime(time.toUTC(), now.toUTC()), words);
}

void TestKeysModel::saysUntilWhen_data()
{
    QTest::addColumn<QDateTime>("time");
    QTest::addColumn<QString>("words");
    QTest::newRow("no end") << QDateTime() << u"–"_s;
    QTest::newRow("today") << QDateTime({2026, 11, 20}, {23, 0}) << u"today"_s;
    QTest::newRow("tomorrow") << QDateTime({2026, 11, 21}, {1, 0}) << u"tomorrow"_s;
    QTest::newRow("soon") << QDateTime({2026, 11, 29}, {1, 0}) << u"in 9 days"_s;
    QTest::newRow("later") << QDateTime({2027, 11, 30}, {1, 0}) << u"30 Nov 2027"_s;
    QTest::newRow("over") << QDateTime({2026, 11, 17}, {15, 0}) << u"3 days ago"_s;
}

void TestKeysModel::saysUntilWhen()
{
    QFETCH(const QDateTime, time);
    QFETCH(const QString, words);
    QCOMPARE(expiryTime(time, QDateTime({2026, 11, 20}, {15, 0})), words);
}

QTEST_GUILESS_MAIN(TestKeysModel)
#include "test_keys_model.moc"
