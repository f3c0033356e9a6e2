#include "tests/tour/Journey.h"

#include "app/Core.h"
#include "tests/support/Widgets.h"
#include "ui/MainWindow.h"
#include "ui/console/ConsolePage.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QDialog>
#include <QLineEdit>
#include <QSignalSpy>

using namespace Qt::StringLiterals;

namespace keydesk::test {

namespace {

constexpr auto wizardTitle = "Set Up Keydesk";

QString textOf(const QWidget *widget)
{
    QStringList texts{widget->accessibleDescription()};
    for (const char *property : {"text", "plainText"})
        texts << widget->property(property).toString();
    for (const QWidget *child : widget->findChildren<QWidget *>()) {
        if (child->isVisibleTo(widget))
            texts << child->property("text").toString();
    }
    texts.removeAll(QString());
    return texts.join(u' ');
}

} // namespace

Journey::Journey(Core &core, MainWindow &window, Step step)
    : m_core(core)
    , m_window(window)
    , m_step(std::move(step))
{
}

QString Journey::run()
{
    for (const auto part : {&Journey::setUp, &Journey::firstCall, &Journey::refusedCall}) {
        if (const QString fault = (this->*part)(); !fault.isEmpty())
            return fault;
    }
    return {};
}

QString Journey::setUp()
{
    if (!waitFor([this] { return m_core.sandbox->isRunning(); }))
        return u"The sandbox did not start."_s;
    m_step(u"The sandbox serves Talkover, Talkturo and AISoule on %1"_s.arg(m_core.sandbox->origins().value(u"talkover"_s).toString()), nullptr);
    if (!waitFor([] { return window(QString::fromLatin1(wizardTitle)); }))
        return u"The setup wizard did not open."_s;
    QWidget *wizard = window(QString::fromLatin1(wizardTitle));
    auto *providers = find<QAbstractItemView>(wizard, u"Provider"_s);
    if (!providers)
        return u"The wizard has no list of providers."_s;
    providers->setCurrentIndex(providers->model()->index(0, 0));
    m_step(u"The setup wizard opened and offers %1 providers"_s.arg(providers->model()->rowCount()), wizard);

    // Next until the wizard has nothing more to ask; the sandbox needs nothing typed.
    for (int page = 0; page < 12 && window(QString::fromLatin1(wizardTitle)); ++page) {
        if (auto *copyOnce = find<QLineEdit>(u"New token"_s)) {
            m_step(u"The new token is shown once, masked, with where it is stored"_s, copyOnce->window());
            if (!press(u"Done"_s))
                return u"The copy-once window cannot be closed."_s;
            waitFor([] { return !find<QLineEdit>(u"New token"_s); });
            continue;
        }
        const auto enabled = [wizard](const QString &name) {
            const auto *button = find<QAbstractButton>(wizard, name);
            return button && button->isEnabled();
        };
        if (!waitFor([&] { return find<QLineEdit>(u"New token"_s) || enabled(u"Next"_s) || enabled(u"Finish"_s) || enabled(u"Create"_s); }))
            return u"The wizard does not go on: %1"_s.arg(textOf(wizard));
        if (find<QLineEdit>(u"New token"_s))
            continue;
        if (enabled(u"Finish"_s)) {
            m_step(u"The wizard made the first call and says how it went"_s, wizard);
            press(u"Finish"_s);
            waitFor([] { return !window(QString::fromLatin1(wizardTitle)); });
            break;
        }
        const QString shown = textOf(wizard);
        press(enabled(u"Next"_s) ? u"Next"_s : u"Create"_s);
        if (!waitFor([&] { return textOf(wizard) != shown || find<QLineEdit>(u"New token"_s); }))
            return u"The wizard stays where it is: %1"_s.arg(shown);
        if (page < 4)
            m_step(u"The wizard went on to its next page"_s, wizard);
    }
    if (window(QString::fromLatin1(wizardTitle)))
        return u"The wizard did not end."_s;
    if (m_core.keys->all().isEmpty())
        return u"The wizard stored no key."_s;
    const ApiKey key = m_core.keys->all().first();
    const bool inKeychain = key.place == SecretPlace::SystemKeychain;
    m_step(u"The key “%1” (%2) is in the %3"_s.arg(key.name, key.hint, inKeychain ? u"system keychain"_s : u"session store"_s), &m_window);
    return inKeychain ? QString() : u"The key is not in the system keychain: %1"_s.arg(m_core.keychain->describe());
}

QString Journey::send(const QString &expected)
{
    QSignalSpy shown(&m_window.consolePage(), &ConsolePage::responseShown);
    m_window.consolePage().send();
    if (!waitFor([&] { return shown.size() > 0; }))
        return u"No answer came."_s;
    const auto *status = find<QWidget>(&m_window, u"Response status"_s);
    if (!status)
        return u"The console shows no status."_s;
    return textOf(status).contains(expected) ? QString() : u"Expected %1, the console shows: %2"_s.arg(expected, textOf(status));
}

QString Journey::firstCall()
{
    m_window.showTab(MainWindow::ConsoleTab);
    const auto *url = find<QWidget>(&m_window, u"URL"_s);
    if (!url)
        return u"The console has no URL field."_s;
    if (const QString fault = send(u"200"_s); !fault.isEmpty())
        return fault;
    m_step(u"%1 %2 answered 200"_s.arg(m_window.consolePage().request().method, m_window.consolePage().request().url), &m_window);
    return {};
}

QString Journey::refusedCall()
{
    const RequestSpec request = m_window.consolePage().request();
    const ApiKey key = m_core.keys->all().first();
    RequestSpec expire;
    expire.method = u"POST"_s;
    expire.url = m_core.sandbox->origins().value(u"talkover"_s).toString() + u"/dashboard/keys/"_s + key.remoteId + u"/expire"_s;
    expire.body = {RequestBody::Kind::Json, u"{}"_s, {}};
    expire.key.mode = KeyChoice::Mode::None;
    m_window.consolePage().open(expire);
    if (const QString fault = send(u"200"_s); !fault.isEmpty())
        return u"The key could not be made to expire. "_s + fault;
    m_step(u"The key was made to expire at the sandbox's dashboard"_s, &m_window);
    m_window.consolePage().open(request);
    if (const QString fault = send(u"401"_s); !fault.isEmpty())
        return fault;
    const auto *explanation = find<QWidget>(&m_window, u"Explanation"_s);
    if (!explanation)
        return u"The refused call is not explained."_s;
    const QString text = textOf(explanation);
    if (!text.contains(u"expired"_s))
        return u"The explanation does not say that the key has expired: %1"_s.arg(text);
    m_step(u"The refused call is explained: it has expired, and how to renew it"_s, &m_window);
    return {};
}

} // namespace keydesk::test
