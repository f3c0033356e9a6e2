#include "app/filter/program/Walls.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <vector>

#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace keydesk::filter {

namespace {

void limit(int what, std::int64_t most)
{
    const rlimit both{static_cast<rlim_t>(most), static_cast<rlim_t>(most)};
    ::setrlimit(static_cast<__rlimit_resource>(what), &both);
}

void closeOthers(std::vector<int> kept)
{
    std::sort(kept.begin(), kept.end());
    unsigned from = STDERR_FILENO + 1;
    for (const int descriptor : kept) {
        if (static_cast<unsigned>(descriptor) > from)
            ::close_range(from, static_cast<unsigned>(descriptor) - 1, 0);
        from = static_cast<unsigned>(descriptor) + 1;
    }
    ::close_range(from, ~0U, 0);
}

/// Everything else fails as if it were forbidden. 0, or errno.
int allowComputing()
{
    scmp_filter_ctx calls = ::seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (!calls)
        return ENOMEM;
    ::seccomp_attr_set(calls, SCMP_FLTATR_API_SYSRAWRC, 1); // the kernel's errno, not ECANCELED for each
    for (const int call : {SCMP_SYS(read),         SCMP_SYS(pread64),
                           SCMP_SYS(write),        SCMP_SYS(brk),
                           SCMP_SYS(mmap),         SCMP_SYS(mmap2),
                           SCMP_SYS(munmap),       SCMP_SYS(mremap),
                           SCMP_SYS(mprotect),     SCMP_SYS(madvise),
                           SCMP_SYS(futex),        SCMP_SYS(clock_gettime),
                           SCMP_SYS(gettimeofday), SCMP_SYS(time),
                           SCMP_SYS(getrandom),    SCMP_SYS(fstat),
                           SCMP_SYS(newfstatat),   SCMP_SYS(lseek),
                           SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
                           SCMP_SYS(rt_sigreturn), SCMP_SYS(restart_syscall),
                           SCMP_SYS(gettid),       SCMP_SYS(getpid),
                           SCMP_SYS(tgkill),       SCMP_SYS(exit),
                           SCMP_SYS(exit_group)})
        ::seccomp_rule_add(calls, SCMP_ACT_ALLOW, call, 0);
    const int error = -::seccomp_load(calls);
    ::seccomp_release(calls);
    const bool isUnknown =
        error == ENOSYS || error == EINVAL; // seccomp(2): to a kernel that was built without it
    return isUnknown ? 0 : error;
}

} // namespace

void leaveEnvironment()
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::prctl(PR_SET_DUMPABLE, 0);
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    limit(RLIMIT_CORE, 0);
    static char *none = nullptr; // jq's `env` asks for a list
    environ = &none;
}

int putUpWalls(const Limits &limits, std::initializer_list<int> kept)
{
    std::signal(SIGXFSZ, SIG_IGN); // the write fails, and that is told
    closeOthers(kept);
    limit(RLIMIT_FSIZE, limits.output);
    limit(RLIMIT_AS, limits.memory);
    limit(RLIMIT_NOFILE, 0);
    return allowComputing();
}

} // namespace keydesk::filter
