#include "app/http/Origin.h"

#include <QSet>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

/// SECURITY S2: two URLs have one origin only if scheme, host and port are the same, however they are
/// spelled.
class TestOrigin : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void spellingsOfOneOriginAreEqual_data();
    void spellingsOfOneOriginAreEqual();
    void lookAlikesAreNotEqual_data();
    void lookAlikesAreNotEqual();
    void refusesWhatIsNoOrigin_data();
    void refusesWhatIsNoOrigin();
    void loopbackIsThisMachineOnly_data();
    void loopbackIsThisMachineOnly();
    void textGoesBothWays_data();
    void textGoesBothWays();
    void aPathIsNoPartOfAnOrigin();
    void nullUntilMade();
};

namespace {

Origin talkover()
{
    return *Origin::fromUrl(QUrl(u"https://app.talkover.ai"_s));
}

} // namespace

void TestOrigin::spellingsOfOneOriginAreEqual_data()
{
    QTest::addColumn<QString>("url");
    QTest::newRow("path") << u"https://app.talkover.ai/api/v1?x=1#f"_s;
    QTest::newRow("case") << u"HTTPS://App.TalkOver.AI/"_s;
    QTest::newRow("default port") << u"https://app.talkover.ai:443/"_s;
    QTest::newRow("empty port") << u"https://app.talkover.ai:/"_s;
    QTest::newRow("trailing dot") << u"https://app.talkover.ai./"_s;
    QTest::newRow("full-width letters") << u"https://ａpp.talkover.ai/"_s;
    QTest::newRow("percent-encoded") << u"https://app%2Etalkover.ai/"_s;
    QTest::newRow("invisible character") << u"https://app\u200B.talkover.ai/"_s;
}

void TestOrigin::spellingsOfOneOriginAreEqual()
{
    QFETCH(QString, url);
    const auto origin = Origin::fromUrl(QUrl(url));
    QVERIFY2(origin.has_value(), origin ? "" : qPrintable(origin.error().message));
    QCOMPARE(*origin, talkover());
    QCOMPARE(qHash(*origin), qHash(talkover()));
    QCOMPARE(origin->toString(), u"https://app.talkover.ai"_s);
    QCOMPARE(origin->port(), 443);
}

void TestOrigin::lookAlikesAreNotEqual_data()
{
    QTest::addColumn<QString>("url");
    QTest::newRow("host in front of another") << u"https://app.talkover.ai.evil.test/"_s;
    QTest::newRow("host behind another") << u"https://evil.test/app.talkover.ai"_s;
    QTest::newRow("host in the query") << u"https://evil.test?app.talkover.ai"_s;
    QTest::newRow("hyphen for dot") << u"https://app-talkover.ai/"_s;
    QTest::newRow("suffix") << u"https://talkover.ai/"_s;
    QTest::newRow("subdomain") << u"https://x.app.talkover.ai/"_s;
    QTest::newRow("cyrillic a") << u"https://\u0430pp.talkover.ai/"_s;
    QTest::newRow("dotless i") << u"https://app.talkover.a\u0131/"_s;
    QTest::newRow("punycode") << u"https://xn--pp-6kc.talkover.ai/"_s;
    QTest::newRow("plain http") << u"http://app.talkover.ai/"_s;
    QTest::newRow("plain http on 443") << u"http://app.talkover.ai:443/"_s;
    QTest::newRow("other port") << u"https://app.talkover.ai:8443/"_s;
}

void TestOrigin::lookAlikesAreNotEqual()
{
    QFETCH(QString, url);
    const auto origin = Origin::fromUrl(QUrl(url));
    QVERIFY(origin.has_value());
    QVERIFY2(*origin != talkover(), qPrintable(origin->toString()));
}

void TestOrigin::refusesWhatIsNoOrigin_data()
{
    QTest::addColumn<QString>("url");
    QTest::newRow("empty") << QString();
    QTest::newRow("no scheme") << u"app.talkover.ai"_s;
    QTest::newRow("scheme-relative") << u"//app.talkover.ai/"_s;
    QTest::newRow("file") << u"file:///etc/passwd"_s;
    QTest::newRow("ftp") << u"ftp://app.talkover.ai/"_s;
    QTest::newRow("javascript") << u"javascript:alert(1)"_s;
    QTest::newRow("data") << u"data:text/plain,x"_s;
    QTest::newRow("no host") << u"https:///path"_s;
    QTest::newRow("no slashes") << u"https:app.talkover.ai"_s;
    QTest::newRow("user") << u"https://app.talkover.ai@evil.test/"_s;
    QTest::newRow("user and password") << u"https://user:pass@app.talkover.ai/"_s;
    QTest::newRow("empty user info") << u"https://@app.talkover.ai/"_s;
    QTest::newRow("backslash before @") << u"https://app.talkover.ai\\@evil.test/"_s;
    QTest::newRow("backslash in host") << u"https://app.talkover.ai\\evil.test/"_s;
    QTest::newRow("tab in host") << u"https://app.\ttalkover.ai/"_s;
    QTest::newRow("newline in host") << u"https://app.talkover.ai\n.evil.test/"_s;
    QTest::newRow("space in host") << u"https://app.talkover.ai evil.test/"_s;
    QTest::newRow("two trailing dots") << u"https://app.talkover.ai../"_s;
    QTest::newRow("empty label") << u"https://app..talkover.ai/"_s;
    QTest::newRow("label too long") << u"https://"_s + QString(64, u'a') + u".test/"_s;
    QTest::newRow("name too long") << u"https://"_s + u"aaaaaaaaa."_s.repeated(26) + u"test/"_s;
    QTest::newRow("port 0") << u"https://app.talkover.ai:0/"_s;
    QTest::newRow("port too high") << u"https://app.talkover.ai:65536/"_s;
    QTest::newRow("port no number") << u"https://app.talkover.ai:x/"_s;
    QTest::newRow("ends in a number") << u"https://1.2.3.4.5/"_s;
    QTest::newRow("octet too high") << u"https://256.1.1.1/"_s;
    QTest::newRow("broken IPv6") << u"https://[::1/"_s;
    QTest::newRow("IPv6 with zone") << u"https://[fe80::1%25eth0]/"_s;
    QTest::newRow("megabyte") << u"https://"_s + QString(1024 * 1024, u'a') + u'/';
}

void TestOrigin::refusesWhatIsNoOrigin()
{
    QFETCH(QString, url);
    const auto origin = Origin::fromUrl(QUrl(url));
    QVERIFY2(!origin.has_value(), origin ? qPrintable(origin->toString()) : "");
    QCOMPARE(origin.error().kind, Error::Kind::InvalidInput);
    QVERIFY(!origin.error().message.isEmpty());
}

void TestOrigin::loopbackIsThisMachineOnly_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<bool>("loopback");
    QTest::newRow("127.0.0.1") << u"http://127.0.0.1:8080/"_s << true;
    QTest::newRow("127.255.0.9") << u"http://127.255.0.9/"_s << true;
    QTest::newRow("127.1") << u"http://127.1/"_s << true;
    QTest::newRow("::1") << u"http://[::1]/"_s << true;
    QTest::newRow("long ::1") << u"http://[0:0:0:0:0:0:0:1]/"_s << true;
    QTest::newRow("localhost") << u"http://LocalHost:99/"_s << true;
    QTest::newRow("localhost.") << u"http://localhost./"_s << true;
    QTest::newRow("name under localhost") << u"http://evil.localhost/"_s << false;
    QTest::newRow("localhost in front") << u"http://localhost.evil.test/"_s << false;
    QTest::newRow("127.0.0.1 in front") << u"http://127.0.0.1.evil.test/"_s << false;
    QTest::newRow("128.0.0.1") << u"http://128.0.0.1/"_s << false;
    QTest::newRow("0.0.0.0") << u"http://0.0.0.0/"_s << false;
    QTest::newRow("private network") << u"http://192.168.0.1/"_s << false;
    QTest::newRow("mapped IPv4") << u"http://[::ffff:127.0.0.1]/"_s << false;
    QTest::newRow("plain http") << u"http://app.talkover.ai/"_s << false;
}

void TestOrigin::loopbackIsThisMachineOnly()
{
    QFETCH(QString, url);
    QFETCH(bool, loopback);
    const auto origin = Origin::fromUrl(QUrl(url));
    QVERIFY(origin.has_value());
    QCOMPARE(origin->isLoopback(), loopback);
    QCOMPARE(origin->isSecure(), loopback);
    QVERIFY(talkover().isSecure());
}

void TestOrigin::textGoesBothWays_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("text");
    QTest::newRow("https") << u"https://API.aisoule.com/v1"_s << u"https://api.aisoule.com"_s;
    QTest::newRow("port") << u"http://127.0.0.1:4011/x"_s << u"http://127.0.0.1:4011"_s;
    QTest::newRow("https on 80") << u"https://a.test:80/"_s << u"https://a.test:80"_s;
    QTest::newRow("IPv6") << u"http://[::1]:99/"_s << u"http://[::1]:99"_s;
    QTest::newRow("IDN") << u"https://b\u00FCcher.example/"_s << u"https://xn--bcher-kva.example"_s;
}

void TestOrigin::textGoesBothWays()
{
    QFETCH(QString, url);
    QFETCH(QString, text);
    const auto origin = Origin::fromUrl(QUrl(url));
    QVERIFY(origin.has_value());
    QCOMPARE(origin->toString(), text);
    const auto again = Origin::fromString(text);
    QVERIFY(again.has_value());
    QCOMPARE(*again, *origin);
}

void TestOrigin::aPathIsNoPartOfAnOrigin()
{
    QVERIFY(!Origin::fromString(u"https://a.test/path"_s));
    QVERIFY(!Origin::fromString(u"https://a.test?x"_s));
    QVERIFY(!Origin::fromString(u"https://a.test#x"_s));
    QVERIFY(!Origin::fromString(u"a.test"_s));
    QVERIFY(!Origin::fromString(QString()));
}

void TestOrigin::nullUntilMade()
{
    const Origin origin;
    QVERIFY(origin.isNull());
    QVERIFY(!origin.isLoopback());
    QVERIFY(!origin.isSecure());
    QVERIFY(origin.toString().isEmpty());
    QCOMPARE((QSet<Origin>{talkover(), talkover()}.size()), 1);
}

QTEST_GUILESS_MAIN(TestOrigin)
#include "test_origin.moc"
