/* Valgrind writes to the mask that a program gives to sigsuspend(2), and crashes where that is a constant, as in the
   thread in which libdispatch leaves the main one. Loaded before the program (`LD_PRELOAD`), this hands over a copy. */
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

int sigsuspend(const sigset_t *mask) {
    sigset_t copy = *mask;
    return (int) syscall(SYS_rt_sigsuspend, &copy, _NSIG / 8);
}
