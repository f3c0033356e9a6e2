#pragma once

#include "app/base/Error.h"
#include "app/base/Secret.h"

#include <QObject>
#include <QString>

#include <functional>
#include <memory>
#include <vector>

struct termios;

namespace keydesk::cli {

/// What a person or another program gives to a command on standard input, read in the event loop so that Ctrl+C is heard. At a terminal the
/// question is asked on standard error; a secret is typed without being shown, and the terminal is as it was when this object ends.
/// One question at a time. UI thread.
class Input : public QObject
{
    Q_OBJECT

public:
    explicit Input(QObject *parent = nullptr);
    ~Input() override;

    /// Somebody sits there who can be asked.
    [[nodiscard]] static bool isTerminal();

    /// From a terminal one line, else everything there is; at most 64 KiB. An Error::InvalidInput for more, or for nothing at all.
    void secret(const QString &prompt, std::function<void(Result<Secret>)> done);
    /// Only at a terminal: whether the answer is "y" or "yes".
    void confirm(const QString &question, std::function<void(bool yes)> done);

private:
    using Done = std::function<void()>;

    void ask(const QString &prompt, bool hidden, Done done);
    void read();
    void end();
    void showAgain();
    [[nodiscard]] std::string_view line() const;

    std::vector<char> m_bytes; // as large as it may become from the start: what is wiped is all there was
    std::size_t m_size = 0;
    bool m_isTooLong = false;
    Done m_done;
    std::unique_ptr<QObject> m_notifier;
    std::unique_ptr<termios> m_before; // while the terminal shows nothing
};

} // namespace keydesk::cli
