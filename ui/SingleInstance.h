#pragma once

#include <QLocalServer>
#include <QObject>

namespace keydesk {

/// One Keydesk per user and data folder: the first one listens on a private socket, a second one asks it to show itself.
class SingleInstance : public QObject
{
    Q_OBJECT

public:
    explicit SingleInstance(const QString &socketPath, QObject *parent = nullptr);

    /// False if another one runs already; it was then asked to come to the front.
    [[nodiscard]] bool isFirst() const { return m_first; }

Q_SIGNALS:
    void raiseRequested();

private:
    QLocalServer m_server;
    bool m_first = false;
};

} // namespace keydesk
