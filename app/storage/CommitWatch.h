#pragma once

#include <QObject>
#include <QTimer>

#include <chrono>

namespace keydesk {

class Database;

/// Notices what other processes write to the database, within a second: asks SQLite for its count of other connections' commits, which
/// costs microseconds. This process's own connections in other threads count as well; who hears `committed` looks whether there is
/// anything new for it. UI thread.
class CommitWatch : public QObject
{
    Q_OBJECT

public:
    explicit CommitWatch(Database &database, QObject *parent = nullptr);

    /// `committed` follows if there was a commit since the database was opened, and again after each.
    void start();

    static constexpr std::chrono::milliseconds looksEvery = std::chrono::milliseconds(700);

Q_SIGNALS:
    void committed();

private:
    void look();

    Database &m_database;
    qint64 m_seen = 0;
    QTimer m_timer;
};

} // namespace keydesk
