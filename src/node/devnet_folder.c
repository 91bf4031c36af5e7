#define _GNU_SOURCE /* nftw, mkdtemp, flock */
#include "node/devnet_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"

#define LOCK_NAME        "mosaic.lock"
#define TEMPORARY_PREFIX "mosaic-demo-"
/* Descriptors that a removal may hold open: one per level, and a state directory has four. */
#define REMOVE_DEPTH 8

void mo_devnet_folder_path(const mo_devnet_folder_t *folder, const char *name, const char *file, char *out)
{
    const int length = file == NULL ? snprintf(out, MO_FOLDER_PATH_MAX, "%s/%s", folder->path, name)
                                    : snprintf(out, MO_FOLDER_PATH_MAX, "%s/%s/%s", folder->path, name, file);
    MO_CHECK(length > 0 && length < MO_FOLDER_PATH_MAX);
}

static int entry_remove(const char *path, const struct stat *status, int kind, struct FTW *position)
{
    (void)status;
    (void)kind;
    const char *const name = path + position->base;
    /* The root stays, and so does the lock that we hold. */
    if (position->level == 0 || (position->level == 1 && strcmp(name, LOCK_NAME) == 0)) {
        return 0;
    }
    return remove(path);
}

/* Removes all but the lock from a folder. Symbolic links are removed, not followed. */
static int folder_empty(const char *path)
{
    return nftw(path, entry_remove, REMOVE_DEPTH, FTW_DEPTH | FTW_PHYS);
}

static bool name_is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static bool folder_is_empty(DIR *entries)
{
    const struct dirent *entry = NULL;
    while ((entry = readdir(entries)) != NULL) {
        if (!name_is_dots(entry->d_name)) {
            return false;
        }
    }
    return true;
}

/* A folder is ours when it is empty or carries our mark. */
static mo_err_t owner_check(const char *path)
{
    DIR *const entries = opendir(path);
    if (entries == NULL) {
        return mo_err(MO_ERR_PERMANENT, "cannot read state directory %s: %s; name another with --state", path,
                      strerror(errno));
    }
    const bool empty = folder_is_empty(entries);
    (void)closedir(entries);
    char mark[MO_FOLDER_PATH_MAX];
    (void)snprintf(mark, sizeof mark, "%s/%s", path, LOCK_NAME);
    if (!empty && access(mark, F_OK) != 0) {
        return mo_err(MO_ERR_PERMANENT,
                      "state directory %s holds files that are not a devnet's: name an empty or a new one with --state",
                      path);
    }
    return MO_SUCCESS;
}

static mo_err_t lock_take(mo_devnet_folder_t *folder)
{
    char path[MO_FOLDER_PATH_MAX];
    mo_devnet_folder_path(folder, LOCK_NAME, NULL, path);
    folder->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (folder->lock < 0) {
        return mo_err(MO_ERR_PERMANENT, "cannot write in state directory %s: %s; name another with --state",
                      folder->path, strerror(errno));
    }
    if (flock(folder->lock, LOCK_EX | LOCK_NB) != 0) {
        char owner[24] = "";
        const ssize_t got = read(folder->lock, owner, sizeof owner - 1);
        owner[got > 0 ? strcspn(owner, "\n") : 0] = '\0';
        (void)close(folder->lock);
        folder->lock = -1;
        return mo_err(MO_ERR_PERMANENT,
                      "state directory %s is in use by process %s: end that one or name another with --state",
                      folder->path, owner);
    }
    return ftruncate(folder->lock, 0) == 0 && dprintf(folder->lock, "%ld\n", (long)getpid()) > 0
               ? MO_SUCCESS
               : mo_err(MO_ERR_PERMANENT, "cannot write %s: %s", path, strerror(errno));
}

/* Whether a left-over temporary folder's devnet is gone: then its lock is free. */
static bool lock_is_free(const char *folder)
{
    char path[PATH_MAX + sizeof LOCK_NAME + 1];
    (void)snprintf(path, sizeof path, "%s/%s", folder, LOCK_NAME);
    const int lock = open(path, O_RDWR | O_CLOEXEC);
    const bool free_now = lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0;
    if (lock >= 0) {
        (void)close(lock);
    }
    return free_now;
}

static void stale_remove(const char *base, const char *name)
{
    char path[PATH_MAX];
    const int length = snprintf(path, sizeof path, "%s/%s", base, name);
    struct stat status;
    if (length < 0 || (size_t)length >= sizeof path || lstat(path, &status) != 0 || !S_ISDIR(status.st_mode) ||
        status.st_uid != getuid() || !lock_is_free(path) || folder_empty(path) != 0) {
        return;
    }
    char lock[PATH_MAX + sizeof LOCK_NAME + 1];
    (void)snprintf(lock, sizeof lock, "%s/%s", path, LOCK_NAME);
    (void)unlink(lock);
    (void)rmdir(path);
}

/* Removes the temporary folders of demos that were killed. */
static void stale_sweep(const char *base)
{
    DIR *const entries = opendir(base);
    const struct dirent *entry = NULL;
    while (entries != NULL && (entry = readdir(entries)) != NULL) {
        if (strncmp(entry->d_name, TEMPORARY_PREFIX, strlen(TEMPORARY_PREFIX)) == 0) {
            stale_remove(base, entry->d_name);
        }
    }
    if (entries != NULL) {
        (void)closedir(entries);
    }
}

static mo_err_t temporary_make(mo_devnet_folder_t *folder)
{
    const char *const set = getenv("TMPDIR");
    const char *const base = set != NULL && set[0] != '\0' ? set : "/tmp";
    stale_sweep(base);
    const int length = snprintf(folder->path, sizeof folder->path, "%s/%sXXXXXX", base, TEMPORARY_PREFIX);
    if (length < 0 || (size_t)length >= sizeof folder->path) {
        return mo_err(MO_ERR_PERMANENT, "TMPDIR is too long a path: set it to a shorter one");
    }
    if (mkdtemp(folder->path) == NULL) {
        return mo_err(MO_ERR_PERMANENT, "cannot make a folder in %s: %s; set TMPDIR to one that is writable", base,
                      strerror(errno));
    }
    folder->temporary = true;
    return MO_SUCCESS;
}

/* Makes `path` when it is missing and resolves it. */
static mo_err_t named_make(const char *path, mo_devnet_folder_t *folder)
{
    char resolved[PATH_MAX];
    if (mkdir(path, 0755) != 0 && errno != EEXIST) {
        return mo_err(MO_ERR_PERMANENT, "cannot make state directory %.120s: %s; name another with --state", path,
                      strerror(errno));
    }
    if (realpath(path, resolved) == NULL) {
        return mo_err(MO_ERR_PERMANENT, "cannot read state directory %.120s: %s; name another with --state", path,
                      strerror(errno));
    }
    if (strlen(resolved) >= sizeof folder->path) {
        return mo_err(MO_ERR_PERMANENT, "state directory %.60s... is too long a path: name a shorter one with --state",
                      path);
    }
    (void)snprintf(folder->path, sizeof folder->path, "%s", resolved);
    return owner_check(folder->path);
}

mo_err_t mo_devnet_folder_open(const char *path, mo_devnet_folder_t *folder)
{
    *folder = (mo_devnet_folder_t){.lock = -1};
    mo_err_t err = path == NULL ? temporary_make(folder) : named_make(path, folder);
    if (!mo_failed(err)) {
        err = lock_take(folder);
    }
    if (!mo_failed(err) && folder_empty(folder->path) != 0) {
        err = mo_err(MO_ERR_PERMANENT, "cannot empty state directory %s: %s; name another with --state", folder->path,
                     strerror(errno));
        mo_devnet_folder_close(folder);
    }
    if (mo_failed(err)) {
        *folder = (mo_devnet_folder_t){.lock = -1};
    }
    return err;
}

void mo_devnet_folder_close(mo_devnet_folder_t *folder)
{
    if (folder->temporary && folder_empty(folder->path) == 0) {
        char lock[MO_FOLDER_PATH_MAX];
        mo_devnet_folder_path(folder, LOCK_NAME, NULL, lock);
        (void)unlink(lock);
        (void)rmdir(folder->path);
    }
    if (folder->lock >= 0) {
        (void)close(folder->lock);
    }
    *folder = (mo_devnet_folder_t){.lock = -1};
}

mo_err_t mo_devnet_folder_add(const mo_devnet_folder_t *folder, const char *name)
{
    char path[MO_FOLDER_PATH_MAX];
    mo_devnet_folder_path(folder, name, NULL, path);
    return mkdir(path, 0700) == 0 ? MO_SUCCESS
                                  : mo_err(MO_ERR_PERMANENT, "cannot make %s: %s", path, strerror(errno));
}
