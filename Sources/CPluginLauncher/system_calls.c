#define _GNU_SOURCE
#include "system_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define NATIVE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE AUDIT_ARCH_AARCH64
#endif

/* Calls that are younger than the headers of some build machines; their numbers are the same everywhere. */
enum { OPENAT2 = 437, FCHMODAT2 = 452, SETXATTRAT = 463, REMOVEXATTRAT = 466, FILE_SETATTR = 469 };

static const uint32_t refused[] = {
    /* Other processes. An io_uring would open sockets without the call. */
    SYS_socket, SYS_io_uring_setup, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev,
    SYS_keyctl, SYS_add_key, SYS_request_key,
    SYS_setpriority, SYS_ioprio_set, SYS_sched_setscheduler, SYS_sched_setparam, SYS_sched_setattr,
    /* Files of the same user. Landlock knows truncate since its third version only; the flags of openat2
     * cannot be looked at. */
    SYS_truncate, OPENAT2,
    SYS_fchmod, SYS_fchmodat, FCHMODAT2, SYS_fchown, SYS_fchownat, SYS_utimensat,
    SYS_setxattr, SYS_lsetxattr, SYS_fsetxattr, SETXATTRAT,
    SYS_removexattr, SYS_lremovexattr, SYS_fremovexattr, REMOVEXATTRAT, FILE_SETATTR,
#ifdef __x86_64__
    SYS_chmod, SYS_chown, SYS_lchown, SYS_utime, SYS_utimes, SYS_futimesat,
#endif
};
enum { REFUSED = sizeof refused / sizeof refused[0] };

#ifdef NATIVE

/* The lower half of an argument: both architectures are little-endian. */
#define ARGUMENT(number) (offsetof(struct seccomp_data, args) + (number) * sizeof(uint64_t))

#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (offset))
#define MASK(bits) BPF_STMT(BPF_ALU | BPF_AND | BPF_K, (bits))
#define RETURN(value) BPF_STMT(BPF_RET | BPF_K, (value))
#define UNLESS_EQUAL(value, skipped) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (skipped))
#define REFUSE (SECCOMP_RET_ERRNO | EPERM)
#define ALLOW SECCOMP_RET_ALLOW

/* Opened for reading only and emptied all the same: nothing but Landlock's third version stops that. */
#define REFUSE_EMPTYING(call, flags) \
    UNLESS_EQUAL(call, 5), \
    LOAD(ARGUMENT(flags)), MASK(O_TRUNC | O_ACCMODE), \
    UNLESS_EQUAL(O_TRUNC, 1), RETURN(REFUSE), RETURN(ALLOW)

static const struct sock_filter beginning[] = {
    /* Calls in another architecture's numbering, such as 32-bit ones, are all refused. */
    LOAD(offsetof(struct seccomp_data, arch)),
    UNLESS_EQUAL(NATIVE, 1), BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0), RETURN(REFUSE),
    LOAD(offsetof(struct seccomp_data, nr)),
    /* x32 has x86-64's name and numbers from here on. */
    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1), RETURN(REFUSE),
    /* A pair of local stream sockets knows only itself; one of datagrams can send anywhere. */
    UNLESS_EQUAL(SYS_socketpair, 7),
    LOAD(ARGUMENT(0)), UNLESS_EQUAL(AF_UNIX, 4),
    LOAD(ARGUMENT(1)), MASK(0xF), UNLESS_EQUAL(SOCK_STREAM, 1), RETURN(ALLOW), RETURN(REFUSE),
    /* Limits of its own, not of the host. */
    UNLESS_EQUAL(SYS_prlimit64, 4),
    LOAD(ARGUMENT(0)), UNLESS_EQUAL(0, 1), RETURN(ALLOW), RETURN(REFUSE),
    REFUSE_EMPTYING(SYS_openat, 2),
#ifdef __x86_64__
    REFUSE_EMPTYING(SYS_open, 1),
#endif
};
enum { BEGINNING = sizeof beginning / sizeof beginning[0] };

bool refuse_system_calls(void) {
    struct sock_filter filter[BEGINNING + 2 * REFUSED + 1];
    unsigned short length = 0;
    for (; length < BEGINNING; length++) filter[length] = beginning[length];
    for (int call = 0; call < REFUSED; call++) {
        filter[length++] = (struct sock_filter)UNLESS_EQUAL(refused[call], 1);
        filter[length++] = (struct sock_filter)RETURN(REFUSE);
    }
    filter[length++] = (struct sock_filter)RETURN(ALLOW);
    struct sock_fprog program = {.len = length, .filter = filter};
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

bool can_refuse_system_calls(void) {
    uint32_t action = SECCOMP_RET_ERRNO;
    return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

#else

bool refuse_system_calls(void) { return false; }

bool can_refuse_system_calls(void) { return false; }

#endif
