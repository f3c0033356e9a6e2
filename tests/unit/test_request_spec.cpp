#include "app/http/RequestSpec.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

class TestRequestSpec : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyMemberGoesBothWays();
    void everyKindOfBodyAndKeyGoesBothWays();
    void missingMembersTakeTheirDefaults();
    void foreignMembersAndTypesAreIgnored();
};

void TestRequestSpec::everyMemberGoesBothWays()
{
    RequestSpec spec;
    spec.name = u"Create an agent"_s;
    spec.method = u"PROPFIND"_s;
    spec.url = u"{{baseUrl}}/agents?x=\u00FC \"q\""_s;
    spec.pathParts = {{u"agent_id"_s, u"{{agent}}"_s, true}, {u"empty"_s, QString(), true}};
    spec.params = {{u"page"_s, u"1"_s, true}, {u"page"_s, u"2"_s, false}};
    spec.headers = {{u"X-Trace"_s, u"{{trace}}"_s, false}, {u"Accept"_s, QString(), true}};
    spec.body = {
        RequestBody::Kind::Form, u"left from before"_s, {{u"a"_s, u"b"_s, true}, {u"c"_s, u"d"_s, false}}};
    spec.body.graphQlVariables = u"{\"n\": 1}"_s;
    spec.body.graphQlOperation = u"Agents"_s;
    spec.body.file = u"{{folder}}/a.bin"_s;
    spec.body.parts = {{u"note"_s, u"hello"_s, {}, {}, {}, {}, true},
                       {u"logo"_s,
                        {},
                        u"/pictures/a b.png"_s,
                        u"logo.png"_s,
                        u"image/png"_s,
                        {{u"X-Part"_s, u"1"_s, true}, {u"X-Off"_s, QString(), false}},
                        false}};
    spec.key = {KeyChoice::Mode::Chosen, QUuid::createUuid(), u"environment-token"_s};
    const QByteArray text = QJsonDocument(spec.toJson()).toJson();
    QCOMPARE(RequestSpec::fromJson(QJsonDocument::fromJson(text).object()), spec);
}

void TestRequestSpec::everyKindOfBodyAndKeyGoesBothWays()
{
    for (const auto kind : {RequestBody::Kind::None, RequestBody::Kind::Json, RequestBody::Kind::Text,
                            RequestBody::Kind::Xml, RequestBody::Kind::Form, RequestBody::Kind::Multipart,
                            RequestBody::Kind::File, RequestBody::Kind::GraphQl}) {
        for (const auto mode : {KeyChoice::Mode::Automatic, KeyChoice::Mode::None, KeyChoice::Mode::Chosen}) {
            RequestSpec spec;
            spec.body.kind = kind;
            spec.key.mode = mode;
            QCOMPARE(RequestSpec::fromJson(spec.toJson()), spec);
        }
    }
}

void TestRequestSpec::missingMembersTakeTheirDefaults()
{
    QCOMPARE(RequestSpec::fromJson({}), RequestSpec());
    const auto rows = QJsonArray{QJsonObject{{u"name"_s, u"a"_s}}};
    const RequestSpec spec = RequestSpec::fromJson({{u"params"_s, rows}});
    QCOMPARE(spec.params, (QList<NameValue>{{u"a"_s, QString(), true}}));
    QCOMPARE(spec.method, u"GET"_s);
}

void TestRequestSpec::foreignMembersAndTypesAreIgnored()
{
    const QByteArray text =
        R"({"name": 7, "method": null, "url": {}, "params": "x", "headers": [1, "a", null, [], {"name": []}],
        "body": {"kind": "yaml", "text": false, "form": 3, "parts": [1, null], "file": {}}, "key": {"mode": "stolen", "keyId": "not-a-uuid", "kindId": 1}, "token": "x"})";
    RequestSpec expected;
    expected.headers = {NameValue{}};
    QCOMPARE(RequestSpec::fromJson(QJsonDocument::fromJson(text).object()), expected);
}

QTEST_GUILESS_MAIN(TestRequestSpec)
#include "test_request_spec.moc"
