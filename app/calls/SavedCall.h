#pragma once

#include "app/calls/CallContext.h"
#include "app/http/NamedAnswers.h"
#include "app/workspace/RequestFiles.h"

namespace keydesk {

class Redactor;
struct FinishedCall;

/// What the file of a request gives to its call.
struct CallOrigin
{
    QString file;        ///< absolute; empty: the request is in none
    Variables variables; ///< of the file, the one that counts first
    HttpOptions options; ///< what annotations of the request ask for
};

CallOrigin callOrigin(const RequestInFile &opened);

/// What a request is sent with: its file's variables, those that environment files beside it give to the environment of the same name, then
/// the environment's own; {{$…}}; earlier answers. Reads the environment files up to `root`, the folder of all requests (empty: only
/// beside the file). The redactor learns the secrets that come from files, and outlives the context.
CallContext callContext(const CallOrigin &origin, const std::optional<Environment> &environment, const QString &root,
                        std::shared_ptr<const NamedAnswers> answers, Redactor &redactor);

/// A saved request for a command: `which` is its name (what "@name" or the title says), or its number in the file, from 1; empty means the
/// only one. NotFound names the file, and the requests that it has.
Result<RequestInFile> findSavedRequest(const RequestFiles &files, const QString &path, const QString &which);

/// For {{name.response.…}} in later requests: `reference` is what the request's file calls it. Nothing is kept of a call without an answer.
void keepAnswer(NamedAnswers &answers, const QString &reference, const FinishedCall &call);

} // namespace keydesk
