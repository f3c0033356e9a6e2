#pragma once

namespace keydesk {

/// Before anything else runs: core dumps off, not dumpable (PR_SET_DUMPABLE 0), umask 077 so that every file this process
/// makes is 0600 in 0700 folders (SECURITY S9). Also ignores SIGPIPE.
void hardenProcess();

/// Before another program takes this process's place, or is started by it: umask and SIGPIPE are as they were
/// before `hardenProcess`, which may be ignored. Core dumps stay off.
void readyForOtherProgram();

/// At the start, before there are threads. Each thread that allocates would keep a heap of its own, and those of
/// Keydesk, which read for a moment, would never fill theirs.
void keepHeapSmall();

/// Gives freed memory that the allocator keeps back to the system. Takes about a millisecond.
void returnFreedHeap();

} // namespace keydesk
