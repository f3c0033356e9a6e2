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

    /// `started` or `failed` follows.
    void start();
    [[nodiscard]] bool isRunning() const;
    /// Service id ("talkover", "talkturo", "aisoule") → "http://127.0.0.1:PORT". Before `started`: those of the last run, or the ones that it
    /// will try first. They may differ afterwards, if a port was taken.
    [[nodiscard]] QHash<QString, QUrl> origins() const;

Q_SIGNALS:
    void started();
    void failed(const keydesk::Error &error);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace keydesk
