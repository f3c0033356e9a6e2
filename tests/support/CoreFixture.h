#pragma once

#include "app/Core.h"
#include "app/keys/SessionStore.h"
#include "tests/support/SealedTestFile.h"
#include "tests/support/TempHome.h"

#include <QSignalSpy>
#include <QTest>

namespace keydesk::test {

/// The whole graph without windows in a temporary home, with a keychain that is only memory.
class CoreFixture
{
public:
    explicit CoreFixture(std::unique_ptr<SecretStore> keychain = std::make_unique<SessionStore>())
    {
        const auto paths = Paths::under(m_home.path(QStringLiteral("keydesk")));
        auto core = paths ? Core::open(*paths, std::move(keychain), cheapRules) : Result<std::unique_ptr<Core>>(tl::unexpected(paths.error()));
        if (!core)
            qFatal("%s", qPrintable(core.error().message));
        m_core = std::move(*core);
        std::ignore = m_core->keys->all(); // as after the start
    }

    Core &operator*() { return *m_core; }
    Core *operator->() { return m_core.get(); }

    /// Serves the sandbox; false if it does not start.
    [[nodiscard]] bool startSandbox()
    {
        QSignalSpy started(m_core->sandbox.get(), &Sandbox::started);
        m_core->sandbox->start();
        return started.wait(10'000);
    }

    /// Stores a key; a null key if that failed.
    [[nodiscard]] ApiKey addKey(const NewKey &draft, std::string_view token)
    {
        KeyJob *job = m_core->keyService->add(draft, std::make_shared<const Secret>(token));
        ApiKey key;
        bool done = false;
        const QObject guard; // on a slow machine the job may end when this has
        QObject::connect(job, &KeyJob::finished, &guard, [&](const Result<ApiKey> &outcome) {
            if (outcome)
                key = *outcome;
            else
                qWarning("%s", qPrintable(outcome.error().message));
            done = true;
        });
        return QTest::qWaitFor([&done] { return done; }, 10'000) ? key : ApiKey();
    }

private:
    TempHome m_home;
    std::unique_ptr<Core> m_core;
};

} // namespace keydesk::test
