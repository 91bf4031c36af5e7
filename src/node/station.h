/* The station of a driver: state folder, store, connections and queues; opened once, before the first event. Floor 6. */
#ifndef MO_NODE_STATION_H
#define MO_NODE_STATION_H

#include "node/drive.h"

/* Opens what a role of this kind stands on; a node that is away is waited for. Errors: permanent ones (key, store, chain id)
 * and a store in use. mo_node_station_close is to be called in any case. */
MO_MUST_USE mo_err_t mo_node_station_open(mo_node_station_t *s, const mo_node_run_t *run, const mo_node_role_t *kind);

/* Closes what was opened, and wipes the key. */
void mo_node_station_close(mo_node_station_t *s);

/* Waits, less when the run is to end. */
void mo_node_pause(const mo_node_run_t *run, uint64_t ms);

#endif
