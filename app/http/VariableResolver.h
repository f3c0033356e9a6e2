#pragma once

#include "app/base/Error.h"
#include "app/http/AnswerReference.h"
#include "app/http/Variables.h"

namespace keydesk {

/// Does what `resolveVariables` says; for that and for `meaningOf` alone. To be used once.
class VariableResolver
{
public:
    enum class For {
        Sending,
        Reading, ///< by a person: dots in the place of secrets, of what .env files and the process's
                 ///< environment say and of credential headers;
                 ///< {{$guid}} and its like, which are made up anew each time, stay as they are written
    };

    VariableResolver(const VariableSources &sources, QList<UnresolvedName> *unresolved,
                     For what = For::Sending);

    QString resolve(const QString &text);

private:
    void append(const QString &text, int depth);
    QString replace(const QString &name, int depth);
    QString replaceVariable(const NameValue &variable, int depth);
    QString replaceEncoded(const QString &name, int depth);
    QString putDynamic(const QString &name);
    QString putAnswer(const AnswerReference &reference);
    QString putSecret(const QUuid &keyId, bool percentEncoded);
    QString put(const Result<QString> &value);
    [[nodiscard]] const NameValue *find(const QString &name) const;
    void note(const QString &name, const QString &why);

    const VariableSources &m_sources;
    QList<UnresolvedName> *m_unresolved;
    const For m_for;
    QString m_result;
    QStringList m_open; // the variables that are being replaced, outermost first
    int m_replacements = 0;
};

} // namespace keydesk
