#include "tests/support/Pictures.h"
#include "ui/keys/CopyOnceDialog.h"

#include "app/storage/Settings.h"
#include "tests/support/TempHome.h"
#include "tests/support/Widgets.h"
#include "ui/setup/Card.h"
#include "ui/widgets/Clipboard.h"
#include "ui/widgets/TokenField.h"

#include <QAccessible>
#include <QClipboard>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using keydesk::test::find;

namespace keydesk {

namespace {

constexpr auto token = "18|Zq7CanaryCanaryCanaryCanaryCanaryc4e1";

ApiKey storedKey()
{
    ApiKey key;
    key.id = QUuid::createUuid();
    key.name = u"CI pipeline"_s;
    key.status = ApiKey::Status::Works;
    key.lastCheckNote = u"200 OK, 92 ms"_s;
    return key;
}

/// Everything that an assistive tool can read of a window.
QStringList everythingReadable(QAccessibleInterface *face)
{
    QStringList texts;
    if (!face)
        return texts;
    for (int what = QAccessible::Name; what <= QAccessible::Accelerator; ++what)
        texts << face->text(static_cast<QAccessible::Text>(what));
    if (QAccessibleTextInterface *text = face->textInterface())
        texts << text->text(0, text->characterCount());
    if (QAccessibleValueInterface *value = face->valueInterface())
        texts << value->currentValue().toString();
    for (int i = 0; i < face->childCount(); ++i)
        texts << everythingReadable(face->child(i));
    return texts;
}

} // namespace

class TestCopyOnce : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void saysWhatItIsAndWhereItLies();
    void saysWhenItIsForThisSessionOnly();
    void onlyTheFieldHoldsTheToken();
    void copyCountsDown();
    void enterGoesOnWithoutCopying();
    void revealShowsItToTheEyeOnly();
    void closingWipesTheField();

private:
    [[nodiscard]] QString facts() const { return m_dialog->findChild<FactsCard *>()->texts().join(u'\n'); }
    void open(const ApiKey &key);
    void shoot(const QString &name) const;

    std::unique_ptr<test::TempHome> m_home;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<Clipboard> m_clipboard;
    std::unique_ptr<CopyOnceDialog> m_dialog;
};

void TestCopyOnce::init()
{
    m_home = std::make_unique<test::TempHome>();
    m_settings = std::make_unique<Settings>(m_home->path(u"settings.ini"_s));
    m_clipboard = std::make_unique<Clipboard>(*QGuiApplication::clipboard(), *m_settings);
    QGuiApplication::clipboard()->clear();
}

void TestCopyOnce::cleanup()
{
    m_dialog.reset();
    m_clipboard.reset();
}

void TestCopyOnce::open(const ApiKey &key)
{
    m_dialog = std::make_unique<CopyOnceDialog>(key, u"Talkover"_s, Secret(token), *m_clipboard);
    m_dialog->open();
    QVERIFY(QTest::qWaitForWindowActive(m_dialog.get()));
}

void TestCopyOnce::shoot(const QString &name) const
{
    test::savePicture(*m_dialog, name);
}

void TestCopyOnce::saysWhatItIsAndWhereItLies()
{
    open(storedKey());
    QStringList labels;
    for (const QLabel *label : m_dialog->findChildren<QLabel *>())
        labels << label->text();
    QVERIFY(labels.contains(u"“CI pipeline” is ready"_s));
    QVERIFY(labels.contains(u"Talkover shows this token once, and so does Keydesk."_s));
    QVERIFY(labels.contains(u"You need not copy it: calls from Keydesk use it from the keychain."_s));
    QVERIFY(facts().contains(u"Stored in the system keychain, read back and verified"_s));
    QVERIFY(facts().contains(u"Works: the provider answered 200 OK, 92 ms"_s));
    QVERIFY(find<TokenField>(m_dialog.get(), u"New token"_s)->isReadOnly());
    for (const QString &name : {u"Reveal"_s, u"Copy"_s, u"Done"_s})
        QVERIFY2(find<QAbstractButton>(m_dialog.get(), name), qPrintable(name));
    shoot(u"copy-once"_s);
}

void TestCopyOnce::saysWhenItIsForThisSessionOnly()
{
    ApiKey key = storedKey();
    key.place = SecretPlace::Session;
    open(key);
    QVERIFY(facts().contains(u"for this session only"_s));
    QVERIFY(!facts().contains(u"Stored in the system keychain"_s));
}

void TestCopyOnce::onlyTheFieldHoldsTheToken()
{
    open(storedKey());
    const QString secret = QString::fromLatin1(token);
    const auto check = [&] {
        const QStringList readable =
            everythingReadable(QAccessible::queryAccessibleInterface(m_dialog.get()));
        QVERIFY(!readable.isEmpty());
        for (const QString &text : readable)
            QVERIFY2(!text.contains(u"Canary"_s), "an assistive tool can read the token");
        for (const QWidget *widget : m_dialog->findChildren<QWidget *>()) {
            for (const QString &text :
                 {widget->toolTip(), widget->accessibleName(), widget->accessibleDescription(),
                  widget->windowTitle(), widget->statusTip(), widget->whatsThis(), widget->objectName()})
                QVERIFY(!text.contains(u"Canary"_s));
            if (const auto *label = qobject_cast<const QLabel *>(widget))
                QVERIFY(!label->text().contains(u"Canary"_s));
        }
        QVERIFY(!m_dialog->windowTitle().contains(u"Canary"_s));
    };
    check();
    find<QAbstractButton>(m_dialog.get(), u"Reveal"_s)->click();
    check();
    find<QAbstractButton>(m_dialog.get(), u"Copy"_s)->click();
    check();
    const Secret held = find<TokenField>(m_dialog.get(), u"New token"_s)->secret();
    QCOMPARE(QByteArray(held.reveal().data(), held.size()), secret.toLatin1());
}

void TestCopyOnce::copyCountsDown()
{
    m_settings->setClipboardSeconds(5);
    open(storedKey());
    QVERIFY(!facts().contains(u"Copied"_s));
    find<QAbstractButton>(m_dialog.get(), u"Copy"_s)->click();
    QCOMPARE(QGuiApplication::clipboard()->text(), QString::fromLatin1(token));
    QVERIFY2(facts().contains(u"Copied just now. The clipboard is cleared in 5 s."_s), qPrintable(facts()));
    shoot(u"copy-once-copied"_s);
    QTRY_VERIFY_WITH_TIMEOUT(facts().contains(u"cleared in 3 s."_s), 5'000);
    QTRY_VERIFY_WITH_TIMEOUT(facts().contains(u"does not hold the token any more"_s), 8'000);
    QVERIFY(QGuiApplication::clipboard()->text().isEmpty());
}

void TestCopyOnce::enterGoesOnWithoutCopying()
{
    open(storedKey());
    QTest::keyClick(m_dialog.get(), Qt::Key_Return);
    QVERIFY(!m_dialog->isVisible());
    QVERIFY(QGuiApplication::clipboard()->text().isEmpty());
}

void TestCopyOnce::revealShowsItToTheEyeOnly()
{
    open(storedKey());
    auto *field = find<TokenField>(m_dialog.get(), u"New token"_s);
    auto *reveal = find<QAbstractButton>(m_dialog.get(), u"Reveal"_s);
    QVERIFY(!field->isRevealed());
    reveal->click();
    QVERIFY(field->isRevealed());
    shoot(u"copy-once-revealed"_s);
    reveal->click();
    QVERIFY(!field->isRevealed());
}

void TestCopyOnce::closingWipesTheField()
{
    open(storedKey());
    auto *field = find<TokenField>(m_dialog.get(), u"New token"_s);
    m_dialog->close();
    QVERIFY(field->secret().isEmpty());
}

} // namespace keydesk

QTEST_MAIN(keydesk::TestCopyOnce)
#include "test_copy_once.moc"
