#include "node/spool.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static void path_of(char path[PATH_MAX], const mo_spool_t *spool, const char *folder, const char *name)
{
    (void)snprintf(path, PATH_MAX, "%s/%s/%s", spool->state_dir, folder, name);
}

mo_err_t mo_spool_open(mo_spool_t *spool, const char *state_dir)
{
    static const char *const folders[] = {"inbox", "declared", "refused"};
    *spool = (mo_spool_t){.state_dir = state_dir};
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        char path[PATH_MAX];
        path_of(path, spool, folders[i], "");
        if (mkdir(path, 0700) != 0 && errno != EEXIST) {
            return mo_err(MO_ERR_PERMANENT, "%s: %s", path, strerror(errno));
        }
    }
    return MO_SUCCESS;
}

static void move(const mo_spool_t *spool, const char *name, const char *folder)
{
    char from[PATH_MAX];
    char to[PATH_MAX];
    path_of(from, spool, "inbox", name);
    path_of(to, spool, folder, name);
    (void)rename(from, to);
}

static void refuse(const mo_spool_t *spool, const char *name, const char *reason)
{
    char path[PATH_MAX];
    char with_reason[MO_SPOOL_NAME_MAX + 8];
    (void)snprintf(with_reason, sizeof with_reason, "%s.txt", name);
    path_of(path, spool, "refused", with_reason);
    FILE *file = fopen(path, "w");
    if (file != NULL) {
        fprintf(file, "%s\n", reason);
        fclose(file);
    }
    move(spool, name, "refused");
}

static bool is_intent(const char *name)
{
    size_t size = strlen(name);
    return size > 5 && size < MO_SPOOL_NAME_MAX && name[0] != '.' && strcmp(name + size - 5, ".json") == 0;
}

static void look_at(mo_spool_t *spool, const char *name, mo_spool_take_t *take, void *context)
{
    char path[PATH_MAX];
    mo_node_intent_t intent;
    mo_spool_file_t *file = &spool->files[spool->count];
    path_of(path, spool, "inbox", name);
    mo_err_t err = mo_node_intent_read(path, &intent);
    if (mo_failed(err)) {
        refuse(spool, name, err.text);
        return;
    }
    const char *refusal = NULL;
    if (take(context, &intent, &file->id, &refusal)) {
        (void)snprintf(file->name, sizeof file->name, "%s", name);
        spool->count++;
    } else if (refusal != NULL) {
        refuse(spool, name, refusal);
    }
}

void mo_spool_look(mo_spool_t *spool, mo_spool_take_t *take, void *context)
{
    char path[PATH_MAX];
    path_of(path, spool, "inbox", "");
    DIR *folder = opendir(path);
    spool->count = 0;
    if (folder == NULL) {
        return;
    }
    for (struct dirent *entry; (entry = readdir(folder)) != NULL && spool->count < MO_SPOOL_FILES_MAX;) {
        if (is_intent(entry->d_name)) {
            look_at(spool, entry->d_name, take, context);
        }
    }
    closedir(folder);
}

static const char *name_of(const mo_spool_t *spool, const mo_hash_t *id)
{
    for (size_t i = 0; i < spool->count; i++) {
        if (mo_hash_equal(&spool->files[i].id, id)) {
            return spool->files[i].name;
        }
    }
    return NULL;
}

void mo_spool_declared(mo_spool_t *spool, const mo_hash_t *id)
{
    const char *name = name_of(spool, id);
    if (name != NULL) {
        move(spool, name, "declared");
    }
}

void mo_spool_refused(mo_spool_t *spool, const mo_hash_t *id, const char *reason)
{
    const char *name = name_of(spool, id);
    if (name != NULL) {
        refuse(spool, name, reason);
    }
}
