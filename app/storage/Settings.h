#pragma once

#include <QByteArray>
#include <QObject>
#include <QSettings>

namespace keydesk {

/// What the user chose in Preferences, and what the window remembers. An INI file in the config folder; no secret is ever put here.
class Settings : public QObject
{
    Q_OBJECT

public:
    enum class Theme { System, Light, Dark };
    enum class Proxy { System, None, Manual };

    explicit Settings(const QString &file, QObject *parent = nullptr);

    [[nodiscard]] Theme theme() const;
    void setTheme(Theme theme);
    /// Seconds without a byte until a call has timed out, 1–3600, 30 by default.
    [[nodiscard]] int timeoutSeconds() const;
    void setTimeoutSeconds(int seconds);
    /// Seconds until a copied secret leaves the clipboard, 5–600, 30 by default.
    [[nodiscard]] int clipboardSeconds() const;
    void setClipboardSeconds(int seconds);
    /// Megabytes of a response that are kept, 1–512, 64 by default; the transfer stops beyond.
    [[nodiscard]] int responseLimitMegabytes() const;
    void setResponseLimitMegabytes(int megabytes);
    [[nodiscard]] bool historyEnabled() const;
    void setHistoryEnabled(bool enabled);
    /// Days that history is kept, 1–3650, 30 by default.
    [[nodiscard]] int historyDays() const;
    void setHistoryDays(int days);
    [[nodiscard]] Proxy proxy() const;
    void setProxy(Proxy proxy);
    /// For Proxy::Manual: `http://host:port` or `socks5://host:port`, no user info (it would be a secret in a file).
    [[nodiscard]] QString proxyUrl() const;
    void setProxyUrl(const QString &url);

    [[nodiscard]] bool setupFinished() const;
    void setSetupFinished(bool finished);
    /// Where the window left off: geometry, splitters, columns, tab, environment, the wizard's page. Keys are `area/name`.
    [[nodiscard]] QVariant remembered(const QString &key, const QVariant &fallback = {}) const;
    void remember(const QString &key, const QVariant &value);

Q_SIGNALS:
    void themeChanged();
    void networkChanged(); ///< timeout, size limit or proxy
    void historyChanged();

private:
    mutable QSettings m_file;
};

} // namespace keydesk
