#define _GNU_SOURCE
#include "plugin_launcher.h"
#include "landlock.h"
#include "system_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The places of descriptors in the child: the program stays open for the interpreter of a script, the
 * report closes itself when the program is executed. */
enum { PROGRAM = 3, REPORT = 4, FIRST_FREE = 5 };

/* What the child reports: once before it executes, and again if that fails. */
struct report {
    unsigned isolation;
    int stage;
    int error;
};

static void report(int end, unsigned isolation, int stage, int error) {
    struct report words = {isolation, stage, error};
    if (write(end, &words, sizeof words) < 0) _exit(127);
}

static void fail(int end, unsigned isolation, int stage) {
    report(end, isolation, stage, errno);
    _exit(127);
}

/* Descriptors: 0, 1, 2, the program and the report; nothing else is inherited. */
static bool arrange(const struct plugin_program *program, int report_end) {
    /* All five are moved out of the way first, so that none overwrites another. */
    int input = fcntl(program->input, F_DUPFD, 32), output = fcntl(program->output, F_DUPFD, 32);
    int errors = fcntl(program->errors, F_DUPFD, 32), file = fcntl(program->program, F_DUPFD, 32);
    int channel = fcntl(report_end, F_DUPFD, 32);
    if (input < 0 || output < 0 || errors < 0 || file < 0 || channel < 0) return false;
    if (fchdir(program->working_folder) < 0) return false;
    if (dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(errors, 2) < 0) return false;
    if (dup3(file, PROGRAM, program->is_script ? 0 : O_CLOEXEC) < 0) return false;
    if (dup3(channel, REPORT, O_CLOEXEC) < 0) return false;
    return syscall(SYS_close_range, FIRST_FREE, ~0U, 0) == 0;
}

static bool limit(int resource, uint64_t value) {
    struct rlimit old, wanted;
    if (getrlimit(resource, &old) < 0) return false;
    wanted.rlim_cur = wanted.rlim_max = old.rlim_max < value ? old.rlim_max : value;
    return setrlimit(resource, &wanted) == 0;
}

static bool limits(const struct plugin_limits *limits, bool has_own_users) {
    /* 1, not 0: only that stops a dump into a program too (core(5), kernel/coredump.c). */
    return limit(RLIMIT_CORE, 1) && limit(RLIMIT_AS, limits->memory)
        && limit(RLIMIT_FSIZE, limits->file_size) && limit(RLIMIT_NOFILE, limits->descriptors)
        && (!has_own_users || limit(RLIMIT_NPROC, limits->processes));
}

/* Handlers do not survive exec, but ignored and blocked signals do. A file that grows beyond its limit is an
 * error of the write, not the end of the program. */
static void usual_signals(void) {
    for (int number = 1; number < NSIG; number++) signal(number, number == SIGXFSZ ? SIG_IGN : SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* No capability is left, none comes back with exec: root keeps no more than its user id. Dropping from the
 * bounding set needs a privilege, giving up what is held does not. */
static bool give_up_capabilities(void) {
    for (int capability = 0; capability < 64; capability++)
        prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};
    return syscall(SYS_capset, &head, none) == 0;
}

static void run(const struct plugin_program *program, unsigned isolation, int report_end) {
    usual_signals();
    setsid();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    umask(077);
    /* Until all are in their places, 4 is one of the parent's files. */
    if (!arrange(program, report_end)) fail(report_end, isolation, PLUGIN_DESCRIPTORS);
    if (!limits(&program->limits, isolation & PLUGIN_NO_PRIVILEGES))
        fail(REPORT, isolation, PLUGIN_LIMITS);
    if (!give_up_capabilities() || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        fail(REPORT, isolation, PLUGIN_SHUT_OFF);
    int landlocked = landlock_shut_off(program->readable, program->devices);
    if (landlocked < 0) fail(REPORT, isolation, PLUGIN_SHUT_OFF);
    isolation |= (unsigned)landlocked;
    if (refuse_system_calls()) isolation |= PLUGIN_NO_SOCKETS;
    report(REPORT, isolation, PLUGIN_STARTED, 0);
    syscall(SYS_execveat, PROGRAM, "", program->arguments, program->environment, AT_EMPTY_PATH);
    fail(REPORT, isolation, PLUGIN_EXECUTE);
}

/* From the most to the least that a kernel may allow: without root some allow user namespaces, some do
 * not; root can do without. */
static const struct { unsigned long flags; unsigned isolation; } attempts[] = {
    {CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWIPC,
     PLUGIN_NO_NETWORK | PLUGIN_OWN_PROCESSES | PLUGIN_NO_PRIVILEGES},
    {CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWIPC, PLUGIN_NO_NETWORK | PLUGIN_OWN_PROCESSES},
    {CLONE_NEWUSER | CLONE_NEWNET, PLUGIN_NO_NETWORK | PLUGIN_NO_PRIVILEGES},
    {0, 0},
};
enum { ATTEMPTS = sizeof attempts / sizeof attempts[0] };

static ssize_t read_report(int end, struct report *words) {
    ssize_t count;
    do count = read(end, words, sizeof *words); while (count < 0 && errno == EINTR);
    return count;
}

struct plugin_start plugin_start(const struct plugin_program *program) {
    struct plugin_start start = {.process = -1, .stage = PLUGIN_CLONE};
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) {
        start.error = errno;
        return start;
    }
    /* A program of the same user could otherwise read this one's memory, where Landlock is missing. */
    prctl(PR_SET_DUMPABLE, 0);
    for (int attempt = 0; attempt < ATTEMPTS && start.process < 0; attempt++) {
        start.isolation = attempts[attempt].isolation;
        start.process = (pid_t)syscall(SYS_clone, attempts[attempt].flags | SIGCHLD, 0, 0, 0, 0);
        start.error = errno;
        if (start.process == 0) run(program, start.isolation, ends[1]);
    }
    close(ends[1]);
    struct report words;
    while (start.process > 0 && read_report(ends[0], &words) == (ssize_t)sizeof words) {
        start.isolation = words.isolation;
        start.stage = words.stage;
        start.error = words.error;
    }
    close(ends[0]);
    if (start.process > 0 && start.stage != PLUGIN_STARTED)
        while (waitpid(start.process, NULL, 0) < 0 && errno == EINTR) {}
    return start;
}

static int nothing(void *unused) {
    (void)unused;
    return 0;
}

unsigned plugin_isolation_offered(void) {
    static _Alignas(16) char stack[4096];
    unsigned offered = landlock_offered() | (can_refuse_system_calls() ? PLUGIN_NO_SOCKETS : 0);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        pid_t child = clone(nothing, stack + sizeof stack, (int)attempts[attempt].flags | SIGCHLD, NULL);
        if (child < 0) continue;
        waitpid(child, NULL, 0);
        return offered | attempts[attempt].isolation;
    }
    return offered;
}
