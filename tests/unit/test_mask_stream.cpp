#include "app/base/MaskStream.h"
#include "app/base/RedactedStream.h"
#include "app/base/Redactor.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QStringEncoder>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

const QByteArray bullets = "••••"_ba;

std::vector<Secret> secretsOf(const QByteArrayList &all)
{
    std::vector<Secret> secrets;
    for (const QByteArray &each : all)
        secrets.emplace_back(std::string_view(each.constData(), std::size_t(each.size())));
    return secrets;
}

QByteArray masked(const QByteArrayList &secrets, const QByteArrayList &pieces)
{
    MaskStream stream(secretsOf(secrets));
    QByteArray out;
    for (const QByteArray &piece : pieces)
        out += stream.take(piece);
    return out + stream.end();
}

QByteArray everyByteAsPercent(const QByteArray &bytes)
{
    QByteArray encoded;
    for (const char c : bytes)
        encoded += '%' + QByteArray(1, c).toHex();
    return encoded;
}

QByteArray everyCharacterAsUnicodeEscape(const QByteArray &bytes)
{
    QByteArray encoded;
    for (const QChar c : QString::fromUtf8(bytes))
        encoded += "\\u" + QByteArray::number(c.unicode(), 16).rightJustified(4, '0');
    return encoded;
}

QByteArray asJson(const QByteArray &bytes)
{
    const QByteArray json =
        QJsonDocument(QJsonArray{QString::fromUtf8(bytes)}).toJson(QJsonDocument::Compact);
    return json.sliced(2, json.size() - 4);
}

QByteArray asShellWord(const QByteArray &bytes)
{
    QByteArray word;
    for (const char c : bytes) {
        if (QByteArrayView("|\"\\/&<>';").contains(c))
            word += '\\';
        word += c;
    }
    return word;
}

/// Ways to write a secret of which nothing is left where it is masked.
QByteArrayList encodingsOf(const QByteArray &secret)
{
    const QByteArray percent = everyByteAsPercent(secret);
    return {
        secret,
        secret.toPercentEncoding(),
        secret.toPercentEncoding("|/+~", "t"),
        percent,
        percent.toUpper(),
        percent.first(percent.size() / 6 * 3) + secret.sliced(percent.size() / 6),
        asJson(secret),
        asJson(secret).replace("/", "\\/"),
        asJson(asJson(secret)),
        asJson(secret).toPercentEncoding(),
        everyByteAsPercent(percent),
        everyCharacterAsUnicodeEscape(secret),
        asShellWord(secret),
        secret.toHex(),
        secret.toHex().toUpper(),
        secret.toBase64(QByteArray::OmitTrailingEquals),
        secret.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals),
    };
}

} // namespace

class TestMaskStream : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void masksEveryFormWhereverItIsCut_data();
    void masksEveryFormWhereverItIsCut();
    void masksBase64AtEveryAlignmentWhereverItIsCut();
    void masksBase64ThatIsBrokenIntoLines();
    void masksUtf16WhereverItIsCut();
    void linesThatNeverGoOnAreNotKeptBack();
    void anEscapeThatIsNoneHidesNoSecret();
    void leavesEverythingElseByteForByte();
    void holdsNothingThatCannotBeASecret();
    void tellsItsEnd();
    void masksTheLongerOfTwoThatOverlap();
    void doesNotMaskShortOnes();
    void piecesChangeNothing();
    void isLinearAndHoldsLittle();

    void aRedactedStreamMasksEveryFormWhereverItIsCut();
    void aRedactedStreamIsWhatTheRedactorMakesOfTheWhole();
    void aRedactedStreamLearnsOnTheWay();
};

void TestMaskStream::masksEveryFormWhereverItIsCut_data()
{
    QTest::addColumn<QByteArray>("secret");
    QTest::newRow("environment token") << "talq_S3cr3t-Tok.en~0123456789abcdef"_ba;
    QTest::newRow("user token with a bar") << "1|aBcDeFgHiJkLmNoPqRsTuVwXyZ/+=0"_ba;
    QTest::newRow("shortest") << "a/b+c|"_ba;
    QTest::newRow("with quotes and backslashes") << R"(to"ken\with/all&<>of'them%41)"_ba;
    QTest::newRow("with line breaks") << "-----BEGIN KEY-----\nMIIabcd\nEFGH\n-----END KEY-----\n"_ba;
    QTest::newRow("periodic") << "aaaaaaaaaaaaaaaa"_ba;
    QTest::newRow("not ASCII") << "schlüssel-ключ-鍵-🔑"_ba;
}

void TestMaskStream::masksEveryFormWhereverItIsCut()
{
    QFETCH(const QByteArray, secret);
    for (const QByteArray &encoded : encodingsOf(secret)) {
        const QByteArray before = "[\r\n# "_ba;
        const QByteArray after = " !"_ba;
        const QByteArray text = before + encoded + after;
        const QByteArray expected = before + bullets + after;
        for (qsizetype cut = 0; cut <= text.size(); ++cut)
            QCOMPARE(masked({secret}, {text.first(cut), text.sliced(cut)}), expected);
        QByteArrayList bytes;
        for (const char c : text)
            bytes << QByteArray(1, c);
        QCOMPARE(masked({secret}, bytes), expected);
    }
}

void TestMaskStream::masksBase64AtEveryAlignmentWhereverItIsCut()
{
    const QByteArray secret = "1|aBc>DeF?GhIjKlMnOp"_ba;
    for (const auto alphabet : {QByteArray::Base64Encoding, QByteArray::Base64UrlEncoding}) {
        for (int lead = 0; lead < 7; ++lead) {
            for (int trail = 0; trail < 4; ++trail) {
                const QByteArray text =
                    "Basic " +
                    ("user-n:"_ba.first(lead) + secret + ".end"_ba.first(trail)).toBase64(alphabet) + '\n';
                const QByteArray whole = masked({secret}, {text});
                QCOMPARE(whole.count(bullets), 1);
                const qsizetype at = whole.indexOf(bullets);
                QVERIFY(whole.first(at).size() <= 6 + (lead * 8 + 5) / 6);
                QVERIFY(whole.sliced(at + bullets.size()).size() <= (trail * 8 + 5) / 6 + 2 + 1);
                for (qsizetype cut = 0; cut <= text.size(); ++cut)
                    QCOMPARE(masked({secret}, {text.first(cut), text.sliced(cut)}), whole);
            }
        }
    }
}

void TestMaskStream::masksBase64ThatIsBrokenIntoLines()
{
    const QByteArray secret =
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIn0.SflKxwRJSMeKKF2QT4fw"_ba;
    Redactor redactor;
    redactor.add(secretsOf({secret}).front());
    const auto broken = [](QByteArray text, qsizetype width, const QByteArray &end) {
        for (qsizetype at = width; at < text.size(); at += width + end.size())
            text.insert(at, end);
        return text;
    };
    const auto escaped = [](QByteArray text) { return text.replace("\r", "\\r").replace("\n", "\\u000a"); };
    for (const QByteArray &end : {"\n"_ba, "\r\n"_ba}) {
        for (const qsizetype width : {2, 3, 60, 64, 76}) {
            const QByteArray text = broken(secret.toBase64(), width, end); // of pure characters
            for (const QByteArray &way : {text, text.toPercentEncoding({}, "\r\n"), escaped(text)}) {
                for (const qsizetype cut : {width, width + 1, width + 2, way.size()})
                    QCOMPARE(masked({secret}, {way.first(cut), way.sliced(cut)}), bullets);
                QCOMPARE(redactor.redact(way).bytes, bullets);
            }
        }
    }
    // An empty line, and what is no break, end it.
    for (const QByteArray &end : {"\n\n"_ba, "\r\r\n"_ba, "\n\r\n"_ba, "\r"_ba, "\n "_ba}) {
        const QByteArray text = broken(secret.toBase64(), 76, end);
        QCOMPARE(masked({secret}, {text}), text);
        QCOMPARE(redactor.redact(text).bytes, text);
    }
}

/// As the others do; what is around it stays text.
void TestMaskStream::masksUtf16WhereverItIsCut()
{
    const QByteArray secret = "talq_S3cr3t+Tok/en~0123456789"_ba;
    Redactor redactor;
    redactor.add(secretsOf({secret}).front());
    for (const auto coding : {QStringConverter::Utf16LE, QStringConverter::Utf16BE}) {
        for (const QByteArray &written :
             {secret, secret.toBase64(QByteArray::OmitTrailingEquals), secret.toHex()}) {
            const QString around = u"鍵\"%1\"é"_s;
            const auto encoded = [&](const QString &text) -> QByteArray {
                return QStringEncoder(coding).encode(around.arg(text));
            };
            const QByteArray text = encoded(QString::fromLatin1(written));
            const bool hasMixed =
                written != secret && written.size() * 6 != secret.size() * 8 && written != secret.toHex();
            const QByteArray expected =
                encoded(u"····"_s + QString::fromLatin1(hasMixed ? written.last(1) : QByteArray()));
            QCOMPARE(redactor.redact(text).bytes, expected);
            for (qsizetype cut = 0; cut <= text.size(); ++cut) {
                QCOMPARE(masked({secret}, {text.first(cut), text.sliced(cut)}), expected);
                RedactedStream stream(redactor);
                QByteArray out = stream.take(text.first(cut));
                out += stream.take(text.sliced(cut) + text.repeated(200));
                out += stream.end();
                QCOMPARE(out, expected.repeated(201));
            }
        }
    }
}

void TestMaskStream::linesThatNeverGoOnAreNotKeptBack()
{
    const QByteArray secret = "talq_S3cr3tToken"_ba;
    const QByteArray begin = secret.toBase64().first(10);
    for (const QByteArray &unit : {"\n"_ba, "\r\n"_ba, "\r"_ba, "\\n"_ba, "%0d%0a"_ba, "%255cn"_ba}) {
        MaskStream stream(secretsOf({secret}));
        QCOMPARE(stream.take(begin), QByteArray());
        qsizetype came = begin.size();
        qsizetype passed = 0;
        for (int i = 0; i < 1000; ++i) {
            passed += stream.take(unit).size();
            came += unit.size();
            QVERIFY2(came - passed <= begin.size() + 2 * unit.size(), unit.constData());
        }
    }
}

void TestMaskStream::anEscapeThatIsNoneHidesNoSecret()
{
    const QByteArray secret = "ab/cdefgh"_ba; // which could go on with the escape before it
    for (const QByteArray &before :
         {"%"_ba, "%4"_ba, "%%"_ba, "\\"_ba, "\\u00"_ba, "\\\\"_ba, "%25"_ba, "%5"_ba}) {
        for (const QByteArray &encoded : encodingsOf(secret)) {
            const QByteArray out = masked({secret}, {before + encoded});
            QVERIFY2(out.endsWith(bullets), out.constData());
            QVERIFY2(before.startsWith(out.chopped(bullets.size())), out.constData());
        }
    }
}

void TestMaskStream::leavesEverythingElseByteForByte()
{
    QByteArray bytes;
    for (int i = 0; i < 70'000; ++i)
        bytes += static_cast<char>(QRandomGenerator::global()->bounded(256));
    QCOMPARE(masked({"talq_S3cr3tToken"_ba}, {bytes}), bytes);
    const QByteArray escapes = R"(100% \ \\ \u12 \u1234 %zz %2 "\ud83d\ud83d" %%)"_ba;
    QCOMPARE(masked({"talq_S3cr3tToken"_ba}, {escapes}), escapes);
    QCOMPARE(masked({}, {bytes}), bytes);
}

void TestMaskStream::holdsNothingThatCannotBeASecret()
{
    const QByteArray secret = "talq_S3cr3tToken"_ba;
    MaskStream stream(secretsOf({secret}));
    QCOMPARE(stream.take("Password: "), "Password: ");
    QCOMPARE(stream.take("50 % of it\r"), "50 % of it\r");
    QCOMPARE(stream.take("Go on? ta"), "Go on? ");
    QCOMPARE(stream.take("l"), QByteArray());
    QCOMPARE(stream.take("k"), "talk");
    QCOMPARE(stream.take("talq_S3cr3tToke"), QByteArray());
    QCOMPARE(stream.take("n"), bullets);
    QCOMPARE(stream.take(secret.toHex()), bullets);
    QCOMPARE(stream.take(secret.toBase64()), bullets + "=="); // which is no secret
    QCOMPARE(stream.end(), QByteArray());
}

void TestMaskStream::tellsItsEnd()
{
    MaskStream stream(secretsOf({"talq_S3cr3tToken"_ba}));
    QCOMPARE(stream.take("talq_S3cr3tToke"), QByteArray());
    QCOMPARE(stream.end(), "talq_S3cr3tToke");
}

void TestMaskStream::masksTheLongerOfTwoThatOverlap()
{
    QCOMPARE(masked({"abcdef"_ba, "abcdefghij"_ba}, {"<abcdefghij>"}), "<" + bullets + ">");
    QCOMPARE(masked({"abcdef"_ba, "efghij"_ba}, {"<abcdefghij>"}), "<" + bullets + ">");
    QCOMPARE(masked({"abcdef"_ba, "cde-fgh"_ba}, {"<abcdef><cde-fgh>"}),
             "<" + bullets + "><" + bullets + ">");
    QCOMPARE(masked({"abcdef"_ba}, {"abcdefabcdef"}), bullets + bullets);
    QCOMPARE(masked({"abcdef"_ba, "abcdefghij"_ba}, {"<abcdefgh", "ij>"}), "<" + bullets + ">");
    QCOMPARE(masked({"abcdef"_ba, "abcdefghij"_ba}, {"<abcdefgh", "ix>"}), "<" + bullets + "ghix>");
}

void TestMaskStream::doesNotMaskShortOnes()
{
    QCOMPARE(masked({"abcde"_ba, ""_ba}, {"<abcde>"}), "<abcde>");
}

void TestMaskStream::piecesChangeNothing()
{
    const QByteArrayList secrets = {"talq_S3cr3t/Tok%n"_ba, "S3cr3t/"_ba, "\\\\%\\\\%"_ba, "1|a\"b\\cd"_ba};
    QRandomGenerator random(20261127);
    Redactor redactor;
    for (const Secret &secret : secretsOf(secrets))
        redactor.add(secret);
    for (int round = 0; round < 400; ++round) {
        QByteArray text;
        while (text.size() < 600) {
            const QByteArray &secret = secrets.at(random.bounded(secrets.size()));
            const QByteArrayList encodings = encodingsOf(secret);
            const QByteArray &encoded = encodings.at(random.bounded(encodings.size()));
            switch (random.bounded(4)) {
            case 0:
                text += encoded;
                break;
            case 1:
                text += encoded.first(random.bounded(encoded.size()));
                break;
            case 2:
                text += ("user:"_ba.first(random.bounded(5)) + secret).toBase64();
                break;
            default:
                text += "%\\u4 talqS%25\\\\\n"_ba.first(random.bounded(16));
            }
        }
        const QByteArray whole = masked(secrets, {text});
        QByteArrayList pieces;
        for (qsizetype at = 0; at < text.size();) {
            pieces << text.sliced(at, std::min<qsizetype>(random.bounded(1, 40), text.size() - at));
            at += pieces.last().size();
        }
        QCOMPARE(masked(secrets, pieces), whole);
        QCOMPARE(redactor.redact(whole).hits, 0);
    }
}

void TestMaskStream::isLinearAndHoldsLittle()
{
    // What could be a secret at every byte, and what is read in several ways at each.
    const QByteArrayList secrets = {QByteArray(30, 'a') + 'b', "talq_S3cr3tToken"_ba,
                                    QByteArray(8, '\\') + "x"};
    const auto time = [&](const QByteArray &unit, int size) {
        MaskStream stream(secretsOf(secrets));
        const QByteArray text = unit.repeated(size / int(unit.size()));
        QElapsedTimer timer;
        timer.start();
        qsizetype passed = 0;
        for (qsizetype at = 0; at < text.size();) {
            const qsizetype piece = std::min<qsizetype>(4096, text.size() - at);
            passed += stream.take(QByteArrayView(text).sliced(at, piece)).size();
            at += piece;
            // A byte of a secret is up to 36 long: \u005c\u0075\u0030…
            if (at - passed > 36 * 31 * 2)
                qFatal("it holds too much");
        }
        if (passed + stream.end().size() != text.size())
            qFatal("something is lost");
        return timer.nsecsElapsed();
    };
    for (const QByteArray &unit : {"a"_ba, "\\"_ba, "%25"_ba, "\\u005c"_ba, "{\"talk\": \"to\\n\"}, "_ba}) {
        const qint64 one = time(unit, 10'000);
        const qint64 ten = time(unit, 100'000);
        QVERIFY2(ten < 40 * one + 50'000'000, unit.constData());
    }
}

void TestMaskStream::aRedactedStreamMasksEveryFormWhereverItIsCut()
{
    const QByteArray secret = "talq_S3cr3t-Tok.en~01/+cdef"_ba;
    Redactor redactor;
    redactor.add(secretsOf({secret}).front());
    for (const QByteArray &encoded : encodingsOf(secret)) {
        if (redactor.redact(encoded).bytes != bullets)
            continue; // a way to write it that is MaskStream's alone
        // So long that what is in front has gone on before the secret is whole.
        const QByteArray around(5000, '.');
        const QByteArray text = around + encoded + around;
        for (qsizetype cut = around.size() - 1; cut <= around.size() + encoded.size(); ++cut) {
            RedactedStream stream(redactor);
            QByteArray out = stream.take(text.first(cut));
            out += stream.take(text.sliced(cut));
            QCOMPARE(out + stream.end(), around + bullets + around);
            QCOMPARE(stream.hits(), 1);
        }
    }
}

void TestMaskStream::aRedactedStreamIsWhatTheRedactorMakesOfTheWhole()
{
    const QByteArrayList secrets = {"talq_one-0123456789"_ba, "a\\\"b/c+d"_ba, "6789talq_two-01234"_ba,
                                    QByteArray(40, 'x')};
    Redactor redactor;
    for (const Secret &secret : secretsOf(secrets))
        redactor.add(secret);
    QByteArrayList parts = {"\\"_ba,
                            "%"_ba,
                            "\\u00"_ba,
                            "%25"_ba,
                            "x"_ba,
                            " "_ba,
                            "{\"a\":\"b\"}\n"_ba,
                            QByteArray(3000, 'y'),
                            QByteArray(70, 'x')};
    for (const QByteArray &secret : secrets)
        parts += encodingsOf(secret);
    QRandomGenerator random(7);
    for (int round = 0; round < 200; ++round) {
        QByteArray text;
        while (text.size() < 20'000)
            text += parts.at(random.bounded(int(parts.size())));
        RedactedStream stream(redactor);
        QByteArray out;
        for (qsizetype at = 0; at < text.size();) {
            const qsizetype size =
                std::min<qsizetype>(1 + random.bounded(round % 2 == 0 ? 50 : 9000), text.size() - at);
            out += stream.take(text.sliced(at, size));
            at += size;
        }
        out += stream.end();
        QCOMPARE(out, redactor.redact(text).bytes);
        for (const QByteArray &secret : secrets)
            QVERIFY(!out.contains(secret));
    }
}

void TestMaskStream::aRedactedStreamLearnsOnTheWay()
{
    Redactor redactor;
    redactor.add(secretsOf({"talq_one-0123456789"_ba}).front());
    RedactedStream stream(redactor);
    QByteArray out = stream.take(QByteArray(100'000, '.') + "new-secret-0123");
    QVERIFY(out.size() > 90'000);
    redactor.add(secretsOf({"new-secret-0123456"_ba}).front());
    out += stream.take("456!"_ba);
    out += stream.end();
    QCOMPARE(out, QByteArray(100'000, '.') + bullets + '!');
}

QTEST_GUILESS_MAIN(TestMaskStream)
#include "test_mask_stream.moc"
