#include "app/cli/Options.h"

#include <CLI/CLI.hpp>

namespace keydesk::cli {

namespace {

/// Names that the completion scripts know, see Completion.cpp.
const char *typeName(Value value)
{
    switch (value) {
    case Value::Number:
        return "NUMBER";
    case Value::Environment:
        return "ENVIRONMENT";
    case Value::Key:
        return "KEY";
    case Value::Request:
        return "REQUEST";
    case Value::File:
        return "FILE";
    case Value::Folder:
        return "FOLDER";
    case Value::Text:
        break;
    }
    return "TEXT";
}

QString text(const std::string &value)
{
    return QString::fromLocal8Bit(QByteArrayView(value));
}

} // namespace

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

} // namespace keydesk::cli
