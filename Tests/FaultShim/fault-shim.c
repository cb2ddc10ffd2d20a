/* A library that is put before the C library (LD_PRELOAD) and lets a test choose the very call to the system at which
   something goes wrong. Built and used by Tests/Harness/FaultShim.swift. It counts the calls that concern files below
   one folder (FAULT_ROOT) and standard output, and what is sent to and received from PostgreSQL over a socket in the file
   system, in the one program that it is meant for (FAULT_PROGRAM): shells and plugins, which inherit it, are left alone.

   FAULT_LOG     a file that gets a line for each counted call: its name, its path, and for a write where and how much
   FAULT_DATA    a file that gets the bytes of each write, one after the other, in the order of the log
   FAULT_AT      the number of the call, from 1, before which FAULT_ACTION is done
   FAULT_ACTION  a signal's number; or with a minus, an errno that this call and all later ones that write end with
   FAULT_CLOCK   seconds to add to the time of day
   FAULT_THREADS how many threads there may be beside the first; the system's own limit does not bind root */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static const char *root;
static size_t root_length;
static int log_file = -1, data_file = -1, is_on;
static long count, fault_at, action, clock_shift, threads, most_threads = -1;

__attribute__((constructor)) static void begin(void) {
    const char *program = getenv("FAULT_PROGRAM");
    if (getenv("FAULT_CLOCK")) clock_shift = atol(getenv("FAULT_CLOCK"));
    if (!program || strcmp(program, program_invocation_short_name) != 0) return;
    if (!(root = getenv("FAULT_ROOT"))) return;
    root_length = strlen(root);
    const char *text;
    if ((text = getenv("FAULT_THREADS"))) most_threads = atol(text);
    if ((text = getenv("FAULT_AT"))) fault_at = atol(text);
    if ((text = getenv("FAULT_ACTION"))) action = atol(text);
    int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC;
    if ((text = getenv("FAULT_LOG"))) log_file = syscall(SYS_open, text, flags, 0600);
    if ((text = getenv("FAULT_DATA"))) data_file = syscall(SYS_open, text, flags, 0600);
    is_on = 1;
}

/* The path of a descriptor, or of a name in a folder; empty for what is no file. */
static void resolve(char *path, int folder, const char *name) {
    path[0] = 0;
    if (name && name[0] == '/') {
        snprintf(path, PATH_MAX, "%s", name);
        return;
    }
    if (folder == STDOUT_FILENO && !name) {
        snprintf(path, PATH_MAX, "%s/stdout", root);
        return;
    }
    char link[64];
    if (folder == AT_FDCWD) snprintf(link, sizeof link, "/proc/self/cwd");
    else snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    ssize_t length = syscall(SYS_readlink, link, path, PATH_MAX - 1);
    if (length < 0) length = 0;
    path[length] = 0;
    if (name) snprintf(path + length, PATH_MAX - length, "/%s", name);
}

/* Counts a call; true if it is to fail, with errno set. */
static int counted(const char *call, const char *path, const char *other, long long place, const void *bytes,
                   size_t length, int writes) {
    if (!is_on || strncmp(path, root, root_length) != 0) return 0;
    pthread_mutex_lock(&turn);
    count++;
    if (log_file >= 0) {
        char line[2 * PATH_MAX + 128];
        int size = snprintf(line, sizeof line, "%s\t%s\t%s\t%lld\t%zu\n", call, path + root_length,
                            other ? other + (strncmp(other, root, root_length) == 0 ? root_length : 0) : "", place, length);
        syscall(SYS_write, log_file, line, size);
        if (data_file >= 0 && bytes) syscall(SYS_write, data_file, bytes, length);
    }
    int fails = 0;
    if (fault_at > 0 && count >= fault_at) {
        if (action > 0 && count == fault_at) {
            /* What ends or stops the process does so before this thread goes on. */
            if (action == SIGKILL || action == SIGSTOP) syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), action);
            else kill(getpid(), action);
        }
        if (action < 0 && writes) {
            errno = -action;
            fails = 1;
        }
    }
    pthread_mutex_unlock(&turn);
    return fails;
}

#define NEXT(name) \
    static __typeof__(name) *next; \
    if (!next) next = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        NEXT(name); \
        va_list words; va_start(words, flags); mode_t mode = va_arg(words, mode_t); va_end(words); \
        char whole[PATH_MAX]; \
        resolve(whole, AT_FDCWD, path); \
        int makes = (flags & O_CREAT) && access(path, F_OK) != 0; \
        if (counted(makes ? "create" : flags & O_TRUNC ? "empty" : "open", whole, NULL, 0, NULL, 0, makes)) return -1; \
        return next(path, flags, mode); \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name) \
    int name(int folder, const char *path, int flags, ...) { \
        NEXT(name); \
        va_list words; va_start(words, flags); mode_t mode = va_arg(words, mode_t); va_end(words); \
        char whole[PATH_MAX]; \
        resolve(whole, folder, path); \
        int makes = (flags & O_CREAT) && faccessat(folder, path, F_OK, 0) != 0; \
        if (counted(makes ? "create" : flags & O_TRUNC ? "empty" : "open", whole, NULL, 0, NULL, 0, makes)) return -1; \
        return next(folder, path, flags, mode); \
    }
OPENAT(openat)
OPENAT(openat64)

ssize_t write(int file, const void *bytes, size_t length) {
    NEXT(write);
    if (is_on && file != STDERR_FILENO) {
        char path[PATH_MAX];
        int kept = errno;
        resolve(path, file, NULL);
        struct stat status;
        long long place = fstat(file, &status) == 0 && (fcntl(file, F_GETFL) & O_APPEND) ? status.st_size
                                                                                         : lseek(file, 0, SEEK_CUR);
        errno = kept;
        if (counted("write", path, NULL, place, bytes, length, 1)) return -1;
    }
    return next(file, bytes, length);
}

#define PWRITE(name, offset_type) \
    ssize_t name(int file, const void *bytes, size_t length, offset_type place) { \
        NEXT(name); \
        char path[PATH_MAX]; \
        if (is_on) { \
            resolve(path, file, NULL); \
            if (counted("write", path, NULL, place, bytes, length, 1)) return -1; \
        } \
        return next(file, bytes, length, place); \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t read(int file, void *bytes, size_t length) {
    NEXT(read);
    char path[PATH_MAX];
    if (is_on && file > STDERR_FILENO) {
        resolve(path, file, NULL);
        counted("read", path, NULL, 0, NULL, 0, 0);
    }
    return next(file, bytes, length);
}

/* A name for PostgreSQL's socket in the file system, if that is what a descriptor is; empty for all others. */
static void resolve_socket(char *path, int file) {
    struct sockaddr_un address;
    socklen_t length = sizeof address;
    path[0] = 0;
    if (getpeername(file, (struct sockaddr *)&address, &length) != 0 || address.sun_family != AF_UNIX) return;
    if (length <= offsetof(struct sockaddr_un, sun_path) || !strstr(address.sun_path, "/.s.PGSQL.")) return;
    snprintf(path, PATH_MAX, "%s/server", root);
}

ssize_t send(int file, const void *bytes, size_t length, int flags) {
    NEXT(send);
    char path[PATH_MAX];
    if (is_on) {
        int kept = errno;
        resolve_socket(path, file);
        errno = kept;
        if (counted("send", path, NULL, 0, bytes, length, 1)) return -1;
    }
    return next(file, bytes, length, flags);
}

ssize_t recv(int file, void *bytes, size_t length, int flags) {
    NEXT(recv);
    char path[PATH_MAX];
    if (is_on) {
        int kept = errno;
        resolve_socket(path, file);
        errno = kept;
        counted("receive", path, NULL, 0, NULL, 0, 0);
    }
    return next(file, bytes, length, flags);
}

#define TRUNCATE(name, offset_type) \
    int name(int file, offset_type length) { \
        NEXT(name); \
        char path[PATH_MAX]; \
        if (is_on) { \
            resolve(path, file, NULL); \
            if (counted("truncate", path, NULL, length, NULL, 0, 0)) return -1; \
        } \
        return next(file, length); \
    }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

#define SYNC(name) \
    int name(int file) { \
        NEXT(name); \
        char path[PATH_MAX]; \
        if (is_on) { \
            resolve(path, file, NULL); \
            if (counted("sync", path, NULL, 0, NULL, 0, 1)) return -1; \
        } \
        return next(file); \
    }
SYNC(fsync)
SYNC(fdatasync)

int flock(int file, int operation) {
    NEXT(flock);
    char path[PATH_MAX];
    if (is_on) {
        resolve(path, file, NULL);
        counted(operation & LOCK_UN ? "unlock" : "lock", path, NULL, 0, NULL, 0, 0);
    }
    return next(file, operation);
}

int mkdir(const char *path, mode_t mode) {
    NEXT(mkdir);
    char whole[PATH_MAX];
    resolve(whole, AT_FDCWD, path);
    if (access(path, F_OK) != 0 && counted("mkdir", whole, NULL, 0, NULL, 0, 1)) return -1;
    return next(path, mode);
}

int rename(const char *from, const char *to) {
    NEXT(rename);
    char old[PATH_MAX], new[PATH_MAX];
    resolve(old, AT_FDCWD, from);
    resolve(new, AT_FDCWD, to);
    if (counted("rename", old, new, 0, NULL, 0, 1)) return -1;
    return next(from, to);
}

int renameat(int from_folder, const char *from, int to_folder, const char *to) {
    NEXT(renameat);
    char old[PATH_MAX], new[PATH_MAX];
    resolve(old, from_folder, from);
    resolve(new, to_folder, to);
    if (counted("rename", old, new, 0, NULL, 0, 1)) return -1;
    return next(from_folder, from, to_folder, to);
}

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags) {
    NEXT(linkat);
    char new[PATH_MAX], own[PATH_MAX];
    resolve(new, to_folder, to);
    resolve(own, strncmp(from, "/proc/self/fd/", 14) == 0 ? atoi(from + 14) : from_folder,
            strncmp(from, "/proc/self/fd/", 14) == 0 ? NULL : from);
    if (counted("link", own, new, 0, NULL, 0, 1)) return -1;
    return next(from_folder, from, to_folder, to, flags);
}

int unlink(const char *path) {
    NEXT(unlink);
    char whole[PATH_MAX];
    resolve(whole, AT_FDCWD, path);
    counted("unlink", whole, NULL, 0, NULL, 0, 0);
    return next(path);
}

int unlinkat(int folder, const char *path, int flags) {
    NEXT(unlinkat);
    char whole[PATH_MAX];
    resolve(whole, folder, path);
    counted("unlink", whole, NULL, 0, NULL, 0, 0);
    return next(folder, path, flags);
}

struct start {
    void *(*work)(void *);
    void *word;
};

static void ended(void *nothing) {
    (void)nothing;
    __atomic_sub_fetch(&threads, 1, __ATOMIC_SEQ_CST);
}

static void *begun(void *word) {
    struct start start = *(struct start *)word;
    void *result;
    free(word);
    pthread_cleanup_push(ended, NULL);
    result = start.work(start.word);
    pthread_cleanup_pop(1);
    return result;
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*work)(void *), void *word) {
    NEXT(pthread_create);
    if (most_threads < 0) return next(thread, attributes, work, word);
    if (__atomic_add_fetch(&threads, 1, __ATOMIC_SEQ_CST) > most_threads) {
        ended(NULL);
        return EAGAIN;
    }
    struct start *start = malloc(sizeof *start);
    *start = (struct start){work, word};
    int result = next(thread, attributes, begun, start);
    if (result != 0) ended(NULL);
    return result;
}

int clock_gettime(clockid_t clock, struct timespec *moment) {
    NEXT(clock_gettime);
    int result = next(clock, moment);
    if (result == 0 && clock == CLOCK_REALTIME) moment->tv_sec += clock_shift;
    return result;
}

int gettimeofday(struct timeval *restrict moment, void *restrict zone) {
    NEXT(gettimeofday);
    int result = next(moment, zone);
    if (result == 0) moment->tv_sec += clock_shift;
    return result;
}

time_t time(time_t *moment) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (moment) *moment = now.tv_sec;
    return now.tv_sec;
}
