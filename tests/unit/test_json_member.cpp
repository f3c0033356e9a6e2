#include "app/http/JsonMember.h"

#include <QTest>

using namespace keydesk;
using namespace Qt::StringLiterals;

class TestJsonMember : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void replacesAndAdds_data();
    void replacesAndAdds();
    void leavesWhatItCannotChange();
};

void TestJsonMember::replacesAndAdds_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("pointer");
    QTest::addColumn<QString>("result");
    QTest::newRow("a value") << uR"({"a": 1,  "b": "x"})"_s << u"/b"_s << uR"({"a": 1,  "b": "new"})"_s;
    QTest::newRow("an object") << uR"({"a": {"c": [1]}, "b": 2})"_s << u"/a"_s
                               << uR"({"a": "new", "b": 2})"_s;
    QTest::newRow("deep") << uR"({"a": {"b": {"c": 1}}})"_s << u"/a/b/c"_s
                          << uR"({"a": {"b": {"c": "new"}}})"_s;
    QTest::newRow("in a list") << uR"({"a": [{"b": 1}, {"b": 2}]})"_s << u"/a/1/b"_s
                               << uR"({"a": [{"b": 1}, {"b": "new"}]})"_s;
    QTest::newRow("an escaped name") << uR"({"a\/b": 1, "a~": 2})"_s << u"/a~1b"_s
                                     << uR"({"a\/b": "new", "a~": 2})"_s;
    QTest::newRow("beside a variable")
        << uR"({"a": {{v}}, "ü": 1})"_s << u"/ü"_s << uR"({"a": {{v}}, "ü": "new"})"_s;
    QTest::newRow("a variable") << uR"({"a": {{v}}})"_s << u"/a"_s << uR"({"a": "new"})"_s;
    QTest::newRow("a new member") << u"{\n  \"a\": 1\n}"_s << u"/b"_s
                                  << u"{\n  \"a\": 1,\n  \"b\": \"new\"\n}"_s;
    QTest::newRow("the first member") << u"{}"_s << u"/b"_s << u"{\n  \"b\": \"new\"\n}"_s;
    QTest::newRow("a new member further in") << u"{\n  \"a\": {\n    \"c\": 1\n  }\n}"_s << u"/a/b"_s
                                             << u"{\n  \"a\": {\n    \"c\": 1,\n    \"b\": \"new\"\n  }\n}"_s;
}

void TestJsonMember::replacesAndAdds()
{
    QFETCH(QString, json);
    QFETCH(QString, pointer);
    QFETCH(QString, result);
    QCOMPARE(withJsonMember(json, pointer, u"\"new\""_s), result);
}

void TestJsonMember::leavesWhatItCannotChange()
{
    QVERIFY(!withJsonMember(u"{"_s, u"/a"_s, u"1"_s));
    QVERIFY(!withJsonMember(u"[]"_s, u"/a"_s, u"1"_s));
    QVERIFY(!withJsonMember(u"{\"a\": 1}"_s, u"/a/b"_s, u"1"_s));
    QVERIFY(!withJsonMember(u"{\"a\": 1}"_s, u"a"_s, u"1"_s));
    QVERIFY(!withJsonMember(u"{}"_s, u"/a/b"_s, u"1"_s));
    QVERIFY(!withJsonMember(QString(), u"/a"_s, u"1"_s));
}

QTEST_GUILESS_MAIN(TestJsonMember)
#include "test_json_member.moc"
