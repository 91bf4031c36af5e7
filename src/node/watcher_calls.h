/* The calls of a watcher's actions. Floor 6. */
#ifndef MO_NODE_WATCHER_CALLS_H
#define MO_NODE_WATCHER_CALLS_H

#include "node/drive.h"

/* Encodes the call of an action of the watcher (role/watcher.h). MO_ERR_DONE when the chain shows that another was
 * faster. */
MO_MUST_USE mo_err_t mo_node_watcher_call(mo_node_station_t *s, const mo_action_t *action, mo_node_call_t *call);

#endif
