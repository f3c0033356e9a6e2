#pragma once

#include "app/http/SecretMarkers.h"
#include "app/interchange/snippets/SnippetRequest.h"

namespace keydesk {

/// What a request can be written as.
enum class CodeFormat {
    CurlBash,
    CurlPowerShell,
    CurlCmd,
    PythonRequests,
    JavaScriptFetch,
    NodeAxios,
    PhpCurl,
    GoNetHttp,
    CSharpHttpClient,
    JavaHttpClient,
    RustReqwest,
    Httpie,
    Wget,
    RawHttp,
    HttpFile,
};

/// In the order in which they are offered.
QList<CodeFormat> codeFormats();
/// "curl", "python-requests": for the command line and for what is remembered; never changes.
QString codeFormatId(CodeFormat format);
std::optional<CodeFormat> codeFormatOf(const QString &id);
/// "cURL (bash)"
QString codeFormatName(CodeFormat format);
/// What a file of it is called: "request.py".
QString codeFileName(CodeFormat format);

/// Writes bytes (UTF-8) as they stand inside a literal of a language, without its quotes.
using EscapeText = QByteArray (*)(QByteArrayView);

/// A place in a snippet that the value of a secret goes into.
struct SnippetGap
{
    QByteArray mark; ///< stands there, and nowhere else
    SnippetPiece piece;
    EscapeText escape = nullptr;
};

/// A request as code. Holds no secret: where they stand, `text` has the name of a variable or a mark.
struct CodeSnippet
{
    QByteArray text;        ///< UTF-8
    QStringList notes;      ///< what to know before it is used: whole sentences
    QList<SnippetGap> gaps; ///< empty unless it was made to hold values
    QList<SnippetSecret> secrets;

    /// With hints where the values go: this may be shown.
    [[nodiscard]] QString shown() const;
    /// The keys whose tokens `filled` needs.
    [[nodiscard]] QList<QUuid> keys() const;
    /// With the values, as it runs; not to be kept. The Error names the variable whose value is not there.
    [[nodiscard]] Result<Secret> filled(const SecretValues &values) const;
};

/// How a snippet comes by its secrets.
enum class SnippetSecrets {
    ByName,  ///< from a variable of the environment that it runs in: the default
    ByValue, ///< they are part of it, once `filled` has put them in
};

CodeSnippet codeSnippet(CodeFormat format, const SnippetRequest &request, SnippetSecrets secrets = SnippetSecrets::ByName);

/// Writes it to a file that the user chose, 0600, in place of what was there. Refuses one that was made to hold values: at rest a token is in
/// the secret store alone (SECURITY S1). The Error names the file.
Result<void> saveSnippet(const CodeSnippet &snippet, const QString &path);

} // namespace keydesk
