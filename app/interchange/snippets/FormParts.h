#pragma once

#include "app/interchange/snippets/SnippetRequest.h"

namespace keydesk {

/// A part of a multipart/form-data body.
struct SnippetPart
{
    QByteArray name;              ///< as it stands between its quotes
    QByteArray fileName;          ///< likewise; null: none
    QByteArray contentType;       ///< null: none
    bool hasOtherHeaders = false; ///< which those tools do not write
    SnippetValue content;         ///< one file, or text and secrets

    bool operator==(const SnippetPart &) const = default;
};

/// The body taken apart, for tools that put such bodies together themselves, with a boundary of their own. Nothing if it is another body,
/// or its boundary was typed.
std::optional<QList<SnippetPart>> formParts(const SnippetRequest &request);

} // namespace keydesk
