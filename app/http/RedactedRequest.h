#pragma once

#include "app/http/HttpResponse.h"
#include "app/http/RequestSpec.h"

namespace keydesk {

class Redactor;

/// Whether a parameter, a form field or a part of this name holds a credential.
bool namesCredential(const QString &name);
/// "{{token}}", "Bearer {{token}}", "Basic {{user}} {{password}}": no credential itself.
bool namesOnlyVariables(const QString &value);

/// A request as it may be written down (history, the last request): known tokens are redacted everywhere, and
/// a credential typed by hand into a header or a parameter is left out, its row switched off so that nobody
/// sends the gap by mistake. A value that only names a variable stays.
RequestSpec redactedRequest(RequestSpec spec, const Redactor &redactor);

/// A URL, or a part of one, as it may be written down: the values of query items, and of items in the
/// fragment, whose names are those of credentials are masked. A value that only names a variable stays.
QString withoutCredentialItems(const QString &url);

/// What went out, hop by hop, with what each redirect dropped, as text for people. The trace is redacted
/// already; credentials in queries and in form bodies, which no redactor needs to know, are masked here.
QString sentText(const CallTrace &trace);

/// Status line and headers as text, redacted.
QString responseHeadText(const HttpResponse &response, const Redactor &redactor);

} // namespace keydesk
