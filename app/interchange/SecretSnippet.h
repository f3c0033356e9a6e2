#pragma once

#include "app/base/Secret.h"
#include "app/providers/Provider.h"

#include <QList>
#include <QString>
#include <QStringList>

namespace keydesk {

/// Who is to read a key that leaves Keydesk.
enum class SnippetFormat {
    Posix, ///< bash, zsh, sh
    Fish,
    PowerShell,
    Cmd,
    Header, ///< as it stands in a request: a header, or a query parameter
    DotEnv,
};

/// What the key is called where it goes.
struct SnippetNames
{
    QString variable; ///< checked by `isVariableName`
    KeyForm form = {}; ///< how it stands in a request
};

/// In the order in which they are offered.
QList<SnippetFormat> snippetFormats();
/// "bash, zsh"
QString snippetFormatName(SnippetFormat format, KeyPlacement placement = KeyPlacement::Header);

/// A name that every shell takes: an ASCII letter or '_', then letters, digits and '_', at most 128
/// characters.
bool isVariableName(QStringView name);
/// What the provider's documentation calls it, else a name made from the provider's ("TALKTURO_API_KEY").
QString variableName(const Provider *provider, const QString &kindId);

/// How the key is named there without its token: `$TALKOVER_TOKEN`, `$env:TALKOVER_TOKEN`,
/// `%TALKOVER_TOKEN%`, `Authorization: Bearer $TALKOVER_TOKEN`, and for an .env file a line to be filled in.
QString placeholderSnippet(SnippetFormat format, const SnippetNames &names);
/// The line that holds the token, quoted so that its reader gets it back byte for byte (as far as that reader
/// can, see `snippetNotes`).
Secret tokenSnippet(SnippetFormat format, const SnippetNames &names, const Secret &token);
/// That line as it may be shown, with the key's hint in the place of the token.
QString maskedSnippet(SnippetFormat format, const SnippetNames &names, const QString &hint);

/// A token as the value of an .env line: bare if every reader takes it so, else quoted.
Secret quotedForDotEnv(const Secret &token);

/// What to know before the line is used, for the characters that this token has: sentences that do not tell
/// which.
QStringList snippetNotes(SnippetFormat format, const Secret &token);

} // namespace keydesk
