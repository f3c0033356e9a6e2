#include "app/models/KeyGridModel.h"
#include "app/models/KeysModel.h"
#include "tests/support/CoreFixture.h"

#include <QAbstractItemModelTester>

using namespace Qt::StringLiterals;
using namespace keydesk;

class TestKeyGridModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_core = std::make_unique<test::CoreFixture>();
        m_model = std::make_unique<KeyGridModel>(*core().keys, *core().environments, core().providers, *core().ring);
        m_tester = std::make_unique<QAbstractItemModelTester>(m_model.get(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    }
    void cleanup()
    {
        m_tester.reset();
        m_model.reset();
        m_core.reset();
    }

    void showsGapsAndWhatDoesNotApply()
    {
        QCOMPARE(m_model->rowCount(), core().environments->all().size());
        const int talkover = rowOf(u"sandbox-talkover"_s);
        const int environmentKind = columnOf(u"Environment"_s);
        QVERIFY(environmentKind >= 0);
        QCOMPARE(cell(talkover, environmentKind), KeyGridModel::Cell::Gap);
        QCOMPARE(cell(rowOf(u"sandbox-aisoule"_s), environmentKind), KeyGridModel::Cell::Nothing);
        QVERIFY(m_model->gaps() >= 4); // Talkover has two kinds, the others at least one
        QCOMPARE(text(talkover, environmentKind), u"No key"_s);
        QCOMPARE(m_model->index(talkover, environmentKind).data(KeyGridModel::KindIdRole).toString(), u"environment"_s);
    }

    void showsAKeyWithItsStatus()
    {
        const int row = rowOf(u"sandbox-talkover"_s);
        const int column = columnOf(u"Environment"_s);
        const int gaps = m_model->gaps();
        const ApiKey key = add(row, u"Dialer"_s);
        QCOMPARE(m_model->gaps(), gaps - 1);
        const QModelIndex index = m_model->index(row, column);
        QCOMPARE(cell(row, column), KeyGridModel::Cell::Key);
        QCOMPARE(index.data().toString(), u"Dialer"_s);
        QCOMPARE(index.data(KeyGridModel::KeyIdRole).toUuid(), key.id);
        QCOMPARE(index.data(KeyGridModel::StatusRole).toInt(), static_cast<int>(ApiKey::Status::Unchecked));
        QCOMPARE(index.data(KeyGridModel::DetailRole).toString(), u"made just now · not checked yet"_s);
        QVERIFY(core().keyService->setExpiry(key.id, QDateTime::currentDateTimeUtc().addDays(-2)));
        QCOMPARE(index.data(KeyGridModel::StatusRole).toInt(), static_cast<int>(ApiKey::Status::Expired));
        QVERIFY(index.data(Qt::AccessibleTextRole).toString().startsWith(u"Dialer, Expired, made just now · expired"_s));
        QVERIFY(core().keyService->remove(key.id));
        QCOMPARE(cell(row, column), KeyGridModel::Cell::Gap);
    }

    void hasARowForEachIdentity()
    {
        const int row = rowOf(u"sandbox-talkover"_s);
        const int column = columnOf(u"Environment"_s);
        const QUuid environment = core().environments->all().at(row).id;
        const int rows = m_model->rowCount();
        QVERIFY(core().environments->addIdentity(environment, u"read only"_s));
        QCOMPARE(m_model->rowCount(), rows + 1);
        QCOMPARE(cell(row + 1, column), KeyGridModel::Cell::Gap);
        add(row, u"Dialer"_s);
        QCOMPARE(cell(row + 1, column), KeyGridModel::Cell::Inherited);
        QCOMPARE(text(row + 1, column), u"as default"_s);
        QCOMPARE(m_model->headerData(row + 1, Qt::Vertical, Qt::DisplayRole).toString(), u"Talkover sandbox as read only"_s);
        const ApiKey own = add(row, u"Reader"_s, u"read only"_s);
        QCOMPARE(m_model->index(row + 1, column).data(KeyGridModel::KeyIdRole).toUuid(), own.id);
        QCOMPARE(text(row, column), u"Dialer"_s);
    }

    void neverHoldsAToken()
    {
        const int row = rowOf(u"sandbox-talkover"_s);
        add(row, u"Dialer"_s);
        for (int column = 0; column < m_model->columnCount(); ++column) {
            for (int role = 0; role < Qt::UserRole + 20; ++role)
                QVERIFY(!m_model->index(row, column).data(role).toString().contains(u"token-of"_s));
        }
    }

private:
    Core &core() { return **m_core; }
    QString text(int row, int column) { return m_model->index(row, column).data().toString(); }
    KeyGridModel::Cell cell(int row, int column)
    {
        return static_cast<KeyGridModel::Cell>(m_model->index(row, column).data(KeyGridModel::CellRole).toInt());
    }
    int rowOf(const QString &provider)
    {
        const auto &all = core().environments->all();
        for (int row = 0; row < all.size(); ++row) {
            if (all.at(row).providerId == provider)
                return row;
        }
        return -1;
    }
    int columnOf(const QString &kind)
    {
        for (int column = 0; column < m_model->columnCount(); ++column) {
            if (m_model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString() == kind)
                return column;
        }
        return -1;
    }
    ApiKey add(int row, const QString &name, const QString &identity = {})
    {
        NewKey draft;
        draft.name = name;
        draft.providerId = core().environments->all().at(row).providerId;
        draft.kindId = u"environment"_s;
        draft.environmentId = core().environments->all().at(row).id;
        draft.identity = identity;
        return m_core->addKey(draft, "talq_token-of-" + name.toStdString());
    }

    std::unique_ptr<test::CoreFixture> m_core;
    std::unique_ptr<KeyGridModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

QTEST_GUILESS_MAIN(TestKeyGridModel)
#include "test_key_grid_model.moc"
