#include "app/cli/ShellWords.h"

#include <QProcess>
#include <QRandomGenerator>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk::cli;
using Quote = BashLine::Quote;

/// Lines of bash that are being typed, and names that are put into them. Bash itself is asked what it reads.
class TestShellWords : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesLinesApart_data();
    void takesLinesApart();
    void bashReadsBackWhatIsQuoted();
};

void TestShellWords::takesLinesApart_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QString>("typed");
    QTest::addColumn<int>("open");
    const auto row = [](const char *line, const QStringList &words, const QString &typed, Quote open = Quote::None) {
        QTest::newRow(line) << QString::fromUtf8(line) << words << typed << static_cast<int>(open);
    };
    row("", {u""_s}, u""_s);
    row("a  b", {u"a"_s, u"b"_s}, u"b"_s);
    row("a ", {u"a"_s, u""_s}, u""_s);
    row("a \\", {u"a"_s, u""_s}, u"\\"_s);
    row("a 'b c", {u"a"_s, u"b c"_s}, u"'b c"_s, Quote::Single);
    row("a \"b \\\"c\\d", {u"a"_s, u"b \"c\\d"_s}, u"\"b \\\"c\\d"_s, Quote::Double);
    row("a x'b'\"c\"d\\ e", {u"a"_s, u"xbcd e"_s}, u"x'b'\"c\"d\\ e"_s);
    row("a $'b\\'c\\303\\274", {u"a"_s, u"b'cü"_s}, u"$'b\\'c\\303\\274"_s, Quote::Ansi);
    row("a '' $(b", {u"a"_s, u""_s, u"$(b"_s}, u"$(b"_s);
}

void TestShellWords::takesLinesApart()
{
    QFETCH(const QString, line);
    const BashLine read = readBashLine(line);
    QTEST(read.words, "words");
    QTEST(read.typed, "typed");
    QTEST(static_cast<int>(read.open), "open");
}

void TestShellWords::bashReadsBackWhatIsQuoted()
{
    const QString signs = u"abc$`\"'\\!;&|<>(){}[]*?~#%^= \t\n\r\u001b\u202e\u200büß漢\U0001f600/:,@+-.0"_s;
    QRandomGenerator random(5);
    QStringList names{u"$(touch PWNED)"_s, u"~"_s, u"#x"_s, u"'"_s, u"\n"_s, u"-e"_s};
    const QList<uint> points = signs.toUcs4();
    for (int i = 0; i < 300; ++i) {
        QString name;
        for (int size = random.bounded(1, 12); size > 0; --size) {
            const char32_t point = points.at(random.bounded(points.size()));
            name += QString::fromUcs4(&point, 1);
        }
        names << name;
    }
    QByteArray script;
    QByteArray expected;
    const QList<std::tuple<Quote, QString, QString>> quotes{
        {Quote::None, u""_s, u""_s}, {Quote::Single, u"'"_s, u"'"_s}, {Quote::Double, u"\""_s, u"\""_s}, {Quote::Ansi, u"$'"_s, u"'"_s}};
    for (const QString &name : names) {
        for (const auto &[quote, begin, end] : quotes) {
            const QString word = begin + bashQuoted(name, quote) + end;
            QVERIFY2(!word.contains(u'\n') && !word.contains(QChar(0x1b)), qPrintable(word));
            QCOMPARE(readBashLine(word).words, QStringList{name});
            script += "printf '%s\\0' " + word.toUtf8() + '\n';
            expected += name.toUtf8() + '\0';
        }
    }
    QProcess bash;
    bash.start(u"bash"_s, {u"--norc"_s, u"-s"_s});
    bash.write(script);
    bash.closeWriteChannel();
    QVERIFY(bash.waitForFinished());
    QCOMPARE(bash.readAllStandardError(), QByteArray());
    QVERIFY(bash.readAllStandardOutput() == expected);
}

QTEST_GUILESS_MAIN(TestShellWords)
#include "test_shell_words.moc"
