// Compiled for processors with these instructions (app/CMakeLists.txt); empty for others.
#if defined(__x86_64__)

#include "app/body/JsonLexing.h"

namespace keydesk {

void lexJsonAvx512(const char *bytes, qsizetype count, JsonCarries &carries, JsonLexed *lexed);

void lexJsonAvx512(const char *bytes, qsizetype count, JsonCarries &carries, JsonLexed *lexed)
{
    lexAll(bytes, count, carries, lexed);
}

} // namespace keydesk

#endif
