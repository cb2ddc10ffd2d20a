#define _GNU_SOURCE
#include "system_calls.h"

#include <errno.h>
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
enum { FCHMODAT2 = 452, SETXATTRAT = 463, REMOVEXATTRAT = 466, FILE_SETATTR = 469 };

static const uint32_t refused[] = {
    /* Other processes. An io_uring would open sockets without the call. */
    SYS_socket, SYS_io_uring_setup, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev,
    SYS_keyctl, SYS_add_key, SYS_request_key,
    /* Files of the same user. */
    SYS_fchmod, SYS_fchmodat, FCHMODAT2, SYS_fchown, SYS_fchownat, SYS_utimensat,
    SYS_setxattr, SYS_lsetxattr, SYS_fsetxattr, SETXATTRAT,
    SYS_removexattr, SYS_lremovexattr, SYS_fremovexattr, REMOVEXATTRAT, FILE_SETATTR,
#ifdef __x86_64__
    SYS_chmod, SYS_chown, SYS_lchown, SYS_utime, SYS_utimes, SYS_futimesat,
#endif
};
enum { REFUSED = sizeof refused / sizeof refused[0] };

#ifdef NATIVE

/* The lower half of the second argument: both architectures are little-endian. */
enum { SECOND_ARGUMENT = offsetof(struct seccomp_data, args) + sizeof(uint64_t) };

#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (offset))
#define RETURN(value) BPF_STMT(BPF_RET | BPF_K, (value))
#define UNLESS_EQUAL(value, skipped) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (skipped))
#define REFUSE (SECCOMP_RET_ERRNO | EPERM)

bool refuse_system_calls(void) {
    struct sock_filter filter[16 + 2 * REFUSED] = {
        /* Calls in another architecture's numbering, such as 32-bit ones, are all refused. */
        LOAD(offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE, 1, 0),
        RETURN(REFUSE),
        LOAD(offsetof(struct seccomp_data, nr)),
        /* x32 has x86-64's name and numbers from here on. */
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
        RETURN(REFUSE),
        /* A pair of stream sockets knows only itself; one of datagrams can send anywhere. */
        UNLESS_EQUAL(SYS_socketpair, 5),
        LOAD(SECOND_ARGUMENT),
        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xF),
        UNLESS_EQUAL(SOCK_STREAM, 1),
        RETURN(SECCOMP_RET_ALLOW),
        RETURN(REFUSE),
    };
    unsigned short length = 12;
    for (int call = 0; call < REFUSED; call++) {
        filter[length++] = (struct sock_filter)UNLESS_EQUAL(refused[call], 1);
        filter[length++] = (struct sock_filter)RETURN(REFUSE);
    }
    filter[length++] = (struct sock_filter)RETURN(SECCOMP_RET_ALLOW);
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
