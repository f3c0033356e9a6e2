#include "app/body/SocketDrafts.h"

using namespace Qt::StringLiterals;

namespace keydesk {

QStringList socketDrafts(const RequestBody &body, const VariableSources &variables)
{
    VariableSources plain = variables;
    plain.secrets.clear(); // a message goes out as it is shown: what stands for a secret would be sent, and the secret would be seen
    QStringList drafts;
    QStringList lines;
    const auto endDraft = [&] {
        if (const QString draft = lines.join(u'\n').trimmed(); !draft.isEmpty())
            drafts.append(resolveVariables(draft, plain, nullptr));
        lines.clear();
    };
    for (const QString &line : body.text.split(u'\n')) {
        if (line.startsWith("==="_L1))
            endDraft();
        else
            lines.append(line);
    }
    endDraft();
    return drafts;
}

} // namespace keydesk
