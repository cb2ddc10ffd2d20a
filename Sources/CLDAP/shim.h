#include <sys/time.h>
#include <lber.h>
#include <ldap.h>
