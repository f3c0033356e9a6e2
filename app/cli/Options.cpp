#include "app/cli/Options.h"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace keydesk::cli {

namespace {

struct ValueName
{
    Value value;
    const char *name;
};

constexpr ValueName valueNames[] = {{Value::Text, "TEXT"}, {Value::Number, "NUMBER"},   {Value::Environment, "ENVIRONMENT"}, {Value::Key, "KEY"},
                                    {Value::File, "FILE"}, {Value::Folder, "FOLDER"}, {Value::Request, "REQUEST"}};

const char *typeName(Value value)
{
    return std::ranges::find(valueNames, value, &ValueName::value)->name;
}

/// As it was declared: CLI11 adds what it checks, behind a colon.
std::string declaredType(const CLI::Option &option)
{
    const std::string type = option.get_type_name();
    return type.substr(0, type.find(':'));
}

QString text(const std::string &value)
{
    return QString::fromLocal8Bit(QByteArrayView(value));
}

} // namespace

void addNote(CLI::App &app, const QString &text)
{
    app.footer(text.toStdString());
}

void addFlag(CLI::App &app, const char *names, bool &target, const QString &description)
{
    app.add_flag(names, target, description.toStdString());
}

void addText(CLI::App &app, const char *names, QString &target, Value value, const QString &description)
{
    app.add_option_function<std::string>(
           names, [&target](const std::string &given) { target = text(given); }, description.toStdString())
        ->type_name(typeName(value));
}

void addChoice(CLI::App &app, const char *names, QString &target, const QStringList &choices, const QString &description)
{
    std::vector<std::string> words;
    for (const QString &choice : choices)
        words.push_back(choice.toStdString());
    app.add_option_function<std::string>(
           names, [&target](const std::string &given) { target = text(given); }, description.toStdString())
        ->check(CLI::IsMember(words))
        ->type_name('{' + choices.join(u'|').toStdString() + '}');
}

void addTexts(CLI::App &app, const char *names, QStringList &target, Value value, const QString &description)
{
    app.add_option_function<std::vector<std::string>>(
           names,
           [&target](const std::vector<std::string> &given) {
               for (const std::string &one : given)
                   target << text(one);
           },
           description.toStdString())
        ->type_name(typeName(value))
        ->allow_extra_args(names[0] != '-');
}

void addNumber(CLI::App &app, const char *names, std::optional<double> &target, double least, double most, const QString &description)
{
    app.add_option_function<double>(
           names, [&target](double given) { target = given; }, description.toStdString())
        ->check(CLI::Range(least, most))
        ->type_name(typeName(Value::Number));
}

bool takesValue(const CLI::Option &option)
{
    return option.get_items_expected_max() > 0;
}

Value valueOf(const CLI::Option &option)
{
    const auto *found = std::ranges::find(valueNames, declaredType(option), &ValueName::name);
    return found == std::end(valueNames) ? Value::Text : found->value;
}

QStringList choicesOf(const CLI::Option &option)
{
    const QString type = QString::fromStdString(declaredType(option));
    return type.startsWith(u'{') ? type.sliced(1).chopped(1).split(u'|') : QStringList();
}

} // namespace keydesk::cli
