#include "app/cli/Completion.h"

#include "app/cli/Program.h"

#include <CLI/CLI.hpp>

using namespace Qt::StringLiterals;

namespace keydesk::cli {

namespace {

/// Follows the words through the tree.
class Walk
{
public:
    explicit Walk(const Program &program)
        : m_program(program)
        , m_app(&program.app())
    {
    }

    void take(const QString &word);
    Completion complete(const QString &word);

private:
    void takeOption(const QString &word);
    void takePlain(const QString &word);
    [[nodiscard]] const CLI::Option *option(const QString &name) const;
    [[nodiscard]] const CLI::Option *positional() const;
    void tellOptions();
    void tellPlain();
    void tellValues(const CLI::Option &option, const QString &before);

    const Program &m_program;
    const CLI::App *m_app;
    QStringList m_path;                     // of the command
    const CLI::Option *m_waiting = nullptr; // for its value
    int m_plain = 0;                        // words of the command itself
    bool m_isTail = false;                  // behind "--"
    Completion m_found;
};

QString asText(const std::string &text)
{
    return QString::fromStdString(text);
}

void Walk::take(const QString &word)
{
    if (m_waiting) {
        const CLI::Option *waiting = std::exchange(m_waiting, nullptr);
        if (waiting->check_lname("config"))
            m_found.config = word;
        else if (waiting->check_lname("data"))
            m_found.data = word;
    } else if (m_isTail) {
        ++m_plain;
    } else if (word == "--"_L1) {
        m_isTail = true;
    } else if (word.startsWith(u'-') && word.size() > 1) {
        takeOption(word);
    } else {
        takePlain(word);
    }
}

void Walk::takeOption(const QString &word)
{
    if (word.startsWith("--"_L1)) {
        const CLI::Option *found = option(word.section(u'=', 0, 0));
        m_waiting = found && takesValue(*found) ? found : nullptr;
        if (m_waiting && word.contains(u'='))
            take(word.section(u'=', 1));
        return;
    }
    // "-if", "-eProduction"
    for (qsizetype at = 1; at < word.size() && !m_waiting; ++at) {
        const CLI::Option *found = option(u'-' + word.mid(at, 1));
        m_waiting = found && takesValue(*found) ? found : nullptr;
        if (m_waiting && at + 1 < word.size())
            return take(word.sliced(at + 1));
    }
}

void Walk::takePlain(const QString &word)
{
    for (const CLI::App *command : m_app->get_subcommands([](const CLI::App *) { return true; })) {
        if (asText(command->get_name()) == word) {
            m_app = command;
            m_path.append(word);
            return;
        }
    }
    ++m_plain;
}

const CLI::Option *Walk::option(const QString &name) const
{
    return m_app->get_option_no_throw(name.toStdString());
}

/// The one that the next word is a value of.
const CLI::Option *Walk::positional() const
{
    const CLI::Option *last = nullptr;
    int before = 0;
    for (const CLI::Option *each : m_app->get_options([](const CLI::Option *option) { return option->get_positional(); })) {
        last = each;
        if (before++ == m_plain)
            return each;
    }
    return last && last->get_items_expected_max() > 1 ? last : nullptr;
}

Completion Walk::complete(const QString &word)
{
    if (m_waiting)
        tellValues(*m_waiting, {});
    else if (m_isTail)
        tellPlain();
    else if (word.startsWith("--"_L1) && word.contains(u'='))
        if (const CLI::Option *found = option(word.section(u'=', 0, 0)); found && takesValue(*found))
            tellValues(*found, word.section(u'=', 0, 0) + u'=');
        else
            return m_found;
    else if (word.startsWith(u'-'))
        tellOptions();
    else
        tellPlain();
    return m_found;
}

void Walk::tellOptions()
{
    for (const CLI::Option *each : m_app->get_options([](const CLI::Option *option) { return option->nonpositional(); })) {
        const QString description = asText(each->get_description());
        for (const std::string &name : each->get_lnames())
            m_found.words.append({u"--"_s + asText(name), description});
        for (const std::string &name : each->get_snames())
            m_found.words.append({u'-' + asText(name), description});
    }
}

void Walk::tellPlain()
{
    const CLI::Option *value = positional();
    if (m_isTail && !value) {
        const Command *command = m_program.command(m_path);
        m_found.rest = command && command->takesTail() ? Completion::Rest::Command : Completion::Rest::None;
        return;
    }
    if (!m_isTail) {
        for (const CLI::App *each : m_app->get_subcommands([](const CLI::App *app) { return !app->get_group().empty(); }))
            m_found.words.append({asText(each->get_name()), asText(each->get_description())});
    }
    if (value)
        tellValues(*value, {});
}

void Walk::tellValues(const CLI::Option &option, const QString &before)
{
    m_found.before = before;
    for (const QString &choice : choicesOf(option))
        m_found.words.append({before + choice, {}});
    m_found.names = valueOf(option);
    switch (m_found.names) {
    case Value::File:
    case Value::Request: // a file of them, or a file that is sent
        m_found.rest = Completion::Rest::Files;
        break;
    case Value::Folder:
        m_found.rest = Completion::Rest::Folders;
        break;
    case Value::Text:
    case Value::Number:
    case Value::Environment:
    case Value::Key:
        break;
    }
}

} // namespace

Completion completionOf(const Program &program, const QStringList &words)
{
    Walk walk(program);
    for (const QString &word : words.first(std::max<qsizetype>(words.size() - 1, 0)))
        walk.take(word);
    return walk.complete(words.isEmpty() ? QString() : words.constLast());
}

} // namespace keydesk::cli
