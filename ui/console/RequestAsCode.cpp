#include "ui/console/RequestAsCode.h"

#include "app/Core.h"
#include "app/http/RedactedRequest.h"
#include "app/http/RequestUrl.h"
#include "app/http/SecretMarkers.h"
#include "app/http/StreamKind.h"
#include "app/interchange/SecretSnippet.h"
#include "app/keys/KeyForRequest.h"
#include "app/workspace/HttpSend.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(RequestAsCode)
};

SnippetKey snippetKey(const ApiKey &key, const QString &variable)
{
    return {key.id, key.name, key.form(), variable, key.hint, key.origins, key.oauth.has_value()};
}

} // namespace

Result<RequestAsCode> requestAsCode(const Core &core, const RequestSpec &spec, const CallContext &context)
{
    const QUrl baseUrl = context.environment ? QUrl(context.environment->baseUrl) : QUrl();
    const auto named = keyForRequest(spec.key, context.environment, core.providers, *core.keys);
    const auto sendable = context.baseFolder.isEmpty() ? Result<HttpSendable>(HttpSendable{spec, context.sources})
                                                       : sendableRequest(spec, context.baseFolder, context.sources);
    const auto prepared = sendable.and_then([&](const HttpSendable &whole) {
        return prepareRequest(whole.spec, baseUrl, whole.sources, named.key ? std::optional(named.key->id) : std::nullopt, context.baseFolder,
                              context.options.encodeUrl ? QueryEncoding::Encoded : QueryEncoding::AsWritten);
    });
    if (!prepared)
        return tl::unexpected(prepared.error());
    if (isWebSocket(prepared->url))
        return failure(Error::Kind::Unsupported, Text::tr("A WebSocket cannot be written as the code of one request."));
    qsizetype size = 0;
    for (const BodyPiece &piece : prepared->body.pieces())
        size += piece.bytes.size();
    if (size > codeBodyLimit)
        return failure(Error::Kind::TooLarge,
                       Text::tr("A body of more than 1 MB is too long for code. Put it into a file, and choose “File” for the body."));
    SnippetNaming naming;
    if (named.key) {
        const QString variable = named.key->oauth ? u"ACCESS_TOKEN"_s : variableName(core.providers.find(named.key->providerId), named.key->kindId);
        naming.key = snippetKey(*named.key, variable);
    }
    const auto &secrets = sendable->sources.secrets;
    for (auto each = secrets.cbegin(); each != secrets.cend(); ++each) {
        if (const auto key = core.keys->find(each.value()))
            naming.secretVariables.insert(each.value(), snippetKey(*key, each.key()));
    }
    RequestAsCode code;
    code.request = snippetRequest(*prepared, naming, core.redactor);
    code.label =
        QString::fromUtf8(prepared->method) + u' ' + withoutCredentialItems(core.redactor.redactText(maskedMarkers(prepared->url).toDisplayString()));
    code.key = naming.key && !named.key->oauth ? named.key : std::nullopt;
    return code;
}

} // namespace keydesk
