#pragma once

#include "app/base/Error.h"

#include <QHash>
#include <QObject>
#include <QString>
#include <QUrl>

#include <memory>

namespace keydesk {

/// The embedded servers that keep the documented contracts of the three providers, each on a port of its own on 127.0.0.1, so that each
/// is its own origin. Served on threads of their own; start and stop do not block. Stores only salted hashes of tokens, in `stateFile`
/// (0600); keys survive a restart. Ports are kept if they are free.
class Sandbox : public QObject
{
    Q_OBJECT

public:
    explicit Sandbox(const QString &stateFile, QObject *parent = nullptr);
    ~Sandbox() override; ///< stops and waits for the threads

    /// These ports from `first` on, one for each service, and no others; 0: any that are free. Before `start`. Else those of the last run, as
    /// far as they are free.
    void choosePorts(int first);
    /// `started` or `failed` follows.
    void start();
    [[nodiscard]] bool isRunning() const;
    /// Service id ("talkover", "talkturo", "aisoule") → "http://127.0.0.1:PORT". Before `started`: those of the last run, or the ones that it
    /// will try first. They may differ afterwards, if a port was taken.
    [[nodiscard]] QHash<QString, QUrl> origins() const;
    /// The token of a new key of that service's main kind, made as its dashboard makes one. Of a sandbox that runs.
    Result<QByteArray> makeKey(const QString &service, const QString &name);

Q_SIGNALS:
    void started();
    void failed(const keydesk::Error &error);
    /// A request was answered. `path` is without its query, and without tokens that the sandbox gave out; `status` 0: the connection was closed
    /// instead.
    void answered(const QString &service, const QByteArray &method, const QString &path, int status);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace keydesk
