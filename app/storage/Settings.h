#pragma once

#include "app/base/Background.h"
#include "app/base/Error.h"
#include "app/history/HistoryRetention.h"

#include <QByteArray>
#include <QHash>
#include <QObject>
#include <QSettings>
#include <QTimer>

#include <optional>

namespace keydesk {

/// Which sealed file was used last, and how often it had been written by then. Empty: none yet.
struct SealedSeen
{
    QByteArray fileId;
    quint64 generation = 0;

    bool operator==(const SealedSeen &) const = default;
};

/// What the user chose in Preferences, and what the window remembers. An INI file (0600) in the config
/// folder; no secret is ever put here. Numbers are clamped to their range, in the file and in the setters; a
/// value that means nothing counts as the default. Changes are written a moment later, by another thread.
class Settings : public QObject
{
    Q_OBJECT

public:
    enum class Theme { System, Light, Dark };
    enum class Proxy { System, None, Manual };

    /// LookOnly: nothing is changed on the disk, as long as nothing is set here.
    enum class Use { Own, LookOnly };

    explicit Settings(const QString &file, QObject *parent = nullptr, Use use = Use::Own);
    ~Settings() override;

    /// What stands in the file and cannot be used as it is: a sentence each, with the line or the name of the
    /// setting, but not its value.
    [[nodiscard]] QStringList doubts() const;

    [[nodiscard]] Theme theme() const;
    void setTheme(Theme theme);
    /// Seconds without a byte until a call has timed out, 1–3600, 30 by default.
    [[nodiscard]] int timeoutSeconds() const;
    void setTimeoutSeconds(int seconds);
    /// Seconds until a copied secret leaves the clipboard, 5–600, 30 by default.
    [[nodiscard]] int clipboardSeconds() const;
    void setClipboardSeconds(int seconds);
    /// Megabytes of a response that are kept, on disk if it is large, 1–1,048,576, 4,096 by default; the
    /// transfer stops beyond.
    [[nodiscard]] int responseLimitMegabytes() const;
    void setResponseLimitMegabytes(int megabytes);
    [[nodiscard]] bool historyEnabled() const;
    void setHistoryEnabled(bool enabled);
    /// Days that history is kept, 1–3650, 30 by default.
    [[nodiscard]] int historyDays() const;
    void setHistoryDays(int days);
    /// How long calls are kept; `historyDays` is a part of the general rule. An environment may have one of
    /// its own.
    [[nodiscard]] HistoryRules historyRules() const;
    void setHistoryRetention(const HistoryRetention &general);
    /// Nothing: as all others.
    void setHistoryRetention(const QUuid &environment, const std::optional<HistoryRetention> &own);
    /// Days before a key expires from which on it is due, 1–365, 14 by default.
    [[nodiscard]] int expiryReminderDays() const;
    void setExpiryReminderDays(int days);
    /// Days after which a key of this provider should be rotated, 0–3650; 0, the default: never. A key may
    /// say otherwise.
    [[nodiscard]] int rotationDays(const QString &providerId) const;
    void setRotationDays(const QString &providerId, int days);
    /// Whether the desktop tells that keys are due.
    [[nodiscard]] bool desktopReminders() const;
    void setDesktopReminders(bool enabled);
    [[nodiscard]] Proxy proxy() const;
    void setProxy(Proxy proxy);
    /// For Proxy::Manual: `http://host:port` or `socks5://host:port`, no user info (it would be a secret in a
    /// file).
    [[nodiscard]] QString proxyUrl() const;
    /// What `checkProxyUrl` refuses is not written: the setting is then empty.
    void setProxyUrl(const QString &url);
    /// The URL as it will be stored, or what is wrong with it in words.
    static Result<QString> checkProxyUrl(const QString &text);

    /// Minutes without use until the sealed file is locked, 0 (never) to 240, 15 by default.
    [[nodiscard]] int sealedMinutes() const;
    void setSealedMinutes(int minutes);
    /// The sealed file as it was last used; an older one that is put back is noticed by it.
    [[nodiscard]] SealedSeen sealedSeen() const;
    void setSealedSeen(const SealedSeen &seen);

    /// The folder with the user's .http files; empty: none was chosen.
    [[nodiscard]] QString workspaceFolder() const;
    void setWorkspaceFolder(const QString &folder);

    [[nodiscard]] bool setupFinished() const;
    void setSetupFinished(bool finished);
    /// Where the window left off: geometry, splitters, columns, tab, environment, the wizard's page. Keys are
    /// `area/name`.
    [[nodiscard]] QVariant remembered(const QString &key, const QVariant &fallback = {}) const;
    void remember(const QString &key, const QVariant &value);
    /// Writes now, in this thread, what is not written yet.
    Result<void> save();

Q_SIGNALS:
    void themeChanged();
    void networkChanged(); ///< timeout, size limit or proxy
    void historyChanged();
    void sealedChanged(); ///< when it is locked
    void remindersChanged();
    void writeFailed(const keydesk::Error &error); ///< once

private:
    bool put(const QString &key, const QVariant &value);
    bool putNumber(const QString &key, int before, int number);

    /// Nothing: the setting is to be removed.
    using Changes = QHash<QString, std::optional<QVariant>>;

    static bool write(const QString &path, const Changes &changes);
    void change(const QString &key, const std::optional<QVariant> &value);
    void saveAside();
    [[nodiscard]] Error writeError() const;
    [[nodiscard]] Changes unwritten() const;
    [[nodiscard]] QVariant value(const QString &key, const QVariant &fallback = {}) const;

    const QString m_path;
    QSettings::Status m_readStatus = QSettings::NoError;
    QHash<QString, QVariant> m_values;
    Changes m_changes; // since the last writing began
    Changes m_writing; // what is being written
    QTimer m_saving;
    bool m_failureTold = false;
    Background m_background;
};

} // namespace keydesk
