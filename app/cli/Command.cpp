#include "app/cli/Command.h"

#include "app/cli/Session.h"

namespace keydesk::cli {

Command::Command(const QString &words, const QString &summary, QObject *parent)
    : QObject(parent)
    , m_words(words.split(u' '))
    , m_summary(summary)
{
}

void Command::run(Session &session, const QByteArrayList &tail)
{
    m_session = &session;
    m_tail = tail;
    start();
}

QStringList Command::tail() const
{
    QStringList words;
    for (const QByteArray &word : m_tail)
        words << QString::fromLocal8Bit(word);
    return words;
}

void Command::interrupt(const CaughtSignal &signal)
{
    end(128 + signal.number);
}

void Command::end(int status)
{
    if (m_status)
        return;
    m_status = status;
    Q_EMIT ended(status);
}

void Command::fail(const Error &error)
{
    session().output().error(error);
    end(exitCodeFor(error.kind));
}

} // namespace keydesk::cli
