#pragma once

#include <QString>

#include <functional>

class QWidget;

namespace keydesk {
class MainWindow;
struct Core;
} // namespace keydesk

namespace keydesk::test {

/// The first run, through the real windows and nothing else: the setup wizard with the sandbox, a key in the keychain, a first call that is answered, a
/// call that is refused and explained. The tour shows it, the journey test checks it.
class Journey
{
public:
    /// Called after each step with what happened and the window that shows it.
    using Step = std::function<void(const QString &what, QWidget *window)>;

    Journey(Core &core, MainWindow &window, Step step);

    /// Empty if all went well; otherwise what did not happen.
    QString run();

private:
    QString setUp();
    QString firstCall();
    QString refusedCall();
    QString send(const QString &expected);

    Core &m_core;
    MainWindow &m_window;
    Step m_step;
};

} // namespace keydesk::test
