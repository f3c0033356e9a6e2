#include "ui/theme/SystemScheme.h"

#include "ui/theme/Theme.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#include <QGuiApplication>
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
#include <QStyleHints>
#endif

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

// https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Settings.html
constexpr auto service = "org.freedesktop.portal.Desktop"_L1;
constexpr auto path = "/org/freedesktop/portal/desktop"_L1;
constexpr auto interface = "org.freedesktop.portal.Settings"_L1;
constexpr auto appearance = "org.freedesktop.appearance"_L1;
constexpr auto colorScheme = "color-scheme"_L1; // 0 no preference, 1 dark, 2 light
constexpr auto contrast = "contrast"_L1;        // 1 higher contrast

/// Read() wraps its answer in a variant twice, SettingChanged once.
QVariant unwrapped(QVariant value)
{
    while (value.metaType() == QMetaType::fromType<QDBusVariant>())
        value = value.value<QDBusVariant>().variant();
    return value;
}

} // namespace

SystemScheme::SystemScheme(const QPalette &systemPalette, QObject *parent)
    : QObject(parent)
    , m_paletteIsDark(theme::isDark(systemPalette))
    , m_paletteIsHighContrast(isHighContrastPalette(systemPalette))
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    const auto read = [this] {
        const Qt::ColorScheme scheme = QGuiApplication::styleHints()->colorScheme();
        if (scheme != Qt::ColorScheme::Unknown)
            m_paletteIsDark = scheme == Qt::ColorScheme::Dark;
        Q_EMIT changed();
    };
    connect(QGuiApplication::styleHints(), &QStyleHints::colorSchemeChanged, this, read);
    read();
#endif
}

bool SystemScheme::isDark() const
{
    return m_portalIsDark.value_or(m_paletteIsDark);
}

bool SystemScheme::isHighContrast() const
{
    return m_paletteIsHighContrast || m_portalIsHighContrast;
}

bool SystemScheme::isHighContrastPalette(const QPalette &palette)
{
    const auto extreme = [&palette](QPalette::ColorRole role) {
        const QColor colour = palette.color(QPalette::Active, role);
        return colour == QColor(Qt::black) ? 0 : colour == QColor(Qt::white) ? 1 : -1;
    };
    const int window = extreme(QPalette::Window);
    // An ordinary light palette has a white Base but a grey Window or Button.
    return window >= 0 && extreme(QPalette::Base) == window && extreme(QPalette::Button) == window &&
           extreme(QPalette::WindowText) == 1 - window;
}

void SystemScheme::follow()
{
    // Without an address libdbus would try to launch a bus of its own.
    if (m_follows || qEnvironmentVariableIsEmpty("DBUS_SESSION_BUS_ADDRESS"))
        return;
    m_follows = true;
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return;
    bus.connect(service, path, interface, u"SettingChanged"_s, this,
                SLOT(settingChanged(QString, QString, QDBusVariant)));
    ask(colorScheme);
    ask(contrast);
}

void SystemScheme::ask(const QString &key)
{
    QDBusMessage call = QDBusMessage::createMethodCall(service, path, interface, u"Read"_s);
    call << QString(appearance) << key;
    auto *watcher = new QDBusPendingCallWatcher(QDBusConnection::sessionBus().asyncCall(call), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher, key] {
        watcher->deleteLater();
        const QDBusPendingReply<QDBusVariant> reply = *watcher;
        if (reply.isValid())
            take(key, QVariant::fromValue(reply.value()));
    });
}

void SystemScheme::settingChanged(const QString &group, const QString &key, const QDBusVariant &value)
{
    if (group == appearance)
        take(key, QVariant::fromValue(value));
}

void SystemScheme::take(const QString &key, const QVariant &value)
{
    const uint number = unwrapped(value).toUInt();
    const bool wasDark = isDark();
    const bool wasHighContrast = isHighContrast();
    if (key == colorScheme)
        m_portalIsDark = number == 0 ? std::nullopt : std::optional(number == 1);
    else if (key == contrast)
        m_portalIsHighContrast = number == 1;
    if (isDark() != wasDark || isHighContrast() != wasHighContrast)
        Q_EMIT changed();
}

} // namespace keydesk
