#include "app/http/DynamicValues.h"
#include "app/http/NamedAnswers.h"
#include "app/http/Variables.h"

#include <QStringList>

#include <cstdint>
#include <cstdlib>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

} // namespace

/// Lines "name=value" are variables, a line "<name" begins an answer of that name, and the rest, up to the
/// next one, is its body; everything before the first of them is resolved. The result is bounded, each reason
/// is one for people, and resolving what needs nothing changes nothing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QString input =
        QString::fromUtf8(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    QStringList text;
    Variables variables;
    NamedAnswers answers;
    QString answer;
    QByteArray body;
    for (const QString &line : input.split(u'\n')) {
        if (line.startsWith(u'<') && line.size() > 1) {
            if (!answer.isEmpty())
                answers.put(answer, {{}, body, {{"X", body.left(100)}}, body, false});
            answer = line.sliced(1);
            body.clear();
        } else if (!answer.isEmpty()) {
            body += line.toUtf8() + '\n';
        } else if (const qsizetype equals = line.indexOf(u'='); equals > 0 && !line.startsWith(u'{')) {
            variables.append({line.first(equals), line.sliced(equals + 1), true});
        } else {
            text.append(line);
        }
    }
    if (!answer.isEmpty())
        answers.put(answer, {{}, body, {{"X", body.left(100)}}, body, false});

    DynamicContext context;
    context.processEnv = [](const QString &name) { return std::optional(name); };
    const VariableSources sources(variables, std::make_shared<DynamicValues>(context),
                                  std::make_shared<NamedAnswers>(answers));
    QList<UnresolvedName> unresolved;
    const QString whole = text.join(u'\n');
    const QString resolved = resolveVariables(whole, sources, &unresolved);
    require(resolved.size() <= 64LL * 1024 * 1024 + whole.size());
    for (const UnresolvedName &each : std::as_const(unresolved))
        require(!each.name.isEmpty() && !each.why.isEmpty());
    if (!whole.contains("{{"_L1))
        require(resolved == whole && unresolved.isEmpty());
    return 0;
}
