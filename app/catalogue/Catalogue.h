#pragma once

#include "app/http/RequestSpec.h"

#include <QHash>
#include <QList>
#include <QString>
#include <QStringList>

#include <memory>
#include <optional>

namespace keydesk {

/// What the documentation says of one path part, query parameter, header or member of a body.
struct DocumentedField
{
    enum class Type { Unknown, String, Integer, Number, Boolean, Array, Object };
    enum class Need { Unknown, Optional, Required };

    QString name; ///< of a JSON body's member: its JSON Pointer, * for each item of an array ("/rows/*/id")
    Type type = Type::Unknown;
    Type items = Type::Unknown; ///< of an Array
    QString format;             ///< "uuid", "date", "email"; empty: none
    Need need = Need::Unknown;
    QString example;              ///< what to fill in; empty: nothing is documented
    bool isSentByDefault = false; ///< the example is the value that the server takes anyway
    QStringList values;           ///< the only ones that are allowed; empty: any
    QString limits;               ///< in the documentation's words: "max 255 chars"
    std::optional<double> minimum;
    std::optional<double> maximum;
    int minLength = 0;  ///< characters
    int maxLength = -1; ///< characters; -1: none documented
    QString about;

    bool operator==(const DocumentedField &) const = default;
};

/// The words for a type, for people: "whole number", "list of texts".
QString typeWords(const DocumentedField &field);
/// All that is known about a field, in sentences, one a line.
QString fieldText(const DocumentedField &field);

/// One documented call.
struct Endpoint
{
    QString group;
    QString name;
    QString method; ///< empty if the documentation does not tell
    QString path;   ///< behind the base URL, with {parts}; empty: announced without one, it cannot be called
    QString kindId; ///< of the key that it takes; empty: the provider's first
    bool takesKey = true;
    QString auth; ///< what it takes instead of a key, or that it takes none: a sentence
    QList<DocumentedField> parts;
    QList<DocumentedField> query;
    QList<DocumentedField> headers;
    RequestBody::Kind bodyKind = RequestBody::Kind::None;
    QString bodyText; ///< for a JSON or text body
    QList<DocumentedField> body;
    QString notes;  ///< or why it cannot be called
    QString source; ///< the documentation's address
    bool isDeprecated = false;

    bool operator==(const Endpoint &) const = default;
    [[nodiscard]] bool canBeCalled() const { return !path.isEmpty() && !method.isEmpty(); }
};

/// The request as it stands ready in the tree: filled with what is documented. What is optional is there, but
/// not enabled.
RequestSpec readyRequest(const Endpoint &endpoint);
/// Whether a call with this method and URL path (its parts filled in or not) is one of that endpoint.
bool covers(const Endpoint &endpoint, const QString &method, const QString &url);

/// The documented calls of one API. Pure data; shared, never changed once it stands in a CatalogueStore.
struct Catalogue
{
    QString id;
    QString name;
    QString docsUrl;
    QString baseUrl;           ///< of an imported one: where its provider is called; empty otherwise
    QList<Endpoint> endpoints; ///< those of one group stand together
    bool isImported = false;

    /// The endpoint of a request that was made from it: by method and URL as written, {parts} and all;
    /// several that share both are told apart by the request's name. nullptr: none.
    [[nodiscard]] const Endpoint *find(const RequestSpec &request) const;
};

using CataloguePtr = std::shared_ptr<const Catalogue>;

} // namespace keydesk
