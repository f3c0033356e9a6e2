#include "app/interchange/DotEnv.h"
#include "app/interchange/EnvText.h"
#include "app/interchange/KeyCandidates.h"
#include "app/providers/ProviderCatalog.h"

#include <cstddef>
#include <cstdint>

using namespace keydesk;

// Whatever a file holds: spans lie in it and in order, a value is no longer than what stands for it, changing
// nothing changes nothing, emptying a value takes out just its bytes, and nothing that is shown of a
// candidate holds its token.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char *>(data), size);
    Result<EnvText> read = EnvText::read(Secret(bytes));
    if (!read) {
        if (read.error().message.isEmpty())
            __builtin_trap();
        return 0;
    }
    const std::string_view text = read->text();
    if (read->with({}).reveal() != bytes)
        __builtin_trap();

    std::size_t last = 0;
    int line = 1;
    scanEnv(text, [&](const EnvSpan &span) {
        const bool inside = span.outerBegin <= span.begin && span.begin <= span.end &&
                            span.end <= span.outerEnd && span.outerEnd <= text.size();
        if (!inside || span.outerBegin < last || span.line < line)
            __builtin_trap();
        last = span.outerBegin;
        line = span.line;
        if (valueOf(text, span).size() > static_cast<qsizetype>(span.end - span.begin))
            __builtin_trap();
        (void)refersElsewhere(text, span);
        const auto begin = static_cast<qsizetype>(span.begin);
        const auto end = static_cast<qsizetype>(span.end);
        const Secret emptied = read->with({{begin, end, {}}});
        if (emptied.size() != read->bytes().size() - (read->byteOffset(end) - read->byteOffset(begin)))
            __builtin_trap();
        return true;
    });

    static const ProviderCatalog catalog = [] {
        ProviderCatalog made;
        made.loadBuiltIn();
        return made;
    }();
    QList<KeyCandidate> candidates;
    const CandidateContext context{
        catalog.all(), {}, {}, [](const Secret &) { return std::optional<ApiKey>(); }};
    findCandidates(*read, QStringLiteral(".env.production"), 0, context, candidates);
    for (const KeyCandidate &each : candidates) {
        const QString token = QString::fromUtf8(each.token->reveal().data(), each.token->size());
        if (each.hint.contains(token) || each.note.contains(token))
            __builtin_trap();
    }
    return 0;
}
