/* The validator as a daemon: `mosaic validator run`. The role is role/validator.h, the loop node/drive.h; here is what
 * lies between: calls with headers and proofs, and signatures behind the guard (store/guard.h). Floor 6. */
#ifndef MO_NODE_VALIDATOR_H
#define MO_NODE_VALIDATOR_H

#include "node/run.h"

/* Runs until run->stop. The state folder gets validator.sqlite: every vote ever signed; without it the key must not
 * vote again. */
MO_MUST_USE mo_err_t mo_node_validator_run(const mo_node_run_t *run);

#endif
