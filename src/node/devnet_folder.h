/* The state directory of a devnet: one folder that holds all it writes, so that ending it leaves nothing elsewhere.
 *
 *     DIR/mosaic.lock     marks the folder as ours; locked while a devnet runs, holds its process id
 *     DIR/devnet.json     the configuration of the core (node/config.h)
 *     DIR/keys/NAME.key   secret keys, mode 0600
 *     DIR/NAME/           one folder per child: its log, its store, a node's genesis and cache
 *
 * A folder is made anew at every start: what an earlier devnet left in it is removed first, but only when its mark
 * shows that it is ours, and never while another devnet holds the lock. A demo without --state works in a temporary
 * folder, removed at the end; one left behind by a kill -9 is removed by the next demo.
 *
 * Floor 6.
 */
#ifndef MO_NODE_DEVNET_FOLDER_H
#define MO_NODE_DEVNET_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "base/error.h"

/* The folder's own path, short enough that every path in it fits MO_FOLDER_PATH_MAX. */
#define MO_FOLDER_ROOT_MAX 320
/* root + "/" + child name (32) + "/" + file name: 320 + 32 + 64 and the separators. */
#define MO_FOLDER_PATH_MAX 448

typedef struct {
    char path[MO_FOLDER_ROOT_MAX]; /* absolute */
    int lock;                      /* descriptor that holds the lock */
    bool temporary;                /* removed by mo_devnet_folder_close */
} mo_devnet_folder_t;

/* Opens `path` (made when missing) and empties it of an earlier devnet. `path` NULL: a fresh temporary folder under
 * $TMPDIR. Errors: MO_ERR_PERMANENT, one line that names the mend: not a folder, no permission, not ours, in use. */
MO_MUST_USE mo_err_t mo_devnet_folder_open(const char *path, mo_devnet_folder_t *folder);

/* Releases the lock; removes the folder when it is a temporary one. */
void mo_devnet_folder_close(mo_devnet_folder_t *folder);

/* Makes the sub-folder `name`, readable by the owner alone. */
MO_MUST_USE mo_err_t mo_devnet_folder_add(const mo_devnet_folder_t *folder, const char *name);

/* DIR/name or DIR/name/file (file may be NULL), into `out` of MO_FOLDER_PATH_MAX. */
void mo_devnet_folder_path(const mo_devnet_folder_t *folder, const char *name, const char *file, char *out);

#endif
