#include "app/http/XmlFormat.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

class TestXmlFormat : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void laysOut_data();
    void laysOut();
    void saysWhereItEnds_data();
    void saysWhereItEnds();
    void boundsWhatEntitiesMayGrowTo();
    void isLinearInDepth();
    void readsTheDeclaredEncoding();
};

void TestXmlFormat::laysOut_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("pretty");
    const auto row = [](const char *name, const QString &text, const QString &pretty) {
        QTest::newRow(name) << text << pretty;
    };
    row("nested", u"<a><b><c>1</c></b><d/></a>"_s, u"<a>\n  <b>\n    <c>1</c>\n  </b>\n  <d/>\n</a>\n"_s);
    row("laid out otherwise", u"<a>\n\n   <b >1</b >\r\n</a>\n\n"_s, u"<a>\n  <b >1</b >\n</a>\n"_s);
    row("mixed content stays", u"<p>one <b>two</b>\n three</p>"_s, u"<p>one <b>two</b>\n three</p>\n"_s);
    row("blanks alone may mean something", u"<a><b>  </b><c></c></a>"_s,
        u"<a>\n  <b>  </b>\n  <c></c>\n</a>\n"_s);
    row("attributes", u"<a x = '>' y=\"/&gt;'\"><b/></a>"_s, u"<a x = '>' y=\"/&gt;'\">\n  <b/>\n</a>\n"_s);
    row("declaration, comment, instruction", u"<?xml version=\"1.0\"?><!-- <x> --><?p >?><a/>"_s,
        u"<?xml version=\"1.0\"?>\n<!-- <x> -->\n<?p >?>\n<a/>\n"_s);
    row("comment that begins with >", u"<a><!-->x</[--><b/></a>"_s, u"<a>\n  <!-->x</[-->\n  <b/>\n</a>\n"_s);
    row("CDATA", u"<a><b><![CDATA[ <x>]] ]]></b></a>"_s, u"<a>\n  <b><![CDATA[ <x>]] ]]></b>\n</a>\n"_s);
    row("document type", u"<!DOCTYPE a [ <!ENTITY e \">\"> ]><a><b>&e;</b></a>"_s,
        u"<!DOCTYPE a [ <!ENTITY e \">\"> ]>\n<a>\n  <b>&e;</b>\n</a>\n"_s);
    row("variables", u"<a><b>{{v}}</b></a>"_s, u"<a>\n  <b>{{v}}</b>\n</a>\n"_s);
    row("beyond the basic plane", u"<a><b>😀</b><c>ü</c></a>"_s, u"<a>\n  <b>😀</b>\n  <c>ü</c>\n</a>\n"_s);
}

void TestXmlFormat::laysOut()
{
    QFETCH(QString, text);
    QFETCH(QString, pretty);
    QCOMPARE(prettyXml(text).value_or(u"none"_s), pretty);
    QCOMPARE(prettyXml(pretty).value_or(u"none"_s), pretty);
}

void TestXmlFormat::saysWhereItEnds_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("line");
    QTest::newRow("no end") << u"<a>\n<b>"_s << 2;
    QTest::newRow("wrong end") << u"<a>\n<b>\n</a>"_s << 3;
    QTest::newRow("no quotes") << u"<a b=c/>"_s << 1;
    QTest::newRow("two roots") << u"<a/>\n<b/>"_s << 2;
    QTest::newRow("no XML") << u"{}"_s << 1;
    QTest::newRow("empty") << QString() << 1;
}

void TestXmlFormat::saysWhereItEnds()
{
    QFETCH(QString, text);
    QFETCH(int, line);
    const auto problem = checkXml(text);
    QVERIFY(problem);
    QCOMPARE(problem->line, line);
    QVERIFY(problem->column >= 1);
    QVERIFY(problem->sentence().startsWith(u"Line %1, column %2: "_s.arg(line).arg(problem->column)));
    QVERIFY(!prettyXml(text));
}

void TestXmlFormat::boundsWhatEntitiesMayGrowTo()
{
    QString text = u"<!DOCTYPE a [<!ENTITY e0 \"0123456789\">"_s;
    for (int i = 1; i < 12; ++i)
        text += u"<!ENTITY e%1 \"%2\">"_s.arg(i).arg(u"&e%1;"_s.arg(i - 1).repeated(10));
    QVERIFY(checkXml(text + u"]><a>&e11;</a>"_s)); // a hundred thousand million characters
}

void TestXmlFormat::isLinearInDepth()
{
    constexpr int deep = 100'000;
    const QString text = u"<a>"_s.repeated(deep) + u"x"_s + u"</a>"_s.repeated(deep);
    const auto pretty = prettyXml(text);
    QVERIFY(pretty);
    QVERIFY(pretty->size() < 100 * text.size()); // indentation does not grow for ever
}

void TestXmlFormat::readsTheDeclaredEncoding()
{
    QCOMPARE(declaredXmlEncoding(u"<?xml version='1.0' encoding='ISO-8859-1'?><a/>"_s), u"ISO-8859-1"_s);
    QCOMPARE(declaredXmlEncoding(u"<a/>"_s), QString());
    QCOMPARE(declaredXmlEncoding(QString()), QString());
}

QTEST_GUILESS_MAIN(TestXmlFormat)
#include "test_xml_format.moc"
