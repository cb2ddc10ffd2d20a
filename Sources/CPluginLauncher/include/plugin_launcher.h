#ifndef PLUGIN_LAUNCHER_H
#define PLUGIN_LAUNCHER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Starts a plugin program, shut off from the rest of the machine as far as the kernel allows.
 *
 * C, because between clone and exec only async-signal-safe calls are allowed (signal-safety(7)),
 * which Swift cannot promise. Landlock: landlock(7). Namespaces: user_namespaces(7),
 * network_namespaces(7), pid_namespaces(7).
 */

/* What shuts a started program off. */
enum plugin_isolation {
    PLUGIN_NO_NETWORK = 1,  /* a network namespace with nothing in it */
    PLUGIN_OWN_PROCESSES = 2, /* a process namespace: no process outside can be named, all inside end with it */
    PLUGIN_NO_PRIVILEGES = 4, /* a user namespace without a capability */
    PLUGIN_FILES = 8,       /* Landlock: files outside the named folders cannot be opened */
    PLUGIN_NO_TRACING = 16, /* Landlock: no process outside can be traced or its memory read */
    PLUGIN_NO_TCP = 32,     /* Landlock: no TCP */
    PLUGIN_NO_SIGNALS = 64, /* Landlock: no signal to a process outside */
    PLUGIN_NO_SOCKETS = 128, /* seccomp: no socket, no change of a file's mode, owner or times */
};

/* The step at which a start failed. */
enum plugin_stage {
    PLUGIN_STARTED = 0,
    PLUGIN_CLONE = 1,
    PLUGIN_DESCRIPTORS = 2,
    PLUGIN_LIMITS = 3,
    PLUGIN_SHUT_OFF = 4,
    PLUGIN_EXECUTE = 5,
};

struct plugin_limits {
    uint64_t memory;       /* bytes of address space */
    uint64_t file_size;    /* bytes of a file that it writes */
    uint64_t descriptors;
    uint64_t processes;    /* counts only in a user namespace of its own */
};

struct plugin_program {
    int program;           /* the open file that is executed */
    bool is_script;        /* begins with #!: the descriptor stays open as 3 for the interpreter */
    int working_folder;    /* the only folder that may be written */
    int input, output, errors; /* become 0, 1 and 2 */
    char *const *arguments;    /* ends with NULL; the first is the program's name */
    char *const *environment;  /* ends with NULL */
    char *const *readable;     /* files and folders that may be read and executed; ends with NULL */
    char *const *devices;      /* files that may be read and written; ends with NULL */
    struct plugin_limits limits;
};

struct plugin_start {
    pid_t process;
    unsigned isolation;    /* of enum plugin_isolation */
    int stage;             /* of enum plugin_stage; PLUGIN_STARTED if all is well */
    int error;             /* errno of the failed step */
};

/* Starts a program and waits until it is executed or has failed. The calling thread must live as long
 * as the program is wanted: the kernel kills the program when the thread ends. */
struct plugin_start plugin_start(const struct plugin_program *program);

/* The pieces of isolation that this kernel offers (of enum plugin_isolation). */
unsigned plugin_isolation_offered(void);

#endif
