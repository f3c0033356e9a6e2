#include "app/keys/KeyForRequest.h"
#include "tests/support/CoreFixture.h"
#include "tests/support/HttpTestServer.h"
#include "tests/support/Widgets.h"
#include "ui/IdentityButton.h"
#include "ui/console/ConsolePage.h"
#include "ui/console/IdentityAnswer.h"
#include "ui/console/RunAsEachDialog.h"
#include "ui/viewer/JsonPane.h"
#include "ui/viewer/TextPane.h"
#include "ui/widgets/Chip.h"

#include <QLabel>
#include <QMenu>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::find;

class TestIdentities : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        makeTextPanesReadable();
        makeJsonPanesReadable();
    }
    void init()
    {
        m_core = std::make_unique<test::CoreFixture>();
        m_server = std::make_unique<test::HttpTestServer>();
        Environment made;
        made.name = u"Staging"_s;
        made.providerId = u"custom"_s;
        made.baseUrl = m_server->url().toString();
        const auto added = core().environments->add(made);
        QVERIFY(added);
        m_environment = added->id;
        core().environments->setCurrent(m_environment);
    }
    void cleanup()
    {
        m_server.reset();
        m_core.reset();
    }

    void switchesWithOneKeyPress()
    {
        IdentityButton button(*core().environments);
        QVERIFY(button.isHidden()); // there is nothing to choose
        QSignalSpy said(&button, &IdentityButton::switched);
        button.switchToNext();
        QVERIFY(said.takeFirst().at(0).toString().contains(u"Add Identity"_s));
        const ApiKey admin = key(u"admin"_s, {});
        QVERIFY(core().environments->addIdentity(m_environment, u"reader"_s));
        const ApiKey reader = key(u"reader"_s, u"reader"_s);
        QVERIFY(!button.isHidden());
        QCOMPARE(button.text(), u"as default"_s);
        QCOMPARE(button.accessibleName(), u"Identity"_s);
        QCOMPARE(used(), admin.id);
        button.switchToNext();
        QCOMPARE(button.text(), u"as reader"_s);
        QCOMPARE(used(), reader.id);
        QCOMPARE(said.takeFirst().at(0).toString(), u"Calls in “Staging” are made as reader."_s);
        button.switchToNext();
        QCOMPARE(used(), admin.id);
        Q_EMIT button.menu()->aboutToShow();
        QCOMPARE(button.menu()->actions().size(), 2);
        QVERIFY(button.menu()->actions().first()->isChecked());
        button.menu()->actions().last()->trigger();
        QCOMPARE(used(), reader.id);
    }

    void runsARequestAsEach()
    {
        const ApiKey admin = key(u"admin"_s, {});
        QVERIFY(core().environments->addIdentity(m_environment, u"reader"_s));
        const ApiKey reader = key(u"reader"_s, u"reader"_s);
        QVERIFY(core().environments->addIdentity(m_environment,
                                                 u"nobody"_s)); // has no key of its own: the default one's
        m_server->handle([](const test::ReceivedRequest &request) {
            const bool isReader = request.header("Authorization") == "Bearer token-of-reader";
            return test::Answer{
                isReader
                    ? test::response(403, {{"Content-Type", "application/json"}}, R"({"error":"forbidden"})")
                    : test::response(200, {{"Content-Type", "application/json"}}, R"({"ok":true})")};
        });
        RequestSpec request;
        request.method = u"GET"_s;
        request.url = u"/things"_s;
        RunAsEachDialog dialog(core(), request, context());
        QSignalSpy all(&dialog, &RunAsEachDialog::allAnswered);
        dialog.show();
        QVERIFY(all.wait(10'000));
        QCOMPARE(m_server->requests().size(), 3);

        auto answers = dialog.findChildren<IdentityAnswer *>();
        QCOMPARE(answers.size(), 3);
        std::ranges::sort(answers, {},
                          [](const IdentityAnswer *answer) { return answer->x(); }); // as they are seen
        QCOMPARE(answers.at(0)->name(), u"default"_s);
        QCOMPARE(answers.at(1)->name(), u"reader"_s);
        QCOMPARE(answers.at(0)->outcome()->response->status, 200);
        QCOMPARE(answers.at(1)->outcome()->response->status, 403);
        QCOMPARE(answers.at(2)->outcome()->response->status, 200);
        QVERIFY(says(answers.at(1), u"Differs from default's: status, body"_s));
        QVERIFY(says(answers.at(2), u"The same answer as default's"_s));
        QVERIFY(find<Chip>(answers.at(1), u"Response status as reader: 403 Forbidden"_s));
        QVERIFY(test::waitFor([&] {
            return test::readText(find<QWidget>(answers.at(1), u"Response body as reader"_s))
                .contains(u"forbidden"_s);
        }));
        for (const IdentityAnswer *answer : answers) { // SECURITY S3
            for (const QLabel *label : answer->findChildren<QLabel *>())
                QVERIFY(!label->text().contains(u"token-of"_s));
        }
        for (const auto &[each, calls] : {std::pair(admin.id, qint64(2)), std::pair(reader.id, qint64(1))}) {
            const auto uses = core().usage->of(each);
            QVERIFY(uses);
            QCOMPARE(uses->size(), 1);
            QCOMPARE(uses->first().environmentId, m_environment);
            QCOMPARE(uses->first().calls, calls);
        }
        qint64 rows = 0;
        core().history->count(this, [&rows](qint64 count) { rows = count; });
        QTRY_COMPARE(rows, 3);
    }

    void eachSendsItsOwnSecretVariable()
    {
        QVERIFY(core().environments->addIdentity(m_environment, u"reader"_s));
        QVERIFY(core().environments->setKey(m_environment, secretVariablePlace(u"pin"_s),
                                            key(u"admin"_s, {}).id, {}));
        QVERIFY(core().environments->setKey(m_environment, secretVariablePlace(u"pin"_s),
                                            key(u"reader"_s, u"reader"_s).id, u"reader"_s));
        m_server->answer(test::response(200));
        RequestSpec request;
        request.method = u"GET"_s;
        request.url = u"/things"_s;
        request.headers = {{u"X-Pin"_s, u"{{pin}}"_s}};
        CallContext as = context();
        as.sources = as.environment->sources();
        RunAsEachDialog dialog(core(), request, as);
        QSignalSpy all(&dialog, &RunAsEachDialog::allAnswered);
        dialog.show();
        QVERIFY(all.wait(10'000));
        QStringList sent;
        for (const test::ReceivedRequest &each : m_server->requests())
            sent.append(QString::fromUtf8(each.header("X-Pin")));
        sent.sort();
        QCOMPARE(sent, (QStringList{u"token-of-admin"_s, u"token-of-reader"_s}));
    }

    void stopsWhenItIsClosed()
    {
        key(u"admin"_s, {});
        for (int i = 0; i < 6; ++i)
            QVERIFY(core().environments->addIdentity(m_environment, u"identity %1"_s.arg(i)));
        m_server->hang();
        RequestSpec request;
        request.method = u"GET"_s;
        request.url = u"/things"_s;
        RunAsEachDialog dialog(core(), request, context());
        QSignalSpy all(&dialog, &RunAsEachDialog::allAnswered);
        dialog.show();
        QTRY_COMPARE(m_server->requests().size(), 4); // so many at once
        dialog.reject();
        QVERIFY(!all.isEmpty() || all.wait(10'000));
        QCOMPARE(m_server->requests().size(), 4);
    }

    void saysWhatStopsTheRequest()
    {
        QVERIFY(core().environments->addIdentity(m_environment, u"reader"_s));
        RequestSpec request;
        request.method = u"GET"_s;
        request.url = u"/{{nowhere}}"_s;
        RunAsEachDialog dialog(core(), request, context());
        QSignalSpy all(&dialog, &RunAsEachDialog::allAnswered);
        dialog.show();
        QVERIFY(all.wait(10'000));
        QVERIFY(m_server->requests().isEmpty());
        QVERIFY(std::ranges::any_of(dialog.findChildren<QLabel *>(), [](const QLabel *label) {
            return label->text().contains(u"nowhere"_s);
        }));
    }

private:
    [[nodiscard]] CallContext context()
    {
        const Environment environment = *core().environments->find(m_environment);
        return {environment, environment.allVariables(), {}, {}};
    }
    Core &core() { return **m_core; }

    ApiKey key(const QString &name, const QString &identity)
    {
        NewKey draft;
        draft.name = name;
        draft.providerId = u"custom"_s;
        draft.kindId = u"api-key"_s;
        draft.environmentId = m_environment;
        draft.identity = identity;
        return m_core->addKey(draft, "token-of-" + name.toStdString());
    }
    QUuid used() { return core().environments->current()->keyOf(u"api-key"_s).value_or(QUuid()); }
    static bool says(const QWidget *widget, const QString &text)
    {
        return std::ranges::any_of(widget->findChildren<QLabel *>(),
                                   [&](const QLabel *label) { return label->text() == text; });
    }

    std::unique_ptr<test::CoreFixture> m_core;
    std::unique_ptr<test::HttpTestServer> m_server;
    QUuid m_environment;
};

QTEST_MAIN(TestIdentities)
#include "test_identities.moc"
