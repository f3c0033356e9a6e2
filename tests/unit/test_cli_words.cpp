#include "app/cli/CallWords.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;
using namespace keydesk::cli;

/// The words of `call`, as HTTPie has them.
class TestCliWords : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void methodMayBeLeftOut();
    void itemsBecomeARequest();
    void numbersKeepTheirDigits();
    void itemsReplaceThoseOfASavedRequest();
    void wrongItemsAreNamedWithoutTheirValues();
};

void TestCliWords::methodMayBeLeftOut()
{
    QCOMPARE(readCallWords({u"delete"_s, u"https://a.test/x"_s}).method, u"DELETE"_s);
    QCOMPARE(readCallWords({u"https://a.test/x"_s}).method, QString());
    QCOMPARE(readCallWords({u"login"_s, u"name==x"_s}).target, u"login"_s);
    QCOMPARE(readCallWords({u"GET"_s, u"login"_s}).target, u"login"_s);
}

void TestCliWords::itemsBecomeARequest()
{
    RequestSpec start;
    start.method.clear();
    const auto made = withItems(start, {{}, u"/"_s, {u"X-A:b"_s, u"q==1=2"_s, u"a\\:b=c\"d"_s, u"n:=[1, 2]"_s, u"X-Empty;"_s}}, CallWords::Fields::Json);
    QVERIFY(made);
    QCOMPARE(made->method, u"POST"_s);
    QCOMPARE(made->headers, (QList<NameValue>{{u"X-A"_s, u"b"_s}, {u"X-Empty"_s, {}}}));
    QCOMPARE(made->params, (QList<NameValue>{{u"q"_s, u"1=2"_s}}));
    QCOMPARE(made->body.text, u"{\"a:b\": \"c\\\"d\", \"n\": [1, 2]}"_s);
}

void TestCliWords::numbersKeepTheirDigits()
{
    const auto made = withItems({}, {{}, u"/"_s, {u"n:=12345678901234567890.10"_s}}, CallWords::Fields::Json);
    QVERIFY(made);
    QCOMPARE(made->body.text, u"{\"n\": 12345678901234567890.10}"_s);
}

void TestCliWords::itemsReplaceThoseOfASavedRequest()
{
    RequestSpec saved;
    saved.headers = {{u"x-a"_s, u"old"_s}, {u"X-B"_s, u"kept"_s}, {u"X-C"_s, u"gone"_s}};
    const auto made = withItems(saved, {{}, u"/"_s, {u"X-A:new"_s, u"X-C:"_s}}, CallWords::Fields::Json);
    QVERIFY(made);
    QCOMPARE(made->headers, (QList<NameValue>{{u"X-B"_s, u"kept"_s}, {u"X-A"_s, u"new"_s}}));
    QCOMPARE(made->method, u"GET"_s);
}

void TestCliWords::wrongItemsAreNamedWithoutTheirValues()
{
    for (const QString &item : {u"name:=secret"_s, u"name@secret"_s, u"secret"_s}) {
        const auto made = withItems({}, {{}, u"/"_s, {item}}, CallWords::Fields::Json);
        QVERIFY(!made);
        QCOMPARE(made.error().kind, Error::Kind::InvalidInput);
        QVERIFY2(!made.error().message.contains("secret"_L1), qPrintable(made.error().message));
    }
}

QTEST_GUILESS_MAIN(TestCliWords)
#include "test_cli_words.moc"
