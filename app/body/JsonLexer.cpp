#include "app/body/JsonLexer.h"

#include "app/body/JsonLexing.h"

namespace keydesk {

#ifdef __x86_64__
qsizetype lexJsonAvx512(const char *bytes, qsizetype count, JsonCarries &carries, JsonLexed *lexed,
                        quint16 *tokens);
#endif

const std::vector<JsonLexer> &jsonLexers()
{
    static const std::vector<JsonLexer> lexers = [] {
        std::vector<JsonLexer> all;
#ifdef __x86_64__
        if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("pclmul") &&
            __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt"))
            all.push_back(lexJsonAvx512);
#endif
        all.push_back(lexAll);
        return all;
    }();
    return lexers;
}

} // namespace keydesk
