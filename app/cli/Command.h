#pragma once

#include "app/cli/ExitCode.h"
#include "app/cli/SignalWatch.h"

#include <QByteArrayList>
#include <QObject>
#include <QString>
#include <QStringList>

#include <optional>

namespace CLI {
class App;
}

namespace keydesk::cli {

class Session;

/// One thing that keydesk-cli does. Made for every start, all of them, before it is known which one is meant: a constructor does nothing
/// else. `declare` names the options, each bound to a member (app/cli/Options.h); `start` begins the work, which goes on in the event
/// loop until `end` is called, once.
class Command : public QObject
{
    Q_OBJECT

public:
    /// `words`: what it is called by, such as "env list". `summary`: a sentence.
    Command(const QString &words, const QString &summary, QObject *parent = nullptr);

    [[nodiscard]] const QStringList &words() const { return m_words; }
    [[nodiscard]] const QString &summary() const { return m_summary; }
    /// It is for shells, not for people: neither help nor completion nor manual tells of it.
    [[nodiscard]] virtual bool isHidden() const { return false; }
    /// It takes what stands behind "--", as it is.
    [[nodiscard]] virtual bool takesTail() const { return false; }

    virtual void declare(CLI::App &app) = 0;
    /// `tail`: what stands behind "--", byte for byte.
    void run(Session &session, const QByteArrayList &tail);
    /// Ends with 128 and the signal's number, unless a command has something to stop first.
    virtual void interrupt(const CaughtSignal &signal);

    [[nodiscard]] std::optional<int> status() const { return m_status; }

Q_SIGNALS:
    /// Once.
    void ended(int status);

protected:
    virtual void start() = 0;
    [[nodiscard]] Session &session() const { return *m_session; }
    [[nodiscard]] QStringList tail() const;
    [[nodiscard]] const QByteArrayList &tailBytes() const { return m_tail; }
    /// Does nothing after the first time.
    void end(int status);
    void end(ExitCode code) { end(static_cast<int>(code)); }
    /// Says what is wrong and ends with its code.
    void fail(const Error &error);

private:
    const QStringList m_words;
    const QString m_summary;
    Session *m_session = nullptr; // from `run` on
    QByteArrayList m_tail;
    std::optional<int> m_status;
};

} // namespace keydesk::cli
