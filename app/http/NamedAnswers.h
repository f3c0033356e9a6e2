#pragma once

#include "app/http/AnswerReference.h"
#include "app/http/PreparedRequest.h"

#include <QHash>

namespace keydesk {

/// What was sent for a named request last, and what came back.
struct NamedAnswer
{
    Headers requestHeaders;
    QByteArray requestBody;
    Headers responseHeaders;
    QByteArray responseBody; ///< decoded
    bool truncated = false;  ///< only the beginning of the answer arrived
};

/// The last answer of each named request, for {{name.response.…}} in others. In memory only, never written;
/// the oldest go beyond the limits. A value: give a copy away with `VariableSources`.
class NamedAnswers
{
public:
    static constexpr qsizetype largestBody =
        4 * 1024 * 1024; ///< bytes; a longer one is not kept, and a reference says so
    static constexpr int mostAnswers = 200;
    static constexpr qsizetype mostBytes = 64 * 1024 * 1024;

    void put(const QString &name, NamedAnswer answer);
    void remove(const QString &name);
    void clear();
    [[nodiscard]] bool contains(const QString &name) const { return m_answers.contains(name); }
    [[nodiscard]] QStringList names() const { return m_order; } ///< the one that was put in first, first
    [[nodiscard]] const NamedAnswer *find(const QString &name) const; ///< null: there is none; good until the next change
    [[nodiscard]] int count() const { return static_cast<int>(m_answers.size()); }

    /// The Error's message is a part of a sentence: "there is no answer of “login” yet".
    [[nodiscard]] Result<QString> value(const AnswerReference &reference) const;

private:
    static qsizetype sizeOf(const NamedAnswer &answer);

    QHash<QString, NamedAnswer> m_answers;
    QStringList m_order; // oldest first
    qsizetype m_bytes = 0;
};

} // namespace keydesk
