#include "app/storage/Settings.h"
#include "ui/theme/Style.h"
#include "ui/theme/SystemScheme.h"
#include "ui/theme/Theme.h"

#include <QApplication>
#include <QFontDatabase>
#include <QScreen>
#include <QTimer>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

/// The system's font where the platform names one; where it only says "some sans" (no desktop), one that
/// reads well in small sizes.
QFont bodyFont(const QFont &system)
{
    QFont font = system;
    static constexpr QLatin1StringView generic[] = {"Sans Serif"_L1, "Sans"_L1, "sans-serif"_L1,
                                                    "Helvetica"_L1, ""_L1};
    const QString family = system.family();
    for (const QLatin1StringView name : generic) {
        if (family.compare(name, Qt::CaseInsensitive) == 0) {
            font.setFamilies({u"Inter"_s, u"Cantarell"_s, u"Noto Sans"_s, u"DejaVu Sans"_s, u"Sans Serif"_s});
            break;
        }
    }
    const QScreen *screen = QGuiApplication::primaryScreen();
    const qreal dotsPerInch = screen ? screen->logicalDotsPerInchY() : 96.0;
    const qreal wanted =
        system.pixelSize() > 0 ? system.pixelSize() : system.pointSizeF() * dotsPerInch / 72.0;
    // A font that the user made larger stays larger; the sizes of everything follow from it.
    font.setPixelSize(qMax(13, qRound(wanted)));
#if QT_VERSION >= QT_VERSION_CHECK(6, 7, 0)
    font.setFeature("tnum", 1);
#endif
    return font;
}

/// For a desktop that asks for more contrast without giving a palette for it.
QPalette plainPalette(bool dark)
{
    const QColor ground = dark ? Qt::black : Qt::white;
    const QColor ink = dark ? Qt::white : Qt::black;
    QPalette palette(ink, ground, ink, ink, ink, ink, ink, ground, ground);
    palette.setColor(QPalette::AlternateBase, ground);
    palette.setColor(QPalette::Highlight, ink);
    palette.setColor(QPalette::HighlightedText, ground);
    palette.setColor(QPalette::Link, ink);
    palette.setColor(QPalette::PlaceholderText, ink);
    palette.setColor(QPalette::ToolTipBase, ground);
    palette.setColor(QPalette::ToolTipText, ink);
    return palette;
}

} // namespace

std::future<void> findFonts()
{
    return std::async(std::launch::async, [] { std::ignore = QFontDatabase::hasFamily(u"Inter"_s); });
}

ThemeController::ThemeController(QApplication &application, Settings &settings, QObject *parent)
    : QObject(parent)
    , m_application(application)
    , m_settings(settings)
    , m_systemPalette(QGuiApplication::palette())
    , m_system(new SystemScheme(m_systemPalette, this))
{
    const QFont body = bodyFont(QGuiApplication::font());
    QFont medium = body;
    medium.setWeight(QFont::Medium);
    QApplication::setFont(body);
    for (const char *control : {"QPushButton", "QToolButton", "QTabBar"})
        QApplication::setFont(medium, control);
    QApplication::setFont(theme::secondFont(body), "QTipLabel");
    apply(); // before the style, so that its own palette is never asked for
    QApplication::setStyle(new Style);
    connect(&m_settings, &Settings::themeChanged, this, &ThemeController::apply);
    connect(m_system, &SystemScheme::changed, this, &ThemeController::apply);
    // The bus is not needed for the first frame.
    QTimer::singleShot(0, m_system, &SystemScheme::follow);
}

bool ThemeController::isDark() const
{
    switch (m_settings.theme()) {
    case Settings::Theme::Light:
        return false;
    case Settings::Theme::Dark:
        return true;
    case Settings::Theme::System:
        break;
    }
    return m_system->isDark();
}

void ThemeController::apply()
{
    QPalette wanted = theme::palette(isDark());
    if (SystemScheme::isHighContrastPalette(m_systemPalette))
        wanted = m_systemPalette;
    else if (m_system->isHighContrast())
        wanted = plainPalette(isDark());
    if (wanted != m_application.palette())
        QApplication::setPalette(wanted);
}

} // namespace keydesk
