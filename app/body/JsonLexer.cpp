#include "app/body/JsonLexer.h"

#include "app/body/JsonLexing.h"

namespace keydesk {

#ifdef __x86_64__
void lexJsonAvx512(const char *bytes, qsizetype count, JsonCarries &carries, JsonLexed *lexed);
#endif

const std::vector<JsonLexer> &jsonLexers()
{
    static const std::vector<JsonLexer> lexers = [] {
        std::vector<JsonLexer> all;
#ifdef __x86_64__
        if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("pclmul"))
            all.push_back(lexJsonAvx512);
#endif
        all.push_back(lexAll);
        return all;
    }();
    return lexers;
}

} // namespace keydesk
