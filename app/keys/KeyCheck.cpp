#include "app/keys/KeyCheck.h"

#include "app/providers/AuthExplainer.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

struct KeyCheckText
{
    Q_DECLARE_TR_FUNCTIONS(KeyCheck)
};

QString duration(std::chrono::microseconds elapsed)
{
    const auto milliseconds = std::chrono::round<std::chrono::milliseconds>(elapsed).count();
    return milliseconds < 10'000 ? KeyCheckText::tr("%1 ms").arg(milliseconds)
                                 : KeyCheckText::tr("%1 s").arg(milliseconds / 1000);
}

} // namespace

RequestSpec checkRequest(const Provider &provider, const QString &kindId)
{
    if (const ProviderRequest *known = provider.checkRequest(kindId))
        return known->request;
    RequestSpec base;
    base.url = u"/"_s;
    return base;
}

Result<PreparedRequest> checkCall(const Provider &provider, const QString &kindId, const QUrl &baseUrl,
                                  const VariableSources &variables, const std::optional<QUuid> &keyId)
{
    return prepareRequest(checkRequest(provider, kindId), baseUrl, variables, keyId);
}

ApiKey::Status verdictOf(const Provider &provider, const QString &kindId, const HttpResponse &response)
{
    const TokenKind *kind = provider.kind(kindId);
    if (response.isOk() || (kind && kind->checkOkStatus.contains(response.status)))
        return ApiKey::Status::Works;
    if (const ErrorShape *shape = explaining::shapeOf(provider, response)) {
        if (shape->id == "token-expired"_L1)
            return ApiKey::Status::Expired;
        if (shape->id == "token-revoked"_L1)
            return ApiKey::Status::Revoked;
    }
    return response.status == 401 ? ApiKey::Status::Refused : ApiKey::Status::Unchecked;
}

ApiKey::Status statusAfter(ApiKey::Status known, ApiKey::Status verdict)
{
    using Status = ApiKey::Status;
    if (verdict == Status::Unchecked)
        return known;
    const bool saysLess = (known == Status::Revoked && verdict != Status::Works) ||
                          (known == Status::Expired && verdict == Status::Refused);
    return saysLess ? known : verdict;
}

QString checkNote(const PreparedRequest &request, int status, std::chrono::microseconds elapsed)
{
    const QString path = request.url.path(QUrl::FullyEncoded);
    return KeyCheckText::tr("%1 %2 answered %3 in %4")
        .arg(QString::fromLatin1(request.method), path.isEmpty() ? u"/"_s : path, QString::number(status),
             duration(elapsed));
}

QString shortCheckNote(int status, std::chrono::microseconds elapsed)
{
    const QString phrase = QString::fromLatin1(reasonPhrase(status));
    return phrase.isEmpty()
               ? KeyCheckText::tr("%1, %2").arg(QString::number(status), duration(elapsed))
               : KeyCheckText::tr("%1 %2, %3").arg(QString::number(status), phrase, duration(elapsed));
}

} // namespace keydesk
