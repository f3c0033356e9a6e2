#include "app/interchange/snippets/RequestAsCode.h"

#include "app/base/Redactor.h"
#include "app/http/RedactedRequest.h"
#include "app/http/RequestUrl.h"
#include "app/http/SecretMarkers.h"
#include "app/http/StreamKind.h"
#include "app/interchange/SecretSnippet.h"
#include "app/keys/KeyForRequest.h"
#include "app/keys/KeyStore.h"
#include "app/providers/ProviderCatalog.h"
#include "app/workspace/HttpSend.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

struct RequestAsCodeText
{
    Q_DECLARE_TR_FUNCTIONS(RequestAsCode)
};

SnippetKey snippetKey(const ApiKey &key, const QString &variable)
{
    return {key.id, key.name, key.form(), variable, key.hint, key.origins, key.oauth.has_value()};
}

} // namespace

Result<RequestAsCode> requestAsCode(const CodeSource &source, const ProviderCatalog &providers, const KeyStore &keys, const Redactor &redactor)
{
    const QUrl baseUrl = source.environment ? QUrl(source.environment->baseUrl) : QUrl();
    const auto named = keyForRequest(source.spec.key, source.environment, providers, keys);
    const auto sendable = source.baseFolder.isEmpty() ? Result<HttpSendable>(HttpSendable{source.spec, source.sources})
                                                      : sendableRequest(source.spec, source.baseFolder, source.sources);
    const auto prepared = sendable.and_then([&](const HttpSendable &whole) {
        return prepareRequest(whole.spec, baseUrl, whole.sources, named.key ? std::optional(named.key->id) : std::nullopt, source.baseFolder,
                              source.encodeUrl ? QueryEncoding::Encoded : QueryEncoding::AsWritten);
    });
    if (!prepared)
        return tl::unexpected(prepared.error());
    if (isWebSocket(prepared->url))
        return failure(Error::Kind::Unsupported,
                       RequestAsCodeText::tr("A WebSocket cannot be written as the code of one request."));
    qsizetype size = 0;
    for (const BodyPiece &piece : prepared->body.pieces())
        size += piece.bytes.size();
    if (size > codeBodyLimit)
        return failure(Error::Kind::TooLarge,
                       RequestAsCodeText::tr("A body of more than 1 MB is too long for code. Put it into a "
                                             "file, and choose “File” for the body."));
    SnippetNaming naming;
    if (named.key) {
        const QString variable = named.key->oauth ? u"ACCESS_TOKEN"_s : variableName(providers.find(named.key->providerId), named.key->kindId);
        naming.key = snippetKey(*named.key, variable);
    }
    const auto &secrets = sendable->sources.secrets;
    for (auto each = secrets.cbegin(); each != secrets.cend(); ++each) {
        if (const auto key = keys.find(each.value()))
            naming.secretVariables.insert(each.value(), snippetKey(*key, each.key()));
    }
    RequestAsCode code;
    code.request = snippetRequest(*prepared, naming, redactor);
    code.label =
        QString::fromUtf8(prepared->method) + u' ' + withoutCredentialItems(redactor.redactText(maskedMarkers(prepared->url).toDisplayString()));
    const bool isInIt = std::ranges::any_of(code.request.secrets, [&](const SnippetSecret &each) { return named.key && each.keyId == named.key->id; });
    code.key = isInIt && !named.key->oauth ? named.key : std::nullopt;
    return code;
}

} // namespace keydesk
