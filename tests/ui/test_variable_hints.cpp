#include "app/http/DynamicValues.h"
#include "app/http/NamedAnswers.h"
#include "app/models/PartsModel.h"
#include "tests/support/ConsoleFixture.h"
#include "ui/console/UrlField.h"
#include "ui/widgets/NameValueTable.h"
#include "ui/widgets/VariableHints.h"

#include <QAbstractItemView>
#include <QFile>
#include <QHelpEvent>
#include <QTextBlock>
#include <QToolTip>
#include <QTreeView>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::find;

/// Whether the {{variables}} in a request have values, and which: by colour, on hover, by the keyboard and to
/// a screen reader.
class TestVariableHints : public QObject, private test::ConsoleFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        startConsole();
        if (qEnvironmentVariable("KEYDESK_SCREENSHOTS").endsWith(u"dark"_s))
            (*m_core)->settings->setTheme(Settings::Theme::Dark);
    }
    void cleanup()
    {
        QToolTip::hideText();
        endConsole();
    }

    void marksWhetherThereIsAValue();
    void says_data();
    void says();
    void secretsAreDots();
    void theBodyIsMarked();
    void followsTheEnvironment();
    void linesOutOfSightAreLeft();
    void cellsAreMarked();
    void cellsSayWhatTheyStandFor();
    void everyTableSays();
    void theBodySaysOnHover();
    void theKeyboardAsksToo();
    void tipsArePlainText();
    void whatIsAskedForIsKnown();
    void looksRight();

private:
    static RequestBody json(const QString &text)
    {
        RequestBody body;
        body.kind = RequestBody::Kind::Json;
        body.text = text;
        return body;
    }
    static QColor accent() { return theme::colour(QApplication::palette(), theme::Role::Accent); }
    static QColor danger() { return theme::colour(QApplication::palette(), theme::Role::Danger); }
    /// The colours of the variables in a line of text, as painted last.
    static QList<QColor> inks(CodeView *view, int line = 0)
    {
        QCoreApplication::processEvents();
        view->grab();
        QList<QColor> colours;
        for (const auto &range : view->document()->findBlockByNumber(line).layout()->formats()) {
            if (range.format.hasProperty(QTextFormat::BackgroundBrush))
                colours.append(range.format.foreground().color());
        }
        return colours;
    }
    static QString said(const QModelIndex &cell)
    {
        return cell.data(Qt::AccessibleDescriptionRole).toString();
    }
    CodeView *bodyView()
    {
        return static_cast<CodeView *>(find<QPlainTextEdit>(m_page.get(), u"Request body"_s));
    }
    QTableView *table(const QString &name) { return find<QTableView>(m_page.get(), name); }
    static void hover(QPlainTextEdit *view, int position)
    {
        QTextCursor cursor(view->document());
        cursor.setPosition(position);
        const QPoint place = view->cursorRect(cursor).center();
        QHelpEvent event(QEvent::ToolTip, place, view->viewport()->mapToGlobal(place));
        QCoreApplication::sendEvent(view->viewport(), &event);
    }
    static VariableSources sources()
    {
        NamedAnswers answers;
        answers.put(u"login"_s,
                    {{}, {}, {{"X-Id", "42"}, {"Set-Cookie", "sid=canary"}}, R"({"id":7})", false});
        DynamicContext dynamic;
        dynamic.processEnv = [](const QString &name) {
            return name == u"PIN"_s ? std::optional(u"1234"_s) : std::nullopt;
        };
        VariableSources made(
            {{u"host"_s, u"example.com"_s, true},
             {u"url"_s, u"https://{{host}}/x"_s, true},
             {u"broken"_s, u"{{nowhere}}"_s, true},
             {u"circle"_s, u"{{circle}}"_s, true},
             {u"empty"_s, {}, true},
             {u"off"_s, u"x"_s, false},
             {u"wraps"_s, u"a {{token}} b {{$processEnv PIN}} c {{login.response.headers.Set-Cookie}}"_s,
              true}},
            std::make_shared<const DynamicValues>(dynamic), std::make_shared<const NamedAnswers>(answers));
        made.secrets.insert(u"token"_s, QUuid::createUuid());
        made.secrets.insert(u"gone"_s, QUuid());
        return made;
    }
};

void TestVariableHints::marksWhetherThereIsAValue()
{
    VariableHints hints((*m_core)->redactor);
    hints.setSources(sources());
    const QString line = u"a {{host}} {{nowhere}} {{{ token }}} {{$guid}} {{}} {{x"_s;
    const auto formats = hints.formats(line, QApplication::palette());
    QStringList marked;
    QList<QColor> colours;
    for (const auto &range : formats) {
        marked.append(line.mid(range.start, range.length));
        colours.append(range.format.foreground().color());
    }
    QCOMPARE(marked, (QStringList{u"{{host}}"_s, u"{{nowhere}}"_s, u"{{ token }}"_s, u"{{$guid}}"_s}));
    QCOMPARE(colours, (QList<QColor>{accent(), danger(), accent(), accent()}));
    // Not by colour alone.
    QCOMPARE(formats.at(0).format.underlineStyle(), QTextCharFormat::NoUnderline);
    QCOMPARE(formats.at(1).format.underlineStyle(), QTextCharFormat::DashUnderline);
    QVERIFY(hints.formats(u"{{host}}"_s.repeated(2000), QApplication::palette()).isEmpty());
    hints.setSources({});
    QCOMPARE(hints.formats(line, QApplication::palette()).first().format.foreground().color(), danger());
}

void TestVariableHints::says_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("words");
    QTest::newRow("none") << u"{host} {{ }}"_s << QString();
    QTest::newRow("value") << u"x {{host}}"_s << u"{{host}}: example.com"_s;
    QTest::newRow("nested") << u"{{url}}"_s << u"{{url}}: https://example.com/x"_s;
    QTest::newRow("encoded") << u"{{%url}}"_s << u"{{%url}}: https%3A%2F%2Fexample.com%2Fx"_s;
    QTest::newRow("each once") << u"{{host}}{{url}}{{host}}"_s
                               << u"{{host}}: example.com\n{{url}}: https://example.com/x"_s;
    QTest::newRow("unknown") << u"{{nowhere}}"_s
                             << u"{{nowhere}} has no value: there is no variable of this name."_s;
    QTest::newRow("switched off") << u"{{off}}"_s
                                  << u"{{off}} has no value: there is no variable of this name."_s;
    QTest::newRow("names an unknown one")
        << u"{{broken}}"_s
        << u"{{broken}} has no value: it names {{nowhere}}, and there is no variable of this name."_s;
    QTest::newRow("circle") << u"{{circle}}"_s
                            << u"{{circle}} has no value: it leads back to itself: circle → circle."_s;
    QTest::newRow("empty") << u"{{empty}}"_s << u"{{empty}}: nothing, its value is empty"_s;
    QTest::newRow("made up") << u"{{$guid}}"_s << u"{{$guid}}: a new UUID"_s;
    QTest::newRow("made up, otherwise")
        << u"{{$randomInt 5 6}}"_s << u"{{$randomInt 5 6}}: made up anew each time, such as 5"_s;
    QStringList many;
    QStringList lines;
    for (int i = 0; i < 20; ++i) {
        many.append(u"{{v%1}}"_s.arg(i));
        lines.append(i < VariableHints::mostExplained
                         ? u"{{v%1}} has no value: there is no variable of this name."_s.arg(i)
                         : u"…"_s);
    }
    QTest::newRow("many") << many.join(QString())
                          << lines.first(VariableHints::mostExplained + 1).join(u'\n');
    QTest::newRow("answer") << u"{{login.response.body.$.id}}"_s << u"{{login.response.body.$.id}}: 7"_s;
    QTest::newRow("no answer")
        << u"{{other.response.body.*}}"_s
        << u"{{other.response.body.*}} has no value: there is no answer of “other” yet; send that request first."_s;
    QTest::newRow("secret") << u"{{token}}"_s << u"{{token}}: ••••, a secret variable"_s;
    QTest::newRow("secret that is gone")
        << u"{{gone}}"_s << u"{{gone}} has no value: the secret of this name has no value any more."_s;
    QTest::newRow("credential header")
        << u"{{login.response.headers.Set-Cookie}}"_s << u"{{login.response.headers.Set-Cookie}}: ••••"_s;
    QTest::newRow("header") << u"{{login.response.headers.X-Id}}"_s
                            << u"{{login.response.headers.X-Id}}: 42"_s;
    QTest::newRow("process") << u"{{$processEnv PIN}}"_s << u"{{$processEnv PIN}}: ••••"_s;
    QTest::newRow("secrets inside") << u"{{wraps}}"_s << u"{{wraps}}: a •••• b •••• c ••••"_s;
}

void TestVariableHints::says()
{
    QFETCH(QString, text);
    QFETCH(QString, words);
    VariableHints hints((*m_core)->redactor);
    hints.setSources(sources());
    QCOMPARE(hints.words(text), words);
}

void TestVariableHints::secretsAreDots()
{
    (*m_core)->redactor.add(Secret(test::token));
    const QString secret = QString::fromLatin1(test::token.data());
    VariableHints hints((*m_core)->redactor);
    hints.setSources({{u"leaked"_s, secret, true},
                      {u"long"_s, u"x"_s.repeated(190) + secret, true},
                      {u"host"_s, u"example.com"_s, true}});
    QCOMPARE(hints.words(u"{{leaked}}"_s), u"{{leaked}}: ••••"_s);
    // One that is cut off is none that the redactor knows.
    QVERIFY2(!hints.words(u"{{long}}"_s).contains(u"talq"_s), qPrintable(hints.words(u"{{long}}"_s)));
    QVERIFY(!hints.words(u"{{%1}}"_s.arg(secret)).contains(u"canary"_s));
    QCOMPARE(hints.words(u"Bearer {{host}}"_s, u"Authorization"_s), u"{{host}}: ••••"_s);
    QCOMPARE(hints.words(u"{{host}}"_s, u"Accept"_s), u"{{host}}: example.com"_s);
}

void TestVariableHints::theBodyIsMarked()
{
    open(u"POST"_s, u"/"_s, json(u"{\"a\": \"{{agent}}\", \"b\": {{nobody}}}"_s));
    QCOMPARE(inks(bodyView()), (QList<QColor>{accent(), danger()}));
    for (const auto kind : {RequestBody::Kind::Text, RequestBody::Kind::Xml, RequestBody::Kind::GraphQl}) {
        RequestBody body;
        body.kind = kind;
        body.text = u"<a x=\"{{agent}}\">{{nobody}}</a>"_s;
        body.graphQlVariables = u"{\"id\": \"{{agent}}\"}"_s;
        open(u"POST"_s, u"/"_s, body);
        QCOMPARE(inks(bodyView()), (QList<QColor>{accent(), danger()}));
    }
    QCOMPARE(inks(static_cast<CodeView *>(find<QPlainTextEdit>(m_page.get(), u"GraphQL variables"_s))),
             QList<QColor>{accent()});
}

void TestVariableHints::followsTheEnvironment()
{
    open(u"POST"_s, u"/"_s, json(u"{{agent}} {{later}}"_s));
    QCOMPARE(inks(bodyView()), (QList<QColor>{accent(), danger()}));
    Environment changed = m_environment;
    changed.variables = {{u"later"_s, u"now"_s, true}};
    QVERIFY((*m_core)->environments->update(changed));
    QTRY_COMPARE(inks(bodyView()), (QList<QColor>{danger(), accent()}));
}

void TestVariableHints::linesOutOfSightAreLeft()
{
    open(u"POST"_s, u"/"_s, json(u"{{agent}}\n"_s.repeated(5000)));
    QCOMPARE(inks(bodyView()).size(), 1);
    QVERIFY(inks(bodyView(), 4000).isEmpty());
    bodyView()->moveCursor(QTextCursor::End);
    QCOMPARE(inks(bodyView(), 4999).size(), 1);
}

void TestVariableHints::cellsAreMarked()
{
    RequestSpec request;
    request.url = u"/"_s;
    request.params = {{u"plain"_s, u"x"_s, true},
                      {u"known"_s, u"{{agent}}"_s, true},
                      {u"unknown"_s, u"{{nobody}}"_s, true}};
    m_page->open(request);
    QTableView *params = table(u"Request parameters"_s);
    const auto has = [params](int row, theme::Role role) {
        QCoreApplication::processEvents();
        const QImage cell =
            params->viewport()->grab(params->visualRect(params->model()->index(row, 1))).toImage();
        const QRgb wanted = theme::colour(params->palette(), role).rgb();
        for (int y = 0; y < cell.height(); ++y) {
            for (int x = 0; x < cell.width(); ++x) {
                if (cell.pixel(x, y) == wanted)
                    return true;
            }
        }
        return false;
    };
    QVERIFY(!has(0, theme::Role::BadgeFill));
    QVERIFY(has(1, theme::Role::BadgeFill));
    QVERIFY(!has(1, theme::Role::DangerFill));
    QVERIFY(has(2, theme::Role::DangerFill));
    Environment changed = m_environment;
    changed.variables = {{u"nobody"_s, u"x"_s, true}};
    QVERIFY((*m_core)->environments->update(changed));
    QTRY_VERIFY(!has(2, theme::Role::DangerFill));
}

void TestVariableHints::cellsSayWhatTheyStandFor()
{
    RequestSpec request;
    request.url = u"/x/{id}"_s;
    request.pathParts = {{u"id"_s, u"{{agent}}"_s, true}};
    request.params = {{u"{{agent}}"_s, u"{{nobody}}"_s, true}};
    request.headers = {{u"X-Trace"_s, u"{{agent}}"_s, true},
                       {u"Authorization"_s, u"Bearer {{agent}}"_s, true}};
    m_page->open(request);
    auto *parts = table(u"Path parts"_s);
    QCOMPARE(said(parts->model()->index(0, 1)), u"{{agent}}: agent_123456"_s);
    auto *params = table(u"Request parameters"_s);
    QCOMPARE(said(params->model()->index(0, 0)), u"{{agent}}: agent_123456"_s);
    QCOMPARE(said(params->model()->index(0, 1)),
             u"{{nobody}} has no value: there is no variable of this name."_s);
    QVERIFY(
        params->model()->index(0, 1).data(Qt::ToolTipRole).toString().contains(u"{{nobody}} has no value"_s));
    tabs(u"Request parts"_s)->setCurrentIndex(1);
    auto *headers = table(u"Request headers"_s);
    QCOMPARE(said(headers->model()->index(0, 1)), u"{{agent}}: agent_123456"_s);
    QCOMPARE(said(headers->model()->index(1, 1)), u"{{agent}}: ••••"_s);
    QVERIFY(!headers->model()->index(1, 1).data(Qt::ToolTipRole).toString().contains(u"123456"_s));
}

void TestVariableHints::everyTableSays()
{
    RequestBody form;
    form.kind = RequestBody::Kind::Form;
    form.form = {{u"a"_s, u"{{agent}}"_s, true}};
    open(u"POST"_s, u"/"_s, form);
    QCOMPARE(said(table(u"Form fields"_s)->model()->index(0, 1)), u"{{agent}}: agent_123456"_s);
    RequestBody multipart;
    multipart.kind = RequestBody::Kind::Multipart;
    RequestPart part;
    part.name = u"a"_s;
    part.file = u"/{{agent}}.txt"_s;
    multipart.parts = {part};
    open(u"POST"_s, u"/"_s, multipart);
    QCOMPARE(said(table(u"Parts"_s)->model()->index(0, PartsModel::Value)),
             u"{{agent}}: agent_123456\nA file"_s);
}

void TestVariableHints::theBodySaysOnHover()
{
    open(u"POST"_s, u"/"_s, json(u"{\"a\": \"{{agent}}\", \"b\": {{nobody}}}"_s));
    CodeView *view = bodyView();
    hover(view, 10);
    QTRY_VERIFY(QToolTip::text().contains(u"{{agent}}: agent_123456"_s));
    hover(view, 26);
    QTRY_VERIFY(QToolTip::text().contains(u"{{nobody}} has no value"_s));
    hover(view, 2);
    QTRY_VERIFY(!QToolTip::isVisible());
}

void TestVariableHints::theKeyboardAsksToo()
{
    open(u"POST"_s, u"/{{agent}}?a=1&b=2"_s, json(u"{{agent}}"_s));
    CodeView *view = bodyView();
    view->setFocus();
    view->moveCursor(QTextCursor::End);
    QTest::keyClick(view, Qt::Key_F1, Qt::ShiftModifier);
    QTRY_VERIFY(QToolTip::text().contains(u"{{agent}}: agent_123456"_s));
    QToolTip::hideText();
    auto *url = find<QLineEdit>(m_page.get(), u"URL"_s);
    QTest::keyClick(url, Qt::Key_F1, Qt::ShiftModifier);
    QTRY_VERIFY(QToolTip::text().contains(u"/agent_123456?a=1&amp;b=2"_s));
    QVERIFY(Qt::mightBeRichText(QToolTip::text())); // else the &amp; would be shown

    RequestSpec request;
    request.url = u"/"_s;
    request.params = {{u"a"_s, u"{{agent}}"_s, true}};
    m_page->open(request);
    auto *params = table(u"Request parameters"_s);
    params->setFocus();
    params->setCurrentIndex(params->model()->index(0, 1));
    QToolTip::hideText();
    QTest::keyClick(params, Qt::Key_F1, Qt::ShiftModifier);
    QTRY_VERIFY(QToolTip::text().contains(u"{{agent}}: agent_123456"_s));
    // While it is edited, too.
    QToolTip::hideText();
    params->edit(params->currentIndex());
    QTRY_VERIFY(qobject_cast<QLineEdit *>(QApplication::focusWidget()));
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_F1, Qt::ShiftModifier);
    QTRY_VERIFY(QToolTip::text().contains(u"{{agent}}: agent_123456"_s));
}

void TestVariableHints::tipsArePlainText()
{
    Environment changed = m_environment;
    changed.variables = {{u"agent"_s, u"<b>x</b>"_s, true}};
    QVERIFY((*m_core)->environments->update(changed));
    open(u"POST"_s, u"/"_s, json(u"{{agent}}"_s));
    hover(bodyView(), 3);
    QTRY_VERIFY(QToolTip::text().contains(u"&lt;b&gt;x"_s));
    QVERIFY(!QToolTip::text().contains(u"<b>"_s));
}

void TestVariableHints::whatIsAskedForIsKnown()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(u"a.http"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("### One\n# @prompt code The code\n# @prompt agent\nPOST /x/{{code}}\n\n{{code}} {{agent}} "
               "{{nobody}}\n");
    file.close();
    (*m_core)->workspace->open(folder.path());
    const auto tree = [this] { return find<QTreeView>(m_page.get(), u"Saved requests"_s); };
    const auto request = [&] {
        QModelIndex index;
        while (tree() && tree()->model()->rowCount(index) > 0)
            index = tree()->model()->index(0, 0, index);
        return index;
    };
    QTRY_COMPARE(request().data().toString(), u"One"_s);
    tree()->expandAll();
    tree()->setCurrentIndex(request());
    tree()->setFocus();
    QTest::keyClick(tree(), Qt::Key_Return);
    QTRY_COMPARE(m_page->request().url, u"/x/{{code}}"_s);
    QCOMPARE(inks(bodyView()), (QList<QColor>{accent(), accent(), danger()}));
    hover(bodyView(), 3);
    QTRY_VERIFY(QToolTip::text().contains(u"{{code}}: ‹asked for when it is sent: The code›"_s));
    hover(bodyView(), 13); // also where a variable has this name: what is asked for comes first
    QTRY_VERIFY(QToolTip::text().contains(u"{{agent}}: ‹asked for when it is sent›"_s));
    auto *url = static_cast<UrlField *>(find<QLineEdit>(m_page.get(), u"URL"_s));
    QVERIFY2(url->resolved().endsWith(u"/x/‹asked for when it is sent: The code›"_s),
             qPrintable(url->resolved()));
    // And offered while it is typed.
    url->setFocus();
    url->end(false);
    QTest::keyClicks(url, u"/{{cod"_s);
    const auto *list = qobject_cast<QAbstractItemView *>(QApplication::activePopupWidget());
    QVERIFY(list);
    QCOMPARE(list->model()->rowCount(), 1);
    QCOMPARE(list->model()->index(0, 0).data().toString(), u"code"_s);
    QApplication::activePopupWidget()->hide();
}

void TestVariableHints::looksRight()
{
    RequestSpec request;
    request.method = u"POST"_s;
    request.url = u"/v1/{{agent}}/{{nobody}}/{id}"_s;
    request.pathParts = {{u"id"_s, u"{{agent}}"_s, true}};
    request.params = {{u"plain"_s, u"a {value} gjpq"_s, true},
                      {u"known"_s, u"a {{agent}} gjpq"_s, true},
                      {u"unknown"_s, u"before {{nobody}} behind"_s, true},
                      {u"{{agent}}"_s, u"{{agent}}-"_s.repeated(30), false},
                      {u"selected"_s, u"{{agent}} {{nobody}}"_s, true}};
    request.headers = request.params;
    m_page->open(request);
    auto *params = table(u"Request parameters"_s);
    params->setCurrentIndex(params->model()->index(4, 1));
    shoot(u"hints-cells"_s);
    params->setFocus();
    params->edit(params->model()->index(2, 1));
    shoot(u"hints-editing"_s);
    open(u"POST"_s, u"/v1/{{agent}}"_s,
         json(u"{\n  \"id\": \"{{agent}}\",\n  \"other\": {{nobody}},\n  \"plain\": \"x\"\n}"_s));
    shoot(u"hints-body"_s);
    hover(bodyView(), 14);
    for (QWidget *tip : QApplication::topLevelWidgets()) {
        if (tip->inherits("QTipLabel") && tip->isVisible())
            shoot(u"hints-tip"_s, tip);
    }
}

QTEST_MAIN(TestVariableHints)

#include "test_variable_hints.moc"
