#include "app/http/JsonFormat.h"

#include <cstdlib>

using namespace keydesk;

/// Whatever is accepted must come through unchanged but for white space, and a problem must lie inside the
/// text.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size)
{
    const QByteArray json(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    for (const JsonDialect dialect : {JsonDialect::Strict, JsonDialect::WithVariables}) {
        const JsonText small = minifiedJson(json, dialect);
        const JsonText pretty = prettyJson(json, dialect);
        if (small.problem != pretty.problem)
            std::abort();
        if (small.problem) {
            if (small.problem->offset < 0 || small.problem->offset > json.size())
                std::abort();
            continue;
        }
        if (minifiedJson(pretty.text, dialect).text != small.text)
            std::abort();
    }
    const JsonText cut = prettyJson(json, JsonDialect::Strict, 64);
    if (cut.text.size() > 64)
        std::abort();
    return 0;
}
