#include "app/base/JsonPointer.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

/// RFC 6901 section 5, and some values of other types.
QJsonValue document()
{
    return QJsonDocument::fromJson(
               "{\"foo\": [\"bar\", \"baz\"], \"\": 0, \"a/b\": 1, \"c%d\": 2, \"e^f\": 3, \"g|h\": 4, "
               "\"i\\\\j\": 5, \"k\\\"l\": 6, \" \": 7, \"m~n\": 8, \"~1\": 9, "
               "\"null\": null, \"yes\": true, \"half\": 0.5, \"id\": 12345678901}")
        .object();
}

} // namespace

class TestJsonPointer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsWhatTheRfcSays_data();
    void findsWhatTheRfcSays();
    void findsNothing_data();
    void findsNothing();
    void givesText_data();
    void givesText();
};

void TestJsonPointer::findsWhatTheRfcSays_data()
{
    QTest::addColumn<QString>("pointer");
    QTest::addColumn<QJsonValue>("value");
    QTest::newRow("whole") << u""_s << document();
    QTest::newRow("array") << u"/foo"_s << QJsonValue(QJsonArray{u"bar"_s, u"baz"_s});
    QTest::newRow("element") << u"/foo/0"_s << QJsonValue(u"bar"_s);
    QTest::newRow("empty name") << u"/"_s << QJsonValue(0);
    QTest::newRow("escaped slash") << u"/a~1b"_s << QJsonValue(1);
    QTest::newRow("percent") << u"/c%d"_s << QJsonValue(2);
    QTest::newRow("backslash") << u"/i\\j"_s << QJsonValue(5);
    QTest::newRow("quote") << u"/k\"l"_s << QJsonValue(6);
    QTest::newRow("space") << u"/ "_s << QJsonValue(7);
    QTest::newRow("escaped tilde") << u"/m~0n"_s << QJsonValue(8);
    QTest::newRow("tilde before one") << u"/~01"_s << QJsonValue(9);
    QTest::newRow("null is something") << u"/null"_s << QJsonValue(QJsonValue::Null);
}

void TestJsonPointer::findsWhatTheRfcSays()
{
    QFETCH(const QString, pointer);
    QFETCH(const QJsonValue, value);
    QCOMPARE(atPointer(document(), pointer), value);
}

void TestJsonPointer::findsNothing_data()
{
    QTest::addColumn<QString>("pointer");
    for (const QString &pointer :
         {u"foo"_s, u"/missing"_s, u"/foo/2"_s, u"/foo/-"_s, u"/foo/-1"_s, u"/foo/00"_s, u"/foo/1x"_s,
          u"/foo/"_s, u"/foo/99999999999999999999"_s, u"/foo/0/bar"_s, u"/null/x"_s, u"//"_s})
        QTest::newRow(qPrintable(pointer)) << pointer;
}

void TestJsonPointer::findsNothing()
{
    QFETCH(const QString, pointer);
    QVERIFY(atPointer(document(), pointer).isUndefined());
    QCOMPARE(textAtPointer(document(), pointer), QString());
}

void TestJsonPointer::givesText_data()
{
    QTest::addColumn<QString>("pointer");
    QTest::addColumn<QString>("text");
    QTest::newRow("string") << u"/foo/1"_s << u"baz"_s;
    QTest::newRow("a large number in full") << u"/id"_s << u"12345678901"_s;
    QTest::newRow("fraction") << u"/half"_s << u"0.5"_s;
    QTest::newRow("bool") << u"/yes"_s << u"true"_s;
    QTest::newRow("null") << u"/null"_s << QString();
    QTest::newRow("array") << u"/foo"_s << QString();
}

void TestJsonPointer::givesText()
{
    QFETCH(const QString, pointer);
    QFETCH(const QString, text);
    QCOMPARE(textAtPointer(document(), pointer), text);
}

QTEST_GUILESS_MAIN(TestJsonPointer)
#include "test_json_pointer.moc"
