#include "app/storage/Settings.h"
#include "tests/support/TempHome.h"
#include "ui/theme/SystemScheme.h"
#include "ui/theme/Theme.h"

#include <QApplication>
#include <QSignalSpy>
#include <QStyle>
#include <QTest>

#include <cmath>

using namespace keydesk;
using namespace Qt::StringLiterals;
using theme::Role;

namespace {

/// Relative luminance and contrast as WCAG 2.1 defines them.
double luminance(const QColor &colour)
{
    const auto channel = [](double value) {
        return value <= 0.03928 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * channel(colour.redF()) + 0.7152 * channel(colour.greenF()) +
           0.0722 * channel(colour.blueF());
}

double contrast(const QColor &a, const QColor &b)
{
    const double one = luminance(a);
    const double other = luminance(b);
    return (qMax(one, other) + 0.05) / (qMin(one, other) + 0.05);
}

QPalette highContrast()
{
    QPalette palette(Qt::white, Qt::black, Qt::white, Qt::white, Qt::white, Qt::white, Qt::white, Qt::black,
                     Qt::black);
    palette.setColor(QPalette::Highlight, Qt::yellow);
    palette.setColor(QPalette::HighlightedText, Qt::black);
    return palette;
}

} // namespace

class TestTheme : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void textCanBeRead_data();
    void textCanBeRead();
    void environmentColoursCanBeTold_data();
    void environmentColoursCanBeTold();
    void aPaletteThatIsNotOursWins();
    void highContrastIsRecognised();
    void statusesAndMethodsHaveTheirColours();
    void fontsFollowTheBase();
    void theChoiceApplies();
    void aLargerSystemFontIsKept();

private:
    test::TempHome m_home;
};

void TestTheme::textCanBeRead_data()
{
    QTest::addColumn<bool>("dark");
    QTest::newRow("light") << false;
    QTest::newRow("dark") << true;
}

void TestTheme::textCanBeRead()
{
    QFETCH(bool, dark);
    const QPalette palette = theme::palette(dark);
    const auto check = [&palette](Role ink, Role fill) {
        const double ratio = contrast(theme::colour(palette, ink), theme::colour(palette, fill));
        QVERIFY2(ratio >= 4.5,
                 qPrintable(u"role %1 on role %2: %3"_s.arg(int(ink)).arg(int(fill)).arg(ratio)));
    };
    for (const Role ink : {Role::Text, Role::SecondText}) {
        for (const Role fill : {Role::Window, Role::Pane, Role::Selection, Role::Hover, Role::NeutralFill})
            check(ink, fill);
    }
    for (const Role ink : {Role::Accent, Role::Success, Role::Caution, Role::Danger, Role::JsonName,
                           Role::JsonString, Role::JsonNumber}) {
        for (const Role fill : {Role::Window, Role::Pane})
            check(ink, fill);
    }
    check(Role::OnAccent, Role::Accent);
    check(Role::Accent, Role::BadgeFill);
    check(Role::Success, Role::SuccessFill);
    check(Role::Caution, Role::CautionFill);
    check(Role::Text, Role::CautionFill);
    check(Role::Text, Role::DangerFill);
    check(Role::Text, Role::SuccessFill);
    check(Role::Danger, Role::DangerFill);
    for (const QString &method : {u"GET"_s, u"POST"_s, u"DELETE"_s, u"HEAD"_s})
        QVERIFY(contrast(theme::methodColour(palette, method), theme::colour(palette, Role::Pane)) >= 4.5);
    // What Qt's own widgets use.
    QVERIFY(contrast(palette.color(QPalette::HighlightedText), palette.color(QPalette::Highlight)) >= 4.5);
    QVERIFY(contrast(palette.color(QPalette::PlaceholderText), palette.color(QPalette::Base)) >= 4.5);
    QVERIFY(contrast(palette.color(QPalette::ToolTipText), palette.color(QPalette::ToolTipBase)) >= 4.5);
}

void TestTheme::environmentColoursCanBeTold_data()
{
    textCanBeRead_data();
}

void TestTheme::environmentColoursCanBeTold()
{
    QFETCH(bool, dark);
    const QPalette palette = theme::palette(dark);
    QList<QRgb> seen;
    for (const QString &name :
         {u"red"_s, u"orange"_s, u"amber"_s, u"green"_s, u"teal"_s, u"blue"_s, u"violet"_s, u"grey"_s}) {
        const QColor colour = theme::environmentColour(palette, name);
        QVERIFY(!seen.contains(colour.rgb()));
        seen << colour.rgb();
        // Graphics need 3:1.
        QVERIFY2(contrast(colour, theme::colour(palette, Role::Pane)) >= 3.0, qPrintable(name));
    }
    QCOMPARE(theme::environmentColour(palette, u"no such colour"_s),
             theme::environmentColour(palette, u"grey"_s));
}

void TestTheme::aPaletteThatIsNotOursWins()
{
    const QPalette palette = highContrast();
    const QList<QColor> its{Qt::black, Qt::white, Qt::yellow};
    for (int role = 0; role <= int(Role::JsonNumber); ++role)
        QVERIFY2(its.contains(theme::colour(palette, Role(role))), qPrintable(QString::number(role)));
    QCOMPARE(theme::colour(palette, Role::Selection), QColor(Qt::yellow));
    QCOMPARE(theme::colour(palette, Role::OnAccent), QColor(Qt::black));
    // A widget that changes one colour of ours for itself still has our palette.
    QPalette changed = theme::palette(false);
    changed.setColor(QPalette::WindowText, Qt::red);
    changed.setColor(QPalette::Window, Qt::green);
    QCOMPARE(theme::colour(changed, Role::Accent), theme::colour(theme::palette(false), Role::Accent));
}

void TestTheme::highContrastIsRecognised()
{
    QVERIFY(SystemScheme::isHighContrastPalette(highContrast()));
    QVERIFY(!SystemScheme::isHighContrastPalette(theme::palette(false)));
    QVERIFY(!SystemScheme::isHighContrastPalette(theme::palette(true)));
    QVERIFY(!SystemScheme::isHighContrastPalette(QPalette(QColor(0xef, 0xef, 0xef))));
}

void TestTheme::statusesAndMethodsHaveTheirColours()
{
    QCOMPARE(theme::statusRole(204), Role::Success);
    QCOMPARE(theme::statusRole(302), Role::Accent);
    QCOMPARE(theme::statusRole(401), Role::Danger);
    QCOMPARE(theme::statusRole(503), Role::Danger);
    QCOMPARE(theme::statusRole(0), Role::Danger);
    QCOMPARE(theme::statusFillRole(200), Role::SuccessFill);
    QCOMPARE(theme::statusFillRole(0), Role::DangerFill);
    const QPalette palette = theme::palette(false);
    QCOMPARE(theme::methodColour(palette, u"PATCH"_s), theme::colour(palette, Role::Caution));
    QCOMPARE(theme::methodColour(palette, u"PURGE"_s), theme::colour(palette, Role::SecondText));
}

void TestTheme::fontsFollowTheBase()
{
    QFont base;
    base.setPixelSize(13);
    QCOMPARE(theme::secondFont(base).pixelSize(), 12);
    QCOMPARE(theme::titleFont(base).pixelSize(), 15);
    QCOMPARE(theme::titleFont(base).weight(), int(QFont::DemiBold));
    QCOMPARE(theme::fixedFont(base).pixelSize(), 13);
    QVERIFY(QFontInfo(theme::fixedFont(base)).fixedPitch());
    base.setPixelSize(26);
    QCOMPARE(theme::secondFont(base).pixelSize(), 24);
    QCOMPARE(theme::titleFont(base).pixelSize(), 30);
}

void TestTheme::theChoiceApplies()
{
    Settings settings(m_home.path(u"choice.ini"_s));
    settings.setTheme(Settings::Theme::Dark);
    ThemeController controller(*qApp, settings);
    QVERIFY(controller.isDark());
    QVERIFY(theme::isDark(QApplication::palette()));
    QCOMPARE(QApplication::palette().color(QPalette::Window), QColor(0x1e, 0x20, 0x24));

    QSignalSpy changed(&settings, &Settings::themeChanged);
    settings.setTheme(Settings::Theme::Light);
    QCOMPARE(changed.count(), 1);
    QVERIFY(!controller.isDark());
    QCOMPARE(QApplication::palette().color(QPalette::Window), QColor(Qt::white));
    QCOMPARE(QApplication::palette().color(QPalette::AlternateBase), QColor(0xf6, 0xf7, 0xf9));
    QCOMPARE(QApplication::font().pixelSize(), 13);
}

void TestTheme::aLargerSystemFontIsKept()
{
    const QFont before = QApplication::font();
    QFont large = before;
    large.setPixelSize(26);
    QApplication::setFont(large);
    Settings settings(m_home.path(u"font.ini"_s));
    const ThemeController controller(*qApp, settings);
    QCOMPARE(QApplication::font().pixelSize(), 26);
    QApplication::setFont(before);
}

QTEST_MAIN(TestTheme)
#include "test_theme.moc"
