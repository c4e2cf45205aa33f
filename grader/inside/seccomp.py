"""Which system calls a student's process may make: those that computing needs, and no others.

The filter is classic BPF, written out here, so that nothing needs to be installed for it. Everything that is not listed
fails with EPERM: new processes, programs, sockets, mounts, namespaces, tracing, keys, other processes' memory. `clone`
may only make threads. `clone3` fails with ENOSYS, at which the C library turns to `clone`.
"""

import ctypes
import platform
import struct

# name, its number on x86-64, its number on arm64 ("-": there is none); from Linux's unistd.h, the frequent ones first
ALLOWED = """
read 0 63, write 1 64, readv 19 65, writev 20 66, pread64 17 67, pwrite64 18 68, close 3 57, lseek 8 62,
open 2 -, openat 257 56, stat 4 -, fstat 5 80, lstat 6 -, newfstatat 262 79, statx 332 291, access 21 -,
faccessat 269 48, faccessat2 439 439, readlink 89 -, readlinkat 267 78, getdents 78 -, getdents64 217 61,
getcwd 79 17, chdir 80 49, fcntl 72 25, dup 32 23, dup2 33 -, dup3 292 24, pipe 22 -, pipe2 293 59, poll 7 -,
ppoll 271 73, select 23 -, pselect6 270 72, epoll_create1 291 20, epoll_ctl 233 21, epoll_wait 232 -,
epoll_pwait 281 22, eventfd2 290 19, ioctl 16 29, mkdir 83 -, mkdirat 258 34, unlink 87 -, unlinkat 263 35,
rmdir 84 -, rename 82 -, renameat 264 38, renameat2 316 276, ftruncate 77 46, truncate 76 45, fsync 74 82,
fdatasync 75 83, umask 95 166, chmod 90 -, fchmod 91 52, fchmodat 268 53, utimensat 280 88, flock 73 32,
statfs 137 43, fstatfs 138 44, fallocate 285 47, fadvise64 221 223, mmap 9 222, munmap 11 215, mremap 25 216,
mprotect 10 226, madvise 28 233, brk 12 214, mincore 27 232, membarrier 324 283, futex 202 98,
set_robust_list 273 99, get_robust_list 274 100, rseq 334 293, set_tid_address 218 96, sched_yield 24 124,
sched_getaffinity 204 123, sched_setaffinity 203 122, sched_getparam 143 121, sched_getscheduler 145 120,
sched_get_priority_max 146 125, sched_get_priority_min 147 126, getcpu 309 168, get_mempolicy 239 236,
gettid 186 178, getpid 39 172, getppid 110 173, getpgrp 111 -, getpgid 121 155, getsid 124 156, getuid 102 174,
geteuid 107 175, getgid 104 176, getegid 108 177, getgroups 115 158, getresuid 118 148, getresgid 120 150,
exit 60 93, exit_group 231 94, rt_sigaction 13 134, rt_sigprocmask 14 135, rt_sigreturn 15 139,
rt_sigpending 127 136, rt_sigtimedwait 128 137, rt_sigsuspend 130 133, sigaltstack 131 132, tgkill 234 131,
tkill 200 130, kill 62 129, pause 34 -, wait4 61 260, waitid 247 95, restart_syscall 219 128,
clock_gettime 228 113, clock_getres 229 114, clock_nanosleep 230 115, nanosleep 35 101, gettimeofday 96 169,
time 201 -, times 100 153, alarm 37 -, setitimer 38 103, getitimer 36 102, timer_create 222 107,
timer_settime 223 110, timer_delete 226 111, timerfd_create 283 85, timerfd_settime 286 86, getrandom 318 278,
uname 63 160, sysinfo 99 179, getrusage 98 165, getrlimit 97 163, setrlimit 160 164, prlimit64 302 261,
prctl 157 167, arch_prctl 158 -, getpriority 140 141, setpriority 141 140, recvfrom 45 207, sendto 44 206,
getsockopt 55 209, getsockname 51 204, shutdown 48 210
"""
CLONE = {"x86_64": 56, "aarch64": 220}
CLONE3 = 435
AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
CLONE_THREAD = 0x10000
X32 = 0x40000000  # a second numbering of the same calls on x86-64
LOAD, JUMP_EQUAL, JUMP_AT_LEAST, JUMP_BITS, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, DENY, NO_SUCH_CALL, KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000  # EPERM is 1, ENOSYS 38
NUMBER, ARCH, FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2


def numbers(machine: str) -> list[int]:
    """The allowed calls' numbers on a kind of machine."""
    column = list(AUDIT_ARCH).index(machine) + 1
    rows = [row.split() for row in ALLOWED.replace("\n", " ").split(",")]
    return [int(row[column]) for row in rows if row[column] != "-"]


def filter_program(machine: str = "") -> bytes:
    """The filter for this kind of machine; a kind that is not known is refused."""
    machine = machine or platform.machine()
    if machine not in AUDIT_ARCH:
        raise OSError(f"no list of system calls for {machine}, only for {' and '.join(AUDIT_ARCH)}")

    def step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
        return struct.pack("<HBBI", code, if_true, if_false, value)

    steps = [
        step(LOAD, ARCH),
        step(JUMP_EQUAL, AUDIT_ARCH[machine], 1, 0),
        step(RETURN, KILL),
        step(LOAD, NUMBER),
        step(JUMP_AT_LEAST, X32, 0, 1),
        step(RETURN, DENY),
    ]
    for number in numbers(machine):
        steps += [step(JUMP_EQUAL, number, 0, 1), step(RETURN, ALLOW)]
    steps += [
        step(JUMP_EQUAL, CLONE3, 0, 1),
        step(RETURN, NO_SUCH_CALL),
        step(JUMP_EQUAL, CLONE[machine], 1, 0),
        step(RETURN, DENY),
        step(LOAD, FIRST_ARGUMENT),
        step(JUMP_BITS, CLONE_THREAD, 0, 1),
        step(RETURN, ALLOW),
        step(RETURN, DENY),
    ]
    return b"".join(steps)


def install(program: bytes) -> None:
    """Put this process under the filter, for good."""
    libc = ctypes.CDLL(None, use_errno=True)
    steps = ctypes.create_string_buffer(program, len(program))
    head = ctypes.create_string_buffer(struct.pack("@HP", len(program) // 8, ctypes.addressof(steps)))
    for arguments in ((PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, head, 0, 0)):
        if libc.prctl(*arguments):
            raise OSError(ctypes.get_errno(), "the kernel refuses the filter of system calls")
