#include "app/keys/AccessToken.h"
#include "app/keys/OAuthClient.h"
#include "app/keys/OAuthTokens.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

/// What is said of token URLs and of how long an access token lives.
class TestAccessTokenWords : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tokenUrlsAreChecked_data();
    void tokenUrlsAreChecked();
    void saysHowLongATokenLives_data();
    void saysHowLongATokenLives();
};

void TestAccessTokenWords::tokenUrlsAreChecked_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<bool>("good");
    QTest::newRow("https") << u"https://auth.example/token?tenant=1"_s << true;
    QTest::newRow("loopback") << u"http://127.0.0.1:8080/token"_s << true;
    QTest::newRow("plain http") << u"http://auth.example/token"_s << false;
    QTest::newRow("empty") << u" "_s << false;
    QTest::newRow("no scheme") << u"auth.example/token"_s << false;
    QTest::newRow("another scheme") << u"ftp://auth.example/token"_s << false;
    QTest::newRow("a user in it") << u"https://me:secret@auth.example/token"_s << false;
    QTest::newRow("a fragment") << u"https://auth.example/token#x"_s << false;
    QTest::newRow("words") << u"the token url"_s << false;
}

void TestAccessTokenWords::tokenUrlsAreChecked()
{
    QFETCH(QString, url);
    QFETCH(bool, good);
    QCOMPARE(tokenUrlProblem(url).isEmpty(), good);
}

void TestAccessTokenWords::saysHowLongATokenLives_data()
{
    QTest::addColumn<int>("seconds");
    QTest::addColumn<QString>("words");
    QTest::newRow("seconds") << 31 << u"31 second"_s;
    QTest::newRow("minutes") << 42 * 60 + 59 << u"42 minute"_s;
    QTest::newRow("an hour and more") << 119 * 60 << u"119 minute"_s;
    QTest::newRow("hours") << 7 * 3600 << u"7 hour"_s;
    QTest::newRow("days") << 49 * 3600 << u"2 day"_s;
}

void TestAccessTokenWords::saysHowLongATokenLives()
{
    QFETCH(int, seconds);
    QFETCH(QString, words);
    const QDateTime now = QDateTime::currentDateTimeUtc();
    const QString said = describe({false, true, now.addSecs(seconds), {}}, now);
    QVERIFY2(said.startsWith(u"Token expires in "_s + words), qPrintable(said));
}

QTEST_GUILESS_MAIN(TestAccessTokenWords)
#include "test_access_token_words.moc"
