#include "app/catalogue/FieldCheck.h"

#include <QTest>

using namespace keydesk;
using namespace Qt::StringLiterals;

namespace {

DocumentedField field(const QString &name, DocumentedField::Type type,
                      DocumentedField::Need need = DocumentedField::Need::Optional)
{
    DocumentedField made;
    made.name = name;
    made.type = type;
    made.need = need;
    return made;
}

QStringList messages(const Endpoint &endpoint, const RequestSpec &request, const Variables &variables = {})
{
    QStringList all;
    for (const FieldWarning &warning : checkFields(endpoint, request, variables))
        all << warning.message;
    return all;
}

} // namespace

using Type = DocumentedField::Type;
using Need = DocumentedField::Need;

class TestFieldCheck : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void judgesWrittenValues_data();
    void judgesWrittenValues();
    void missesWhatIsRequired();
    void resolvesVariables();
    void looksIntoJsonBodies_data();
    void looksIntoJsonBodies();
    void looksAtEachItem();
    void judgesForms();
    void saysNothingOfAValue();
    void isBounded();
};

void TestFieldCheck::judgesWrittenValues_data()
{
    QTest::addColumn<DocumentedField>("field");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("problem");
    DocumentedField each = field(u"x"_s, Type::Integer);
    each.minimum = 1;
    each.maximum = 100;
    QTest::newRow("whole number") << each << u"20"_s << QString();
    QTest::newRow("a fraction") << each << u"2.5"_s << u"x is not a whole number."_s;
    QTest::newRow("words") << each << u"many"_s << u"x is not a whole number."_s;
    QTest::newRow("too small") << each << u"0"_s << u"x is less than 1."_s;
    QTest::newRow("too large") << each << u"101"_s << u"x is more than 100."_s;
    QTest::newRow("empty and optional") << each << QString() << QString();
    each = field(u"x"_s, Type::Number);
    QTest::newRow("number") << each << u"-2.5e3"_s << QString();
    QTest::newRow("no number") << each << u"1,5"_s << u"x is not a number."_s;
    each = field(u"x"_s, Type::Boolean);
    QTest::newRow("true") << each << u"true"_s << QString();
    QTest::newRow("yes") << each << u"yes"_s << u"x is neither true nor false."_s;
    each = field(u"x"_s, Type::String);
    each.values = {u"draft"_s, u"published"_s};
    QTest::newRow("allowed") << each << u"draft"_s << QString();
    QTest::newRow("not allowed") << each << u"Draft"_s << u"x is none of draft, published."_s;
    each.values.clear();
    each.minLength = 2;
    each.maxLength = 5;
    QTest::newRow("fits") << each << u"12345"_s << QString();
    QTest::newRow("too long") << each << u"123456"_s << u"x is longer than 5 characters."_s;
    QTest::newRow("too short") << each << u"1"_s << u"x is shorter than 2 characters."_s;
    each = field(u"x"_s, Type::String, Need::Required);
    QTest::newRow("empty and required") << each << QString() << u"x is required, and is empty."_s;
    each.format = u"uuid"_s;
    QTest::newRow("a UUID") << each << u"550e8400-e29b-41d4-a716-446655440000"_s << QString();
    QTest::newRow("no UUID") << each << u"550e8400"_s << u"x is not a UUID."_s;
    each.format = u"date"_s;
    QTest::newRow("a date") << each << u"2024-02-29"_s << QString();
    QTest::newRow("no date") << each << u"2023-02-29"_s << u"x is not a date such as 2025-01-31."_s;
    each.format = u"email"_s;
    QTest::newRow("no e-mail address") << each << u"nobody"_s << u"x is not an e-mail address."_s;
    each = field(u"x"_s, Type::Unknown);
    QTest::newRow("of no known type") << each << u"anything"_s << QString();
}

void TestFieldCheck::judgesWrittenValues()
{
    QFETCH(DocumentedField, field);
    QFETCH(QString, value);
    QFETCH(QString, problem);
    const QStringList expected = problem.isEmpty() ? QStringList() : QStringList{problem};
    Endpoint endpoint;
    RequestSpec request;
    endpoint.query = {field};
    request.params = {{u"x"_s, value, true}};
    QCOMPARE(messages(endpoint, request), expected);
    endpoint.query.clear();
    endpoint.parts = {field};
    request.pathParts = {{u"x"_s, value, true}};
    QCOMPARE(messages(endpoint, request), expected);
    endpoint.parts.clear();
    endpoint.headers = {field};
    request.headers = {{u"X"_s, value, true}};
    QCOMPARE(messages(endpoint, request), expected);
}

void TestFieldCheck::missesWhatIsRequired()
{
    Endpoint endpoint;
    endpoint.query = {field(u"page"_s, Type::Integer, Need::Required),
                      field(u"sort"_s, Type::String, Need::Unknown)};
    endpoint.headers = {field(u"X-Trace"_s, Type::String, Need::Required)};
    RequestSpec request;
    request.params = {{u"page"_s, u"many"_s, false}}; // not sent
    QCOMPARE(messages(endpoint, request), (QStringList{u"page is required, and is missing."_s,
                                                       u"X-Trace is required, and is missing."_s}));
    request.params.first() = {u"page"_s, u"1"_s, true};
    request.headers = {{u"x-trace"_s, u"a"_s, true}};
    QCOMPARE(messages(endpoint, request), QStringList());
}

void TestFieldCheck::resolvesVariables()
{
    Endpoint endpoint;
    endpoint.query = {field(u"page"_s, Type::Integer)};
    RequestSpec request;
    request.params = {{u"page"_s, u"{{page}}"_s, true}};
    QCOMPARE(messages(endpoint, request), QStringList()); // said elsewhere: it has no value
    QCOMPARE(messages(endpoint, request, {{u"page"_s, u"2"_s, true}}), QStringList());
    QCOMPARE(messages(endpoint, request, {{u"page"_s, u"two"_s, true}}),
             QStringList{u"page is not a whole number."_s});
}

void TestFieldCheck::looksIntoJsonBodies_data()
{
    QTest::addColumn<QString>("body");
    QTest::addColumn<QStringList>("problems");
    QTest::newRow("as documented")
        << uR"({"to": "+1", "text": {"body": "Hi"}, "days": [1, 2], "sure": true})"_s << QStringList();
    QTest::newRow("missing") << uR"({"text": {}})"_s
                             << QStringList{u"/to is required, and is missing."_s,
                                            u"/text/body is required, and is missing."_s};
    QTest::newRow("a parent that is not there") << uR"({"to": "+1"})"_s << QStringList();
    QTest::newRow("empty") << uR"({"to": ""})"_s << QStringList{u"/to is required, and is empty."_s};
    QTest::newRow("null") << uR"({"to": null, "sure": null})"_s
                          << QStringList{u"/to is required, and is null."_s};
    QTest::newRow("types") << uR"({"to": 1, "text": [], "days": [1, "2"], "sure": "true"})"_s
                           << QStringList{u"/to should be: text."_s, u"/text should be: object."_s,
                                          u"/days should be: list of: whole number."_s,
                                          u"/sure should be: true or false."_s};
    QTest::newRow("no whole number") << uR"({"to": "+1", "count": 1.5})"_s
                                     << QStringList{u"/count is not a whole number."_s};
    QTest::newRow("a list for an object") << u"[]"_s << QStringList();
    QTest::newRow("no JSON") << u"{"_s << QStringList();
    QTest::newRow("a variable without a value") << uR"({"to": {{number}}})"_s << QStringList();
}

void TestFieldCheck::looksIntoJsonBodies()
{
    QFETCH(QString, body);
    QFETCH(QStringList, problems);
    Endpoint endpoint;
    endpoint.bodyKind = RequestBody::Kind::Json;
    DocumentedField days = field(u"/days"_s, Type::Array);
    days.items = Type::Integer;
    endpoint.body = {field(u"/to"_s, Type::String, Need::Required),
                     field(u"/text"_s, Type::Object),
                     field(u"/text/body"_s, Type::String, Need::Required),
                     days,
                     field(u"/sure"_s, Type::Boolean),
                     field(u"/count"_s, Type::Integer)};
    RequestSpec request;
    request.body.kind = RequestBody::Kind::Json;
    request.body.text = body;
    QCOMPARE(messages(endpoint, request), problems);
}

void TestFieldCheck::looksAtEachItem()
{
    Endpoint endpoint;
    endpoint.bodyKind = RequestBody::Kind::Json;
    DocumentedField kind = field(u"/rows/*/a~1b"_s, Type::String, Need::Required);
    kind.values = {u"x"_s};
    endpoint.body = {kind};
    RequestSpec request;
    request.body.kind = RequestBody::Kind::Json;
    request.body.text = uR"({"rows": [{"a/b": "x"}, {"a/b": "y"}, {}, 7]})"_s;
    QCOMPARE(messages(endpoint, request),
             (QStringList{u"/rows/1/a~1b is none of x."_s, u"/rows/2/a~1b is required, and is missing."_s}));
}

void TestFieldCheck::judgesForms()
{
    Endpoint endpoint;
    endpoint.bodyKind = RequestBody::Kind::Form;
    endpoint.body = {field(u"age"_s, Type::Integer, Need::Required)};
    RequestSpec request;
    request.body.kind = RequestBody::Kind::Form;
    request.body.form = {{u"age"_s, u"old"_s, true}};
    QCOMPARE(messages(endpoint, request), QStringList{u"age is not a whole number."_s});
    request.body.kind = RequestBody::Kind::Text; // another body than the documented one is the user's to send
    QCOMPARE(messages(endpoint, request), QStringList());
}

void TestFieldCheck::saysNothingOfAValue()
{
    Endpoint endpoint;
    DocumentedField key = field(u"key"_s, Type::Integer, Need::Required);
    key.maxLength = 1;
    endpoint.query = {key};
    RequestSpec request;
    request.params = {{u"key"_s, u"{{secret}}"_s, true}};
    for (const QString &message : messages(endpoint, request, {{u"secret"_s, u"hunter2hunter2"_s, true}}))
        QVERIFY2(!message.contains(u"hunter2"_s), qPrintable(message));
}

void TestFieldCheck::isBounded()
{
    Endpoint endpoint;
    endpoint.bodyKind = RequestBody::Kind::Json;
    endpoint.body = {field(u"/*/id"_s, Type::String, Need::Required)};
    RequestSpec request;
    request.body.kind = RequestBody::Kind::Json;
    request.body.text = u'[' + QString(u"{},"_s).repeated(1000) + u"{}]"_s;
    QCOMPARE(messages(endpoint, request).size(), 50);
    request.body.text = u"[\""_s + QString(checkedBodyLimit, u'x') + u"\"]"_s;
    QCOMPARE(messages(endpoint, request).size(), 0);
}

QTEST_GUILESS_MAIN(TestFieldCheck)
#include "test_field_check.moc"
