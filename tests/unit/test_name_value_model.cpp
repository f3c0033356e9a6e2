#include "app/models/NameValueModel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

class TestNameValueModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_model = std::make_unique<NameValueModel>();
        m_tester = std::make_unique<QAbstractItemModelTester>(
            m_model.get(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    }
    void cleanup()
    {
        m_tester.reset();
        m_model.reset();
    }

    void hasOneEmptyRowToTypeInto()
    {
        QCOMPARE(m_model->rowCount(), 1);
        QVERIFY(m_model->rows().isEmpty());
        QVERIFY(!(m_model->flags(m_model->index(0, 0)) & Qt::ItemIsUserCheckable));
        QVERIFY(!m_model->index(0, 0).data(Qt::CheckStateRole).isValid());
        m_model->setRows({{u"a"_s, u"1"_s, true}, {u"b"_s, u"2"_s, false}});
        QCOMPARE(m_model->rowCount(), 3);
        QCOMPARE(m_model->rows(), (QList<NameValue>{{u"a"_s, u"1"_s, true}, {u"b"_s, u"2"_s, false}}));
    }

    void growsWhileTyping()
    {
        QSignalSpy edited(m_model.get(), &NameValueModel::edited);
        QVERIFY(set(0, 0, u"Accept"_s));
        QCOMPARE(m_model->rowCount(), 2);
        QVERIFY(set(0, 1, u" text/html\t"_s));
        QCOMPARE(m_model->rowCount(), 2);
        QVERIFY(set(1, 1, u"only a value"_s));
        QCOMPARE(m_model->rowCount(), 3);
        QCOMPARE(edited.size(), 3);
        QCOMPARE(m_model->rows(),
                 (QList<NameValue>{{u"Accept"_s, u" text/html\t"_s, true}, {{}, u"only a value"_s, true}}));
        QVERIFY(set(2, 0, {}));
        QVERIFY(set(0, 0, u"Accept"_s));
        QCOMPARE(edited.size(), 3);
        QCOMPARE(m_model->rowCount(), 3);
    }

    void hasNeverTwoEmptyRowsAtTheEnd()
    {
        m_model->setRows({{u"a"_s, u"1"_s, true}, {{}, {}, true}, {u"c"_s, {}, true}, {{}, {}, true}});
        QCOMPARE(m_model->rowCount(), 4);
        const QPersistentModelIndex third = m_model->index(2, 0);
        QVERIFY(set(2, 0, {}));
        // The empty row before it was only kept because something came after it.
        QCOMPARE(m_model->rowCount(), 2);
        QCOMPARE(m_model->rows(), (QList<NameValue>{{u"a"_s, u"1"_s, true}}));
        QVERIFY(!third.isValid());
        const QPersistentModelIndex first = m_model->index(0, 0);
        QVERIFY(set(0, 1, {}));
        QVERIFY(set(0, 0, {}));
        QCOMPARE(m_model->rowCount(), 1);
        QVERIFY(first.isValid());
        QVERIFY(m_model->rows().isEmpty());
    }

    void switchesRowsOffAndOn()
    {
        m_model->setRows({{u"a"_s, u"1"_s, true}, {u"b"_s, u"2"_s, true}, {{}, u"3"_s, true}});
        QCOMPARE(m_model->usedCount(), 2);
        QSignalSpy edited(m_model.get(), &NameValueModel::edited);
        QSignalSpy changed(m_model.get(), &QAbstractItemModel::dataChanged);
        const QModelIndex index = m_model->index(0, 0);
        QVERIFY(m_model->flags(index) & Qt::ItemIsUserCheckable);
        QCOMPARE(index.data(Qt::CheckStateRole).toInt(), int(Qt::Checked));
        QVERIFY(m_model->setData(index, Qt::Unchecked, Qt::CheckStateRole));
        QCOMPARE(index.data(Qt::CheckStateRole).toInt(), int(Qt::Unchecked));
        QVERIFY(!m_model->rows().first().enabled);
        QCOMPARE(m_model->usedCount(), 1);
        QCOMPARE(edited.size(), 1);
        QCOMPARE(changed.size(), 1);
        QVERIFY(!m_model->setData(m_model->index(0, 1), Qt::Checked, Qt::CheckStateRole));
        QVERIFY(!m_model->setData(m_model->index(3, 0), Qt::Checked, Qt::CheckStateRole));
        QVERIFY(m_model->setData(index, Qt::Checked, Qt::CheckStateRole));
        QCOMPARE(m_model->usedCount(), 2);
    }

    void removesRowsButNeverTheEmptyOne()
    {
        m_model->setRows({{u"a"_s, {}, true}, {u"b"_s, {}, true}, {u"c"_s, {}, true}});
        QVERIFY(!m_model->removeRow(3));
        QVERIFY(!m_model->removeRows(2, 2));
        QVERIFY(!m_model->removeRow(-1));
        QVERIFY(m_model->removeRows(0, 2));
        QCOMPARE(m_model->rows(), (QList<NameValue>{{u"c"_s, {}, true}}));
        QVERIFY(m_model->removeRow(0));
        QCOMPARE(m_model->rowCount(), 1);
    }

    void dropsEmptyRowsThatRemovalLeavesAtTheEnd()
    {
        m_model->setRows({{u"a"_s, {}, true}, {{}, {}, true}, {u"c"_s, {}, true}});
        QVERIFY(m_model->removeRow(2));
        QCOMPARE(m_model->rowCount(), 2);
    }

    void isSilentWhenSetFromOutside()
    {
        QSignalSpy edited(m_model.get(), &NameValueModel::edited);
        m_model->setRows({{u"a"_s, {}, true}});
        m_model->setRows({});
        QCOMPARE(edited.size(), 0);
    }

    void takesAPaste()
    {
        m_model->setRows({{u"a"_s, {}, true}});
        QSignalSpy edited(m_model.get(), &NameValueModel::edited);
        m_model->append(NameValueModel::fromText(u"Accept: text/html\r\n\n// X-Off:1\n"_s));
        QCOMPARE(edited.size(), 1);
        QCOMPARE(m_model->rows(),
                 (QList<NameValue>{
                     {u"a"_s, {}, true}, {u"Accept"_s, u"text/html"_s, true}, {u"X-Off"_s, u"1"_s, false}}));
        QCOMPARE(m_model->rowCount(), 4);
        m_model->append({{{}, {}, true}});
        QCOMPARE(edited.size(), 1);
    }

    void readsPastedText_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("value");
        QTest::newRow("header") << u"Host:  a.test:80 "_s << u"Host"_s << u"a.test:80"_s;
        QTest::newRow("form") << u"q=a:b=c"_s << u"q"_s << u"a:b=c"_s;
        QTest::newRow("tab") << u"name\tvalue"_s << u"name"_s << u"value"_s;
        QTest::newRow("name alone") << u"Accept"_s << u"Accept"_s << QString();
        QTest::newRow("no value") << u"Accept:"_s << u"Accept"_s << u""_s;
        QTest::newRow("pseudo header") << u":authority: a.test"_s << u":authority"_s << u"a.test"_s;
        QTest::newRow("colon alone") << u":"_s << u":"_s << QString();
    }

    void readsPastedText()
    {
        QFETCH(QString, text);
        QFETCH(QString, name);
        QFETCH(QString, value);
        const auto rows = NameValueModel::fromText(text);
        QCOMPARE(rows.size(), 1);
        QCOMPARE(rows.first().name, name);
        QCOMPARE(rows.first().value, value);
        QVERIFY(NameValueModel::fromText(u" \n\r\n//\n"_s).isEmpty());
    }

    void namesItsColumns()
    {
        QCOMPARE(m_model->headerData(0, Qt::Horizontal, Qt::DisplayRole).toString(), u"Name"_s);
        QCOMPARE(m_model->headerData(1, Qt::Horizontal, Qt::DisplayRole).toString(), u"Value"_s);
    }

    void keepsAMegabyte()
    {
        const QString big(1024 * 1024, u'x');
        QVERIFY(set(0, 1, big));
        QCOMPARE(m_model->rows().first().value, big);
    }

private:
    bool set(int row, int column, const QString &text)
    {
        return m_model->setData(m_model->index(row, column), text, Qt::EditRole);
    }

    std::unique_ptr<NameValueModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

QTEST_GUILESS_MAIN(TestNameValueModel)
#include "test_name_value_model.moc"
