#include "app/keys/RevokeAdvice.h"
#include "tests/support/CoreFixture.h"
#include "tests/support/HttpTestServer.h"
#include "tests/support/Widgets.h"
#include "ui/keys/RevokeDialog.h"
#include "ui/widgets/TokenField.h"

#include <QClipboard>
#include <QLabel>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::find;

class TestRevokeDialog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void closesWhenTheKeyIsRevoked();
    void saysWhatBecameOfItWhenItIsStopped_data();
    void saysWhatBecameOfItWhenItIsStopped();

private:
    void pasteSession();
    [[nodiscard]] QString words() const;

    std::unique_ptr<test::HttpTestServer> m_server;
    std::unique_ptr<test::CoreFixture> m_core;
    std::unique_ptr<RevokeDialog> m_dialog;
    QUuid m_key;
};

void TestRevokeDialog::init()
{
    m_server = std::make_unique<test::HttpTestServer>();
    m_core = std::make_unique<test::CoreFixture>();
    Core &core = **m_core;
    Environment environment;
    environment.name = u"Staging"_s;
    environment.providerId = u"talkover"_s;
    environment.baseUrl = m_server->url(QString()).toString();
    const auto stored = core.environments->add(environment);
    QVERIFY(stored);
    NewKey draft;
    draft.name = u"CI"_s;
    draft.providerId = u"talkover"_s;
    draft.kindId = u"user"_s;
    draft.environmentId = stored->id;
    m_server->answer(
        test::response(201, {{"Content-Type", "application/json"}},
                       R"({"data":{"id":17,"token":"17|0123456789abcdef0123456789abcdef01234567"}})"));
    KeyJob *job = core.keyService->create(draft, std::make_shared<const Secret>("session-0123456789abcdef"));
    std::optional<ApiKey> made;
    connect(job, &KeyJob::finished, this, [&made](const Result<ApiKey> &outcome) {
        if (outcome)
            made = *outcome;
    });
    QTRY_VERIFY(made);
    m_key = made->id;
    RevokeAdvice advice;
    advice.named = u"Staging"_s;
    m_dialog = std::make_unique<RevokeDialog>(*made, *core.providers.find(u"talkover"_s), advice, *core.keyService);
    m_dialog->show();
    pasteSession();
}

void TestRevokeDialog::cleanup()
{
    m_dialog.reset();
    m_core.reset();
    m_server.reset();
}

void TestRevokeDialog::pasteSession()
{
    auto *field = m_dialog->findChild<TokenField *>();
    QVERIFY(field);
    QGuiApplication::clipboard()->setText(u"session-0123456789abcdef"_s);
    field->setFocus();
    QTest::keySequence(field, QKeySequence::Paste);
}

QString TestRevokeDialog::words() const
{
    QStringList all;
    for (const QLabel *label : m_dialog->findChildren<QLabel *>())
        all << label->text();
    return all.join(u'\n');
}

void TestRevokeDialog::closesWhenTheKeyIsRevoked()
{
    m_server->answer(test::response(204));
    QVERIFY(test::press(u"Revoke"_s));
    QTRY_VERIFY(!m_dialog->isVisible());
    QCOMPARE(m_dialog->result(), int(QDialog::Accepted));
    QCOMPARE((*m_core)->keys->find(m_key)->status, ApiKey::Status::Revoked);
}

void TestRevokeDialog::saysWhatBecameOfItWhenItIsStopped_data()
{
    QTest::addColumn<bool>("byWindow");
    QTest::newRow("by the button") << false;
    QTest::newRow("by closing the window") << true;
}

void TestRevokeDialog::saysWhatBecameOfItWhenItIsStopped()
{
    QFETCH(bool, byWindow);
    m_server->hang();
    const auto before = m_server->requests().size();
    QVERIFY(test::press(u"Revoke"_s));
    QTRY_COMPARE(m_server->requests().size(), before + 1);
    if (byWindow)
        m_dialog->close();
    else
        QVERIFY(test::press(u"Cancel"_s));
    QTRY_VERIFY2(words().contains(u"may have revoked the key already"_s), qPrintable(words()));
    QVERIFY(m_dialog->isVisible()); // so that it can be read
    QCOMPARE((*m_core)->keys->find(m_key)->status, ApiKey::Status::Unchecked);
    QVERIFY(test::press(u"Close"_s));
    QTRY_VERIFY(!m_dialog->isVisible());
}

QTEST_MAIN(TestRevokeDialog)
#include "test_revoke_dialog.moc"
