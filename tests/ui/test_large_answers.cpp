#include "tests/support/ConsoleFixture.h"
#include "ui/console/BodyView.h"
#include "ui/viewer/FileView.h"
#include "ui/viewer/FindField.h"
#include "ui/viewer/TextPane.h"

#include <QAbstractEventDispatcher>
#include <QDir>
#include <QFileDialog>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QScopeGuard>
#include <QTableView>
#include <QTemporaryDir>

#include <csignal>
#include <ctime>

#include <sys/resource.h>

using namespace keydesk;
using namespace keydesk::test;

namespace {

constexpr qint64 megabyte = 1024LL * 1024;

/// Of numbered lines of ten bytes, so that each place is told from each other.
QByteArray piece()
{
    QByteArray text;
    for (int n = 0; n < 26'000; ++n)
        text += QByteArray::number(n).rightJustified(9, '0') + '\n';
    return text;
}

/// Large enough to take a while, in pieces.
int manyPieces()
{
    bool isSet = false;
    const int megabytes = qEnvironmentVariableIntValue("KEYDESK_LARGE_ANSWER", &isSet);
#ifdef KEYDESK_SANITIZED
    constexpr int usual = 40;
#else
    constexpr int usual = 200;
#endif
    return (isSet ? megabytes : usual) * 4;
}

/// What the thread of the window computes in one turn of its loop, at most, in milliseconds: what a loaded machine takes from it does not count.
class LongestTurn
{
public:
    LongestTurn()
    {
        // Some dispatchers work before they wait, others afterwards.
        const auto take = [this] { m_longest = std::max(m_longest, now() - std::exchange(m_since, now())); };
        const auto *dispatcher = QAbstractEventDispatcher::instance();
        QObject::connect(dispatcher, &QAbstractEventDispatcher::awake, &m_guard, take);
        QObject::connect(dispatcher, &QAbstractEventDispatcher::aboutToBlock, &m_guard, take);
    }
    [[nodiscard]] double milliseconds() const { return m_longest; }

private:
    static double now()
    {
        timespec time{};
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
    }

    QObject m_guard;
    double m_since = now();
    double m_longest = 0;
};

#ifdef KEYDESK_SANITIZED
constexpr double longTurn = 1500;
#else
constexpr double longTurn = 150;
#endif

} // namespace

/// Answers that are too large for memory, as a person sees them: while they arrive and afterwards.
class TestLargeAnswers : public QObject, private ConsoleFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { startConsole(); }
    void cleanup() { endConsole(); }

    void itIsShownWhileItArrives();
    void stoppingKeepsWhatArrived();
    void theWindowIsNeverHeldUp();
    void whatBreaksOffIsSaid();
    void whatBreaksOffOfASmallOneIsSaid();
    void aTokenIsMaskedAndToldOf();
    void aKeyThatCannotBeReadIsMaskedWhereItIsRecognised();
    void whatIsInMemoryIsReadWholeForKeysToo();
    void itIsSavedAsACopy();
    void aFailedSaveLeavesTheFileAsItWas();
    void itGoesWithItsTab();
    void aSmallAnswerTakesItsPlace();
    void eachTabHasItsOwn();
    void theHistoryKeepsItsBeginning();

private:
    void sendLarge(const QByteArray &head, const QByteArray &body, Answer::Then then = Answer::Then::KeepOpen, int times = 0)
    {
        m_server->handle([=](const ReceivedRequest &) {
            return Answer{"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n" + head + "\r\n" + body, then, times > 0 ? body : QByteArray(), false, times};
        });
        open(u"GET"_s, u"/large"_s);
        sendAndWait();
    }
    [[nodiscard]] FileView *file() const
    {
        const auto *body = m_page->findChild<BodyView *>();
        return body ? body->file() : nullptr;
    }
    [[nodiscard]] static QString words(const QWidget *widget) { return wordsOf(widget); }
    [[nodiscard]] QAbstractButton *button(const QString &name) const { return find<QAbstractButton>(m_page.get(), name); }
    /// Files without a name that this process has in the cache's folder.
    [[nodiscard]] int spools() const
    {
        int found = 0;
        const QString folder = u"/proc/self/fd"_s;
        static const QRegularExpression nameless(u"/(#|body-)[^/]*$"_s); // as file systems have them
        for (const QString &each : QDir(folder).entryList(QDir::System | QDir::Files | QDir::NoDotAndDotDot))
            found += QFile::symLinkTarget(folder + u'/' + each).contains(nameless) ? 1 : 0;
        return found;
    }
    void ends() { QTRY_VERIFY_WITH_TIMEOUT(button(u"Send"_s), 60'000); }
};

void TestLargeAnswers::itIsShownWhileItArrives()
{
    const QByteArray begin = piece().repeated(24); // 6 of 20 MB
    sendLarge("Content-Length: 20000000\r\n", begin);
    QVERIFY(file());
    QVERIFY(status().startsWith(u"200 OK"_s));
    QVERIFY(file()->text().visibleText().startsWith(u"000000000\n000000001\n"_s));
    QVERIFY(button(u"Stop"_s));
    QTRY_VERIFY2(words(m_page.get()).contains(u"6.24 MB of 20.00 MB"_s), qPrintable(words(m_page.get())));
    QVERIFY(!button(u"Save Body…"_s)->isEnabled());
    showPart(u"Headers"_s);
    QVERIFY(find<QTableView>(m_page.get(), u"Response headers"_s)->model()->rowCount() >= 2);
    showPart(u"Body"_s);
    // Its end, as far as it is there, and a place that is searched for.
    QTest::keyClick(&file()->text(), Qt::Key_End, Qt::ControlModifier);
    QVERIFY(file()->text().caret() > 6'220'000); // a few kilobytes are held back: they may be the beginning of a token
    QVERIFY(file()->text().visibleText().contains(u"\n00002"_s));
    trigger(u"Find in Body"_s);
    auto *find = file()->findChild<FindField *>()->findChild<QLineEdit *>();
    find->setText(u"000013000"_s);
    QTRY_COMPARE(file()->findChild<FindField *>()->search().count(), 24);
    shoot(u"large-arriving"_s);
}

void TestLargeAnswers::stoppingKeepsWhatArrived()
{
    sendLarge("Content-Length: 20000000\r\n", piece().repeated(24));
    FileView *shown = file();
    QTRY_VERIFY(words(m_page.get()).contains(u"6.24 MB of"_s));
    shown->text().select(5'000'000, 5'000'000);
    showPart(u"Headers"_s);
    button(u"Stop"_s)->click();
    ends();
    QCOMPARE(frontTab().section(u' ', 0, 0), u"Headers"_s); // who looks at something is not taken away from it
    showPart(u"Body"_s);
    QCOMPARE(file(), shown);
    QCOMPARE(shown->text().caret(), 5'000'000);
    QVERIFY2(words(m_page.get()).contains(u"The transfer was stopped. What arrived is here: 6.24 MB."_s), qPrintable(words(m_page.get())));
    QVERIFY(button(u"Save Body…"_s)->isEnabled());
    QTRY_COMPARE(spools(), 1);
    shoot(u"large-stopped"_s);
}

void TestLargeAnswers::theWindowIsNeverHeldUp()
{
    const QByteArray text = piece();
    const int times = manyPieces();
    const LongestTurn turns;
    sendLarge("Content-Length: " + QByteArray::number((times + 1) * text.size()) + "\r\n", text, Answer::Then::KeepOpen, times);
    QVERIFY(button(u"Stop"_s)); // while it goes on, the first screen is there
    QVERIFY(file()->text().visibleText().startsWith(u"000000000\n"_s));
    ends();
    QVERIFY2(turns.milliseconds() < longTurn, qPrintable(QString::number(turns.milliseconds())));
    qInfo("the longest turn took %.1f ms", turns.milliseconds());
    QTest::keyClick(&file()->text(), Qt::Key_End, Qt::ControlModifier);
    QTRY_COMPARE(file()->text().caret(), (times + 1) * text.size());
    QVERIFY(file()->text().visibleText().contains(u"000025999"_s));
    QVERIFY(!words(m_page.get()).contains(u"What arrived"_s));
    shoot(u"large"_s);
}

void TestLargeAnswers::whatBreaksOffIsSaid()
{
    sendLarge("Content-Length: 20000000\r\n", piece().repeated(24), Answer::Then::Close);
    ends();
    // The network layer loses what it has not handed on yet when a connection ends too early: up to a buffer.
    QVERIFY2(QRegularExpression(u"ended in the middle of the answer.* What arrived is here: (6|5.9)"_s).match(words(m_page.get())).hasMatch(),
             qPrintable(words(m_page.get())));

    HttpClient::Options options = (*m_core)->http->options();
    options.spoolLimit = 5 * megabyte;
    (*m_core)->http->setOptions(options);
    sendLarge({}, piece().repeated(24));
    ends();
    QCOMPARE(frontTab(), u"Body"_s);
    QVERIFY2(words(m_page.get()).contains(u"stopped after 5.24 MB"_s), qPrintable(words(m_page.get())));
}

void TestLargeAnswers::whatBreaksOffOfASmallOneIsSaid()
{
    HttpClient::Options options = (*m_core)->http->options();
    options.timeout = std::chrono::milliseconds(500);
    (*m_core)->http->setOptions(options);
    QSignalSpy added((*m_core)->history.get(), &HistoryStore::added);
    sendLarge("Content-Length: 20000000\r\n", piece());
    ends();
    QVERIFY(status().startsWith(u"200 OK"_s));
    QVERIFY2(words(m_page.get()).contains(u"What arrived is here: 260"_s), qPrintable(words(m_page.get())));
    const HistoryEntry entry = kept(added);
    QVERIFY2(entry.row.errorText.contains(u"stopped in the middle"_s), qPrintable(entry.row.errorText));
    QCOMPARE(entry.responseBody, piece());
}

void TestLargeAnswers::aTokenIsMaskedAndToldOf()
{
    const QByteArray secret(token.data(), qsizetype(token.size()));
    sendLarge({}, "echo " + secret + '\n' + piece().repeated(24) + secret.toBase64(), Answer::Then::Close);
    ends();
    QVERIFY(file()->text().visibleText().startsWith(u"echo ••••\n"_s));
    QVERIFY(words(m_page.get()).contains(u"It is replaced by"_s));
    QTest::keyClick(&file()->text(), Qt::Key_End, Qt::ControlModifier);
    QTRY_VERIFY(file()->text().visibleText().contains(u"000025999\n••••"_s));
}

void TestLargeAnswers::aKeyThatCannotBeReadIsMaskedWhereItIsRecognised()
{
    constexpr std::string_view sleeping = "talq_sleepingcanary0123456789";
    addSleepingKey(sleeping);
    sendLarge({},
              piece().repeated(24) + "echo " + QByteArray(sleeping.data(), qsizetype(sleeping.size())) + '\n',
              Answer::Then::Close);
    ends();
    QVERIFY2(words(m_page.get()).contains(u"1 stored key(s) could not be read"_s),
             qPrintable(words(m_page.get())));
    QTest::keyClick(&file()->text(), Qt::Key_End, Qt::ControlModifier);
    QTRY_VERIFY(file()->text().visibleText().contains(u"000025999\necho ••••\n"_s));
}

void TestLargeAnswers::whatIsInMemoryIsReadWholeForKeysToo()
{
    constexpr std::string_view sleeping = "talq_sleepingcanary0123456789";
    addSleepingKey(sleeping);
    sendLarge({},
              piece().repeated(8) + "echo " + QByteArray(sleeping.data(), qsizetype(sleeping.size())) + '\n',
              Answer::Then::Close);
    ends();
    QTRY_VERIFY(file());
    QTRY_VERIFY(words(m_page.get()).contains(u"It is replaced by"_s));
    QTest::keyClick(&file()->text(), Qt::Key_End, Qt::ControlModifier);
    QTRY_VERIFY(file()->text().visibleText().contains(u"000025999\necho ••••\n"_s));
}

void TestLargeAnswers::itIsSavedAsACopy()
{
    const QByteArray text = piece().repeated(24);
    sendLarge({}, text, Answer::Then::Close);
    ends();
    button(u"Save Body…"_s)->click();
    auto *dialog = m_page->findChild<QFileDialog *>();
    QVERIFY(dialog);
    QTemporaryDir folder;
    const QString path = folder.filePath(u"body.txt"_s);
    QSignalSpy told(m_page.get(), &ConsolePage::message);
    Q_EMIT dialog->fileSelected(path);
    dialog->close();
    QVERIFY(told.wait(10'000));
    QFile saved(path);
    QVERIFY(saved.open(QIODevice::ReadOnly));
    QCOMPARE(saved.readAll(), text);
}

void TestLargeAnswers::aFailedSaveLeavesTheFileAsItWas()
{
    sendLarge({}, piece().repeated(24), Answer::Then::Close);
    ends();
    QTemporaryDir folder;
    QFile before(folder.filePath(u"body.txt"_s));
    QVERIFY(before.open(QIODevice::WriteOnly) && before.write("as it was") == 9);
    before.close();
    rlimit usual{};
    QCOMPARE(::getrlimit(RLIMIT_FSIZE, &usual), 0);
    rlimit small = usual;
    small.rlim_cur = 2 * megabyte;
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &small), 0);
    const auto restore = qScopeGuard([&] {
        ::setrlimit(RLIMIT_FSIZE, &usual);
        std::signal(SIGXFSZ, handler);
    });
    button(u"Save Body…"_s)->click();
    auto *dialog = m_page->findChild<QFileDialog *>();
    QVERIFY(dialog);
    QSignalSpy failed(m_page.get(), &ConsolePage::failed);
    Q_EMIT dialog->fileSelected(before.fileName());
    dialog->close();
    QVERIFY(failed.wait(10'000));
    QVERIFY(failed.constFirst().constFirst().value<Error>().message.contains(u"body.txt could not be written"_s));
    QVERIFY(before.open(QIODevice::ReadOnly));
    QCOMPARE(before.readAll(), "as it was");
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden), QStringList(u"body.txt"_s));
}

void TestLargeAnswers::itGoesWithItsTab()
{
    for (const auto then : {Answer::Then::KeepOpen, Answer::Then::Close}) { // while it arrives, and afterwards
        sendLarge({}, piece().repeated(24), then);
        if (then == Answer::Then::Close)
            ends();
        trigger(u"New Request"_s);
        QTRY_COMPARE(spools(), 1); // its tab is still there
        trigger(u"Previous Request"_s);
        QVERIFY(file());
        QVERIFY(file()->text().visibleText().startsWith(u"000000000\n"_s));
        trigger(u"Close Request"_s);
        QTRY_COMPARE(spools(), 0);
    }
}

void TestLargeAnswers::aSmallAnswerTakesItsPlace()
{
    sendLarge({}, piece().repeated(24), Answer::Then::Close);
    ends();
    QTRY_COMPARE(spools(), 1);
    m_server->answer(response(200, {{"Content-Type", "application/json"}}, R"({"ok":true})"));
    sendAndWait();
    QVERIFY(body().contains(u"\"ok\": true"_s));
    QTRY_COMPARE(spools(), 0);
}

void TestLargeAnswers::eachTabHasItsOwn()
{
    sendLarge({}, "first\n" + piece().repeated(24), Answer::Then::Close);
    ends();
    sendLarge({}, "second\n" + piece().repeated(24));
    QVERIFY(file());
    QCOMPARE(spools(), 2);
    QVERIFY(file()->text().visibleText().startsWith(u"second\n"_s));
    trigger(u"Previous Request"_s);
    QVERIFY(file());
    QVERIFY(file()->text().visibleText().startsWith(u"first\n"_s));
    QTRY_VERIFY(button(u"Send"_s));
    trigger(u"Next Request"_s);
    QVERIFY(file());
    QVERIFY(file()->text().visibleText().startsWith(u"second\n"_s));
    QVERIFY(button(u"Stop"_s));
}

void TestLargeAnswers::theHistoryKeepsItsBeginning()
{
    QSignalSpy added((*m_core)->history.get(), &HistoryStore::added);
    sendLarge({}, piece().repeated(24), Answer::Then::Close);
    ends();
    const HistoryEntry entry = kept(added);
    QVERIFY(entry.bodyTruncated);
    QCOMPARE(entry.row.bytes, 6'240'000);
    QVERIFY(piece().repeated(24).startsWith(entry.responseBody));
    QCOMPARE(entry.responseBody.size(), HistoryStore::bodyLimit);
}

QTEST_MAIN(TestLargeAnswers)
#include "test_large_answers.moc"
