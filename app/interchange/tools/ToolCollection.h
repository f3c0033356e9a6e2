#pragma once

#include "app/interchange/collection/Collection.h"
#include "app/interchange/tools/ToolAuth.h"
#include "app/interchange/tools/ToolScopes.h"

namespace keydesk {

/// What a folder of another tool says for all that is in it.
struct ToolFolder
{
    QString name;
    QString about{};
    QList<NameValue> headers{};
    QList<NameValue> variables{};
    ToolAuth auth{};
    QStringList left{}; ///< sentences on what Keydesk has nothing for
};

/// A request as another tool has it: in the tool's own syntax, without what its folders add.
struct ToolRequest
{
    RequestSpec spec{};
    HttpOptions options{};
    QString about{};
    QList<NameValue> variables{}; ///< of this request alone
    ToolAuth auth{};
    QStringList left{};    ///< sentences on what Keydesk has nothing for
    QStringList changed{}; ///< and on what is there in another form
};

/// Puts an import together from what the reader of a format finds, in the order of the tool: folders with the requests in them. Gives each
/// request what its folders add (headers, authentication, variables), and turns the tool's texts into Keydesk's. Keeps to the limits of
/// Collection.h.
class ToolCollection
{
public:
    static constexpr int mostVariables = 50'000; ///< of one place; further ones are left out, and told of
    static constexpr int mostHeaders = 500;      ///< of a request with what its folders add

    ToolCollection(const QString &format, const ToolSyntax &syntax, const CollectionSource &source);

    /// What holds for the whole collection. Call before anything is added. Its variables become the collection's.
    void setWhole(const ToolFolder &whole);
    void addVariables(const QList<NameValue> &variables);
    void addEnvironment(const QString &name, const QList<NameValue> &variables);

    Result<void> open(const ToolFolder &folder);
    void close();
    Result<void> add(const ToolRequest &request);

    /// On something in the folder that is open; `name` is that of the request or the like, or empty.
    void noteLeft(const QString &name, const QString &text);
    void noteChanged(const QString &name, const QString &text);

    [[nodiscard]] qsizetype requestCount() const { return m_count; }
    [[nodiscard]] bool hasVariables() const { return !m_made.collection.environments.isEmpty() || !m_made.collection.variables.isEmpty(); }

    /// The whole; this is empty afterwards.
    ImportedCollection take();

private:
    struct Level
    {
        ToolFolder folder;
        int scope;
    };
    struct Placed
    {
        ToolRequest request;
        QString place;
        int scope;
    };
    struct Group
    {
        QStringList folder;
        std::vector<Placed> requests;
    };

    [[nodiscard]] QString placeOf(const QString &name) const;
    [[nodiscard]] QStringList path() const;
    void note(ImportNote::What what, const QString &place, const QString &text);
    Result<void> inherit(ToolRequest &request, const QString &place);
    QList<NameValue> named(const QList<NameValue> &variables, const QString &name);
    CollectionRequest finished(Placed &placed, const QStringList &folder);
    void translateVariables();

    ToolSyntax m_syntax;
    QString m_fileName;
    const std::atomic_bool &m_cancelled;
    ImportedCollection m_made;
    std::vector<Level> m_levels; // the first is the whole
    std::vector<Group> m_groups;
    QHash<QStringList, std::size_t> m_groupOf;
    ToolScopes m_scopes;
    QSet<QString> m_noted;
    qsizetype m_count = 0;
    qsizetype m_inherited = 0; // characters
};

} // namespace keydesk
