#pragma once

#include <QColor>
#include <QFont>
#include <QObject>
#include <QPalette>

#include <future>

class QApplication;

namespace keydesk {

class Settings;
class SystemScheme;

/// The look's tokens: nothing else in the project names a colour or a size.
namespace theme {

enum class Role {
    Window, ///< the page
    Pane,   ///< side panes, headers
    Hairline,
    Text,
    SecondText,
    Accent,
    OnAccent, ///< text on a filled accent button
    Success,
    SuccessFill, ///< behind Success text in a chip
    Caution,
    CautionFill,
    Danger,
    DangerFill,
    NeutralFill, ///< chips and badges without a meaning
    BadgeFill,   ///< behind a provider's letter
    Selection,   ///< selected row
    Hover,
    JsonName,
    JsonString,
    JsonNumber, ///< also true, false, null
};

/// Works from the palette that a widget has. With a palette that is not ours (the system's high contrast) it
/// gives colours of that palette.
QColor colour(const QPalette &palette, Role role);
/// An environment's colour by its palette name ("red"); grey for an unknown name.
QColor environmentColour(const QPalette &palette, const QString &name);
/// An HTTP method's colour: GET success, POST and PUT and PATCH caution, DELETE danger, others second text.
QColor methodColour(const QPalette &palette, const QString &method);
/// A status code's role: 2xx Success, 3xx Accent, 4xx and 5xx and 0 Danger.
Role statusRole(int status);
Role statusFillRole(int status);

[[nodiscard]] QPalette palette(bool dark);
bool isDark(const QPalette &palette);

QFont secondFont(const QFont &base); ///< 12 px when base is 13
QFont titleFont(const QFont &base);  ///< 15 px semibold
QFont groupFont(const QFont &base);  ///< base size, semibold
QFont fixedFont(const QFont &base);

inline constexpr int controlHeight = 32;
inline constexpr int rowHeight = 30;
inline constexpr int treeRowHeight = 26;
inline constexpr int gap = 8;
inline constexpr int groupGap = 16;
inline constexpr int panePadding = 12;
inline constexpr int dialogPadding = 20;
inline constexpr int radius = 6;
inline constexpr int cardRadius = 10;

} // namespace theme

/// Lets a thread look up which fonts there are: the first text that is measured has to wait for it otherwise.
/// Needs the application.
[[nodiscard]] std::future<void> findFonts();

/// Applies font, style and palette to the application, and follows the Preferences and the system (Linux: the
/// desktop portal's or the platform theme's colour scheme, judged by the system palette). Made once in main.
class ThemeController : public QObject
{
    Q_OBJECT

public:
    ThemeController(QApplication &application, Settings &settings, QObject *parent = nullptr);

    [[nodiscard]] bool isDark() const;

private:
    void apply();

    QApplication &m_application;
    Settings &m_settings;
    QPalette m_systemPalette;
    SystemScheme *m_system;
};

} // namespace keydesk
