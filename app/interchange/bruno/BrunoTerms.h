#pragma once

#include "app/interchange/tools/ToolCollection.h"

namespace keydesk {

/// What Bruno's formats (.bru, its exported JSON, OpenCollection) have in common.

/// {{name}}, {{process.env.NAME}}, {{$guid}} and its like, {{?What is asked for}}.
ToolSyntax brunoSyntax();

/// The authentication of that kind ("bearer", "inherit"). `member` gives the values by the names that the format has for them.
ToolAuth brunoAuth(const QString &kind, const std::function<QString(const QString &name)> &member);

/// What the settings of a request say: a row's value by its name.
void takeBrunoSettings(ToolRequest &request, const std::function<QString(const QString &name)> &setting);

/// Puts a body of plain text into the request: `kind` is "json", "text", "xml" or "sparql".
void takeBrunoText(ToolRequest &request, const QString &kind, const QString &text);
/// Parts of a form that hold these files: one each.
void addBrunoFiles(ToolRequest &request, const QString &name, const QStringList &files, const QString &contentType, bool enabled);
/// A body that is a file.
void takeBrunoFile(ToolRequest &request, const QString &file, const QString &contentType);
/// Path parts and query of `spec.url`, once that is set.
void takeBrunoParameters(ToolRequest &request, const QList<NameValue> &query, const QList<NameValue> &path);
/// A header that says what kind of body it is, if the request has none of its own.
void addContentType(ToolRequest &request, const QString &contentType);

/// The secret variables of an environment: their values are in no file, so that they are kept and not used. A sentence that names them.
QString secretVariablesWords(const QStringList &names);

/// Sentences on what Keydesk leaves out.
QString scriptsWords();
QString testsWords();
QString assertionsWords(qsizetype count);
QString answerVariablesWords();

} // namespace keydesk
