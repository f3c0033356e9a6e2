#pragma once

#include "app/interchange/collection/Collection.h"

#include <QHash>
#include <QSet>

namespace keydesk::openapi {

/// A parameter, or a field of a form.
struct ApiParameter
{
    QString in; ///< "path", "query", "header", "cookie"; empty: a field
    QString name;
    QStringList examples; ///< several: it is sent several times
    bool isRequired = false;
    bool isFile = false;
};

/// One type that a body may have.
struct ApiContent
{
    QString type; ///< "application/json"
    QList<ApiParameter> fields;
    QList<std::pair<QString, QString>> examples; ///< the request's name, and the body's text
    bool isFile = false;
};

/// How keys are sent.
struct ApiScheme
{
    QString id;
    QString httpScheme; ///< "bearer"; empty: in a place of its own
    QString in;         ///< "header", "query", "cookie"
    QString name;

    [[nodiscard]] bool isSame(const ApiScheme &other) const
    {
        return httpScheme == other.httpScheme && in == other.in && name == other.name;
    }
};

struct ApiServer
{
    QString url; ///< {name} for each of `variables`
    QString about;
    QList<NameValue> variables; ///< with their defaults

    bool operator==(const ApiServer &) const = default;
};

struct ApiOperation
{
    QString method; ///< "get"
    QString id;     ///< unique
    QString summary;
    QString about;
    QString tag;                     ///< may be empty
    QStringList answers;             ///< the media types that are asked for
    QStringList schemes;             ///< ids of what its request sends, all at once
    QList<QStringList> otherSchemes; ///< and instead of them, what others do
    QStringList servers;             ///< as its requests write them
    QList<ApiParameter> parameters;
    QList<ApiContent> contents;
};

struct ApiPath
{
    QString path;
    QList<NameValue> parts; ///< its {name}s, in order
    QList<ApiOperation> operations;
};

/// Requests as OpenAPI describes them: one operation for each method and path. Of several that share both,
/// the first is the operation, and the others add what they send besides: optional parameters, further types
/// of body, examples.
class ApiOutline
{
public:
    /// Holds no credential if the collection does not. What cannot be described goes to `notes`.
    ApiOutline(const Collection &collection, QList<ImportNote> &notes);

    [[nodiscard]] const QList<ApiPath> &paths() const { return m_paths; }
    [[nodiscard]] const QList<ApiScheme> &schemes() const { return m_schemes; }
    [[nodiscard]] QStringList tags() const;
    /// Of most requests.
    [[nodiscard]] QList<ApiServer> servers() const { return serversOf({m_server}); }
    /// Of an operation alone; empty: those of most requests.
    [[nodiscard]] QList<ApiServer> serversFor(const ApiOperation &operation) const;

private:
    void add(const CollectionRequest &request);
    [[nodiscard]] QList<ApiServer> serversOf(const QStringList &written) const;
    [[nodiscard]] ApiServer serverOf(const QString &written, const CollectionEnvironment &environment) const;
    void addHeaders(const RequestSpec &spec, ApiOperation &operation, const QString &place);
    void addAuthorization(const QString &value, ApiOperation &operation);
    void addCookies(const QString &header, ApiOperation &operation);
    void addParameter(QList<ApiParameter> &all, const QString &in, const NameValue &row) const;
    bool addSecret(const QString &in, const NameValue &row, ApiOperation &operation);
    void addScheme(ApiScheme scheme, ApiOperation &operation);
    void addBody(const RequestSpec &spec, ApiOperation &operation, const QString &place);
    void merge(const ApiOperation &from, ApiOperation &into);
    [[nodiscard]] QString freeId(const CollectionRequest &request, const QString &path);
    /// With the values that its variables have; those without one stay as they are written.
    [[nodiscard]] QString resolved(const QString &text) const;
    [[nodiscard]] QString example(const QString &text) const;
    void tell(const QString &place, const QString &text);

    const Collection &m_collection;
    QList<ImportNote> &m_notes;
    QList<NameValue> m_values; // of variables
    QList<ApiPath> m_paths;
    QList<ApiScheme> m_schemes;
    QString m_server;
    QHash<QString, qsizetype> m_places; // path without its parts' names → place in m_paths
    QSet<QString> m_ids;
    QHash<QString, int> m_counts; // the last number that an id got
};

} // namespace keydesk::openapi
