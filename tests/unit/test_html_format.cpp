#include "app/http/HtmlFormat.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

class TestHtmlFormat : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isLaidOut_data();
    void isLaidOut();
    void onlyWhiteSpaceChanges_data();
    void onlyWhiteSpaceChanges();
    void deepAndBrokenIsFast();
    void itCanBeStopped();
};

void TestHtmlFormat::isLaidOut_data()
{
    QTest::addColumn<QString>("html");
    QTest::addColumn<QString>("pretty");
    QTest::newRow("a page")
        << u"<!DOCTYPE html><html><head><meta charset=utf-8><title>A  B</title></head><body><h1>Hi "
           u"<b>you</b></h1>"
           "<p>one\n two<br>three</p></body></html>"_s
        << u"<!DOCTYPE html>\n<html>\n  <head>\n    <meta charset=utf-8>\n    <title>A  B</title>\n  "
           u"</head>\n  <body>\n"
           "    <h1>Hi <b>you</b></h1>\n    <p>one two<br>three</p>\n  </body>\n</html>\n"_s;
    QTest::newRow("ends that are left out")
        << u"<ul><li>one<li>two</ul>"_s << u"<ul>\n  <li>\n    one\n  <li>\n    two\n</ul>\n"_s;
    QTest::newRow("kept as it is")
        << u"<div><pre> a\n  b</pre><script>if (a < b)\n  x(\"</p>\");</script></div>"_s
        << u"<div>\n  <pre> a\n  b</pre>\n  <script>if (a < b)\n  x(\"</p>\");</script>\n</div>\n"_s;
    QTest::newRow("no tags") << u"a < b && c > d"_s << u"a < b && c > d\n"_s;
    QTest::newRow("an end too many") << u"</div><p>x</p></p>"_s << u"</div>\n<p>x</p>\n</p>\n"_s;
    QTest::newRow("> in a value") << u"<div title = \"a > b\"><p>x</p></div>"_s
                                  << u"<div title = \"a > b\">\n  <p>x</p>\n</div>\n"_s;
    QTest::newRow("words around elements")
        << u"<div>a <i>b</i>, c<p>d</p>e</div>"_s << u"<div>\n  a <i>b</i>, c\n  <p>d</p>\n  e\n</div>\n"_s;
    QTest::newRow("nothing") << u""_s << u"\n"_s;
}

void TestHtmlFormat::isLaidOut()
{
    QFETCH(QString, html);
    QFETCH(QString, pretty);
    QCOMPARE(prettyHtml(html, false), pretty);
    QCOMPARE(prettyHtml(pretty, false), pretty); // and stays so
}

void TestHtmlFormat::onlyWhiteSpaceChanges_data()
{
    QTest::addColumn<QString>("html");
    for (const char *html : {"<", "</", "<a", "<!--", "<!-", "<script>", "<pre>x", "<div class='", "<p/>",
                             "</>", "<br/ >x", "&lt;<b>", "<a b=>", "<table><tr><td>1<td>2<tr><td>3</table>",
                             "<p>\x01\x7F</p>", "<![CDATA[ x ]]>", "<?php echo 1 ?>"})
        QTest::newRow(html) << QString::fromLatin1(html);
}

void TestHtmlFormat::onlyWhiteSpaceChanges()
{
    QFETCH(QString, html);
    const auto squeezed = [](QString text) { return text.remove(u' ').remove(u'\n'); };
    QCOMPARE(squeezed(prettyHtml(html, false)), squeezed(html));
}

/// If each were looked for in all that is before it, this would take minutes.
void TestHtmlFormat::deepAndBrokenIsFast()
{
    for (const QString &part :
         {u"<div>"_s, u"<div></p>"_s, u"<b>"_s, u"</x>"_s, u"<!"_s, u"<script"_s, u"<a b=\""_s})
        QVERIFY(!prettyHtml(part.repeated(100'000), false).isEmpty());
}

void TestHtmlFormat::itCanBeStopped()
{
    QVERIFY(prettyHtml(u"<p>some text</p>"_s.repeated(1000), true).size() < 100);
}

QTEST_GUILESS_MAIN(TestHtmlFormat)
#include "test_html_format.moc"
