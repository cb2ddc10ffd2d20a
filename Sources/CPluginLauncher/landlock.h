#ifndef PLUGIN_LANDLOCK_H
#define PLUGIN_LANDLOCK_H

/* Shuts the calling process off with Landlock (landlock(7)): it may read and execute what is named, read
 * and write the devices and everything below its working folder, and nothing else.
 *
 * Gives the isolation that was reached (of enum plugin_isolation), 0 where the kernel has no Landlock, and
 * -1 with errno where it has but fails. */
int landlock_shut_off(char *const *readable, char *const *devices);

/* What landlock_shut_off would reach on this kernel. */
unsigned landlock_offered(void);

#endif
