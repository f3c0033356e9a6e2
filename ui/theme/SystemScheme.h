#pragma once

#include <QObject>
#include <QPalette>

#include <optional>

class QDBusVariant;

namespace keydesk {

/// What the desktop wants: dark or light, and high contrast. Judged at once by the palette that the platform
/// gave; where there is a freedesktop portal (Qt 6.4 does not ask it) its answer, which comes later and again
/// at each change, wins.
class SystemScheme : public QObject
{
    Q_OBJECT

public:
    explicit SystemScheme(const QPalette &systemPalette, QObject *parent = nullptr);

    [[nodiscard]] bool isDark() const;
    [[nodiscard]] bool isHighContrast() const;
    /// Asks the portal over the session bus, if there is one. Never waits.
    void follow();

    /// Black on white or white on black, and nothing between.
    static bool isHighContrastPalette(const QPalette &palette);

Q_SIGNALS:
    void changed();

private Q_SLOTS:
    void settingChanged(const QString &group, const QString &key,
                        const QDBusVariant &value); // NOLINT: a D-Bus slot

private:
    void ask(const QString &key);
    void take(const QString &key, const QVariant &value);

    bool m_paletteIsDark;
    bool m_paletteIsHighContrast;
    std::optional<bool> m_portalIsDark;
    bool m_portalIsHighContrast = false;
    bool m_follows = false;
};

} // namespace keydesk
