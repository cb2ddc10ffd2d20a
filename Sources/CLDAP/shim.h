#include <spawn.h>
#include <sys/time.h>
#include <lber.h>
#include <ldap.h>
#include <openldap.h>

/* Of spawn.h, which has it for programs in GNU's dialect only (glibc 2.34). */
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int first);

/* A question of libsasl (sasl_interact_t of sasl/sasl.h), whose header nothing else needs. */
struct sasl_question {
  unsigned long id; /* 0 ends the list */
  const char *challenge;
  const char *prompt;
  const char *fallback;
  const void *answer;
  unsigned length;
};
