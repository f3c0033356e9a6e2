#pragma once

#include "app/base/Error.h"
#include "app/base/Secret.h"
#include "app/http/KeyForm.h"
#include "app/workspace/HttpRequest.h"

#include <QList>
#include <QString>
#include <QStringList>

#include <atomic>
#include <memory>

namespace keydesk {

/// A request among others, in the folders that its tool showed it in.
struct CollectionRequest
{
    QStringList folder; ///< outermost first; empty: at the top
    RequestSpec spec;   ///< with {{variables}} in Keydesk's spelling
    HttpOptions options;
    QString about; ///< the description, as plain text or Markdown; may be empty
    QString reference = {};        ///< {{reference.response.…}} means this one; empty: its name is the reference
    QStringList expectations = {}; ///< of its answer, a line each (Expectation.h); only .http files have any

    bool operator==(const CollectionRequest &) const = default;
};

/// Variables that another tool keeps under one name.
struct CollectionEnvironment
{
    QString name;
    QList<NameValue> variables;
    QStringList secrets = {}; ///< names of further ones, whose values are credentials and stand nowhere in it

    bool operator==(const CollectionEnvironment &) const = default;
};

/// What one file of another tool holds, in the terms of Keydesk. What every format is read into and written from. A value; holds no
/// credential once `takeCredentials` has been through it.
struct Collection
{
    QString name; ///< may be empty
    QString about;
    QList<CollectionRequest> requests; ///< in their order; those of one folder stand together
    QList<NameValue> variables;        ///< for all of its requests
    QList<CollectionEnvironment> environments;
    QStringList secrets = {}; ///< as an environment's

    bool operator==(const Collection &) const = default;
};

/// What an import did not take as it stood. Never holds a credential.
struct ImportNote
{
    enum class What {
        Changed,      ///< it is there, in another form
        ToKeychain,   ///< a credential: it is offered to the keychain, and stands nowhere else
        NotExpressed, ///< Keydesk has nothing for it
    };

    What what = What::Changed;
    QString place; ///< for people: "Agents › List agents, header X-Trace" or "line 12"
    QString text;  ///< one sentence

    bool operator==(const ImportNote &) const = default;
};

/// A credential that stood in an import. Its requests now name the variable {{`variable`}}, or, once it is a stored key, that key.
struct FoundCredential
{
    QString variable;
    std::shared_ptr<const Secret> value;
    KeyForm form;     ///< how its requests send it
    QString url;      ///< of the first request that does, as written; empty: none does
    QString place;    ///< as in ImportNote
    QList<int> requests; ///< places in `Collection::requests`
};

/// What came in. Nothing of it is kept anywhere yet, nothing was sent, run or resolved (SECURITY S10).
struct ImportedCollection
{
    QString format; ///< "Postman Collection v2.1"
    Collection collection;
    QList<FoundCredential> credentials;
    QList<ImportNote> notes;
};

/// What a reader is told beside the bytes.
struct CollectionSource
{
    QString fileName; ///< for messages, and as a name for what has none; empty: a pasted text
    const std::atomic_bool &cancelled; ///< ends the reading soon, with Error::Cancelled
};

/// A larger file is refused (bytes).
inline constexpr qsizetype collectionFileLimit = 64 * 1024 * 1024;
/// A request, folder or value may not be nested deeper.
inline constexpr int collectionDepthLimit = 64;
inline constexpr int collectionRequestLimit = 50'000;

} // namespace keydesk
