#pragma once

#include <QString>
#include <QStringList>

#include <optional>

namespace CLI {
class App;
class Option;
}

/// How commands declare what they take. The names are CLI11's: "-e,--environment", or "url" for a word without dashes.
namespace keydesk::cli {

/// What a value is: what help calls it, and what shells complete it with.
enum class Value { Text, Number, Environment, Key, Request, File, Folder };

/// What help says below the options.
void addNote(CLI::App &app, const QString &text);
void addFlag(CLI::App &app, const char *names, bool &target, const QString &description);
void addText(CLI::App &app, const char *names, QString &target, Value value, const QString &description);
/// One of `choices`.
void addChoice(CLI::App &app, const char *names, QString &target, const QStringList &choices, const QString &description);
/// Any number of them.
void addTexts(CLI::App &app, const char *names, QStringList &target, Value value, const QString &description);
void addNumber(CLI::App &app, const char *names, std::optional<double> &target, double least, double most, const QString &description);

/// The same of one that was declared: what completion and the manual tell of it.
bool takesValue(const CLI::Option &option);
Value valueOf(const CLI::Option &option);
/// Empty: it is not one of a few.
QStringList choicesOf(const CLI::Option &option);

} // namespace keydesk::cli
