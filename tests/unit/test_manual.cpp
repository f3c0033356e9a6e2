#include "app/cli/Program.h"

#include <CLI/CLI.hpp>

#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QSet>
#include <QStandardPaths>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk::cli;

/// The manual page of keydesk-cli, as it is installed.
class TestManual : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void hasNoErrors();
    void tellsOfEveryCommandAndOption();
    void tellsOfNothingElse();
    void hasItsSections();

private:
    void collect(const CLI::App &app, const QString &words);

    Program m_program;
    QString m_text; // as it is read
    QStringList m_commands;
    QSet<QString> m_options;
};

void TestManual::initTestCase()
{
    collect(m_program.app(), {});
    const QString man = QStandardPaths::findExecutable(u"groff"_s);
    QVERIFY2(!man.isEmpty(), "groff is missing; packaging/dependencies names its package");
    QProcess groff;
    groff.start(man, {u"-ww"_s, u"-man"_s, u"-Tutf8"_s, u"-rLL=200n"_s, u"-P-c"_s, u"-P-bou"_s, QStringLiteral(KEYDESK_MANUAL)});
    QVERIFY(groff.waitForFinished());
    m_text = QString::fromUtf8(groff.readAllStandardOutput());
    QCOMPARE(groff.readAllStandardError(), QByteArray());
}

void TestManual::collect(const CLI::App &app, const QString &words)
{
    for (const CLI::Option *option : app.get_options()) {
        for (const std::string &name : option->get_lnames())
            m_options.insert(u"--"_s + QString::fromStdString(name));
    }
    const auto below = app.get_subcommands([](const CLI::App *each) { return !each->get_group().empty(); });
    if (below.empty())
        m_commands << words.trimmed();
    for (const CLI::App *each : below)
        collect(*each, words + u' ' + QString::fromStdString(each->get_name()));
}

/// At the width of a terminal, too.
void TestManual::hasNoErrors()
{
    QProcess groff;
    groff.start(u"groff"_s, {u"-ww"_s, u"-man"_s, u"-Tutf8"_s, u"-z"_s, QStringLiteral(KEYDESK_MANUAL)});
    QVERIFY(groff.waitForFinished());
    QCOMPARE(groff.readAllStandardError(), QByteArray());
    QCOMPARE(groff.exitCode(), 0);
}

void TestManual::tellsOfEveryCommandAndOption()
{
    QVERIFY(m_commands.size() > 8);
    for (const QString &command : std::as_const(m_commands))
        QVERIFY2(m_text.contains(QRegularExpression(u"^   %1( \\[| --|$)"_s.arg(command), QRegularExpression::MultilineOption)), qPrintable(command));
    for (const QString &option : std::as_const(m_options))
        QVERIFY2(m_text.contains(QRegularExpression(u"^       .*%1\\b"_s.arg(option), QRegularExpression::MultilineOption)), qPrintable(option));
    QVERIFY(m_text.contains("revoke-after"_L1)); // a choice
}

/// What is said by hand names nothing that is gone.
void TestManual::tellsOfNothingElse()
{
    static const QRegularExpression option(u"--[a-z][a-z-]*"_s);
    for (auto each = option.globalMatch(m_text); each.hasNext();) {
        const QString name = each.next().captured();
        QVERIFY2(m_options.contains(name), qPrintable(name));
    }
    static const QRegularExpression example(u"keydesk-cli ([a-z]+(?: [a-z]+)?)"_s);
    for (auto each = example.globalMatch(m_text); each.hasNext();) {
        const QString words = each.next().captured(1);
        const bool isKnown = m_commands.contains(words) || m_commands.contains(words.section(u' ', 0, 0));
        QVERIFY2(isKnown, qPrintable(words));
    }
    QVERIFY(!m_text.contains(QRegularExpression(u"^   complete( |$)"_s, QRegularExpression::MultilineOption)));
}

void TestManual::hasItsSections()
{
    for (const QString &section : {u"NAME"_s, u"SYNOPSIS"_s, u"DESCRIPTION"_s, u"OPTIONS"_s, u"COMMANDS"_s, u"EXIT STATUS"_s, u"FILES"_s,
                                   u"ENVIRONMENT"_s, u"EXAMPLES"_s, u"SECURITY"_s})
        QVERIFY2(m_text.contains(u'\n' + section + u'\n'), qPrintable(section));
    for (const ExitCode code : {ExitCode::Ok, ExitCode::Refused, ExitCode::Usage, ExitCode::NotSent, ExitCode::NoSecret, ExitCode::Storage})
        QVERIFY(m_text.contains(QRegularExpression(u"^       %1 "_s.arg(static_cast<int>(code)), QRegularExpression::MultilineOption)));
    QVERIFY(!m_text.contains(u'@' + u"COMMANDS"_s));
}

QTEST_GUILESS_MAIN(TestManual)
#include "test_manual.moc"
