/* The watcher over two real chains (role/watcher.h). Floor 6. */
#ifndef MO_NODE_WATCHER_H
#define MO_NODE_WATCHER_H

#include "node/run.h"

/* Runs until run->stop; as mo_node_drive. Findings go to standard output, a line each: JSON when run->json, and the log then
 * goes to standard error. Without
 * run->act nothing is sent, and no key is needed. */
MO_MUST_USE mo_err_t mo_node_watcher_run(const mo_node_run_t *run);

#endif
