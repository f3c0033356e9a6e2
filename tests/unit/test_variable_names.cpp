#include "app/http/DynamicValues.h"
#include "app/http/NamedAnswers.h"
#include "app/http/VariableNames.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

/// What is offered behind "{{": the names that a call would know, with what they come out as.
class TestVariableNames : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void offersWhatACallKnows();
    void theFirstOfANameCounts();
    void beginningsComeFirst();
    void showsWhatAValueComesOutAs();
    void everyMadeUpValueIsOne();
    void leadsThroughAnAnswer_data();
    void leadsThroughAnAnswer();
    void masksCredentialHeaders();
    void isBounded();

private:
    static QStringList names(const VariableSources &sources, const QString &typed)
    {
        QStringList all;
        for (const KnownVariable &each : knownVariables(sources, typed))
            all.append(each.name);
        return all;
    }
    static VariableSources withAnswer(const QByteArray &body)
    {
        NamedAnswers answers;
        answers.put(u"login"_s, {{{"X-Sent", "1"}}, "{\"user\":\"ann\"}", {{"X-Id", "42"}, {"Set-Cookie", "sid=canary"}}, body, false});
        return {Variables(), {}, std::make_shared<const NamedAnswers>(answers)};
    }
};

void TestVariableNames::offersWhatACallKnows()
{
    VariableSources sources({{u"host"_s, u"api.example.com"_s, true}, {u"off"_s, u"x"_s, false}},
                            std::make_shared<const DynamicValues>(), {});
    sources.literals.insert(u"asked"_s, u"yes"_s);
    const QStringList all = names(sources, {});
    QVERIFY(all.contains(u"host"_s));
    QVERIFY(all.contains(u"asked"_s));
    QVERIFY(all.contains(u"$guid"_s));
    QVERIFY(!all.contains(u"off"_s));
    sources.dynamic.reset();
    QVERIFY(!names(sources, {}).contains(u"$guid"_s));
}

void TestVariableNames::theFirstOfANameCounts()
{
    const auto known = knownVariables({{u"a"_s, u"1"_s, false}, {u"a"_s, u"2"_s, true}, {u"a"_s, u"3"_s, true}}, {});
    QCOMPARE(known.size(), 1);
    QCOMPARE(known.first().value, u"2"_s);
}

void TestVariableNames::beginningsComeFirst()
{
    const VariableSources sources{{u"baseUrl"_s, u"1"_s, true}, {u"urlOfSite"_s, u"2"_s, true}, {u"other"_s, u"3"_s, true}};
    QCOMPARE(names(sources, u"URL"_s), (QStringList{u"urlOfSite"_s, u"baseUrl"_s}));
    QCOMPARE(names(sources, u"zzz"_s), QStringList());
}

void TestVariableNames::showsWhatAValueComesOutAs()
{
    const VariableSources sources{{u"url"_s, u"https://{{host}}/v1"_s, true},
                                  {u"host"_s, u"example.com"_s, true},
                                  {u"long"_s, QString(100'000, u'x'), true},
                                  {u"lines"_s, u"a\nb"_s, true}};
    const auto known = knownVariables(sources, {});
    QCOMPARE(known.at(0).value, u"https://example.com/v1"_s);
    QCOMPARE(known.at(2).value.size(), KnownVariable::longestValue);
    QCOMPARE(known.at(3).value, u"a\nb"_s);
}

void TestVariableNames::everyMadeUpValueIsOne()
{
    DynamicContext context;
    context.projectRoot = u"/somewhere"_s;
    const VariableSources sources(Variables(), std::make_shared<const DynamicValues>(context), {});
    int whole = 0;
    for (const KnownVariable &each : knownVariables(sources, u"$"_s)) {
        QVERIFY2(!each.words.isEmpty(), qPrintable(each.name));
        if (!each.isWhole)
            continue;
        QStringList unresolved;
        const QString value = resolveVariables(u"{{%1}}"_s.arg(each.name), sources, &unresolved);
        QVERIFY2(unresolved.isEmpty() && !value.isEmpty(), qPrintable(each.name));
        ++whole;
    }
    QVERIFY(whole > 10);
}

void TestVariableNames::leadsThroughAnAnswer_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QStringList>("offered");
    QTest::newRow("name") << u"login.resp"_s
                          << QStringList{u"login.response.body.$."_s, u"login.response.body.*"_s, u"login.response.headers."_s};
    QTest::newRow("headers") << u"login.response.headers."_s
                             << QStringList{u"login.response.headers.X-Id"_s, u"login.response.headers.Set-Cookie"_s};
    QTest::newRow("members") << u"login.response.body.$."_s
                             << QStringList{u"login.response.body.$.data."_s, u"login.response.body.$.list[0]"_s, u"login.response.body.$.ok"_s};
    QTest::newRow("deeper") << u"login.response.body.$.data.i"_s << QStringList{u"login.response.body.$.data.id"_s};
    QTest::newRow("request") << u"login.request.body.$."_s << QStringList{u"login.request.body.$.user"_s};
    QTest::newRow("no such member") << u"login.response.body.$.none."_s << QStringList();
    QTest::newRow("no such answer") << u"other.response.body.$."_s << QStringList();
}

void TestVariableNames::leadsThroughAnAnswer()
{
    QFETCH(QString, typed);
    QFETCH(QStringList, offered);
    QCOMPARE(names(withAnswer(R"({"data":{"id":7},"list":[1],"ok":true,"not plain":1})"), typed), offered);
    for (const QByteArray &body : {""_ba, "no JSON"_ba, "[1]"_ba, QByteArray(300'000, ' ') + "{}"})
        names(withAnswer(body), typed);
}

void TestVariableNames::masksCredentialHeaders()
{
    for (const KnownVariable &each : knownVariables(withAnswer("{}"), u"login.response.headers."_s))
        QVERIFY(!each.value.contains(u"canary"_s));
}

void TestVariableNames::isBounded()
{
    Variables many;
    for (int i = 0; i < 5000; ++i)
        many.append({u"name%1"_s.arg(i), u"{{name%1}}{{name%1}}"_s.arg(i + 1), true});
    QCOMPARE(knownVariables(many, {}).size(), mostKnown);
}

QTEST_GUILESS_MAIN(TestVariableNames)

#include "test_variable_names.moc"
