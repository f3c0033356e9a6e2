#include "ui/setup/SetupDraft.h"

#include "app/Core.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

QString text(const char *source)
{
    return QCoreApplication::translate("SetupDraft", source);
}

/// People paste whole addresses where a domain is asked for.
QString cleanPart(QString value)
{
    value = value.trimmed();
    for (const auto &scheme : {"https://"_L1, "http://"_L1})
        if (value.startsWith(scheme, Qt::CaseInsensitive))
            value = value.mid(scheme.size());
    while (value.endsWith(u'/'))
        value.chop(1);
    return value;
}

QString firstFree(const QString &name, const QStringList &taken)
{
    QString candidate = name;
    for (int i = 2; taken.contains(candidate, Qt::CaseInsensitive); ++i)
        candidate = u"%1 %2"_s.arg(name).arg(i);
    return candidate;
}

} // namespace

void SetupDraft::forgetSecrets()
{
    token.reset();
    verdict.reset();
    session = {};
}

void SetupDraft::chooseProvider(const QString &id)
{
    if (providerId == id)
        return;
    providerId = id;
    kindId.clear();
    source.reset();
    forgetSecrets();
    keepSession = false;
    keyName.clear();
    environmentId.reset();
    identity.clear();
    environmentChosen = false;
    newEnvironmentName.clear();
    newEnvironmentProtected = false;
    abilities.clear();
    baseUrlParts.clear();
    customBaseUrl.clear();
    sentAs = SentAs::Bearer;
    customHeaderName.clear();
    oauth.reset();
}

Result<QUrl> draftBaseUrl(const SetupDraft &draft, const Core &core)
{
    const Provider *provider = core.providers.find(draft.providerId);
    if (!provider)
        return failure(Error::Kind::NotFound, text("Choose a provider."));
    if (!provider->sandboxService.isEmpty()) {
        const QUrl origin = core.sandbox->origins().value(provider->sandboxService);
        if (!origin.isValid() || origin.isEmpty())
            return failure(Error::Kind::NotFound, text("The sandbox is not running. Start Keydesk again."));
        return checkBaseUrl(origin.toString() + provider->basePath);
    }
    if (provider->isCustom) {
        if (draft.customBaseUrl.trimmed().isEmpty())
            return failure(Error::Kind::InvalidInput,
                           text("Enter the base URL of the API, such as https://api.example.com/v1."));
        return checkBaseUrl(draft.customBaseUrl);
    }
    QString url = provider->baseUrl;
    for (const BaseUrlPart &part : provider->baseUrlParts) {
        const QString value = cleanPart(draft.baseUrlParts.value(part.name));
        if (value.isEmpty())
            return failure(Error::Kind::InvalidInput,
                           text("Enter a value for “%1”, such as %2.").arg(part.label, part.example));
        url.replace(u'{' + part.name + u'}', value);
    }
    return checkBaseUrl(url);
}

Result<QUrl> draftTarget(const SetupDraft &draft, const Core &core)
{
    if (draft.environmentId) {
        if (const auto environment = core.environments->find(*draft.environmentId))
            return checkBaseUrl(environment->baseUrl);
    }
    return draftBaseUrl(draft, core);
}

QString draftDestination(const SetupDraft &draft, const Core &core)
{
    const auto target = draftTarget(draft, core);
    const auto origin = target ? Origin::fromUrl(*target) : tl::unexpected(target.error());
    return QStringList{draft.providerId, draft.kindId, QString::number(static_cast<int>(sentAs(draft, core))),
                       origin ? origin->toString() : QString()}
        .join(u'\n');
}

std::optional<Environment> fittingEnvironment(const SetupDraft &draft, const Core &core)
{
    const Provider *provider = core.providers.find(draft.providerId);
    if (!provider)
        return {};
    const bool anyAddress = !provider->isCustom && provider->baseUrlParts.isEmpty();
    const auto base = draftBaseUrl(draft, core);
    const auto fits = [&](const Environment &environment) {
        if (environment.providerId != provider->id)
            return false;
        return anyAddress || (base && checkBaseUrl(environment.baseUrl) == base);
    };
    if (const auto current = core.environments->current(); current && fits(*current))
        return current;
    for (const Environment &environment : core.environments->all())
        if (fits(environment))
            return environment;
    return {};
}

bool canCreate(const Provider &provider, const QString &kindId)
{
    return provider.tokenApi(kindId) != nullptr;
}

bool canKeep(const TokenKind &session)
{
    return session.storable || session.keepable;
}

QList<TokenKind> storableKinds(const Provider &provider)
{
    QList<TokenKind> kinds;
    for (const TokenKind &kind : provider.kinds)
        if (kind.storable)
            kinds << kind;
    return kinds;
}

QString suggestedKeyName(const SetupDraft &draft, const Core &core)
{
    const Provider *provider = core.providers.find(draft.providerId);
    if (!provider)
        return {};
    const bool needsKind = storableKinds(*provider).size() > 1;
    const TokenKind *kind = provider->kind(draft.kindId);
    const QString name = needsKind && kind    ? u"%1 %2"_s.arg(provider->name, inSentence(kind->name))
                         : provider->isCustom ? text("My key")
                                              : text("%1 key").arg(provider->name);
    QStringList taken;
    for (const ApiKey &key : core.keys->all())
        taken << key.name;
    return firstFree(name, taken);
}

QString suggestedEnvironmentName(const SetupDraft &draft, const Core &core)
{
    const Provider *provider = core.providers.find(draft.providerId);
    if (!provider)
        return {};
    QStringList taken;
    for (const Environment &environment : core.environments->all())
        if (environment.providerId == provider->id)
            taken << environment.name;
    return firstFree(
        provider->defaultEnvironmentName.isEmpty() ? text("Main") : provider->defaultEnvironmentName, taken);
}

QString inSentence(const QString &kindName)
{
    if (kindName.size() < 2 || !kindName.at(1).isLower())
        return kindName;
    return kindName.at(0).toLower() + kindName.mid(1);
}

QUrl dashboardUrl(const TokenKind &kind, const QUrl &baseUrl)
{
    QString address = kind.dashboardUrl;
    address.replace(
        "{baseOrigin}"_L1,
        baseUrl.adjusted(QUrl::RemovePath | QUrl::RemoveQuery | QUrl::RemoveFragment | QUrl::RemoveUserInfo)
            .toString());
    const QUrl url(address, QUrl::StrictMode);
    const bool web = url.scheme() == "https"_L1 || url.scheme() == "http"_L1;
    return web && !url.host().isEmpty() ? url : QUrl();
}

bool asksForForm(const Provider &provider)
{
    return provider.isCustom && std::all_of(provider.kinds.begin(), provider.kinds.end(), [](const TokenKind &kind) {
               return !kind.isOAuth && kind.form() == KeyForm();
           });
}

SetupDraft::SentAs sentAs(const SetupDraft &draft, const Core &core)
{
    using SentAs = SetupDraft::SentAs;
    const Provider *provider = core.providers.find(draft.providerId);
    if (provider && asksForForm(*provider))
        return draft.sentAs;
    const TokenKind *kind = provider ? provider->kind(draft.kindId) : nullptr;
    if (!kind)
        return SentAs::Bearer;
    switch (kind->placement) {
    case KeyPlacement::Query:
        return SentAs::Query;
    case KeyPlacement::Basic:
        return SentAs::Basic;
    case KeyPlacement::Header:
        break;
    }
    return kind->isOAuth                ? SentAs::OAuth
           : kind->form() == KeyForm() ? SentAs::Bearer
                                        : SentAs::Header;
}

KeyForm formOf(const SetupDraft &draft, const Core &core)
{
    using SentAs = SetupDraft::SentAs;
    const Provider *provider = core.providers.find(draft.providerId);
    if (provider && !asksForForm(*provider)) {
        const TokenKind *kind = provider->kind(draft.kindId);
        return kind ? kind->form() : KeyForm();
    }
    const QByteArray name = draft.customHeaderName.toUtf8();
    switch (draft.sentAs) {
    case SentAs::Header:
        return {KeyPlacement::Header, name, {}};
    case SentAs::Query:
        return {KeyPlacement::Query, name, {}};
    case SentAs::Basic:
        return {KeyPlacement::Basic, "Authorization", "Basic "};
    case SentAs::Bearer:
    case SentAs::OAuth:
        break;
    }
    return {};
}

void rememberDraft(const SetupDraft &draft, const QString &page, const Core &core)
{
    Settings &settings = *core.settings;
    const auto safe = [&core](const QString &words) { return core.redactor.redactText(words); };
    const bool accepted = draftBaseUrl(draft, core).has_value();
    QVariantMap parts;
    if (accepted)
        for (auto it = draft.baseUrlParts.cbegin(); it != draft.baseUrlParts.cend(); ++it)
            parts.insert(it.key(), safe(it.value()));
    settings.remember(u"setup/page"_s, page);
    settings.remember(u"setup/provider"_s, draft.providerId);
    settings.remember(u"setup/parts"_s, parts);
    settings.remember(u"setup/baseUrl"_s, accepted ? safe(draft.customBaseUrl) : QString());
    settings.remember(u"setup/sentAs"_s, static_cast<int>(draft.sentAs));
    settings.remember(u"setup/header"_s, safe(draft.customHeaderName));
    settings.remember(u"setup/kind"_s, draft.kindId);
    settings.remember(u"setup/source"_s, draft.source ? static_cast<int>(*draft.source) : -1);
    settings.remember(u"setup/name"_s, safe(draft.keyName));
    settings.remember(u"setup/environment"_s,
                      draft.environmentId ? draft.environmentId->toString(QUuid::WithoutBraces) : QString());
    settings.remember(u"setup/environmentChosen"_s, draft.environmentChosen);
    settings.remember(u"setup/newEnvironment"_s, safe(draft.newEnvironmentName));
    settings.remember(u"setup/protected"_s, draft.newEnvironmentProtected);
}

QString resumeDraft(SetupDraft &draft, const Settings &settings)
{
    const QString page = settings.remembered(u"setup/page"_s).toString();
    if (page.isEmpty())
        return {};
    draft.chooseProvider(settings.remembered(u"setup/provider"_s).toString());
    const QVariantMap parts = settings.remembered(u"setup/parts"_s).toMap();
    for (auto it = parts.cbegin(); it != parts.cend(); ++it)
        draft.baseUrlParts.insert(it.key(), it.value().toString());
    draft.customBaseUrl = settings.remembered(u"setup/baseUrl"_s).toString();
    const int sentAs = settings.remembered(u"setup/sentAs"_s).toInt();
    if (sentAs >= 0 && sentAs <= static_cast<int>(SetupDraft::SentAs::OAuth))
        draft.sentAs = static_cast<SetupDraft::SentAs>(sentAs);
    draft.customHeaderName = settings.remembered(u"setup/header"_s).toString();
    draft.kindId = settings.remembered(u"setup/kind"_s).toString();
    bool known = false;
    const int source = settings.remembered(u"setup/source"_s).toInt(&known);
    if (known && source >= 0 && source <= static_cast<int>(SetupDraft::Source::Paste))
        draft.source = static_cast<SetupDraft::Source>(source);
    draft.keyName = settings.remembered(u"setup/name"_s).toString();
    const QUuid environment(settings.remembered(u"setup/environment"_s).toString());
    if (!environment.isNull())
        draft.environmentId = environment;
    draft.environmentChosen = settings.remembered(u"setup/environmentChosen"_s).toBool();
    draft.newEnvironmentName = settings.remembered(u"setup/newEnvironment"_s).toString();
    draft.newEnvironmentProtected = settings.remembered(u"setup/protected"_s).toBool();
    return page;
}

void forgetRemembered(Settings &settings)
{
    for (const QString &key :
         {u"setup/page"_s, u"setup/provider"_s, u"setup/parts"_s, u"setup/baseUrl"_s, u"setup/header"_s,
          u"setup/sentAs"_s,
          u"setup/kind"_s, u"setup/source"_s, u"setup/name"_s, u"setup/environment"_s,
          u"setup/environmentChosen"_s, u"setup/newEnvironment"_s, u"setup/protected"_s})
        settings.remember(key, QString());
}

} // namespace keydesk
