#pragma once

#include "app/base/Error.h"

#include <QByteArray>
#include <QStringList>

#include <atomic>
#include <functional>

namespace keydesk {

/// Runs `git` to read a repository that may be hostile: nothing that the repository's own configuration names
/// is started (no hook, pager, file system monitor, textconv, filter, signature check, transport), nothing is
/// written, and nobody is asked for anything. Blocks the calling thread until git ends, so it is not for the
/// window's; `cancelled` ends git within a tenth of a second.
class GitTool
{
public:
    explicit GitTool(const std::atomic<bool> &cancelled);

    /// False if there is no git on this system.
    [[nodiscard]] bool isThere() const { return !m_program.isEmpty(); }

    using Sink = std::function<void(QByteArrayView)>;
    /// Output goes to `sink` piece by piece. An Error says in words why git refused (owned by somebody else,
    /// not a repository, damaged); Cancelled if it was.
    Result<void> run(const QString &folder, const QStringList &arguments, const Sink &sink,
                     const QByteArray &input = {}) const;
    /// The whole output, up to 64 MB.
    Result<QByteArray> output(const QString &folder, const QStringList &arguments,
                              const QByteArray &input = {}) const;

private:
    const std::atomic<bool> &m_cancelled;
    QString m_program;
};

} // namespace keydesk
