/* What every daemon of a core is started with. Floor 6. */
#ifndef MO_NODE_RUN_H
#define MO_NODE_RUN_H

#include <signal.h>

#include "node/config.h"

typedef struct {
    const mo_node_config_t *config;
    const char *key_path;  /* the signing key's file (mo_node_key_read) */
    const char *state_dir; /* a folder of its own; made when it is not there */
    const volatile sig_atomic_t *stop; /* not 0: end at the next opportunity */
} mo_node_run_t;

#endif
