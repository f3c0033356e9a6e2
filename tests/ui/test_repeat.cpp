#include "tests/support/ConsoleFixture.h"

#include <QCheckBox>
#include <QClipboard>
#include <QMessageBox>
#include <QProgressBar>
#include <QSpinBox>
#include <QHelpEvent>
#include <QTableWidget>
#include <QToolTip>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::find;
using test::wordsOf;

/// One request sent many times.
class TestRepeat : public QObject, private test::ConsoleFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { startConsole(); }
    void cleanup() { endConsole(); }

    void sendsAsOftenAsAskedAndShowsFigures();
    void resolvesEachCallAnew();
    void sendsSoManyAtOnceAndNoMore();
    void asksBeforeItChangesThings();
    void stops();
    void endsWhenTheServerHasEnough();
    void waitsWhenTheServerSaysSoAndThatWasAskedFor();
    void saysWhyCallsFailed();
    void keepsNothingInTheHistoryAndShowsNoCredential();
    void closingStopsTheCalls();
    void fitsLargeType();

private:
    QDialog *openDialog(int times, int atOnce = 1, bool waits = false)
    {
        for (QAction *action : m_page->requestActions()) {
            if (action->text() == u"Repeat…"_s)
                action->trigger();
        }
        QDialog *dialog = nullptr;
        for (auto *each : m_page->findChildren<QDialog *>()) {
            if (each->isVisible() && each->windowTitle() == u"Repeat"_s)
                dialog = each;
        }
        if (!dialog)
            return nullptr;
        find<QSpinBox>(dialog, u"How many times"_s)->setValue(times);
        find<QSpinBox>(dialog, u"At once"_s)->setValue(atOnce);
        find<QSpinBox>(dialog, u"Pause"_s)->setValue(0);
        find<QCheckBox>(dialog, u"Wait when the server says so (Retry-After)"_s)->setChecked(waits);
        return dialog;
    }

    static QString words(QDialog *dialog) { return wordsOf(dialog); }
    static bool isDone(QDialog *dialog) { return find<QPushButton>(dialog, u"Start"_s) != nullptr; }

    static QStringList row(QDialog *dialog, const QString &name, int row)
    {
        const auto *table = find<QTableWidget>(dialog, name);
        QStringList cells;
        for (int column = 0; table && row < table->rowCount() && column < table->columnCount(); ++column)
            cells.append(table->item(row, column)->text());
        return cells;
    }
};

void TestRepeat::sendsAsOftenAsAskedAndShowsFigures()
{
    open(u"GET"_s, u"/api/v1/agents"_s);
    QDialog *dialog = openDialog(20);
    QVERIFY(dialog);
    shoot(u"repeat-before"_s, dialog);
    find<QPushButton>(dialog, u"Start"_s)->click();
    QTRY_VERIFY_WITH_TIMEOUT(isDone(dialog), 20'000);
    QCOMPARE(m_server->requests().size(), 20);
    QCOMPARE(m_server->requests().last().header("Authorization"), "Bearer " + QByteArray(test::token.data(), static_cast<qsizetype>(test::token.size())));
    const QStringList figures = row(dialog, u"Latency"_s, 0);
    QCOMPARE(figures.size(), 7);
    for (const QString &figure : figures)
        QVERIFY2(figure.endsWith(u"ms"_s) || figure.endsWith(u" s"_s), qPrintable(figure));
    QCOMPARE(row(dialog, u"Answers"_s, 0), (QStringList{u"20"_s, u"200 OK"_s}));
    QVERIFY2(words(dialog).contains(u"20 of 20 calls · 0 failed"_s), qPrintable(words(dialog)));
    QCOMPARE(find<QProgressBar>(dialog, u"Progress"_s)->value(), 20);
    auto *chart = find<QWidget>(dialog, u"Time of each call"_s);
    QVERIFY(chart);
    QVERIFY2(chart->accessibleDescription().startsWith(u"20 calls, 0 failed; the median is "_s), qPrintable(chart->accessibleDescription()));
    shoot(u"repeat"_s, dialog);
    const QPoint first(3, chart->height() / 2);
    QHelpEvent hover(QEvent::ToolTip, first, chart->mapToGlobal(first));
    QCoreApplication::sendEvent(chart, &hover);
    QVERIFY2(QToolTip::text().startsWith(u"Call 1: "_s) && QToolTip::text().endsWith(u", 200"_s), qPrintable(QToolTip::text()));
    QToolTip::hideText();

    find<QPushButton>(dialog, u"Copy as CSV"_s)->click();
    const QStringList lines = QApplication::clipboard()->text().split(u"\r\n"_s, Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 21);
    QVERIFY(lines.at(1).startsWith(u"1,"_s) && lines.at(1).contains(u",200,"_s));
    find<QPushButton>(dialog, u"Copy as Text"_s)->click();
    QVERIFY(QApplication::clipboard()->text().contains(u"p95"_s));
}

void TestRepeat::resolvesEachCallAnew()
{
    open(u"GET"_s, u"/?id={{$guid}}"_s);
    QDialog *dialog = openDialog(5, 2);
    QVERIFY(dialog);
    find<QPushButton>(dialog, u"Start"_s)->click();
    QTRY_VERIFY_WITH_TIMEOUT(isDone(dialog), 20'000);
    QSet<QByteArray> targets;
    for (const test::ReceivedRequest &request : m_server->requests())
        targets.insert(request.target);
    QCOMPARE(targets.size(), 5);
}

void TestRepeat::sendsSoManyAtOnceAndNoMore()
{
    m_server->hang();
    open(u"GET"_s, u"/"_s);
    QDialog *dialog = openDialog(20, 3);
    QVERIFY(dialog);
    find<QPushButton>(dialog, u"Start"_s)->click();
    QTRY_COMPARE(m_server->requests().size(), 3);
    m_server->answer(test::response(200, {}, "fine"));
    m_server->closeAll(); // who waits is let go; the others are answered
    QTRY_VERIFY_WITH_TIMEOUT(isDone(dialog), 20'000);
    QVERIFY2(words(dialog).contains(u"20 of 20 calls"_s), qPrintable(words(dialog)));
    QVERIFY(m_server->connections() <= 6);
    QCOMPARE(find<QSpinBox>(dialog, u"At once"_s)->maximum(), 6);
    QCOMPARE(find<QSpinBox>(dialog, u"How many times"_s)->maximum(), 1000);
}

void TestRepeat::asksBeforeItChangesThings()
{
    addEnvironment(u"Production"_s, m_server->url(QString()), true);
    open(u"DELETE"_s, u"/thing"_s);
    QDialog *dialog = openDialog(7);
    QVERIFY(dialog);
    QVERIFY(!m_page->findChild<QMessageBox *>()); // not before it is known how many
    auto *start = find<QPushButton>(dialog, u"Start"_s);
    start->click();
    auto *box = dialog->findChild<QMessageBox *>();
    QVERIFY(box && box->isVisible());
    const QString question = box->text() + box->informativeText();
    QVERIFY2(question.contains(u"DELETE 7 time"_s) && question.contains(u"/thing"_s) && question.contains(u"“Production” is protected"_s), qPrintable(question));
    QCOMPARE(box->defaultButton(), box->button(QMessageBox::Cancel));
    shoot(u"repeat-consent"_s, box);
    box->button(QMessageBox::Cancel)->click();
    QTRY_VERIFY(!dialog->findChild<QMessageBox *>());
    QVERIFY(m_server->requests().isEmpty());

    start->click();
    box = dialog->findChild<QMessageBox *>();
    for (QAbstractButton *each : box->buttons()) {
        if (box->buttonRole(each) == QMessageBox::AcceptRole)
            each->click();
    }
    QTRY_COMPARE(m_server->requests().size(), 7); // asked once, not seven times
    QVERIFY(!m_page->findChild<QMessageBox *>() || !m_page->findChild<QMessageBox *>()->isVisible());
}

void TestRepeat::stops()
{
    m_server->hang();
    open(u"GET"_s, u"/"_s);
    QDialog *dialog = openDialog(1000, 2);
    QVERIFY(dialog);
    find<QPushButton>(dialog, u"Start"_s)->click();
    QTRY_COMPARE(m_server->requests().size(), 2);
    find<QPushButton>(dialog, u"Stop"_s)->click();
    QTRY_VERIFY(isDone(dialog));
    QVERIFY2(words(dialog).contains(u"The run was stopped."_s), qPrintable(words(dialog)));
    QVERIFY2(words(dialog).contains(u"0 of 1000 calls · 0 failed"_s), qPrintable(words(dialog))); // what was cancelled did not fail
    // And can begin again.
    m_server->answer(test::response(200, {}, "fine"));
    find<QSpinBox>(dialog, u"How many times"_s)->setValue(3);
    find<QPushButton>(dialog, u"Start"_s)->click();
    QTRY_VERIFY(isDone(dialog));
    QCOMPARE(m_server->requests().size(), 5);
}

void TestRepeat::endsWhenTheServerHasEnough()
{
    int calls = 0;
    m_server->handle([&calls](const test::ReceivedRequest &) {
        return test::Answer{++calls <= 4 ? test::response(200, {}, "fine") : test::response(429, {{"Retry-After", "1"}}, "slow down")};
    });
    open(u"GET"_s, u"/"_s);
    QDialog *dialog = openDialog(20);
    QVERIFY(dialog);
    find<QPushButton>(dialog, u"Start"_s)->click();
    QTRY_VERIFY(isDone(dialog));
    QCOMPARE(calls, 5);
    QVERIFY2(words(dialog).contains(u"takes no more calls for now (429)"_s), qPrintable(words(dialog)));
    QVERIFY2(words(dialog).contains(u"5 of 20 calls · 1 failed"_s), qPrintable(words(dialog)));
    shoot(u"repeat-429"_s, dialog);
}

void TestRepeat::waitsWhenTheServerSaysSoAndThatWasAskedFor()
{
    int calls = 0;
    QByteArray wait = "1";
    m_server->handle([&](const test::ReceivedRequest &) {
        ++calls;
        return test::Answer{calls == 2 ? test::response(429, {{"Retry-After", wait}}, "slow down") : test::response(200, {}, "fine")};
    });
    open(u"GET"_s, u"/"_s);
    QDialog *dialog = openDialog(4, 1, true);
    QVERIFY(dialog);
    find<QPushButton>(dialog, u"Start"_s)->click();
    QTRY_VERIFY_WITH_TIMEOUT(words(dialog).contains(u"The server asks to wait"_s), 10'000);
    QCOMPARE(calls, 2);
    QTRY_VERIFY_WITH_TIMEOUT(isDone(dialog), 20'000);
    QCOMPARE(calls, 4);

    // Not for two hours.
    calls = 0;
    wait = "7200";
    find<QPushButton>(dialog, u"Start"_s)->click();
    QTRY_VERIFY(isDone(dialog));
    QCOMPARE(calls, 2);
    QVERIFY2(words(dialog).contains(u"too long to wait for"_s), qPrintable(words(dialog)));

    // Stop ends a wait as well.
    calls = 0;
    wait = "300";
    find<QPushButton>(dialog, u"Start"_s)->click();
    QTRY_VERIFY(words(dialog).contains(u"The server asks to wait"_s));
    find<QPushButton>(dialog, u"Stop"_s)->click();
    QTRY_VERIFY(isDone(dialog));
    QCOMPARE(calls, 2);
}

void TestRepeat::saysWhyCallsFailed()
{
    m_server->answer(QByteArray(), test::Answer::Then::Close);
    open(u"GET"_s, u"/"_s);
    QDialog *dialog = openDialog(3);
    QVERIFY(dialog);
    find<QPushButton>(dialog, u"Start"_s)->click();
    QTRY_VERIFY_WITH_TIMEOUT(isDone(dialog), 20'000);
    const QStringList cells = row(dialog, u"Answers"_s, 0);
    QCOMPARE(cells.value(0), u"3"_s);
    QVERIFY2(cells.value(1).startsWith(u"No answer: "_s) && cells.value(1).size() > 20, qPrintable(cells.join(u'|')));
    QCOMPARE(row(dialog, u"Latency"_s, 0).value(0), u"–"_s);
    QVERIFY2(words(dialog).contains(u"3 of 3 calls · 3 failed"_s), qPrintable(words(dialog)));
}

void TestRepeat::keepsNothingInTheHistoryAndShowsNoCredential()
{
    QSignalSpy added((*m_core)->history.get(), &HistoryStore::added);
    m_server->answer(test::response(500, {}, QByteArray(test::token.data(), static_cast<qsizetype>(test::token.size()))));
    open(u"GET"_s, u"/?token=typedbyhand1"_s);
    QDialog *dialog = openDialog(3);
    QVERIFY(dialog);
    find<QPushButton>(dialog, u"Start"_s)->click();
    QTRY_VERIFY(isDone(dialog));
    QString all = words(dialog);
    for (const QString &button : {u"Copy as CSV"_s, u"Copy as Text"_s}) {
        find<QPushButton>(dialog, button)->click();
        all += QApplication::clipboard()->text();
    }
    QVERIFY2(!all.contains(u"typedbyhand1"_s) && !all.contains(u"canary"_s), qPrintable(all));
    dialog->close();
    // The next call is the first one there.
    open(u"GET"_s, u"/next"_s);
    sendAndWait();
    QVERIFY(kept(added).row.url.endsWith(u"/next"_s));
    QCOMPARE(added.size(), 1);
}

void TestRepeat::closingStopsTheCalls()
{
    m_server->hang();
    open(u"GET"_s, u"/"_s);
    QDialog *dialog = openDialog(1000, 2);
    QVERIFY(dialog);
    QSignalSpy gone(dialog, &QObject::destroyed);
    find<QPushButton>(dialog, u"Start"_s)->click();
    QTRY_COMPARE(m_server->requests().size(), 2);
    dialog->reject();
    QTRY_COMPARE(gone.size(), 1);
    QTRY_VERIFY((*m_core)->http->findChildren<HttpCall *>().isEmpty());
    QCOMPARE(m_server->requests().size(), 2);
}

void TestRepeat::fitsLargeType()
{
    const QFont before = QApplication::font();
    QFont large = before;
    large.setPixelSize(QFontInfo(before).pixelSize() * 2);
    QApplication::setFont(large);
    m_server->answer(test::response(429, {{"Retry-After", "7200"}}, "slow down"));
    open(u"GET"_s, u"/api/v1/agents"_s);
    QDialog *dialog = openDialog(20);
    QVERIFY(dialog);
    find<QPushButton>(dialog, u"Start"_s)->click();
    QTRY_VERIFY(isDone(dialog));
    dialog->resize(900, 600);
    const QSize least = dialog->minimumSizeHint();
    shoot(u"repeat-large"_s, dialog);
    QApplication::setFont(before);
    QVERIFY2(least.width() <= 900 && least.height() <= 600, qPrintable(u"%1 × %2"_s.arg(least.width()).arg(least.height())));
}

QTEST_MAIN(TestRepeat)
#include "test_repeat.moc"
