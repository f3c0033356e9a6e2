#pragma once

#include "app/base/Error.h"
#include "app/base/Secret.h"
#include "app/environments/Environment.h"
#include "app/keys/KeyService.h"
#include "app/providers/Provider.h"

#include <QHash>
#include <QUrl>
#include <QUuid>

#include <memory>
#include <optional>

namespace keydesk {

struct Core;
class Settings;

/// What the pages of the setup flow have collected so far. Tokens are held here and in their fields, nowhere
/// else, until `forgetSecrets`.
struct SetupDraft
{
    enum class Source {
        Create,    ///< through the provider's token API
        Dashboard, ///< by its steps there, then paste
        Paste,
        Import, ///< from a file, in a window of its own
    };

    /// How the key is sent, where the user says it.
    enum class SentAs { Bearer, Header, Query, Basic, OAuth };

    QString providerId;
    QHash<QString, QString> baseUrlParts; ///< name of the part → what was typed
    QString customBaseUrl;
    SentAs sentAs = SentAs::Bearer;
    QString customHeaderName;         ///< or the name of the query parameter
    std::optional<OAuthClient> oauth; ///< `token` is its secret

    QString kindId;
    std::optional<Source> source;
    SignIn session; ///< authorises the creation; what was typed is used once
    bool keepSession = false;

    std::shared_ptr<const Secret> token; ///< cleaned
    std::optional<TokenVerdict> verdict; ///< what a call with `token` said
    QString verdictFor;                  ///< the draftDestination that it was made to

    QString keyName;                    ///< empty: suggest one
    std::optional<QUuid> environmentId; ///< nothing: a new one
    QString identity;                   ///< of that environment; empty: the default one
    bool environmentChosen =
        false; ///< by the user or by who opened the dialog; otherwise the fitting one is looked up
    QString newEnvironmentName;
    bool newEnvironmentProtected = false;
    QStringList abilities;
    QDateTime expiresAt;
    std::optional<SecretPlace> place;

    std::optional<ApiKey> stored; ///< once the key is stored and read back
    QUuid storedEnvironmentId;

    [[nodiscard]] bool creates() const { return source == Source::Create; }
    /// Drops the tokens; their bytes are wiped with the last reference.
    void forgetSecrets();
    /// Takes back what belongs to the provider that was chosen before.
    void chooseProvider(const QString &id);
};

/// The base URL that the draft's provider and its fields give. The Error names the field that is missing or
/// wrong.
Result<QUrl> draftBaseUrl(const SetupDraft &draft, const Core &core);
/// The base URL of the chosen environment, else `draftBaseUrl`.
Result<QUrl> draftTarget(const SetupDraft &draft, const Core &core);
/// Provider, kind, form and origin that a token typed now is for: what was typed for one must not go to another.
QString draftDestination(const SetupDraft &draft, const Core &core);
/// The environment to offer first: the current one if it is this provider's (and at this base URL, where that
/// is the user's), else the first such.
std::optional<Environment> fittingEnvironment(const SetupDraft &draft, const Core &core);
/// True if the provider can make a key of this kind itself.
bool canCreate(const Provider &provider, const QString &kindId);
/// A session token of this kind can be kept as a key too.
bool canKeep(const TokenKind &session);
/// The kinds that can be kept as keys.
QList<TokenKind> storableKinds(const Provider &provider);

/// A name for the key that is not taken yet: "Talkover sandbox key", "Talkover sandbox key 2".
QString suggestedKeyName(const SetupDraft &draft, const Core &core);
QString suggestedEnvironmentName(const SetupDraft &draft, const Core &core);
/// "Environment token" → "environment token", for the middle of a sentence; "API key" stays.
QString inSentence(const QString &kindName);
/// The dashboard's address with {baseOrigin} filled in; invalid if there is none or it is not a web address.
QUrl dashboardUrl(const TokenKind &kind, const QUrl &baseUrl);

/// The user says how its keys are sent: a custom provider whose file does not.
bool asksForForm(const Provider &provider);
/// What the user said, or else what the provider's file says of the draft's kind.
SetupDraft::SentAs sentAs(const SetupDraft &draft, const Core &core);
KeyForm formOf(const SetupDraft &draft, const Core &core);

/// Remembers page and choices (`Settings::remember("setup/…")`), never a token: an address only if it is
/// accepted, since one that is refused may hold a password, and no text with a known secret in it.
void rememberDraft(const SetupDraft &draft, const QString &page, const Core &core);
/// Fills the draft; returns the page, empty if nothing was left.
QString resumeDraft(SetupDraft &draft, const Settings &settings);
/// Everything that was remembered, not only that something was.
void forgetRemembered(Settings &settings);

} // namespace keydesk
