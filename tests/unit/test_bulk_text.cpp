#include "app/http/HeaderNames.h"
#include "app/models/BulkText.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

class TestBulkText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void losesNothing_data();
    void losesNothing();
    void readsWhatPeopleType_data();
    void readsWhatPeopleType();
    void headerNamesAreSortedAndUnique();
};

void TestBulkText::losesNothing_data()
{
    QTest::addColumn<QList<NameValue>>("rows");
    QTest::addColumn<QString>("text");
    const auto row = [](const char *name, const QList<NameValue> &rows, const QString &text) {
        QTest::newRow(name) << rows << text;
    };
    row("none", {}, {});
    row("plain", {{u"Accept"_s, u"*/*"_s, true}}, u"Accept: */*"_s);
    row("off", {{u"A"_s, u"1"_s, false}, {u"A"_s, u"2"_s, true}}, u"// A: 1\nA: 2"_s);
    row("an empty value", {{u"A"_s, {}, true}, {u"B"_s, {}, false}}, u"A:\n// B:"_s);
    row("no name", {{{}, u"v"_s, true}, {{}, {}, true}, {{}, {}, false}}, u": v\n:\n// :"_s);
    row("colons in the value", {{u"Referer"_s, u"http://a:1/: x"_s, true}}, u"Referer: http://a:1/: x"_s);
    row("blanks around the value", {{u"A"_s, u"  x\t "_s, true}, {u"B"_s, u" "_s, true}},
        u"A:   x\t \nB:  "_s);
    row("slashes in the value", {{u"A"_s, u"// x"_s, true}}, u"A: // x"_s);
    row("backslashes", {{u"a\\b"_s, u"C:\\new"_s, true}}, u"a\\\\b: C:\\new"_s);
    row("a colon in the name", {{u":authority"_s, u"x"_s, true}, {u"a:b"_s, {}, true}},
        u"\\:authority: x\na\\:b:"_s);
    row("slashes in the name", {{u"//x"_s, u"1"_s, true}, {u"/"_s, {}, false}, {u"a//"_s, {}, true}},
        u"\\//x: 1\n// \\/:\na//:"_s);
    row("blanks around the name", {{u" a b\t"_s, u"1"_s, true}, {u" "_s, {}, true}},
        u"\\ a b\\\t: 1\n\\ :"_s);
    row("lines in the value", {{u"a"_s, u"1\n2\n\n\t3\n"_s, false}, {u"b"_s, u"\n"_s, true}},
        u"// a: 1\n\t2\n\t\n\t\t3\n\t\nb: \n\t"_s);
    row("lines in the name", {{u"a\nb"_s, u"1"_s, true}, {u"n"_s, u"\\n"_s, true}}, u"a\\nb: 1\nn: \\n"_s);
    row("a tab before the name", {{u"x"_s, u"1"_s, true}, {u"\ty"_s, u"2"_s, true}}, u"x: 1\n\\\ty: 2"_s);
}

void TestBulkText::losesNothing()
{
    QFETCH(QList<NameValue>, rows);
    QFETCH(QString, text);
    QCOMPARE(bulkText(rows), text);
    QCOMPARE(rowsFromBulkText(text), rows);
}

void TestBulkText::readsWhatPeopleType_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QList<NameValue>>("rows");
    QTest::newRow("blank lines") << u"\n  \nA: 1\n\n\tB: 2\n//\n"_s
                                 << QList<NameValue>{{u"A"_s, u"1"_s, true}, {u"B"_s, u"2"_s, true}};
    QTest::newRow("no blank") << u"A:1\n//B:2"_s
                              << QList<NameValue>{{u"A"_s, u"1"_s, true}, {u"B"_s, u"2"_s, false}};
    QTest::newRow("indented") << u"   A : 1\n  //  B: 2"_s
                              << QList<NameValue>{{u"A"_s, u"1"_s, true}, {u"B"_s, u"2"_s, false}};
    QTest::newRow("a name alone") << u"A"_s << QList<NameValue>{{u"A"_s, {}, true}};
    QTest::newRow("a backslash at the end") << u"A\\"_s << QList<NameValue>{{u"A\\"_s, {}, true}};
}

void TestBulkText::readsWhatPeopleType()
{
    QFETCH(QString, text);
    QFETCH(QList<NameValue>, rows);
    QCOMPARE(rowsFromBulkText(text), rows);
    QCOMPARE(rowsFromBulkText(bulkText(rows)), rows);
}

void TestBulkText::headerNamesAreSortedAndUnique()
{
    QStringList sorted = requestHeaderNames();
    QVERIFY(sorted.size() > 80);
    sorted.sort(Qt::CaseInsensitive);
    QCOMPARE(requestHeaderNames(), sorted);
    QCOMPARE(sorted.removeDuplicates(), 0);
    for (const QString &name : std::as_const(sorted))
        QCOMPARE(name, name.trimmed());
    QVERIFY(commonHeaderValues(u" content-TYPE"_s).contains(u"application/json"_s));
    QVERIFY(commonHeaderValues(u"Authorization"_s).isEmpty());
}

QTEST_GUILESS_MAIN(TestBulkText)
#include "test_bulk_text.moc"
