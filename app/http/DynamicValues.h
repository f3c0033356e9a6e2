#pragma once

#include "app/base/Error.h"
#include "app/base/Secret.h"

#include <QDateTime>
#include <QString>

#include <functional>
#include <optional>

namespace keydesk {

/// Where {{$dotenv}}, {{$projectRoot}} and their like look.
struct DynamicContext
{
    QString folder; ///< of the file that the request stands in: where its .env lies, there or above up to
                    ///< `projectRoot`
    QString projectRoot; ///< the workspace's folder; empty: {{$projectRoot}} has no value
    /// Told of each value that {{$dotenv}} gives, and of those of {{$processEnv}} whose names say that they
    /// are secret: give it to the redactor.
    std::function<void(const Secret &)> secretFound{};
    std::function<QDateTime()> now{};                                    ///< empty: the clock
    std::function<std::optional<QString>(const QString &)> processEnv{}; ///< empty: the process's environment
};

/// {{$guid}} and its like: what the VS Code REST Client and the JetBrains HTTP client make up when a request
/// is sent.
class DynamicValues
{
public:
    /// A variable of the environment by its name, for {{$processEnv %NAME}}.
    using Lookup = std::function<std::optional<QString>(const QString &)>;

    explicit DynamicValues(DynamicContext context = {});

    /// A new value for "$guid", "$randomInt 1 10", "$datetime iso8601 1 d" … The Error's message is a part of
    /// a sentence: "the environment variable HOME is not set".
    [[nodiscard]] Result<QString> value(const QString &expression, const Lookup &lookup) const;

    static constexpr int longestRandom = 10'000; ///< characters

private:
    [[nodiscard]] Result<QString> fromEnvironment(const QString &argument, const Lookup &lookup) const;
    [[nodiscard]] Result<QString> fromDotEnv(const QString &argument, const Lookup &lookup) const;

    DynamicContext m_context;
};

} // namespace keydesk
