#pragma once

#include "app/environments/Environment.h"
#include "app/interchange/EnvText.h"
#include "app/keys/ApiKey.h"
#include "app/providers/Provider.h"

#include <functional>
#include <memory>
#include <optional>

namespace keydesk {

/// Where a candidate's key is to be used.
struct EnvironmentChoice
{
    std::optional<QUuid> id; ///< one that exists
    QString newName;         ///< else, if not empty, one to be made
    QString newBaseUrl;

    bool operator==(const EnvironmentChoice &) const = default;
    [[nodiscard]] bool isNone() const { return !id && newName.isEmpty(); }
};

/// A value of a file or a pasted text that looks like a key's token, and what it seems to be the key of.
struct KeyCandidate
{
    enum class State {
        New,
        Duplicate,  ///< Keydesk has this token already
        Repeated,   ///< it stands further up too
        Incomplete, ///< it looks shortened, masked or not like its kind; may be imported all the same
        Unusable,   ///< no HTTP header can carry it
    };

    QString variable; ///< or header; empty: a bare token
    std::shared_ptr<const Secret> token;
    QString hint; ///< "talq_••••3f9a"
    QString name; ///< for the key, free among those that exist
    QString providerId;
    QString kindId;
    EnvironmentChoice environment;
    State state = State::New;
    QString note; ///< why it is in that state, and where it was found: sentences without the token
    bool isChosen = false;

    int source = 0; ///< counted by the caller
    int line = 1;
    qsizetype begin = 0; ///< the value in the source's `EnvText::text`
    qsizetype end = 0;
};

/// What candidates are compared with.
struct CandidateContext
{
    const QList<Provider> &providers;
    const QList<Environment> &environments;
    QStringList takenNames; ///< of keys
    std::function<std::optional<ApiKey>(const Secret &token)> duplicateOf;
};

/// More are not looked for.
inline constexpr qsizetype candidateLimit = 1000;

/// Appends what is found in one source to `candidates`, which hold those of the sources before. `fileName`
/// without folders is a hint at the environment; empty for a pasted text. Nothing is sent, executed or
/// resolved (SECURITY S10). Placeholders, empty values and references to other variables are no candidates;
/// nor is a password.
void findCandidates(const EnvText &text, const QString &fileName, int source, const CandidateContext &context,
                    QList<KeyCandidate> &candidates);

/// New or Incomplete, with the words for it, by what the token's form says to the kind that it is taken for.
/// Other states stay.
void judgeForm(KeyCandidate &candidate, const QList<Provider> &providers);

/// The environments that fit a provider, and a new one if its base URL is known; the first is the guess.
QList<EnvironmentChoice> environmentChoices(const KeyCandidate &candidate, const CandidateContext &context);

} // namespace keydesk
