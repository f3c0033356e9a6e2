#include "app/base/Log.h"
#include "app/base/Redactor.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QStringDecoder>
#include <QStringEncoder>
#include <QTemporaryFile>
#include <QTest>
#include <QUrl>

#include <cstdio>
#include <thread>

#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

const QByteArray bullets = "••••"_ba;

Secret secretOf(const QByteArray &bytes)
{
    return Secret(std::string_view(bytes.constData(), std::size_t(bytes.size())));
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

} // namespace

class TestRedactor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsEveryEncodingAtEveryOffset_data();
    void findsEveryEncodingAtEveryOffset();
    void findsBase64AtEveryAlignment_data();
    void findsBase64AtEveryAlignment();
    void findsUtf16AtEveryOffset_data();
    void findsUtf16AtEveryOffset();
    void findsUtf16BeyondLatin();
    void redactsNothingOfOrdinaryText();
    void countsThePlaces();
    void keepsEverythingElseByteForByte();
    void forgetsSecretsUnderSixBytes();
    void passingOnesMakeRoomForEachOther();
    void whatIsToStayIsNoLongerPassing();
    void takesTheLongerOfTwoThatOverlap();
    void redactsText();
    void keepsBrokenUtf16AsItIsIfNothingIsFound();
    void knowsCredentialHeaders_data();
    void knowsCredentialHeaders();
    void keepsTheSchemeOfAHeader_data();
    void keepsTheSchemeOfAHeader();
    void doesNotSlowDownWithTheNumberOfSecrets();
    void canBeAddedToWhileOthersRedact();
    void redactsTheLog();
};

void TestRedactor::findsEveryEncodingAtEveryOffset_data()
{
    QTest::addColumn<QByteArray>("secret");
    QTest::newRow("environment token") << "talq_S3cr3t-Tok.en~0123456789abcdef"_ba;
    QTest::newRow("user token with a bar") << "1|aBcDeFgHiJkLmNoPqRsTuVwXyZ/+=0"_ba;
    QTest::newRow("shortest") << "a/b+c|"_ba;
    QTest::newRow("with quotes and backslashes") << R"(to"ken\with/all&<>of'them%41)"_ba;
    QTest::newRow("not ASCII") << "schlüssel-ключ-鍵-🔑"_ba;
}

void TestRedactor::findsEveryEncodingAtEveryOffset()
{
    QFETCH(const QByteArray, secret);
    Redactor redactor;
    redactor.add(secretOf(secret));

    const QByteArray json =
        QJsonDocument(QJsonArray{QString::fromUtf8(secret)}).toJson(QJsonDocument::Compact);
    const QByteArray jsonText = json.mid(2, json.size() - 4);
    QByteArray slashes = jsonText;
    slashes.replace("/", "\\/");
    const QByteArray percent = secret.toPercentEncoding();
    const QByteArray allPercent = everyByteAsPercent(secret);
    const QByteArray unicode = everyCharacterAsUnicodeEscape(secret);
    QByteArray half = everyByteAsPercent(secret.first(secret.size() / 2)) +
                      secret.mid(secret.size() / 2).toPercentEncoding();
    QByteArray nested = QJsonDocument(QJsonArray{QString::fromUtf8(slashes)}).toJson(QJsonDocument::Compact);
    nested = nested.mid(2, nested.size() - 4);
    const QList<QByteArray> encodings = {
        secret,
        percent,
        secret.toPercentEncoding("|/+~", "t"),
        allPercent,
        allPercent.toUpper(),
        half,
        jsonText,
        slashes,
        unicode,
        nested,
        QByteArray(jsonText).toPercentEncoding(),
    };
    for (const QByteArray &encoded : encodings) {
        for (int lead = 0; lead < 9; ++lead) {
            for (int trail = 0; trail < 3; ++trail) {
                const QByteArray before = "{\"t\": [##"_ba.first(lead);
                const QByteArray after = QByteArray(trail, '!');
                const Redactor::Redacted redacted = redactor.redact(before + encoded + after);
                QCOMPARE(redacted.bytes, before + bullets + after);
                QCOMPARE(redacted.hits, 1);
            }
        }
    }
}

void TestRedactor::findsBase64AtEveryAlignment_data()
{
    findsEveryEncodingAtEveryOffset_data();
}

void TestRedactor::findsBase64AtEveryAlignment()
{
    QFETCH(const QByteArray, secret);
    Redactor redactor;
    redactor.add(secretOf(secret));
    for (const auto alphabet : {QByteArray::Base64Encoding, QByteArray::Base64UrlEncoding}) {
        for (const auto padding : {QByteArray::KeepTrailingEquals, QByteArray::OmitTrailingEquals}) {
            for (int lead = 0; lead < 7; ++lead) {
                for (int trail = 0; trail < 4; ++trail) {
                    const QByteArray plain = "user-name:"_ba.first(lead) + secret + ".end"_ba.first(trail);
                    const QByteArray encoded = plain.toBase64(alphabet | padding);
                    for (const QByteArray &text :
                         {encoded, encoded.toPercentEncoding(), QByteArray(encoded).replace("/", "\\/")}) {
                        const Redactor::Redacted redacted = redactor.redact("Basic " + text);
                        QCOMPARE(redacted.hits, 1);
                        QVERIFY(redacted.bytes.startsWith("Basic "));
                        // Not a bit of the secret is left: decoding what stands before and after gives only
                        // the neighbours.
                        const QByteArray left = redacted.bytes.mid(6, redacted.bytes.indexOf(bullets) - 6);
                        QVERIFY(plain.first(lead).startsWith(QByteArray::fromBase64(left, alphabet)));
                        QByteArray right =
                            redacted.bytes.mid(redacted.bytes.indexOf(bullets) + bullets.size());
                        QVERIFY(text.endsWith(right));
                        right = QByteArray::fromPercentEncoding(right);
                        right.replace("\\", "").replace("=", "");
                        QVERIFY((right.size() - 1) * 6 < trail * 8);
                    }
                }
            }
        }
    }
}

void TestRedactor::findsUtf16AtEveryOffset_data()
{
    QTest::addColumn<QStringConverter::Encoding>("coding");
    QTest::newRow("little endian") << QStringConverter::Utf16LE;
    QTest::newRow("big endian") << QStringConverter::Utf16BE;
}

/// What is around it stays text, wherever it begins.
void TestRedactor::findsUtf16AtEveryOffset()
{
    QFETCH(const QStringConverter::Encoding, coding);
    const QByteArray secret = "talq_S3cr3t+Tok/en~0123é"_ba;
    Redactor redactor;
    redactor.add(secretOf(secret));
    const auto encoded = [coding](const QString &text) -> QByteArray {
        return QStringEncoder(coding, QStringConverter::Flag::WriteBom).encode(text);
    };
    const QString text = QString::fromUtf8(secret);
    for (const QString &written :
         {text, QString::fromLatin1(secret.toHex()), QString::fromLatin1(secret.toHex().toUpper()),
          QString::fromLatin1(secret.toBase64()), QString::fromLatin1((secret + "x"_ba).toBase64())}) {
        for (int lead = 0; lead < 5; ++lead) {
            const QString before = u"{ĀЖ\""_s.first(lead);
            const Redactor::Redacted redacted = redactor.redact(encoded(before + written + u"\"Ā}"_s));
            QCOMPARE(redacted.hits, 1);
            const QString left = QStringDecoder(coding).decode(redacted.bytes);
            QVERIFY2(left.startsWith(before + u"····"_s) && left.endsWith(u"\"Ā}"_s), qPrintable(left));
            QVERIFY(left.size() <= before.size() + 4 + 4 + 3); // of Base64: what holds bits of others, too
        }
    }
    QCOMPARE(redactor.redact("x" + encoded(text)).hits, 1); // of bytes that begin elsewhere
    QCOMPARE(redactor.redact(encoded(text).toPercentEncoding()).bytes.count(bullets), 1);
}

/// Where both byte orders differ.
void TestRedactor::findsUtf16BeyondLatin()
{
    const QString secret = u"schlüssel-ключ-鍵-🔑"_s;
    Redactor redactor;
    redactor.add(secretOf(secret.toUtf8()));
    for (const auto coding : {QStringConverter::Utf16LE, QStringConverter::Utf16BE}) {
        const QByteArray text = QStringEncoder(coding).encode(u"鍵"_s + secret + u"鍵"_s);
        const Redactor::Redacted redacted = redactor.redact(text);
        QCOMPARE(redacted.hits, 1);
        QCOMPARE(redacted.bytes.size(), 2 * (1 + 4 + 1));
        const QString left = QStringDecoder(coding).decode(redacted.bytes);
        QVERIFY2(left.startsWith(u'鍵') && left.endsWith(u'鍵'), qPrintable(left));
    }
}

void TestRedactor::redactsNothingOfOrdinaryText()
{
    Redactor redactor;
    for (int i = 0; i < 20; ++i)
        redactor.add(secretOf("talq_" + QByteArray::number(i) + "_9f8e7d6c5b4a39281706"));
    redactor.add(secretOf("secret"));
    redactor.add(secretOf("\0\0\0\0\0\0"_ba));
    QRandomGenerator random(7);
    const QByteArray alphabet =
        "abdfghijklmnopqrsuvwxyz0123456789 \"\\/{}[]:,%+-_=.\n"_ba; // no 'e', 'c' and 't'
    for (int round = 0; round < 200; ++round) {
        QByteArray text;
        for (int i = 0; i < 500; ++i)
            text += alphabet.at(random.bounded(int(alphabet.size())));
        const Redactor::Redacted redacted = redactor.redact(text);
        QCOMPARE(redacted.hits, 0);
        QCOMPARE(redacted.bytes, text);
    }
    for (const QByteArray &text : {"talq_ is the prefix, talq_1 the beginning"_ba, "secre t"_ba, "Secret"_ba,
                                   ""_ba, "%"_ba, "\\"_ba, "\\u"_ba, "%7"_ba, "c2VjcmV"_ba, "\0\0\0\0\0"_ba})
        QCOMPARE(redactor.redact(text).bytes, text);
}

void TestRedactor::countsThePlaces()
{
    Redactor redactor;
    redactor.add(secretOf("talq_first_token"));
    redactor.add(secretOf("talq_second_token"));
    const Redactor::Redacted redacted =
        redactor.redact("a=talq_first_token&b=talq%5Fsecond_token&c=" + "talq_first_token"_ba.toBase64() +
                        "talq_second_tokentalq_first_token");
    QCOMPARE(redacted.hits, 5);
    QVERIFY(redacted.bytes.startsWith("a=" + bullets + "&b=" + bullets + "&c=" + bullets));
    QVERIFY(!redacted.bytes.contains("talq"));
    QCOMPARE(redactor.redact(redacted.bytes).hits, 0);
}

void TestRedactor::keepsEverythingElseByteForByte()
{
    Redactor redactor;
    redactor.add(secretOf("talq_0123456789"));
    QByteArray all;
    for (int c = 0; c < 256; ++c)
        all += char(c);
    const Redactor::Redacted redacted = redactor.redact(all + "talq_0123456789" + all + "\\u00e9\\/%2F");
    QCOMPARE(redacted.bytes, all + bullets + all + "\\u00e9\\/%2F");
}

void TestRedactor::forgetsSecretsUnderSixBytes()
{
    Redactor redactor;
    redactor.add(Secret());
    redactor.add(secretOf("token"));
    QCOMPARE(redactor.redact("a token stays a token"_ba).hits, 0);
    redactor.add(secretOf("tokens"));
    QCOMPARE(redactor.redact("two tokens"_ba).bytes, "two " + bullets);
}

void TestRedactor::takesTheLongerOfTwoThatOverlap()
{
    Redactor redactor;
    redactor.add(secretOf("talq_0123456789"));
    redactor.add(secretOf("talq_0123456789abcdef"));
    redactor.add(secretOf("89abcdefghi"));
    QCOMPARE(redactor.redact("<talq_0123456789abcdef>"_ba).bytes, '<' + bullets + '>');
    QCOMPARE(redactor.redact("<talq_0123456789abcdefghi>"_ba).bytes, '<' + bullets + '>');
    QCOMPARE(redactor.redact("<talq_0123456789abcdefghi>"_ba).hits, 1);
}

void TestRedactor::redactsText()
{
    Redactor redactor;
    redactor.add(secretOf("schlüssel-0123456789"));
    QCOMPARE(redactor.redactText(u"Ä schlüssel-0123456789 Ö"_s), u"Ä •••• Ö"_s);
    QCOMPARE(redactor.redactText(u"nichts"_s), u"nichts"_s);
    QCOMPARE(Redactor().redactText(u"nichts"_s), u"nichts"_s);
}

void TestRedactor::keepsBrokenUtf16AsItIsIfNothingIsFound()
{
    Redactor redactor;
    redactor.add(secretOf("talq_0123456789"));
    const QString broken = u"lone surrogate: "_s + QChar(0xd800) + u" end"_s;
    QCOMPARE(redactor.redactText(broken), broken);
}

void TestRedactor::knowsCredentialHeaders_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<bool>("credential");
    for (const char *name : {"Authorization",
                             "authorization",
                             "PROXY-AUTHORIZATION",
                             "Cookie",
                             "Set-Cookie",
                             "Set-Cookie2",
                             "X-API-Key",
                             "x-api-key",
                             "Api-Key",
                             "apikey",
                             "X_API_KEY",
                             "X-Auth-Token",
                             "Private-Token",
                             "X-Access-Token",
                             "Token",
                             "X-Amz-Security-Token",
                             "X-Client-Secret",
                             "X-Goog-Api-Key",
                             "Ocp-Apim-Subscription-Key",
                             "X-Auth",
                             "X-Auth-User",
                             "X-Authorization",
                             "X-CSRF-Token",
                             "X-GitHubToken",
                             "X-Secret-Key"})
        QTest::newRow(name) << QByteArray(name) << true;
    for (const char *name :
         {"Accept", "Content-Type", "User-Agent", "WWW-Authenticate", "Proxy-Authenticate",
          "Authentication-Info", "Author", "X-Author-Name", "Idempotency-Key", "Sec-WebSocket-Key",
          "X-RateLimit-Remaining-Tokens", "X-Tokens-Left", "Key", "ETag", "X-Request-Id", ""})
        QTest::newRow(*name ? name : "empty") << QByteArray(name) << false;
}

void TestRedactor::knowsCredentialHeaders()
{
    QFETCH(const QByteArray, name);
    QFETCH(const bool, credential);
    QCOMPARE(Redactor::isCredentialHeader(name), credential);
}

void TestRedactor::keepsTheSchemeOfAHeader_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("shown");
    QTest::newRow("bearer") << "Authorization"_ba
                            << "Bearer something-unknown"_ba
                            << "Bearer " + bullets;
    QTest::newRow("lower case stays") << "authorization"_ba
                                      << "bearer x"_ba
                                      << "bearer " + bullets;
    QTest::newRow("doubled scheme") << "Authorization"_ba
                                    << "Bearer Bearer x"_ba
                                    << "Bearer Bearer " + bullets;
    QTest::newRow("basic") << "Proxy-Authorization"_ba
                           << "Basic dXNlcjpwYXNz"_ba
                           << "Basic " + bullets;
    QTest::newRow("no scheme") << "Authorization"_ba
                               << "talq_0123456789"_ba << bullets;
    QTest::newRow("a first word that is no scheme") << "Authorization"_ba
                                                    << "hunter2 x"_ba << bullets;
    QTest::newRow("scheme alone") << "Authorization"_ba
                                  << "Bearer"_ba
                                  << "Bearer"_ba;
    QTest::newRow("empty") << "Authorization"_ba
                           << ""_ba
                           << ""_ba;
    QTest::newRow("api key") << "X-API-Key"_ba
                             << "anything"_ba << bullets;
    QTest::newRow("cookie") << "Cookie"_ba
                            << "session=1; other=2"_ba << bullets;
    QTest::newRow("other header with a known token") << "X-Trace"_ba
                                                     << "id=talq_0123456789;x"_ba
                                                     << "id=" + bullets + ";x";
    QTest::newRow("other header") << "Accept"_ba
                                  << "application/json"_ba
                                  << "application/json"_ba;
}

void TestRedactor::keepsTheSchemeOfAHeader()
{
    QFETCH(const QByteArray, name);
    QFETCH(const QByteArray, value);
    QFETCH(const QByteArray, shown);
    Redactor redactor;
    redactor.add(secretOf("talq_0123456789"));
    QCOMPARE(redactor.redactHeader(name, value), shown);
}

// Not a time limit (these fail on busy machines): the cost for a hundred secrets is held against that for
// one.
void TestRedactor::passingOnesMakeRoomForEachOther()
{
    Redactor redactor;
    redactor.add(secretOf("for-good-0123456789"));
    const auto cookie = [](int number) {
        return "cookie-value-" + QByteArray::number(number).rightJustified(6, '0');
    };
    for (int i = 0; i < Redactor::mostPassing + 10; ++i)
        redactor.add(secretOf(cookie(i)), Redactor::Kept::Passing);
    QCOMPARE(redactor.redact("for-good-0123456789").hits, 1);
    QCOMPARE(redactor.redact(cookie(9)).hits, 0);
    QCOMPARE(redactor.redact(cookie(9).toBase64()).hits, 0);
    QCOMPARE(redactor.redact(cookie(10)).hits, 1);
    QCOMPARE(redactor.redact(cookie(Redactor::mostPassing + 9).toBase64()).hits, 1);
}

/// A cookie's value that then is stored as a key.
void TestRedactor::whatIsToStayIsNoLongerPassing()
{
    Redactor redactor;
    redactor.add(secretOf("first-0123456789"), Redactor::Kept::Passing);
    redactor.add(secretOf("both-0123456789"), Redactor::Kept::Passing);
    redactor.add(secretOf("both-0123456789"));
    redactor.add(secretOf("both-0123456789"), Redactor::Kept::Passing); // as it comes again
    for (int i = 0; i < Redactor::mostPassing; ++i)
        redactor.add(secretOf("cookie-value-" + QByteArray::number(i)), Redactor::Kept::Passing);
    QCOMPARE(redactor.redact("first-0123456789").hits, 0);
    QCOMPARE(redactor.redact("both-0123456789").hits, 1);
    QCOMPARE(redactor.redact("both-0123456789"_ba.toBase64()).hits, 1);
}

void TestRedactor::doesNotSlowDownWithTheNumberOfSecrets()
{
    QRandomGenerator random(11);
    QByteArray text;
    while (text.size() < 2'000'000)
        text += "{\"id\":" + QByteArray::number(random.generate()) +
                ",\"name\":\"Somebody\",\"path\":\"a/b/c\"},\n";
    const auto timeFor = [&](int secrets) {
        Redactor redactor;
        for (int i = 0; i < secrets; ++i)
            redactor.add(secretOf("talq_" + QByteArray::number(random.generate64(), 36) +
                                  QByteArray::number(random.generate64(), 36)));
        qint64 best = std::numeric_limits<qint64>::max();
        for (int round = 0; round < 25; ++round) {
            QElapsedTimer timer;
            timer.start();
            if (redactor.redact(text).hits != 0)
                return qint64(-1);
            best = std::min(best, timer.nsecsElapsed());
        }
        return best;
    };
    const qint64 one = timeFor(1);
    const qint64 hundred = timeFor(100);
    qInfo("2 MB: 1 secret %lld us, 100 secrets %lld us", one / 1000, hundred / 1000);
    QVERIFY(one > 0);
    QVERIFY2(hundred < one * 20, "a hundred secrets cost as much as a hundred searches");
}

void TestRedactor::canBeAddedToWhileOthersRedact()
{
    Redactor redactor;
    redactor.add(secretOf("talq_0123456789"));
    std::thread adding([&redactor] {
        for (int i = 0; i < 200; ++i)
            redactor.add(secretOf("talq_added_" + QByteArray::number(i)));
    });
    int hits = 0;
    for (int i = 0; i < 2000; ++i)
        hits += redactor.redact("x talq_0123456789 y"_ba).hits;
    adding.join();
    QCOMPARE(hits, 2000);
    QCOMPARE(redactor.redact("talq_added_199"_ba).hits, 1);
}

void TestRedactor::redactsTheLog()
{
    QTemporaryFile file;
    QVERIFY(file.open());
    static Redactor redactor; // the log outlives this function
    redactor.add(secretOf("talq_0123456789abcdef"));

    std::fflush(stderr);
    const int saved = dup(STDERR_FILENO);
    dup2(file.handle(), STDERR_FILENO);
    // Qt Test puts its own handler in place; it is put back afterwards.
    const QtMessageHandler ofTheTest = qInstallMessageHandler(nullptr);
    installRedactedLogging(&redactor);
    qCWarning(lcKeys).noquote() << "wrote talq_0123456789abcdef and"
                                << QString::fromLatin1("talq_0123456789abcdef"_ba.toBase64());
    installRedactedLogging(nullptr);
    qInstallMessageHandler(ofTheTest);
    dup2(saved, STDERR_FILENO);
    close(saved);

    file.seek(0);
    const QByteArray logged = file.readAll();
    QVERIFY(logged.contains("keydesk.keys"));
    QVERIFY(logged.contains("wrote " + bullets + " and " + bullets));
    QVERIFY(!logged.contains("talq_"));
}

QTEST_GUILESS_MAIN(TestRedactor)
#include "test_redactor.moc"
