#pragma once

#include "app/environments/Environment.h"
#include "app/interchange/snippets/SnippetRequest.h"
#include "app/keys/ApiKey.h"

namespace keydesk {

class KeyStore;
class ProviderCatalog;
class Redactor;

/// A body with more text than this is not written as code (bytes); files of any size are named in it.
inline constexpr qsizetype codeBodyLimit = 1024 * 1024;

/// A request as it was written, and where it would be sent from.
struct CodeSource
{
    RequestSpec spec;
    std::optional<Environment> environment;
    VariableSources sources;
    QString baseFolder{};  ///< of the request's file, for the files that it names; empty: it is in none
    bool encodeUrl = true; ///< see HttpOptions
};

/// What `codeSnippet` is made of, with what is shown beside it.
struct RequestAsCode
{
    SnippetRequest request;
    QString label;             ///< "GET https://…", without a credential
    std::optional<ApiKey> key; ///< the one that is sent, if its token can be read
    QStringList notes{};       ///< what to know of the request itself, in whichever language: whole sentences
};

/// As it would be sent now. Sends nothing, and reads no secret. The Error says what is wrong with the request.
Result<RequestAsCode> requestAsCode(const CodeSource &source, const ProviderCatalog &providers, const KeyStore &keys, const Redactor &redactor);

} // namespace keydesk
