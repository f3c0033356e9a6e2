#include "tests/support/CoreFixture.h"
#include "tests/support/Widgets.h"
#include "ui/console/ConsolePage.h"
#include "ui/environments/EnvironmentEditor.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Chip.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::find;

/// What is on screen follows another theme at once, not when it is next filled.
class TestThemeSwitch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QApplication::setPalette(theme::palette(false)); }
    void cleanup() { QApplication::setPalette(theme::palette(false)); }

    void colourTheMethod();
    void colourBadgesAndDots();
    void colourWhatIsWrongInAField();
};

void TestThemeSwitch::colourTheMethod()
{
    test::CoreFixture core;
    ConsolePage page(*core);
    RequestSpec request;
    request.method = u"DELETE"_s;
    page.open(request);
    page.show();
    const auto *method = find<QLineEdit>(&page, u"Method"_s);
    QVERIFY(method);
    const auto ink = [method] { return method->palette().color(QPalette::Text); };
    QCOMPARE(ink(), theme::methodColour(theme::palette(false), request.method));
    QApplication::setPalette(theme::palette(true));
    QTRY_COMPARE(ink(), theme::methodColour(theme::palette(true), request.method));
}

void TestThemeSwitch::colourBadgesAndDots()
{
    const QIcon badge = badgeIcon(u"T"_s);
    const QIcon dot = dotIcon(u"red"_s);
    const auto middle = [](const QIcon &icon) { return icon.pixmap(16).toImage().pixelColor(8, 8); };
    const auto edge = [](const QIcon &icon) { return icon.pixmap(16).toImage().pixelColor(8, 1); };
    for (const bool dark : {false, true}) {
        const QPalette palette = theme::palette(dark);
        QApplication::setPalette(palette);
        QCOMPARE(edge(badge), theme::colour(palette, theme::Role::BadgeFill));
        QCOMPARE(middle(dot), theme::environmentColour(palette, u"red"_s));
    }
}

void TestThemeSwitch::colourWhatIsWrongInAField()
{
    test::CoreFixture core;
    EnvironmentEditor editor(*core->keys, core->providers);
    editor.showEnvironment(core->environments->all().constFirst());
    editor.show();
    auto *url = find<QLineEdit>(&editor, u"Base URL"_s);
    url->selectAll();
    QTest::keyClicks(url, u"ftp://x"_s);
    QLabel *problem = nullptr;
    for (QLabel *label : url->parentWidget()->findChildren<QLabel *>()) {
        if (label->isVisible() && !label->text().isEmpty())
            problem = label;
    }
    QVERIFY(problem);
    for (const bool dark : {false, true}) {
        QApplication::setPalette(theme::palette(dark));
        QTRY_COMPARE(problem->palette().color(QPalette::WindowText),
                     theme::colour(theme::palette(dark), theme::Role::Danger));
    }
}

QTEST_MAIN(TestThemeSwitch)
#include "test_theme_switch.moc"
