#include "app/base/Redactor.h"
#include "app/http/BodyText.h"

#include <QLocale>
#include <QStringConverter>
#include <QTest>

using namespace keydesk;
using namespace Qt::StringLiterals;

class TestBodyText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsItsText_data();
    void readsItsText();
    void leavesBytesAsTheyAre();
    void masksTokensInEveryCoding_data();
    void masksTokensInEveryCoding();
    void masksTokensBetweenBytes();
    void writesSizesAndTimes();

private:
    static HttpResponse made(const QByteArray &type, const QByteArray &body)
    {
        HttpResponse response;
        response.status = 200;
        if (!type.isEmpty())
            response.headers = {{"Content-Type", type}};
        response.body = body;
        return response;
    }
};

void TestBodyText::readsItsText_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("note");
    const QByteArray json = "application/json";
    QTest::newRow("UTF-8") << "text/plain"_ba
                           << "\xC3\xA9"_ba << u"é"_s << QString();
    QTest::newRow("Latin-1") << "text/plain; charset=\"ISO-8859-1\""_ba
                             << "\xE9"_ba << u"é"_s << QString();
    QTest::newRow("UTF-16 with a mark")
        << "text/plain"_ba << QByteArray("\xFF\xFE\xE9\x00", 4) << u"é"_s << QString();
    QTest::newRow("JSON in UTF-16") << json + "; charset=utf-16le" << QByteArray("[\0001\0]\0", 6) << u"[1]"_s
                                    << u"came in UTF-16 LE"_s;
    QTest::newRow("JSON in Latin-1") << json + "; charset=latin1"
                                     << "[\"\xE9\"]"_ba << u"[\"é\"]"_s << u"came in Latin-1"_s;
    QTest::newRow("UTF-32 with a mark")
        << "text/plain"_ba << QByteArray("\xFF\xFE\0\0\xE9\0\0\0", 8) << u"é"_s << u"came in UTF-32"_s;
    QTest::newRow("UTF-32 by its name")
        << "text/plain; charset=utf-32be"_ba << QByteArray("\0\0\0\xE9", 4) << u"é"_s << u"came in UTF-32"_s;
    QTest::newRow("not UTF-8") << "text/plain"_ba
                               << "a\xC3\xA9\xFFz"_ba << u"aé\uFFFDz"_s << QString();
    QTest::newRow("unknown") << "text/plain; charset=klingon"_ba
                             << "a"_ba << u"a"_s << u"“klingon”, which"_s;
    QTest::newRow("empty") << json << QByteArray() << QString() << QString();
}

void TestBodyText::readsItsText()
{
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, body);
    QFETCH(QString, text);
    QFETCH(QString, note);
    const ShownBody shown = shownBody(made(type, body), Redactor());
    QCOMPARE(textOf(shown).value(), text);
    QCOMPARE(shown.notes.size(), note.isEmpty() ? 0 : 1);
    QVERIFY2(shown.notes.join(QString()).contains(note), qPrintable(shown.notes.join(QString())));
    if (!note.contains(u"came in"_s))
        QCOMPARE(shown.bytes, body);
}

void TestBodyText::leavesBytesAsTheyAre()
{
    Redactor redactor;
    redactor.add(Secret("talq_canarycanary3f9a"));
    QByteArray all;
    for (int byte = 0; byte < 1024; ++byte)
        all += char(byte);
    for (const char *type : {"", "image/png", "application/octet-stream"}) {
        const ShownBody shown = shownBody(made(type, all), redactor);
        QCOMPARE(shown.bytes, all);
        QVERIFY(shown.notes.isEmpty());
        QVERIFY(!textOf(shown));
    }
}

void TestBodyText::masksTokensInEveryCoding_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("body");
    const QString text = u"é talq_canarycanary3f9a é"_s;
    QTest::newRow("UTF-8") << "text/plain"_ba << text.toUtf8();
    QTest::newRow("Latin-1") << "text/plain; charset=iso-8859-1"_ba << text.toLatin1();
    for (const auto &[coding, charset] :
         {std::pair(QStringConverter::Utf16LE, "utf-16le"), std::pair(QStringConverter::Utf16BE, "utf-16be"),
          std::pair(QStringConverter::Utf32LE, "utf-32le")}) {
        QStringEncoder encoder(coding);
        QTest::newRow(charset) << "text/plain; charset="_ba + charset << QByteArray(encoder.encode(text));
    }
    QStringEncoder marked(QStringConverter::Utf16LE, QStringConverter::Flag::WriteBom);
    QTest::newRow("with a mark") << QByteArray() << QByteArray(marked.encode(text));
}

void TestBodyText::masksTokensInEveryCoding()
{
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, body);
    Redactor redactor;
    redactor.add(Secret("talq_canarycanary3f9a"));
    const ShownBody shown = shownBody(made(type, body), redactor);
    QCOMPARE(textOf(shown).value(), u"é •••• é"_s);
    QVERIFY(shown.notes.contains(maskedNote()));
    QVERIFY(!QByteArray(shown.bytes).replace('\0', QByteArray()).contains("canary"));
}

void TestBodyText::masksTokensBetweenBytes()
{
    Redactor redactor;
    redactor.add(Secret("talq_canarycanary3f9a"));
    const ShownBody shown = shownBody(
        made("application/octet-stream", QByteArray("\0\1\xFF", 3) + "talq_canarycanary3f9a"), redactor);
    QCOMPARE(shown.bytes, QByteArray("\0\1\xFF", 3) + "••••");
    QCOMPARE(shown.notes, QStringList(maskedNote()));
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
