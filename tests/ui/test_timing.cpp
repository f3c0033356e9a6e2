#include "tests/support/ConsoleFixture.h"
#include "app/http/HopTiming.h"
#include "ui/console/TimingView.h"

#include <QClipboard>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::find;
using test::wordsOf;

/// Where a call's time went, as the response shows it.
class TestTiming : public QObject, private test::ConsoleFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { startConsole(); }
    void cleanup() { endConsole(); }

    void showsEachHopAndItsPhases();
    void comesBackFromTheHistory();
    void holdsNoCredential();
    void showsEveryPhase();
    void fitsALowWindow();

private:
    void showTiming() { showPart(u"Timing"_s); }

    [[nodiscard]] QStringList column(int which) const
    {
        const auto *table = find<QTableView>(m_page.get(), u"Timing"_s);
        QStringList texts;
        for (int row = 0; table && row < table->model()->rowCount(); ++row)
            texts.append(table->model()->index(row, which).data().toString());
        return texts;
    }
};

void TestTiming::showsEachHopAndItsPhases()
{
    m_server->handle("/old", [](const test::ReceivedRequest &) { return test::Answer{test::response(302, {{"Location", "/new"}})}; });
    open(u"GET"_s, u"/old"_s);
    sendAndWait();
    showTiming();
    const QStringList rows = column(0);
    QVERIFY2(rows.size() > 6, qPrintable(rows.join(u'\n')));
    QVERIFY2(rows.first().endsWith(u"/old → 302"_s), qPrintable(rows.first()));
    QCOMPARE(rows.at(1), u"Keychain"_s); // its time is not the server's
    QVERIFY(rows.contains(u"Connect"_s));
    QCOMPARE(rows.count(u"Wait for first byte"_s), 2);
    const auto second = std::ranges::find_if(rows, [](const QString &row) { return row.endsWith(u"/new → 200"_s); });
    QVERIFY(second != rows.end());
    const QStringList times = column(1);
    for (const QString &time : times)
        QVERIFY2(time.endsWith(u" ms"_s) || time.endsWith(u" s"_s), qPrintable(time));
    QVERIFY2(wordsOf(m_page.get()).contains(u"The connection was open already"_s), qPrintable(wordsOf(m_page.get())));
    shoot(u"timing"_s);

    auto *copy = find<QToolButton>(m_page.get(), u"Copy as Text"_s);
    QVERIFY(copy);
    copy->click();
    const QString copied = QApplication::clipboard()->text();
    QVERIFY2(copied.contains(u"/old → 302"_s) && copied.contains(u"Wait for first byte"_s) && copied.contains(u"Total"_s), qPrintable(copied));
}

void TestTiming::comesBackFromTheHistory()
{
    QSignalSpy added((*m_core)->history.get(), &HistoryStore::added);
    open(u"GET"_s, u"/"_s);
    sendAndWait();
    const HistoryEntry entry = kept(added);
    QCOMPARE(entry.timings.size(), 1);
    QVERIFY(entry.timings.first().isWhole);
    QCOMPARE(entry.timings.first().status, 200);
    QCOMPARE(entry.request.url, u"/"_s);

    // What an older version kept has none.
    HistoryEntry old = entry;
    old.row.id = 0;
    old.timings.clear();
    (*m_core)->history->add(old);
    QTRY_COMPARE(added.size(), 2);
    TimingView view;
    view.setTimings({});
    view.show();
    QVERIFY2(wordsOf(&view).contains(u"No timing was kept."_s), qPrintable(wordsOf(&view)));
    QVERIFY(!find<QToolButton>(&view, u"Copy as Text"_s)->isEnabled());
}

void TestTiming::holdsNoCredential()
{
    QSignalSpy added((*m_core)->history.get(), &HistoryStore::added);
    // As a parameter typed by hand, and as the stored token itself, which the redactor knows once it was used.
    open(u"GET"_s, u"/a?api_key=typedbyhand1&b=%1"_s.arg(QString::fromLatin1(test::token.data(), static_cast<qsizetype>(test::token.size()))));
    sendAndWait();
    showTiming();
    const QString shown = column(0).join(u'\n');
    QVERIFY2(shown.contains(u"/a?"_s), qPrintable(shown));
    QVERIFY2(!shown.contains(u"typedbyhand1"_s) && !shown.contains(u"canary"_s), qPrintable(shown));
    find<QToolButton>(m_page.get(), u"Copy as Text"_s)->click();
    const QString copied = QApplication::clipboard()->text();
    QVERIFY2(!copied.contains(u"typedbyhand1"_s) && !copied.contains(u"canary"_s), qPrintable(copied));
    const QString keptUrl = kept(added).timings.first().url.toString();
    QVERIFY2(!keptUrl.contains(u"typedbyhand1"_s) && !keptUrl.contains(u"canary"_s), qPrintable(keptUrl));
}

void TestTiming::showsEveryPhase()
{
    using Phase = HopTiming::Phase;
    using std::chrono::microseconds;
    const HopTiming first{"POST", QUrl(u"https://api.talkover.ai/api/v1/campaigns/campaign_0123456789/contacts/import?with=everything"_s), 307,
                          {{Phase::Keychain, microseconds(45'000)}, {Phase::ProxySettings, microseconds(8000)}, {Phase::Lookup, microseconds(12'300)},
                           {Phase::ConnectAndTls, microseconds(84'000)}, {Phase::Send, microseconds(52'000)}, {Phase::Wait, microseconds(230'000)},
                           {Phase::Download, microseconds(100)}},
                          false, true};
    const HopTiming second{"POST", QUrl(u"https://eu.talkover.ai/"_s), 0, {{Phase::Queue, microseconds(300)}, {Phase::Send, microseconds(40'000)}, {Phase::Wait, microseconds(3'100'000)}}, true, false};
    TimingView view;
    view.setTimings({first, second});
    view.resize(640, 360);
    view.show();
    const QString words = wordsOf(&view);
    QVERIFY2(words.contains(u"The call ended during “Wait for first byte”."_s), qPrintable(words));
    QVERIFY2(words.contains(u"one phase"_s), qPrintable(words));
    shoot(u"timing-all"_s, &view);
    (*m_core)->settings->setTheme(Settings::Theme::Dark);
    shoot(u"timing-dark"_s, &view);
}

void TestTiming::fitsALowWindow()
{
    m_server->answer(test::response(429, {{"X-RateLimit-Limit", "60"}, {"X-RateLimit-Remaining", "0"}, {"Retry-After", "90"}, {"X-RateLimit-Reset", "90"}}, "slow down"));
    m_page->resize(900, 540); // with the tabs and the menu 600
    open(u"GET"_s, u"/api/v1/agents"_s);
    sendAndWait();
    showTiming();
    shoot(u"timing-900"_s);
    m_page->resize(1180, 690);
}

QTEST_MAIN(TestTiming)
#include "test_timing.moc"
