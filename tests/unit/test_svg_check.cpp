#include "app/body/SvgCheck.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

class TestSvgCheck : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void saysWhatIsNotDrawn_data();
    void saysWhatIsNotDrawn();
    void noStyleSheetIsRead();
};

void TestSvgCheck::saysWhatIsNotDrawn_data()
{
    QTest::addColumn<QByteArray>("contents");
    QTest::addColumn<QString>("problem"); // a part of it; empty: none
    const auto row = [](const char *name, const QByteArray &contents, const QString &problem) {
        QTest::newRow(name)
            << "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'>" +
                   contents + "</svg>"
            << problem;
    };
    row("shapes",
        "<g id='a'><rect/></g><use xlink:href='#a'/><use href='#none'/><path stroke-dasharray='4,2'/>", {});
    row("many shapes", QByteArray("<rect/>").repeated(150'000), {});
    row("too many shapes", QByteArray("<rect/>").repeated(200'001), u"more than 200000"_s);
    QByteArray bomb = "<g id='g0'><rect/></g>";
    for (int i = 1; i < 40; ++i)
        bomb += "<g id='g" + QByteArray::number(i) + "'>" +
                QByteArray("<use href='#g" + QByteArray::number(i - 1) + "'/>").repeated(10) + "</g>";
    row("what grows", bomb + "<use href='#g39'/>", u"more than 200000"_s);
    row("what refers to itself", "<g id='a'><use href='#a'/></g>", u"more than 200000"_s);
    row("what refers to each other", "<g id='a'><use href='#b'/></g><g id='b'><use href='#a'/></g>",
        u"more than 200000"_s);
    row("a picture", "<image xlink:href='/dev/zero'/>", u"other pictures"_s);
    row("another file", "<use xlink:href='file:///etc/passwd#a'/>", u"other files"_s);
    row("a style sheet inside", "<?xml-stylesheet type=\"text/css\" href=\"/dev/zero\"?>", u"other files"_s);
    row("other instructions", "<?xpacket begin='' id='W5M0'?>", {});
    row("deep", QByteArray("<g>").repeated(500) + QByteArray("</g>").repeated(500), u"deeper"_s);
    row("tiny dashes", "<path style='fill: none; stroke-dasharray: 5 0.0001'/>", u"dashes"_s);
    row("tiny dashes in a style sheet", "<style>a { stroke-dasharray: 1e-9 }</style>", u"dashes"_s);
    row("not well-formed", "<g>", u"well-formed"_s);
}

void TestSvgCheck::saysWhatIsNotDrawn()
{
    QFETCH(QByteArray, contents);
    QFETCH(QString, problem);
    const auto found = problemWithSvg(contents);
    QCOMPARE(found.has_value(), !problem.isEmpty());
    QVERIFY2(!found || found->contains(problem), qPrintable(found.value_or(QString())));
}

/// Also before the drawing, where it mostly stands.
void TestSvgCheck::noStyleSheetIsRead()
{
    const QByteArray drawing = "<svg xmlns='http://www.w3.org/2000/svg'/>";
    const QByteArray sheet = "<?xml-stylesheet type=\"text/css\" href=\"/dev/zero\"?>\n";
    for (const QByteArray &svg :
         {sheet + drawing, "<?xml version='1.0'?>" + sheet + drawing, drawing + sheet})
        QVERIFY2(problemWithSvg(svg).value_or(QString()).contains(u"other files"_s), svg.constData());
    QVERIFY(!problemWithSvg("<?xml version='1.0'?>" + drawing));
}

QTEST_GUILESS_MAIN(TestSvgCheck)
#include "test_svg_check.moc"
