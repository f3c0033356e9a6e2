#include "ui/theme/Icon.h"
#include "ui/theme/Style.h"

#include <QApplication>
#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

using namespace keydesk;
using namespace Qt::StringLiterals;

namespace {

/// The ink of the pixels that are fully covered.
QSet<QRgb> inks(const QIcon &icon, QIcon::Mode mode = QIcon::Normal)
{
    const QImage image =
        icon.pixmap(QSize(64, 64), 1.0, mode).toImage().convertToFormat(QImage::Format_ARGB32);
    QSet<QRgb> found;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            if (qAlpha(image.pixel(x, y)) == 255)
                found << image.pixel(x, y);
        }
    }
    return found;
}

} // namespace

class TestIcon : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QApplication::setPalette(theme::palette(false)); }
    void everyNameIsDrawn_data();
    void everyNameIsDrawn();
    void everyNameInTheSourcesHasAFile();
    void followsThePalette();
    void takesTheRolesColour();
    void messageBoxesHaveTheirs();
    void disabledIsFainter();
    void isSharpAtEveryScale();
};

void TestIcon::everyNameIsDrawn_data()
{
    QTest::addColumn<QString>("name");
    // As Icon.h lists them.
    const QString names = u"key environments console search plus check warning refused lock unlock "
                          u"no-keychain copy eye eye-off refresh "
                          "trash pencil duplicate external-link chevron-right chevron-down dots send stop "
                          "clock clipboard shield info "
                          "close arrow-left arrow-right settings history download folder link keydesk"_s;
    for (const QString &name : names.split(u' '))
        QTest::newRow(qPrintable(name)) << name;
}

void TestIcon::everyNameIsDrawn()
{
    QFETCH(QString, name);
    QFile file(u":/icons/"_s + name + u".svg"_s);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray svg = file.readAll();
    if (name != "keydesk"_L1)
        QVERIFY(svg.contains("currentColor") && svg.contains("viewBox=\"0 0 24 24\"") && !svg.contains('#'));
    const QSet<QRgb> found = inks(icon(name));
    QVERIFY(!found.isEmpty());
    if (name != "keydesk"_L1)
        QCOMPARE(found, QSet<QRgb>{theme::colour(QApplication::palette(), theme::Role::Text).rgb()});
}

void TestIcon::everyNameInTheSourcesHasAFile()
{
    const QRegularExpression use(uR"x(\bicon\(u"([a-z-]+)"_s)x"_s);
    QDirIterator files(QStringLiteral(KEYDESK_SOURCE_DIR "/ui"), {u"*.cpp"_s}, QDir::Files,
                       QDirIterator::Subdirectories);
    int uses = 0;
    while (files.hasNext()) {
        QFile source(files.next());
        QVERIFY(source.open(QIODevice::ReadOnly));
        const QString text = QString::fromUtf8(source.readAll());
        for (auto found = use.globalMatch(text); found.hasNext(); ++uses) {
            const QString name = found.next().captured(1);
            QVERIFY2(QFile::exists(u":/icons/"_s + name + u".svg"_s),
                     qPrintable(name + u" in "_s + source.fileName()));
        }
    }
    QVERIFY(uses > 5);
}

void TestIcon::followsThePalette()
{
    const QIcon key = icon(u"key"_s);
    const QSet<QRgb> light = inks(key);
    QApplication::setPalette(theme::palette(true));
    const QSet<QRgb> dark = inks(key);
    QCOMPARE(dark, QSet<QRgb>{theme::colour(theme::palette(true), theme::Role::Text).rgb()});
    QVERIFY(light != dark);
}

void TestIcon::takesTheRolesColour()
{
    QCOMPARE(inks(icon(u"plus"_s, theme::Role::OnAccent)), QSet<QRgb>{QColor(Qt::white).rgb()});
    QCOMPARE(inks(icon(u"warning"_s, theme::Role::Danger)), QSet<QRgb>{QColor(0xc6, 0x28, 0x28).rgb()});
}

/// Qt's are bitmaps that are coarse at 2.0.
void TestIcon::messageBoxesHaveTheirs()
{
    const Style style;
    QCOMPARE(inks(style.standardIcon(QStyle::SP_MessageBoxWarning)), inks(icon(u"warning"_s, theme::Role::Caution)));
    QCOMPARE(inks(style.standardIcon(QStyle::SP_MessageBoxCritical)), inks(icon(u"refused"_s, theme::Role::Danger)));
    QCOMPARE(inks(style.standardIcon(QStyle::SP_MessageBoxQuestion)), inks(icon(u"info"_s, theme::Role::Accent)));
    QCOMPARE(inks(style.standardIcon(QStyle::SP_MessageBoxInformation)), inks(icon(u"info"_s, theme::Role::Accent)));
}

void TestIcon::disabledIsFainter()
{
    const auto luminance = [](const QSet<QRgb> &ink) { return QColor(*ink.cbegin()).lightness(); };
    QVERIFY(luminance(inks(icon(u"plus"_s), QIcon::Disabled)) > luminance(inks(icon(u"plus"_s))) + 60);
}

void TestIcon::isSharpAtEveryScale()
{
    for (const qreal scale : {1.0, 1.5, 2.0}) {
        const QPixmap drawn = icon(u"key"_s).pixmap(QSize(16, 16), scale, QIcon::Normal);
        QCOMPARE(drawn.size(), QSize(qRound(16 * scale), qRound(16 * scale)));
        QCOMPARE(drawn.devicePixelRatio(), scale);
    }
}

QTEST_MAIN(TestIcon)
#include "test_icon.moc"
