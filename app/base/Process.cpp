#include "app/base/Process.h"

#include <csignal>

#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

namespace keydesk {

namespace {

mode_t umaskBefore = 022;
bool ignoredPipeBefore = false;

} // namespace

void hardenProcess()
{
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0);
    umaskBefore = umask(077);
    ignoredPipeBefore = std::signal(SIGPIPE, SIG_IGN) == SIG_IGN;
}

void readyForOtherProgram()
{
    umask(umaskBefore);
    std::signal(SIGPIPE, ignoredPipeBefore ? SIG_IGN : SIG_DFL);
}

void keepHeapSmall()
{
#ifdef __GLIBC__
    mallopt(M_ARENA_MAX, 2);
#endif
}

void returnFreedHeap()
{
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

} // namespace keydesk
