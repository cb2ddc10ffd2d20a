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

/* A layer on top of all others of a connection (lber-sockbuf(3)). It passes everything on; what
   the layers below give can be received through it in any amount. */

static inline int top_layer_setup(Sockbuf_IO_Desc *layer, void *place) {
  *(Sockbuf_IO_Desc **)place = layer;
  return 0;
}

static inline int top_layer_end(Sockbuf_IO_Desc *layer) {
  (void)layer;
  return 0;
}

static inline int top_layer_control(Sockbuf_IO_Desc *layer, int option, void *argument) {
  return LBER_SBIOD_CTRL_NEXT(layer, option, argument);
}

static inline ber_slen_t top_layer_read(Sockbuf_IO_Desc *layer, void *buffer, ber_len_t length) {
  return LBER_SBIOD_READ_NEXT(layer, buffer, length);
}

static inline ber_slen_t top_layer_write(Sockbuf_IO_Desc *layer, void *buffer, ber_len_t length) {
  return LBER_SBIOD_WRITE_NEXT(layer, buffer, length);
}

/* SASL's layer comes at the level of applications. Null if there is no memory. */
static inline Sockbuf_IO_Desc *add_top_layer(Sockbuf *connection) {
  static Sockbuf_IO passing_on = {
      top_layer_setup, top_layer_end,   top_layer_control,
      top_layer_read,  top_layer_write, top_layer_end,
  };
  Sockbuf_IO_Desc *layer = 0;
  ber_sockbuf_add_io(connection, &passing_on, LBER_SBIOD_LEVEL_APPLICATION + 1, &layer);
  return layer;
}

/* Reads larger parts under TLS or SASL's layer, which itself reads each record in two. */
static inline int add_read_ahead(Sockbuf *connection, int length) {
  return ber_sockbuf_add_io(
      connection, &ber_sockbuf_io_readahead, LBER_SBIOD_LEVEL_PROVIDER, &length);
}
