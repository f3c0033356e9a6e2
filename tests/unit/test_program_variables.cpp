#include "app/cli/ProgramVariables.h"
#include "app/http/SecretMarkers.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;
using namespace keydesk::cli;

namespace {

QStringList namesOf(const ProgramVariables &variables)
{
    QStringList names;
    for (const NameValue &variable : variables.passed)
        names << variable.name;
    return names;
}

QStringList namesOfLeft(const ProgramVariables &variables)
{
    QStringList names;
    for (const ProgramVariables::Left &variable : variables.left)
        names << variable.name;
    return names;
}

Environment environment()
{
    Environment made;
    made.baseUrl = u"https://api.example.test"_s;
    return made;
}

} // namespace

/// What a program is given of an environment.
class TestProgramVariables : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsWhatSteersPrograms_data();
    void knowsWhatSteersPrograms();
    void theFirstOfANameThatIsEnabledCounts();
    void secretsAreMarked();
    void aValueNamesNoKeyByItself();
    void namesAndValuesThatCannotBeAreLeft();
    void whatIsNamedIsPassed();
    void theKeyGoesBeforeAVariable();
    void cyclesAreTold();
};

void TestProgramVariables::knowsWhatSteersPrograms_data()
{
    QTest::addColumn<bool>("steers");
    for (const char *name : {"PATH", "LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT", "BASH_ENV", "ENV", "IFS", "SHELL", "HOME", "PYTHONPATH", "PYTHONSTARTUP",
                             "NODE_OPTIONS", "NODE_EXTRA_CA_CERTS", "GIT_SSH_COMMAND", "GIT_CONFIG_COUNT", "PERL5OPT", "RUBYOPT", "JAVA_TOOL_OPTIONS",
                             "PAGER", "EDITOR", "LESSOPEN", "PROMPT_COMMAND", "PS4", "DYLD_INSERT_LIBRARIES", "GCONV_PATH", "SSL_CERT_FILE",
                             "https_proxy", "HTTPS_PROXY", "XDG_CONFIG_HOME", "KUBECONFIG", "ZDOTDIR", "QT_PLUGIN_PATH", "GTK_MODULES", "CURL_HOME"})
        QTest::newRow(name) << true;
    for (const char *name : {"REGION", "API_KEY", "TALKOVER_TOKEN", "baseUrl", "path", "ENVIRONMENT", "HOMEPAGE", "PATHS", "SHELLFISH", "GITHUB_TOKEN", "", "_"})
        QTest::newRow(name) << false;
}

void TestProgramVariables::knowsWhatSteersPrograms()
{
    QTEST(steersPrograms(QString::fromLatin1(QTest::currentDataTag())), "steers");
}

void TestProgramVariables::theFirstOfANameThatIsEnabledCounts()
{
    Environment here = environment();
    here.variables = {{u"A"_s, u"off"_s, false}, {u"A"_s, u"first"_s}, {u"A"_s, u"second"_s}, {u"baseUrl"_s, u"mine"_s}, {u"B"_s, u"<{{A}}>"_s}};
    const auto made = programVariables(here, {}, {});
    QVERIFY(made);
    QCOMPARE(made->passed, (QList<NameValue>{{u"baseUrl"_s, u"https://api.example.test"_s}, {u"A"_s, u"first"_s}, {u"B"_s, u"<first>"_s}}));
    QVERIFY(made->left.isEmpty() && made->unresolved.isEmpty());
}

void TestProgramVariables::secretsAreMarked()
{
    const QUuid secret = QUuid::createUuid();
    Environment here = environment();
    here.keys.insert(secretVariablePlace(u"PASSWORD"_s), secret);
    here.variables = {{u"DSN"_s, u"me:{{PASSWORD}}"_s}};
    const auto made = programVariables(here, {}, {});
    QVERIFY(made);
    QCOMPARE(made->passed.at(1), (NameValue{u"DSN"_s, u"me:"_s + secretMarker(secret)}));
    QCOMPARE(made->passed.at(2), (NameValue{u"PASSWORD"_s, secretMarker(secret)}));
    QCOMPARE(made->secrets, QList{secret});
}

/// Ids of keys stand in files of requests.
void TestProgramVariables::aValueNamesNoKeyByItself()
{
    const QUuid key = QUuid::createUuid();
    Environment here = environment();
    here.variables = {{u"STOLEN"_s, secretMarker(key)}, {u"OTHER"_s, secretMarker(QUuid::createUuid())}};
    const auto made = programVariables(here, std::pair(u"TOKEN"_s, key), {u"STOLEN"_s, u"OTHER"_s});
    QVERIFY(made);
    QVERIFY(made->secrets.isEmpty());
    const auto all = programVariables(here, std::pair(u"TOKEN"_s, key), {});
    QCOMPARE(all->secrets, QList{key});
}

void TestProgramVariables::namesAndValuesThatCannotBeAreLeft()
{
    Environment here = environment();
    here.variables = {{u"a-b"_s, {}}, {u"1A"_s, {}}, {u"A=B"_s, {}}, {u"Ä"_s, {}}, {u"A B"_s, {}}, {u"NUL"_s, u"a"_s + QChar(0)}, {u"LD_PRELOAD"_s, {}}, {u"A"_s, {}}};
    const auto made = programVariables(here, {}, {});
    QVERIFY(made);
    QCOMPARE(namesOf(*made), (QStringList{u"baseUrl"_s, u"A"_s}));
    QCOMPARE(namesOfLeft(*made), (QStringList{u"a-b"_s, u"1A"_s, u"A=B"_s, u"Ä"_s, u"A B"_s, u"NUL"_s, u"LD_PRELOAD"_s}));
}

void TestProgramVariables::whatIsNamedIsPassed()
{
    Environment here = environment();
    here.variables = {{u"PATH"_s, u"/x"_s}, {u"A"_s, {}}};
    const auto made = programVariables(here, std::pair(u"TOKEN"_s, QUuid::createUuid()), {u"PATH"_s});
    QVERIFY(made);
    QCOMPARE(namesOf(*made), QStringList{u"PATH"_s});
    QVERIFY(made->left.isEmpty());
    const auto wrong = programVariables(here, {}, {u"TOKEN"_s});
    QVERIFY(!wrong && wrong.error().kind == Error::Kind::InvalidInput);
    QVERIFY(!programVariables({}, {}, {u"TOKEN"_s}));
}

void TestProgramVariables::theKeyGoesBeforeAVariable()
{
    const QUuid key = QUuid::createUuid();
    Environment here = environment();
    here.variables = {{u"TOKEN"_s, u"plain"_s}};
    const auto made = programVariables(here, std::pair(u"TOKEN"_s, key), {});
    QVERIFY(made);
    QCOMPARE(made->passed.last(), (NameValue{u"TOKEN"_s, secretMarker(key)}));
    QCOMPARE(namesOfLeft(*made), QStringList{u"TOKEN"_s});
}

void TestProgramVariables::cyclesAreTold()
{
    Environment here = environment();
    here.variables = {{u"A"_s, u"{{B}}"_s}, {u"B"_s, u"{{A}}"_s}, {u"C"_s, u"{{nothing}}"_s}, {u"LD_X"_s, u"{{nothing}}"_s}};
    const auto made = programVariables(here, {}, {});
    QVERIFY(made);
    QCOMPARE(made->unresolved, (QStringList{u"A"_s, u"B"_s, u"C"_s}));
}

QTEST_GUILESS_MAIN(TestProgramVariables)
#include "test_program_variables.moc"
