#ifndef PLUGIN_SYSTEM_CALLS_H
#define PLUGIN_SYSTEM_CALLS_H

#include <stdbool.h>

/* Refuses, with EPERM, the system calls that reach past Landlock and the namespaces (seccomp(2)): sockets,
 * which find others by a path in the file system; changes of a file's mode, owner, times and attributes,
 * which need no open file; keys of the kernel's keyrings, which are inherited.
 *
 * True if they are refused from here on; false where the kernel has no such filters. */
bool refuse_system_calls(void);

/* True if the kernel has such filters. */
bool can_refuse_system_calls(void);

#endif
