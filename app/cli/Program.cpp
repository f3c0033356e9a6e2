#include "app/cli/Program.h"

#include "app/cli/Options.h"
#include "app/cli/allCommands.h"

#include <CLI/CLI.hpp>

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk::cli {

namespace {

struct ProgramText
{
    Q_DECLARE_TR_FUNCTIONS(Program)
};

/// Its first word that begins with dashes, without a value: that may be a token.
QString unknownOption(const CLI::App &app)
{
    for (const std::string &word : app.remaining(true)) {
        const QString text = QString::fromLocal8Bit(QByteArrayView(word));
        if (text.startsWith(u'-') && text.size() > 1)
            return text.section(u'=', 0, 0);
    }
    return {};
}

} // namespace

Program::Program()
    : m_commands(allCommands())
    , m_app(std::make_unique<CLI::App>(
          ProgramText::tr("Calls APIs with the keys that Keydesk keeps, without showing a token.")
              .toStdString(),
          "keydesk-cli"))
{
    m_app->set_version_flag("--version", "keydesk-cli " KEYDESK_VERSION,
                            ProgramText::tr("Tells the version.").toStdString());
    m_app->set_help_flag("-h,--help", ProgramText::tr("Tells what there is.").toStdString());
    m_app->require_subcommand(0, 1);
    m_app->footer(ProgramText::tr("Exit codes: 0 all is well; 1 answered with 4xx or 5xx, or a check failed; "
                                  "2 the command line is wrong; 3 not sent, or no "
                                  "answer; 4 the keychain is locked, absent or refuses; 5 Keydesk's files "
                                  "cannot be used; 128 and a signal's number.")
                      .toStdString());
    addGlobalOptions(*m_app);
    for (const std::unique_ptr<Command> &command : m_commands)
        declare(*command);
}

Program::~Program() = default;

const Command *Program::command(const QStringList &words) const
{
    const auto found = std::ranges::find_if(m_commands, [&words](const auto &command) { return command->words() == words; });
    return found == m_commands.end() ? nullptr : found->get();
}

void Program::addGlobalOptions(CLI::App &app)
{
    addFlag(app, "--json", m_json, ProgramText::tr("Tells everything as JSON."));
    addText(app, "--config", m_folders.config, Value::Folder,
            ProgramText::tr("The folder of the settings, instead of the window's."));
    addText(app, "--data", m_folders.data, Value::Folder,
            ProgramText::tr("The folder of the keys, environments and history, instead of the window's."));
}

void Program::declare(Command &command)
{
    CLI::App *app = m_app.get();
    const QStringList &words = command.words();
    for (qsizetype i = 0; i + 1 < words.size(); ++i) {
        const std::string word = words.at(i).toStdString();
        const auto known = app->get_subcommands([&word](const CLI::App *one) { return one->get_name() == word; });
        app = known.empty() ? app->add_subcommand(word, groupSummary(words.at(i)).toStdString()) : known.front();
        app->require_subcommand(1);
        app->footer("");
    }
    CLI::App *leaf = app->add_subcommand(words.last().toStdString(), command.summary().toStdString());
    leaf->footer("");
    if (command.isHidden())
        leaf->group("");
    // Bound to each, and not taken over by CLI11's fall-through: with that, a word such as "run" would be a command of its own there.
    command.declare(*leaf);
    addGlobalOptions(*leaf);
    leaf->callback([this, &command] { m_chosen = &command; });
}

int Program::usageError(const QString &message)
{
    m_output.setJson(m_json);
    m_output.error({Error::Kind::InvalidInput, message, {}});
    return static_cast<int>(ExitCode::Usage);
}

std::optional<int> Program::parse(const QStringList &arguments)
{
    std::vector<std::string> words;
    for (auto word = arguments.crbegin(); word != arguments.crend(); ++word)
        words.push_back(word->toLocal8Bit().toStdString()); // CLI11 takes them from the end
    try {
        m_app->parse(words);
    } catch (const CLI::CallForHelp &) {
        const CLI::App *meant = m_app.get();
        std::string before;
        for (auto below = meant->get_subcommands(); !below.empty(); below = meant->get_subcommands()) {
            before += (before.empty() ? "" : " ") + meant->get_name();
            meant = below.front();
        }
        m_output.data(meant->help(before));
        return 0;
    } catch (const CLI::CallForVersion &version) {
        m_output.line(QString::fromUtf8(version.what()));
        return 0;
    } catch (const CLI::ExtrasError &) {
        const QString option = unknownOption(*m_app);
        return usageError(
            option.isEmpty()
                ? ProgramText::tr("There is a word too many, or a command that keydesk-cli does not have. "
                                  "--help tells what there is.")
                : ProgramText::tr("There is no option %1 here. --help tells which there are.").arg(option));
    } catch (const CLI::ParseError &error) {
        return usageError(
            ProgramText::tr("%1. --help tells how it is used.").arg(QString::fromLocal8Bit(error.what())));
    }
    if (m_chosen)
        return {};
    return usageError(ProgramText::tr("Nothing was asked for. keydesk-cli --help tells what there is."));
}

int Program::run(int argc, char **argv)
{
    QStringList arguments;
    for (int i = 1; i < argc; ++i)
        arguments << QString::fromLocal8Bit(argv[i]);
    // What stands behind it is not CLI11's to read: it takes "[a,b]" for two values.
    QByteArrayList tail;
    const qsizetype mark = arguments.indexOf("--"_L1);
    if (mark >= 0) {
        for (qsizetype i = mark + 2; i < argc; ++i) // the first is the program
            tail << argv[i];
        arguments.resize(mark);
    }
    m_json = arguments.contains("--json"_L1); // also for what is said before it was read
    if (const std::optional<int> status = parse(arguments))
        return *status;
    m_output.setJson(m_json);
    if (!tail.isEmpty() && !m_chosen->takesTail())
        return usageError(ProgramText::tr("This command takes nothing behind --."));
    return runCommand(*m_chosen, tail, argc, argv);
}

int Program::runCommand(Command &command, const QByteArrayList &tail, int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    SignalWatch watch;
    Session session(m_output, watch, m_folders);
    QObject::connect(&watch, &SignalWatch::caught, &command, &Command::interrupt);
    // Queued: the work that ended is not torn down from within itself.
    QObject::connect(&command, &Command::ended, &application, &QCoreApplication::exit, Qt::QueuedConnection);
    command.run(session, tail);
    if (!command.status())
        QCoreApplication::exec();
    watch.letGo(); // what is still to be closed may take its time
    const int status = command.status().value_or(static_cast<int>(ExitCode::Interrupted));
    // What a command made belongs to it, and may need the session until then.
    m_chosen = nullptr;
    m_commands.clear();
    return status;
}

} // namespace keydesk::cli
