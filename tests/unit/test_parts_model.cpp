#include "app/models/PartsModel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

class TestPartsModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_model = std::make_unique<PartsModel>();
        m_tester = std::make_unique<QAbstractItemModelTester>(
            m_model.get(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    }
    void cleanup()
    {
        m_tester.reset();
        m_model.reset();
    }

    void growsWhileTyping()
    {
        QSignalSpy edited(m_model.get(), &PartsModel::edited);
        QCOMPARE(m_model->rowCount(), 1);
        QVERIFY(set(0, PartsModel::Name, u"a"_s));
        QVERIFY(set(0, PartsModel::Value, u" 1 "_s));
        QVERIFY(set(0, PartsModel::ContentType, u"a/b"_s));
        QCOMPARE(m_model->rowCount(), 2);
        QCOMPARE(edited.size(), 3);
        QCOMPARE(m_model->parts(), (QList<RequestPart>{{u"a"_s, u" 1 "_s, {}, {}, u"a/b"_s, {}, true}}));
        for (const int column : {PartsModel::Name, PartsModel::Value, PartsModel::ContentType})
            QVERIFY(set(0, column, {}));
        QCOMPARE(m_model->rowCount(), 1);
        QVERIFY(m_model->parts().isEmpty());
    }

    void aFileTakesTheValuesPlace()
    {
        m_model->setFile(0, u"/a.png"_s);
        QCOMPARE(m_model->parts(), (QList<RequestPart>{{u"file"_s, {}, u"/a.png"_s, {}, {}, {}, true}}));
        QCOMPARE(m_model->index(0, PartsModel::Value).data().toString(), u"/a.png"_s);
        QCOMPARE(m_model->index(0, PartsModel::Value).data(PartsModel::FileRole).toString(), u"/a.png"_s);
        QVERIFY(set(0, PartsModel::Value, u"/b.png"_s));
        QCOMPARE(m_model->parts().first().file, u"/b.png"_s);
        QVERIFY(set(0, PartsModel::Value, {}));
        QVERIFY(set(0, PartsModel::Value, u"text"_s));
        QCOMPARE(m_model->parts().first().value, u"text"_s);
        m_model->setFile(7, u"/nowhere"_s);
        QCOMPARE(m_model->parts().size(), 1);
    }

    void keepsWhatHasNoColumn()
    {
        const RequestPart part{u"a"_s,        u"left"_s, u"/a"_s,
                               u"told.png"_s, u"a/b"_s,  {{u"X"_s, u"1"_s, true}, {u"Y"_s, {}, false}},
                               false};
        m_model->setParts({part, RequestPart(), part, RequestPart()});
        QCOMPARE(m_model->parts(), (QList<RequestPart>{part, RequestPart(), part}));
        QCOMPARE(m_model->index(0, 0).data(Qt::CheckStateRole).toInt(), int(Qt::Unchecked));
        QVERIFY(m_model->setData(m_model->index(0, 0), Qt::Checked, Qt::CheckStateRole));
        RequestPart on = part;
        on.enabled = true;
        QCOMPARE(m_model->parts().first(), on);
        const QString tip = m_model->index(0, 1).data(Qt::ToolTipRole).toString();
        QVERIFY2(tip.contains(u"told.png"_s) && tip.contains(u"X: 1"_s) && !tip.contains(u'Y'),
                 qPrintable(tip));
        QVERIFY(m_model->removeRows(0, 2));
        QCOMPARE(m_model->parts(), QList<RequestPart>{part});
        QVERIFY(!m_model->removeRows(1, 1)); // the row to type into stays
    }

private:
    bool set(int row, int column, const QString &text)
    {
        return m_model->setData(m_model->index(row, column), text, Qt::EditRole);
    }

    std::unique_ptr<PartsModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

QTEST_GUILESS_MAIN(TestPartsModel)
#include "test_parts_model.moc"
