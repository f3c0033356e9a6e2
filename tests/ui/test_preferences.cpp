#include "app/history/HistoryStore.h"
#include "app/storage/Database.h"
#include "app/storage/Settings.h"
#include "tests/support/Pictures.h"
#include "tests/support/TempHome.h"
#include "app/providers/ProviderCatalog.h"
#include "ui/PreferencesDialog.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QScreen>
#include <QSignalSpy>
#include <QScrollArea>
#include <QSpinBox>
#include <QTest>

using namespace keydesk;
using namespace Qt::StringLiterals;

namespace {

/// The one whose words begin so.
QCheckBox *checkBox(const QDialog &dialog, const QString &text)
{
    const auto boxes = dialog.findChildren<QCheckBox *>();
    const auto found = std::find_if(boxes.cbegin(), boxes.cend(), [&](const QCheckBox *box) { return box->text().startsWith(text); });
    return found == boxes.cend() ? nullptr : *found;
}

/// The control that the label `text` names.
template <typename T>
T *labelled(const QDialog &dialog, const QString &text)
{
    for (const QLabel *label : dialog.findChildren<QLabel *>()) {
        if (label->text() == text)
            return qobject_cast<T *>(label->buddy());
    }
    return nullptr;
}

QPushButton *button(const QWidget &dialog, const QString &text)
{
    for (QPushButton *candidate : dialog.findChildren<QPushButton *>()) {
        if (candidate->text() == text)
            return candidate;
    }
    return nullptr;
}

void choose(QComboBox *combo, int index)
{
    combo->setCurrentIndex(index);
    Q_EMIT combo->activated(index);
}

} // namespace

class TestPreferences : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void everyChoiceIsNamed();
    void changesApplyAtOnce();
    void showsWhatWasChosen();
    void proxyIsCheckedBeforeItApplies_data();
    void proxyIsCheckedBeforeItApplies();
    void aGoodProxyApplies();
    void historyIsClearedAfterAQuestion();
    void anEmptyHistoryIsNotAskedAbout();
    void anEnvironmentHasARuleOfItsOwn();
    void aPurgeSaysWhatItTakes();
    void aClearCanBeStopped();
    void remindersApplyAtOnce();
    void fitsASmallScreen();
    void escapeCloses();

private:
    test::TempHome m_home;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<HistoryStore> m_history;
    ProviderCatalog m_providers;
    std::unique_ptr<PreferencesDialog> m_dialog;
    int m_run = 0;
};

void TestPreferences::init()
{
    const QString run = QString::number(++m_run);
    m_settings = std::make_unique<Settings>(m_home.path(run + u".ini"_s));
    const QString path = m_home.path(run + u".db"_s);
    QVERIFY(Database::open(path));
    m_history = std::make_unique<HistoryStore>(path);
    m_dialog = std::make_unique<PreferencesDialog>(*m_settings, *m_history, m_providers);
}

void TestPreferences::cleanup()
{
    m_dialog.reset();
    m_history.reset();
}

void TestPreferences::everyChoiceIsNamed()
{
    for (const QString &name : {u"Theme"_s, u"Connect through"_s})
        QVERIFY2(labelled<QComboBox>(*m_dialog, name), qPrintable(name));
    for (const QString &name :
         {u"Time out after"_s, u"Largest response"_s, u"Clear copied tokens after"_s, u"Keep for"_s})
        QVERIFY2(labelled<QSpinBox>(*m_dialog, name), qPrintable(name));
    QVERIFY(labelled<QLineEdit>(*m_dialog, u"Proxy address"_s));
    QVERIFY(button(*m_dialog, u"Clear History…"_s));
}

void TestPreferences::changesApplyAtOnce()
{
    QSignalSpy theme(m_settings.get(), &Settings::themeChanged);
    choose(labelled<QComboBox>(*m_dialog, u"Theme"_s), 2);
    QCOMPARE(m_settings->theme(), Settings::Theme::Dark);
    QCOMPARE(theme.count(), 1);
    labelled<QSpinBox>(*m_dialog, u"Time out after"_s)->setValue(120);
    QCOMPARE(m_settings->timeoutSeconds(), 120);
    labelled<QSpinBox>(*m_dialog, u"Largest response"_s)->setValue(256);
    QCOMPARE(m_settings->responseLimitMegabytes(), 256);
    labelled<QSpinBox>(*m_dialog, u"Clear copied tokens after"_s)->setValue(10);
    QCOMPARE(m_settings->clipboardSeconds(), 10);
    auto *days = labelled<QSpinBox>(*m_dialog, u"Keep for"_s);
    days->setValue(7);
    QCOMPARE(m_settings->historyDays(), 7);
    checkBox(*m_dialog, u"Keep a record"_s)->setChecked(false);
    QVERIFY(!m_settings->historyEnabled());
    QVERIFY(!days->isEnabled());
}

void TestPreferences::showsWhatWasChosen()
{
    m_settings->setTheme(Settings::Theme::Light);
    m_settings->setTimeoutSeconds(77);
    m_settings->setHistoryEnabled(false);
    m_settings->setProxyUrl(u"socks5://127.0.0.1:1080"_s);
    m_settings->setProxy(Settings::Proxy::Manual);
    const PreferencesDialog dialog(*m_settings, *m_history, m_providers);
    QCOMPARE(labelled<QComboBox>(dialog, u"Theme"_s)->currentText(), u"Light"_s);
    QCOMPARE(labelled<QSpinBox>(dialog, u"Time out after"_s)->value(), 77);
    QVERIFY(!checkBox(dialog, u"Keep a record"_s)->isChecked());
    auto *url = labelled<QLineEdit>(dialog, u"Proxy address"_s);
    QCOMPARE(url->text(), u"socks5://127.0.0.1:1080"_s);
    QVERIFY(url->isEnabled());
}

void TestPreferences::proxyIsCheckedBeforeItApplies_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("says");
    QTest::newRow("empty") << QString() << u"Type the proxy's address"_s;
    QTest::newRow("no scheme") << u"proxy.example.com"_s << u"a scheme, a host and a port"_s;
    QTest::newRow("no port") << u"http://proxy.example.com"_s << u"a scheme, a host and a port"_s;
    QTest::newRow("another scheme") << u"ftp://proxy.example.com:21"_s << u"http and socks5"_s;
    QTest::newRow("password") << u"http://me:secret@proxy.example.com:3128"_s
                              << u"Leave out the user name and password"_s;
    QTest::newRow("path") << u"http://proxy.example.com:3128/here"_s << u"Nothing follows the port"_s;
}

void TestPreferences::proxyIsCheckedBeforeItApplies()
{
    QFETCH(QString, url);
    QFETCH(QString, says);
    QSignalSpy changed(m_settings.get(), &Settings::networkChanged);
    m_dialog->show();
    auto *field = labelled<QLineEdit>(*m_dialog, u"Proxy address"_s);
    QVERIFY(!field->isEnabled());
    choose(labelled<QComboBox>(*m_dialog, u"Connect through"_s), 2);
    QVERIFY(field->isEnabled());
    field->setText(url);
    Q_EMIT field->editingFinished();
    QCOMPARE(m_settings->proxy(), Settings::Proxy::System);
    QVERIFY(m_settings->proxyUrl().isEmpty());
    QCOMPARE(changed.count(), 0);
    QVERIFY2(field->accessibleDescription().contains(says), qPrintable(field->accessibleDescription()));
    const auto labels = m_dialog->findChildren<QLabel *>();
    QVERIFY(std::any_of(labels.cbegin(), labels.cend(), [&](const QLabel *label) {
        return label->isVisible() && label->text().contains(says);
    }));
}

void TestPreferences::aGoodProxyApplies()
{
    choose(labelled<QComboBox>(*m_dialog, u"Connect through"_s), 2);
    auto *field = labelled<QLineEdit>(*m_dialog, u"Proxy address"_s);
    QTest::keyClicks(field, u"http://proxy.example.com:3128"_s);
    QTest::keyClick(field, Qt::Key_Tab);
    Q_EMIT field->editingFinished();
    QCOMPARE(m_settings->proxy(), Settings::Proxy::Manual);
    QCOMPARE(m_settings->proxyUrl(), u"http://proxy.example.com:3128"_s);
    QVERIFY(field->accessibleDescription().isEmpty());
    choose(labelled<QComboBox>(*m_dialog, u"Connect through"_s), 1);
    QCOMPARE(m_settings->proxy(), Settings::Proxy::None);
}

void TestPreferences::historyIsClearedAfterAQuestion()
{
    QSignalSpy added(m_history.get(), &HistoryStore::added);
    HistoryEntry entry;
    entry.row.at = QDateTime::currentDateTimeUtc();
    entry.row.method = u"GET"_s;
    entry.row.url = u"https://app.talkover.ai/api/v1/health"_s;
    m_history->add(entry);
    QTRY_COMPARE(added.count(), 1);

    m_dialog->show();
    QSignalSpy cleared(m_history.get(), &HistoryStore::cleared);
    button(*m_dialog, u"Clear History…"_s)->click();
    QTRY_VERIFY(m_dialog->findChild<QMessageBox *>());
    auto *question = m_dialog->findChild<QMessageBox *>();
    QVERIFY(question->text().contains(u'1'));
    QCOMPARE(cleared.count(), 0);
    QVERIFY(qobject_cast<QPushButton *>(question->defaultButton()) != button(*question, u"Clear History"_s));
    button(*question, u"Clear History"_s)->click();
    QTRY_COMPARE(cleared.count(), 1);
}

void TestPreferences::anEmptyHistoryIsNotAskedAbout()
{
    button(*m_dialog, u"Clear History…"_s)->click();
    QTRY_VERIFY(button(*m_dialog, u"Clear History…"_s)->isEnabled());
    QVERIFY(!m_dialog->findChild<QMessageBox *>());
}

void TestPreferences::anEnvironmentHasARuleOfItsOwn()
{
    Environment production;
    production.id = QUuid::createUuid();
    production.name = u"Production"_s;
    m_dialog = std::make_unique<PreferencesDialog>(*m_settings, *m_history, m_providers, QList<Environment>{production});
    m_dialog->show();
    test::savePicture(*m_dialog, u"preferences-history"_s);
    auto *place = labelled<QComboBox>(*m_dialog, u"Rule for"_s);
    auto *days = labelled<QSpinBox>(*m_dialog, u"Keep for"_s);
    auto *size = labelled<QSpinBox>(*m_dialog, u"At most"_s);
    QVERIFY(place && days && size);
    days->setValue(40);
    place->setCurrentIndex(1);
    QVERIFY(!days->isEnabled());
    QCOMPARE(days->value(), 40); // as all others
    checkBox(*m_dialog, u"A rule of its own"_s)->setChecked(true);
    QVERIFY(days->isEnabled());
    days->setValue(7);
    size->setValue(100);
    checkBox(*m_dialog, u"Keep the bodies"_s)->setChecked(false);
    const HistoryRules rules = m_settings->historyRules();
    QCOMPARE(rules.of(production.id), (HistoryRetention{7, 100, false}));
    QCOMPARE(rules.of(QUuid::createUuid()), (HistoryRetention{40, 0, true}));
    place->setCurrentIndex(0);
    QCOMPARE(days->value(), 40);
    place->setCurrentIndex(1);
    QCOMPARE(days->value(), 7);
    checkBox(*m_dialog, u"A rule of its own"_s)->setChecked(false);
    QCOMPARE(m_settings->historyRules().environments.size(), 0);
    QCOMPARE(days->value(), 40);
}

void TestPreferences::aPurgeSaysWhatItTakes()
{
    QSignalSpy added(m_history.get(), &HistoryStore::added);
    for (const int daysAgo : {1, 35, 50}) {
        HistoryEntry entry;
        entry.row.at = QDateTime::currentDateTimeUtc().addDays(-daysAgo);
        entry.row.method = u"GET"_s;
        entry.responseBody = QByteArray(500'000, 'x');
        m_history->add(entry);
    }
    QTRY_COMPARE(added.count(), 3);
    m_history->keepIndexed();
    QTRY_COMPARE(m_history->progress().searchable, 3);
    m_dialog->show();
    button(*m_dialog, u"Purge Now…"_s)->click();
    QTRY_VERIFY(m_dialog->findChild<QMessageBox *>());
    auto *question = m_dialog->findChild<QMessageBox *>();
    QCOMPARE(question->text(), u"Delete 2 calls, about 1.0 MB?"_s);
    QSignalSpy purged(m_history.get(), &HistoryStore::purged);
    button(*question, u"Purge"_s)->click();
    QTRY_COMPARE(purged.count(), 1);
    const auto says = [this](const QString &text) {
        const auto labels = m_dialog->findChildren<QLabel *>();
        return std::any_of(labels.cbegin(), labels.cend(), [&](const QLabel *label) { return label->text() == text; });
    };
    QTRY_VERIFY(says(u"2 calls deleted."_s));
    delete m_dialog->findChild<QMessageBox *>();
    button(*m_dialog, u"Purge Now…"_s)->click();
    QTRY_VERIFY(says(u"Every call that there is is kept by these rules."_s));
}

void TestPreferences::aClearCanBeStopped()
{
    QVERIFY(
        (*Database::open(m_home.path(QString::number(m_run) + u".db"_s)))
            ->run(u"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) INSERT "
                  u"INTO "
                  u"history SELECT i, i, 'GET', 'http://h.test/', '', '', '', 200, '', 1, 1, 0 FROM n"_s));
    m_dialog->show();
    QPushButton *stop = button(*m_dialog, u"Stop"_s);
    QVERIFY(stop && !stop->isVisible());
    button(*m_dialog, u"Clear History…"_s)->click();
    QTRY_VERIFY(m_dialog->findChild<QMessageBox *>());
    button(*m_dialog->findChild<QMessageBox *>(), u"Clear History"_s)->click();
    QVERIFY(stop->isVisible());
    m_dialog->findChild<QScrollArea *>()->ensureWidgetVisible(stop);
    test::savePicture(*m_dialog, u"preferences-clearing"_s);
    stop->click();
    QTRY_VERIFY(!stop->isVisible());
    QVERIFY(button(*m_dialog, u"Clear History…"_s)->isEnabled());
    const auto labels = m_dialog->findChildren<QLabel *>();
    QVERIFY(std::any_of(labels.cbegin(), labels.cend(),
                        [](const QLabel *label) { return label->text().startsWith(u"Stopped: "_s); }));
}

void TestPreferences::remindersApplyAtOnce()
{
    m_dialog.reset();
    m_providers.loadBuiltIn();
    m_settings->setRotationDays(u"talkover"_s, 30);
    m_dialog = std::make_unique<PreferencesDialog>(*m_settings, *m_history, m_providers);
    QSignalSpy changed(m_settings.get(), &Settings::remindersChanged);
    labelled<QSpinBox>(*m_dialog, u"Before a key expires"_s)->setValue(21);
    QCOMPARE(m_settings->expiryReminderDays(), 21);

    auto *provider = labelled<QComboBox>(*m_dialog, u"Rotate keys of"_s);
    QSpinBox *rotation = nullptr;
    for (QSpinBox *box : m_dialog->findChildren<QSpinBox *>()) {
        if (box->accessibleName() == u"Days until rotation")
            rotation = box;
    }
    QVERIFY(provider && rotation);
    provider->setCurrentIndex(provider->findData(u"aisoule"_s));
    QCOMPARE(rotation->value(), 0);
    rotation->setValue(90);
    provider->setCurrentIndex(provider->findData(u"talkover"_s));
    QCOMPARE(rotation->value(), 30);
    QCOMPARE(m_settings->rotationDays(u"aisoule"_s), 90);
    QCOMPARE(m_settings->rotationDays(u"talkover"_s), 30);
    QCOMPARE(m_settings->rotationDays(u"talkturo"_s), 0);

    QVERIFY(m_settings->desktopReminders());
    for (QCheckBox *box : m_dialog->findChildren<QCheckBox *>()) {
        if (box->text().startsWith(u"Tell on the desktop"))
            box->setChecked(false);
    }
    QVERIFY(!m_settings->desktopReminders());
    QCOMPARE(changed.count(), 3);
}

void TestPreferences::fitsASmallScreen()
{
    QVERIFY(m_dialog->minimumSizeHint().height() <= 600);
    QVERIFY(m_dialog->sizeHint().height() <= m_dialog->screen()->availableGeometry().height());
}

void TestPreferences::escapeCloses()
{
    m_dialog->open();
    QTest::keyClick(m_dialog.get(), Qt::Key_Escape);
    QVERIFY(!m_dialog->isVisible());
}

QTEST_MAIN(TestPreferences)
#include "test_preferences.moc"
