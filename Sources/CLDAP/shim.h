#include <sys/time.h>
#include <lber.h>
#include <ldap.h>
#include <openldap.h>

/* A question of libsasl (sasl_interact_t of sasl/sasl.h), whose header nothing else needs. */
struct sasl_question {
  unsigned long id; /* 0 ends the list */
  const char *challenge;
  const char *prompt;
  const char *fallback;
  const void *answer;
  unsigned length;
};
