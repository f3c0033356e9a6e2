#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {

QStringList filesThatMatch(const QString &folder, const QRegularExpression &pattern)
{
    QStringList found;
    QDirIterator files(QStringLiteral(KEYDESK_SOURCE_DIR) + u'/' + folder, {u"*.h"_s, u"*.cpp"_s}, QDir::Files,
                       QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        if (!file.open(QIODevice::ReadOnly))
            qFatal("cannot read %s", qPrintable(file.fileName()));
        if (pattern.match(QString::fromUtf8(file.readAll())).hasMatch())
            found << QDir(QStringLiteral(KEYDESK_SOURCE_DIR)).relativeFilePath(file.fileName());
    }
    found.sort();
    return found;
}

} // namespace

/// The walls of the architecture, kept by reading the sources: a target that links only Core still compiles #include <QtWidgets/QLabel>.
class TestLayers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void appIncludesNoGuiAndNoWidgets();
    void oneFileKnowsQtKeychain();
    void oneFileOwnsTheNetworkAccessManager();
    void oneFileOwnsTheWebSocket();
    void onlyTheModuleKnowsTheHttpServerLibrary();
    void onlyTheFilterProgramKnowsLibjq();
};

void TestLayers::appIncludesNoGuiAndNoWidgets()
{
    const QRegularExpression gui(
        uR"(#include\s*[<"](Qt(Gui|Widgets|Svg)/|Q(Widget|Dialog|MessageBox|Application|GuiApplication|Icon|Pixmap|Image|Color|Font|Clipboard|Painter|Label|Action|Palette)[>"]))"_s);
    QVERIFY(gui.match(u"#include <QLabel>"_s).hasMatch());
    QCOMPARE(filesThatMatch(u"app"_s, gui), QStringList());
    const QRegularExpression ui(uR"(#include\s*"ui/)"_s);
    QCOMPARE(filesThatMatch(u"app"_s, ui), QStringList());
}

void TestLayers::oneFileKnowsQtKeychain()
{
    const QRegularExpression keychain(uR"(#include\s*[<"]qt6?keychain)"_s);
    QCOMPARE(filesThatMatch(u"app"_s, keychain), QStringList{u"app/keys/KeychainStore.cpp"_s});
    QCOMPARE(filesThatMatch(u"ui"_s, keychain), QStringList());
}

void TestLayers::oneFileOwnsTheNetworkAccessManager()
{
    const QRegularExpression manager(uR"((new |make_unique<)QNetworkAccessManager)"_s);
    QCOMPARE(filesThatMatch(u"app"_s, manager), QStringList{u"app/http/HttpClient.cpp"_s});
    QCOMPARE(filesThatMatch(u"ui"_s, manager), QStringList());
}

void TestLayers::oneFileOwnsTheWebSocket()
{
    const QRegularExpression socket(uR"(#include\s*[<"](QtWebSockets/|QWebSocket))"_s);
    QCOMPARE(filesThatMatch(u"app"_s, socket), QStringList{u"app/http/WebSocket.cpp"_s});
    QCOMPARE(filesThatMatch(u"ui"_s, socket), QStringList());
}

/// It brings OpenSSL into every start otherwise, see ServerModule.
void TestLayers::onlyTheModuleKnowsTheHttpServerLibrary()
{
    const QRegularExpression library(uR"(#include\s*[<"](httplib\.h|app/sandbox/server/))"_s);
    for (const QString &file : filesThatMatch(u"app"_s, library))
        QVERIFY2(file.startsWith(u"app/sandbox/server/"_s), qPrintable(file));
    QVERIFY(!filesThatMatch(u"app/sandbox/server"_s, library).isEmpty());
    QCOMPARE(filesThatMatch(u"ui"_s, library), QStringList());
}

/// And that program knows nothing of Qt, which would only give it more to be attacked in.
void TestLayers::onlyTheFilterProgramKnowsLibjq()
{
    const QRegularExpression library(uR"(#include\s*[<"]j[qv]\.h)"_s);
    QCOMPARE(filesThatMatch(u"app"_s, library), QStringList{u"app/filter/program/Jq.h"_s});
    QCOMPARE(filesThatMatch(u"ui"_s, library), QStringList());
    const QRegularExpression qt(uR"(#include\s*(<Q|"app/(?!filter/(program/|FilterProgress\.h))))"_s);
    QCOMPARE(filesThatMatch(u"app/filter/program"_s, qt), QStringList());
}

QTEST_GUILESS_MAIN(TestLayers)
#include "test_layers.moc"
