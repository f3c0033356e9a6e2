#pragma once

#include "tests/support/CoreFixture.h"
#include "tests/support/HttpTestServer.h"
#include "tests/support/Pictures.h"
#include "tests/support/ScriptedSecretStore.h"
#include "tests/support/Widgets.h"
#include "ui/console/ConsolePage.h"
#include "ui/theme/Theme.h"
#include "ui/viewer/HexPane.h"
#include "ui/viewer/JsonPane.h"
#include "ui/viewer/TextPane.h"
#include "ui/widgets/CodeView.h"

#include <QAbstractScrollArea>
#include <QAction>
#include <QTabBar>

#include <algorithm>

namespace keydesk::test {

using namespace Qt::StringLiterals;

inline constexpr std::string_view token = "talq_canarycanarycanary3f9a";

/// All that a person reads in a widget.
inline QString wordsOf(const QWidget *widget)
{
    QStringList words{widget->accessibleName(), widget->accessibleDescription()};
    for (const char *property : {"text", "plainText", "placeholderText"})
        words << widget->property(property).toString();
    for (QWidget *child : widget->findChildren<QWidget *>()) {
        if (child->isVisibleTo(widget)) {
            for (const char *property : {"text", "plainText", "accessibleDescription"})
                words << child->property(property).toString();
            if (qobject_cast<QAbstractScrollArea *>(child) && !child->property("plainText").isValid())
                words << readText(child);
        }
    }
    words.removeAll(QString());
    return words.join(u'\n');
}

/// The console's page over a server that answers as it is told, with one environment and one key for it. Only
/// for tests of the user interface, which link the widgets.
class ConsoleFixture
{
protected:
    ConsoleFixture()
    {
        makeTextPanesReadable();
        makeHexPanesReadable();
        makeJsonPanesReadable();
    }

    void startConsole()
    {
        auto keychain = std::make_unique<ScriptedSecretStore>();
        m_keychain = keychain.get();
        m_core = std::make_unique<CoreFixture>(std::move(keychain));
        m_theme = std::make_unique<ThemeController>(
            *qobject_cast<QApplication *>(QCoreApplication::instance()), *(*m_core)->settings);
        m_server = std::make_unique<HttpTestServer>();
        m_server->answer(response(200, {{"Content-Type", "application/json"}}, R"({"ok":true})"));
        m_environment = addEnvironment(u"Local"_s, m_server->url(QString()));
        m_key = addKey(m_environment);
        makePage();
    }

    void endConsole()
    {
        m_page.reset();
        m_theme.reset();
        m_server.reset();
        m_core.reset();
    }

    Environment addEnvironment(const QString &name, const QUrl &baseUrl, bool isProtected = false)
    {
        Environment draft;
        draft.name = name;
        draft.providerId = u"talkover"_s;
        draft.baseUrl = baseUrl.toString(QUrl::RemovePath);
        draft.colour = isProtected ? u"red"_s : u"green"_s;
        draft.isProtected = isProtected;
        draft.variables = {{u"agent"_s, u"agent_123456"_s, true}};
        const auto added = (*m_core)->environments->add(draft);
        if (!added)
            qFatal("%s", qPrintable(added.error().message));
        (*m_core)->environments->setCurrent(added->id);
        return *added;
    }

    ApiKey addKey(const Environment &environment, std::string_view secret = token)
    {
        NewKey draft;
        draft.name = u"Production dialer"_s;
        draft.providerId = environment.providerId;
        draft.kindId = u"environment"_s;
        draft.environmentId = environment.id;
        return m_core->addKey(draft, secret);
    }

    /// As after a restart: the key's row is there, and nothing has read the token yet.
    void addSleepingKey(std::string_view secret)
    {
        ApiKey sleeping = m_key;
        sleeping.id = QUuid::createUuid();
        sleeping.name = u"Sleeping"_s;
        sleeping.hint = tokenHint(Secret(secret));
        sleeping.fingerprint = (*m_core)->keys->fingerprint(Secret(secret));
        QVERIFY((*m_core)->keys->insertPending(sleeping));
        QVERIFY((*m_core)->keys->confirm(sleeping.id));
        QCOMPARE(
            (*m_core)->redactor.redact(QByteArray(secret.data(), static_cast<qsizetype>(secret.size()))).hits,
            0);
    }

    void makePage()
    {
        m_page = std::make_unique<ConsolePage>(**m_core);
        m_page->resize(1180, 690);
        m_page->show();
        m_page->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
    }

    void open(const QString &method, const QString &url, const RequestBody &body = {})
    {
        RequestSpec request;
        request.method = method;
        request.url = url;
        request.body = body;
        m_page->open(request);
    }

    /// From the Request menu.
    void trigger(const QString &text)
    {
        const QList<QAction *> actions = m_page->requestActions();
        const auto found =
            std::ranges::find_if(actions, [&](const QAction *action) { return action->text() == text; });
        QVERIFY2(found != actions.end() && (*found)->isEnabled(), qPrintable(text));
        (*found)->trigger();
    }

    /// Sends and waits for the answer.
    void sendAndWait()
    {
        QSignalSpy shown(m_page.get(), &ConsolePage::responseShown);
        m_page->send();
        QVERIFY(shown.wait(10'000));
    }

    /// What the first call heard of by `added` left in the history.
    [[nodiscard]] HistoryEntry kept(QSignalSpy &added)
    {
        if (added.isEmpty() && !added.wait(10'000))
            return {};
        std::optional<HistoryEntry> entry;
        (*m_core)->history->load(
            added.first().first().value<HistoryRow>().id, &m_guard,
            [&entry](const Result<HistoryEntry> &loaded) { entry = loaded ? *loaded : HistoryEntry(); });
        return QTest::qWaitFor([&entry] { return entry.has_value(); }, 10'000) ? *entry : HistoryEntry();
    }

    [[nodiscard]] QString status() const
    {
        const auto *chip = find<QWidget>(m_page.get(), u"Response status"_s);
        return chip ? chip->accessibleDescription() : QString();
    }

    /// As it is read: of a large one, what is in sight.
    [[nodiscard]] QString body() const { return readText(find<QWidget>(m_page.get(), u"Response body"_s)); }

    [[nodiscard]] QTabBar *tabs(const QString &name) const { return find<QTabBar>(m_page.get(), name); }

    /// Of the response, by its word: "Sent".
    void showPart(const QString &name) const
    {
        QTabBar *bar = tabs(u"Response parts"_s);
        for (int tab = 0; bar && tab < bar->count(); ++tab) {
            if (bar->tabText(tab) == name)
                bar->setCurrentIndex(tab);
        }
    }

    [[nodiscard]] QString frontTab() const
    {
        QTabBar *bar = tabs(u"Response parts"_s);
        return bar ? bar->tabText(bar->currentIndex()) : QString();
    }

    /// A picture for people to look at, when a folder for it is named.
    void shoot(const QString &name) { shoot(name, m_page.get()); }
    static void shoot(const QString &name, QWidget *widget) { savePicture(*widget, u"console-"_s + name); }

    std::unique_ptr<CoreFixture> m_core;
    ScriptedSecretStore *m_keychain = nullptr;
    std::unique_ptr<HttpTestServer> m_server;
    Environment m_environment;
    ApiKey m_key;
    std::unique_ptr<ConsolePage> m_page;
    std::unique_ptr<ThemeController> m_theme;

private:
    QObject m_guard;
};

} // namespace keydesk::test
