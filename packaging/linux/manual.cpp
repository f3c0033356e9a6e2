// manual TEMPLATE FILE: puts the commands and options of keydesk-cli into its manual, a page in man(7).
#include "app/cli/Options.h"
#include "app/cli/Program.h"

#include <CLI/CLI.hpp>

#include <QFile>
#include <QSaveFile>

#include <cstdio>

using namespace Qt::StringLiterals;
using namespace keydesk::cli;

namespace {

QString plain(const std::string &text)
{
    QString escaped = QString::fromStdString(text);
    escaped.replace(u'\\', "\\e"_L1).replace(u'-', "\\-"_L1).replace(u'~', "\\(ti"_L1).replace(u'^', "\\(ha"_L1).replace(u'`', "\\(ga"_L1);
    return escaped;
}

QString line(const std::string &text)
{
    const QString escaped = plain(text);
    return escaped.startsWith(u'.') || escaped.startsWith(u'\'') ? "\\&"_L1 + escaped : escaped;
}

QString bold(const std::string &text)
{
    return "\\fB"_L1 + plain(text) + "\\fR"_L1;
}

/// What stands for a value: "ENVIRONMENT", or the words that there are.
QString value(const CLI::Option &option)
{
    const std::string type = option.get_type_name();
    return "\\fI"_L1 + plain(type.substr(0, type.find(':'))).replace(u'|', "|\\:"_L1) + "\\fR"_L1; // a line may be broken there
}

QString entry(const CLI::Option &option)
{
    QStringList names;
    for (const std::string &name : option.get_snames())
        names << bold('-' + name);
    for (const std::string &name : option.get_lnames())
        names << bold("--" + name);
    if (option.get_positional())
        names << value(option) + (option.get_items_expected_max() > 1 ? "..."_L1 : ""_L1);
    else if (takesValue(option))
        names.last() += u' ' + value(option);
    return ".TP\n"_L1 + names.join(", "_L1) + u'\n' + line(option.get_description()) + u'\n';
}

bool isGlobal(const CLI::App &root, const CLI::Option &option)
{
    const std::vector<std::string> &names = option.get_lnames();
    return !names.empty() && root.get_option_no_throw("--" + names.front());
}

QString optionsOf(const CLI::App &root)
{
    QString text;
    for (const CLI::Option *option : root.get_options())
        text += entry(*option);
    return text;
}

QString commandOf(const Program &program, const CLI::App &app, const QStringList &words)
{
    QString usage = ".SS "_L1 + plain(words.join(u' ').toStdString());
    QString entries;
    bool takesWords = false;
    for (const CLI::Option *option : app.get_options()) {
        if (option->get_positional()) {
            takesWords = true;
            usage += " ["_L1 + plain(option->get_type_name().substr(0, option->get_type_name().find(':'))) + u']';
            if (option->get_items_expected_max() > 1)
                usage += "..."_L1;
        }
        if (!isGlobal(program.app(), *option))
            entries += entry(*option);
    }
    const Command *command = program.command(words);
    if (command && command->takesTail() && !takesWords)
        usage += " \\-\\- COMMAND [ARGUMENT]..."_L1;
    return usage + u'\n' + line(app.get_description()) + u'\n' + entries;
}

/// Those without commands of their own below them.
QString commandsOf(const Program &program, const CLI::App &app, const QStringList &words)
{
    QString text;
    const auto shown = app.get_subcommands([](const CLI::App *below) { return !below->get_group().empty(); });
    if (shown.empty() && !words.isEmpty())
        return commandOf(program, app, words);
    for (const CLI::App *below : shown)
        text += commandsOf(program, *below, words + QStringList{QString::fromStdString(below->get_name())});
    return text;
}

} // namespace

int main(int argc, char **argv)
{
    QFile from(argc == 3 ? QString::fromLocal8Bit(argv[1]) : QString());
    QSaveFile to(argc == 3 ? QString::fromLocal8Bit(argv[2]) : QString());
    if (!from.open(QIODevice::ReadOnly) || !to.open(QIODevice::WriteOnly)) {
        std::fputs("manual TEMPLATE FILE: one of them cannot be opened.\n", stderr);
        return 1;
    }
    const Program program;
    QString page = QString::fromUtf8(from.readAll());
    page.replace("@VERSION@"_L1, QLatin1StringView(KEYDESK_VERSION))
        .replace("@OPTIONS@\n"_L1, optionsOf(program.app()))
        .replace("@COMMANDS@\n"_L1, commandsOf(program, program.app(), {}));
    to.write(page.toUtf8());
    return to.commit() ? 0 : 1;
}
