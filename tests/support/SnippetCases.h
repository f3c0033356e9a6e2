#pragma once

#include "app/http/SecretMarkers.h"
#include "app/interchange/snippets/SnippetRequest.h"
#include "tests/support/FakeTokens.h"

#include <QTemporaryDir>

namespace keydesk::test {

/// A request that snippets are made of, with what its secrets are called.
struct SnippetCase
{
    QString name;
    PreparedRequest request;
    SnippetNaming naming;
};

/// Requests of every kind for a server at `baseUrl`, with keys in all three places and secret variables. The path of each begins with a
/// folder of its own ("/case03/"), so that a server can tell them apart.
class SnippetCases
{
public:
    explicit SnippetCases(const QUrl &baseUrl);

    static constexpr const char *token = "talq_Canary+Snippet/Canary=3f9a&x";
    static constexpr const char *pair = "alice:wonder land&more-than-16";
    static constexpr const char *variable = "variable-Canary \"quoted\" \xC3\xA9&<0123456789";
    static constexpr const char *word = "Canary'of$one-word!0123456789";

    [[nodiscard]] const QList<SnippetCase> &all() const { return m_all; }
    [[nodiscard]] const SnippetCase &named(const QString &name) const;
    /// What HttpClient asks.
    [[nodiscard]] FakeTokens &tokens() { return m_tokens; }
    /// By the keys that `naming` says.
    [[nodiscard]] SecretValues values() const;
    /// The variables of the environment that a snippet reads.
    [[nodiscard]] QList<QPair<QString, QString>> environment() const;

private:
    enum class Key { None, Bearer, Header, Query, Basic };

    void add(const QString &name, RequestSpec spec, Key key = Key::None);
    [[nodiscard]] SnippetKey key(const QUuid &id, const KeyForm &form, const QString &variableName) const;

    QUrl m_baseUrl;
    QTemporaryDir m_folder;
    FakeTokens m_tokens;
    QHash<int, SnippetKey> m_keys;
    QUuid m_variable;
    QUuid m_word;
    QList<SnippetCase> m_all;
};

} // namespace keydesk::test
