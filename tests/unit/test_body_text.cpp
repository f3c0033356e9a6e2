#include "app/base/Redactor.h"
#include "app/http/BodyText.h"

#include <QLocale>
#include <QTest>

using namespace keydesk;
using namespace Qt::StringLiterals;

class TestBodyText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void laysOutJson();
    void showsInvalidJsonAsItCame();
    void laysOutWhatArrivedOfACutJson();
    void recognisesWhatItIs_data();
    void recognisesWhatItIs();
    void decodesByCharset_data();
    void decodesByCharset();
    void cutsWhatIsTooLongAndSaysSo();
    void redactsATokenAcrossTheCut();
    void redactsBeforeItShowsBytes();
    void writesSizesAndTimes();

private:
    BodyText read(const QByteArray &type, const QByteArray &body,
                  BodyLayout layout = BodyLayout::Pretty) const
    {
        return bodyText(made(type, body), layout, m_redactor);
    }
    static HttpResponse made(const QByteArray &type, const QByteArray &body)
    {
        HttpResponse response;
        response.status = 200;
        if (!type.isEmpty())
            response.headers = {{"Content-Type", type}};
        response.body = body;
        return response;
    }

    Redactor m_redactor;
};

void TestBodyText::laysOutJson()
{
    const BodyText pretty = read("application/json; charset=utf-8", "{\"a\":1.50}");
    QCOMPARE(pretty.text, u"{\n  \"a\": 1.50\n}"_s);
    QVERIFY(pretty.isPretty);
    QCOMPARE(pretty.format, u"JSON"_s);
    QCOMPARE(pretty.charset, u"UTF-8"_s);
    QVERIFY(pretty.notes.isEmpty());
    QCOMPARE(read("application/json", "{\"a\":1.50}", BodyLayout::Raw).text, u"{\"a\":1.50}"_s);
}

void TestBodyText::showsInvalidJsonAsItCame()
{
    const BodyText body = read("application/problem+json", "{\"a\":}");
    QCOMPARE(body.text, u"{\"a\":}"_s);
    QVERIFY(!body.isPretty);
    QCOMPARE(body.notes.size(), 1);
    QVERIFY(body.notes.first().contains(u"Line 1, column 6"_s));
}

void TestBodyText::laysOutWhatArrivedOfACutJson()
{
    HttpResponse response = made("application/json", "{\"a\":[1,2");
    response.truncated = true;
    const BodyText body = bodyText(response, BodyLayout::Pretty, m_redactor);
    QVERIFY(body.isPretty);
    QCOMPARE(body.text, u"{\n  \"a\": [\n    1,\n    2"_s);
}

void TestBodyText::recognisesWhatItIs_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("kind");
    const auto row = [](const char *name, const QByteArray &type, const QByteArray &body,
                        BodyText::Kind kind) {
        QTest::newRow(name) << type << body << static_cast<int>(kind);
    };
    row("empty", "application/json", "", BodyText::Kind::Empty);
    row("vendor JSON", "application/vnd.api+json", "{}", BodyText::Kind::Json);
    row("JSON without a type", "", " [1]", BodyText::Kind::Json);
    row("JSON said to be plain text", "text/plain", "{\"a\":1}", BodyText::Kind::Json);
    row("text that begins like JSON", "text/plain", "[note] hello", BodyText::Kind::Text);
    row("HTML", "text/html", "<p>", BodyText::Kind::Text);
    row("text without a type", "", "hello", BodyText::Kind::Text);
    row("bytes without a type", "", QByteArray("a\0b", 3), BodyText::Kind::Binary);
    row("bytes", "application/octet-stream", "\xFF\xFE\xFD", BodyText::Kind::Binary);
    row("PNG", "image/png", "\x89PNG", BodyText::Kind::Image);
    row("SVG is text", "image/svg+xml", "<svg/>", BodyText::Kind::Text);
}

void TestBodyText::recognisesWhatItIs()
{
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, body);
    QFETCH(int, kind);
    QCOMPARE(static_cast<int>(read(type, body).kind), kind);
}

void TestBodyText::decodesByCharset_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("notes");
    QTest::newRow("UTF-8") << QByteArray("text/plain") << QByteArray("\xC3\xA9") << u"é"_s << 0;
    QTest::newRow("Latin-1") << QByteArray("text/plain; charset=\"ISO-8859-1\"") << QByteArray("\xE9")
                             << u"é"_s << 0;
    QTest::newRow("UTF-16 with a mark")
        << QByteArray("text/plain") << QByteArray("\xFF\xFE\xE9\x00", 4) << u"é"_s << 0;
    QTest::newRow("JSON in UTF-16") << QByteArray("application/json; charset=utf-16le")
                                    << QByteArray("[\0001\0]\0", 6) << u"[\n  1\n]"_s << 0;
    QTest::newRow("not UTF-8") << QByteArray("text/plain") << QByteArray("a\xFFz") << u"a\uFFFDz"_s << 1;
    QTest::newRow("unknown") << QByteArray("text/plain; charset=klingon") << QByteArray("a") << u"a"_s << 1;
}

void TestBodyText::decodesByCharset()
{
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, body);
    QFETCH(QString, text);
    QFETCH(int, notes);
    const BodyText read = this->read(type, body);
    QCOMPARE(read.text, text);
    QVERIFY2(read.notes.size() == notes, qPrintable(read.notes.join(u'|')));
}

void TestBodyText::cutsWhatIsTooLongAndSaysSo()
{
    // A character of two bytes lies across the cut.
    const QByteArray body =
        QByteArray("x\n").repeated(shownBodyLimit / 2 - 1) + "x\xC3\xA9" + QByteArray(100'000, 'y');
    const BodyText text = read("text/plain", body);
    QVERIFY(text.cut);
    QCOMPARE(text.text.size(), shownBodyLimit - 1);
    QVERIFY(!text.text.contains(QChar::ReplacementCharacter));
    QCOMPARE(text.notes.size(), 1);
    QVERIFY(!read("text/plain", QByteArray(shownBodyLimit, '\n')).cut);

    // One line is cut earlier, and so is what follows it.
    const BodyText line = read("text/plain", "short\n" + QByteArray(shownLineLimit + 1, 'x') + "\nmore");
    QVERIFY(line.cut);
    QCOMPARE(line.text.size(), shownLineLimit + 6);
    QVERIFY(!read("text/plain", QByteArray(shownLineLimit, 'x') + "\nmore").cut);

    const QByteArray json = "[" + QByteArray("1,").repeated(2'000'000) + "1]";
    const BodyText pretty = read("application/json", json);
    QVERIFY(pretty.cut && pretty.isPretty);
    QCOMPARE(pretty.text.size(), shownBodyLimit);
}

void TestBodyText::redactsATokenAcrossTheCut()
{
    Redactor redactor;
    redactor.add(Secret("talq_canarycanary3f9a"));
    const QByteArray body =
        QByteArray(shownBodyLimit - 8, '\n') + "talq_canarycanary3f9a" + QByteArray(1000, 'y');
    const BodyText text = bodyText(made("text/plain", body), BodyLayout::Raw, redactor);
    QVERIFY(text.echoedToken);
    QVERIFY(!text.text.contains(u"talq_"_s));
    const BodyText json =
        bodyText(made("application/json", "{\"t\":\"talq_canarycanary3f9a\"}"), BodyLayout::Pretty, redactor);
    QCOMPARE(json.text, u"{\n  \"t\": \"••••\"\n}"_s);
    QCOMPARE(json.notes.size(), 1);
}

void TestBodyText::redactsBeforeItShowsBytes()
{
    Redactor redactor;
    redactor.add(Secret("talq_canarycanary3f9a"));
    const BodyText text =
        bodyText(made("application/octet-stream", QByteArray("\0\1", 2) + "talq_canarycanary3f9a"),
                 BodyLayout::Raw, redactor);
    QVERIFY(text.echoedToken);
    QVERIFY(!text.text.contains(u"canary"_s));
    QVERIFY(!text.text.contains(u"63 61 6e"_s)); // "can"
}

void TestBodyText::writesSizesAndTimes()
{
    QLocale::setDefault(QLocale(u"en_US"_s));
    QCOMPARE(sizeText(104), u"104 B"_s);
    QCOMPARE(sizeText(1234), u"1.2 kB"_s);
    QCOMPARE(sizeText(4'500'000), u"4.50 MB"_s);
    QCOMPARE(durationText(std::chrono::microseconds(148'200)), u"148 ms"_s);
    QCOMPARE(durationText(std::chrono::microseconds(1'340'000)), u"1.34 s"_s);
    QCOMPARE(durationText(std::chrono::seconds(125)), u"2 min 5 s"_s);
}

QTEST_GUILESS_MAIN(TestBodyText)
#include "test_body_text.moc"
