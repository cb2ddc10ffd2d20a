#define _GNU_SOURCE
#include "landlock.h"
#include "plugin_launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The kernel's interface, as linux/landlock.h has it since the version named; spelled out here because the
 * headers of the build machine may be older than the kernel that runs. */
enum { CREATE_RULESET = 444, ADD_RULE = 445, RESTRICT_SELF = 446 };
enum { VERSION_QUERY = 1, PATH_BENEATH = 1 };
enum {
    EXECUTE = 1 << 0, WRITE_FILE = 1 << 1, READ_FILE = 1 << 2, READ_DIR = 1 << 3,
    VERSION_1 = (1 << 13) - 1, REFER = 1 << 13 /* 2 */, TRUNCATE = 1 << 14 /* 3 */,
    IOCTL_DEVICE = 1 << 15, /* 5 */
    TCP = 3, /* 4: bind and connect */
    SCOPES = 3, /* 6: abstract sockets and signals */
};

struct ruleset {
    uint64_t files;
    uint64_t network;
    uint64_t scopes;
};

struct __attribute__((packed)) path_rule {
    uint64_t allowed;
    int32_t parent;
};

static int version(void) { return (int)syscall(CREATE_RULESET, NULL, 0, VERSION_QUERY); }

static struct ruleset everything(int version) {
    struct ruleset rules = {.files = VERSION_1};
    if (version >= 2) rules.files |= REFER;
    if (version >= 3) rules.files |= TRUNCATE;
    if (version >= 4) rules.network = TCP;
    if (version >= 5) rules.files |= IOCTL_DEVICE;
    if (version >= 6) rules.scopes = SCOPES;
    return rules;
}

/* A path that is not there cannot be opened either. */
static int allow(int rules, const char *path, uint64_t access) {
    int parent = open(path, O_PATH | O_CLOEXEC);
    if (parent < 0) return 0;
    struct stat status;
    if (fstat(parent, &status) == 0 && !S_ISDIR(status.st_mode))
        access &= EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEVICE;
    struct path_rule rule = {.allowed = access, .parent = parent};
    int result = (int)syscall(ADD_RULE, rules, PATH_BENEATH, &rule, 0);
    close(parent);
    return result;
}

int landlock_shut_off(char *const *readable, char *const *devices) {
    int known = version();
    if (known < 1) return 0;
    struct ruleset all = everything(known);
    int rules = (int)syscall(CREATE_RULESET, &all, sizeof all, 0);
    if (rules < 0) return -1;
    for (; *readable; readable++)
        if (allow(rules, *readable, EXECUTE | READ_FILE | READ_DIR) < 0) return -1;
    for (; *devices; devices++)
        if (allow(rules, *devices, READ_FILE | WRITE_FILE) < 0) return -1;
    if (allow(rules, ".", all.files) < 0) return -1;
    if (syscall(RESTRICT_SELF, rules, 0) < 0) return -1;
    close(rules);
    return (int)landlock_offered();
}

unsigned landlock_offered(void) {
    int known = version();
    unsigned isolation = known >= 1 ? PLUGIN_FILES | PLUGIN_NO_TRACING : 0;
    if (known >= 4) isolation |= PLUGIN_NO_TCP;
    if (known >= 6) isolation |= PLUGIN_NO_SIGNALS;
    return isolation;
}
