// Compiled for processors with these instructions (app/CMakeLists.txt); empty for others.
#if defined(__x86_64__)

#include "app/body/JsonLexing.h"

namespace keydesk {

qsizetype lexJsonAvx512(const char *bytes, qsizetype count, JsonCarries &carries, JsonLexed *lexed,
                        quint16 *tokens);

qsizetype lexJsonAvx512(const char *bytes, qsizetype count, JsonCarries &carries, JsonLexed *lexed,
                        quint16 *tokens)
{
    return lexAll(bytes, count, carries, lexed, tokens);
}

} // namespace keydesk

#endif
