/* vectors DIR: judges every case of every JSON and CSV file in the folders of DIR, and of every *.io: exchanges of JSON-RPC,
 * of which a line with a request begins with ">> " and one with an answer with "<< ".
 *
 * Which form a file has is decided by its content. Prints one line per failed case, one per file or kind of case that no
 * form takes, one per folder, and the totals; the exit status is 1 when a case failed or when nothing passed, 2 when
 * DIR cannot be read.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/check.h"
#include "vectors/forms.h"

#define CASE_MEMORY (32u << 20)
#define PATH_LIMIT  1024
#define FIELD_LIMIT 256

typedef struct {
    unsigned long passed, failed, not_understood;
} tally_t;

/* One file being judged. */
typedef struct {
    const json_t *root;
    const char *shown; /* the file's path below DIR */
    mo_buffer_t memory;
    tally_t tally;
    char last_note[MO_CASE_NOTE_MAX]; /* the reason told last, so that a thousand equal ones are told once */
} file_t;

/* ---- Cases ---- */

/* a, the mark and b, or b alone when a is empty; cut where it does not fit. */
static void join(char *out, size_t capacity, const char *a, char mark, const char *b)
{
    size_t at = 0;
    for (; a[at] != 0 && at + 2 < capacity; at++) {
        out[at] = a[at];
    }
    if (at > 0) {
        out[at++] = mark;
    }
    for (; *b != 0 && at + 1 < capacity; at++) {
        out[at] = *b++;
    }
    out[at] = 0;
}

/* What is done with each value at `path`. */
typedef void visit_t(file_t *file, mo_case_t *c, const char *path);

static void visit_member(file_t *file, const mo_case_t *outer, const json_t *value, const char *key,
                         const char *rest_and_path[2], visit_t *visit);

/* Calls `visit` for every value that lies at `rest` below the case. */
static void walk_path(file_t *file, mo_case_t *at, const char *rest, const char *path, visit_t *visit)
{
    if (rest[0] == 0) {
        visit(file, at, path);
        return;
    }
    size_t length = strcspn(rest, ".");
    const char *pair[2] = {rest + length + (rest[length] == '.'), path};
    char key[FIELD_LIMIT];
    if (strncmp(rest, "*", length) != 0) {
        (void)snprintf(key, sizeof key, "%.*s", (int)length, rest);
        visit_member(file, at, json_object_get(at->value, key), key, pair, visit);
    } else if (json_is_array(at->value)) {
        for (size_t i = 0; i < json_array_size(at->value); i++) {
            (void)snprintf(key, sizeof key, "%zu", i);
            visit_member(file, at, json_array_get(at->value, i), key, pair, visit);
        }
    } else if (json_is_object(at->value)) {
        const char *name;
        json_t *value;
        json_object_foreach ((json_t *)(uintptr_t)at->value, name, value) {
            visit_member(file, at, value, name, pair, visit);
        }
    }
}

static void visit_member(file_t *file, const mo_case_t *outer, const json_t *value, const char *key,
                         const char *rest_and_path[2], visit_t *visit)
{
    if (value == NULL) {
        return;
    }
    MO_CHECK(outer->depth < MO_CASE_DEPTH_MAX);
    static mo_case_t stack[MO_CASE_DEPTH_MAX + 1];
    mo_case_t *c = &stack[outer->depth];
    *c = (mo_case_t){.value = value, .depth = outer->depth, .file = outer->file, .memory = file->memory};
    memcpy(c->outer, outer->outer, sizeof c->outer);
    c->outer[c->depth++] = outer->value;
    join(c->name, sizeof c->name, outer->name, '.', key);
    walk_path(file, c, rest_and_path[0], rest_and_path[1], visit);
}

static const mo_form_t *form_of(const mo_case_t *c, const char *path)
{
    for (size_t i = 0; i < mo_form_count; i++) {
        if (strcmp(mo_forms[i].path, path) == 0 && mo_forms[i].fits(c)) {
            return &mo_forms[i];
        }
    }
    return NULL;
}

static void tell(file_t *file, const mo_case_t *c, const char *what)
{
    if (strcmp(file->last_note, c->note) != 0 || c->note[0] == 0) {
        printf("%s: %s %s: %s\n", what, file->shown, c->name, c->note);
    }
    (void)snprintf(file->last_note, sizeof file->last_note, "%s", c->note);
}

static void judge_case(file_t *file, mo_case_t *c, const char *path)
{
    const mo_form_t *form = form_of(c, path);
    mo_result_t result = form == NULL ? mo_case_not_understood(c, "a case of no known form") : form->judge(c);
    switch (result) {
    case MO_PASSED:
        file->tally.passed++;
        break;
    case MO_FAILED:
        file->tally.failed++;
        file->last_note[0] = 0;
        tell(file, c, "not ok");
        break;
    case MO_NOT_UNDERSTOOD:
        file->tally.not_understood++;
        tell(file, c, "not understood");
        break;
    }
}

/* ---- Files ---- */

static bool path_fits;

static void note_fit(file_t *file, mo_case_t *c, const char *path)
{
    (void)file;
    path_fits = path_fits || form_of(c, path) != NULL;
}

static bool is_first_of_path(size_t form)
{
    for (size_t i = 0; i < form; i++) {
        if (strcmp(mo_forms[i].path, mo_forms[form].path) == 0) {
            return false;
        }
    }
    return true;
}

/* All cases at the paths where any form knows one. */
static void judge_file(file_t *file)
{
    bool any = false;
    for (size_t i = 0; i < mo_form_count; i++) {
        mo_case_t whole = {.value = file->root, .file = file->shown, .memory = file->memory};
        path_fits = false;
        if (is_first_of_path(i)) {
            walk_path(file, &whole, mo_forms[i].path, mo_forms[i].path, note_fit);
        }
        if (path_fits) {
            any = true;
            walk_path(file, &whole, mo_forms[i].path, mo_forms[i].path, judge_case);
        }
    }
    if (!any) {
        file->tally.not_understood++;
        printf("not understood: %s: a file of no known form\n", file->shown);
    }
}

/* A row of a CSV file as a list of strings. */
static json_t *split_row(char *line)
{
    json_t *row = json_array();
    char *rest = line;
    for (char *field = strsep(&rest, ","); field != NULL; field = strsep(&rest, ",")) {
        MO_CHECK(json_array_append_new(row, json_string(field)) == 0);
    }
    return row;
}

static json_t *read_csv(const char *path)
{
    FILE *stream = fopen(path, "r");
    if (stream == NULL) {
        return NULL;
    }
    json_t *rows = json_array();
    char *line = NULL;
    size_t capacity = 0;
    while (getline(&line, &capacity, stream) >= 0) {
        line[strcspn(line, "\r\n")] = 0;
        if (line[0] != '#' && line[0] != 0) {
            MO_CHECK(json_array_append_new(rows, split_row(line)) == 0);
        }
    }
    free(line);
    (void)fclose(stream);
    return rows;
}

/* A list of {request, response}. */
static json_t *read_exchanges(const char *path)
{
    FILE *stream = fopen(path, "r");
    if (stream == NULL) {
        return NULL;
    }
    json_t *pairs = json_array();
    char *line = NULL;
    size_t capacity = 0;
    ssize_t size;
    while ((size = getline(&line, &capacity, stream)) >= 0) {
        bool asks = strncmp(line, ">> ", 3) == 0;
        if (!asks && strncmp(line, "<< ", 3) != 0) {
            continue;
        }
        json_t *message = json_loadb(line + 3, (size_t)size - 3, 0, NULL);
        message = message != NULL ? message : json_null();
        if (asks) {
            MO_CHECK(json_array_append_new(pairs, json_pack("{so}", "request", message)) == 0);
        } else {
            json_t *last = json_array_get(pairs, json_array_size(pairs) - 1);
            MO_CHECK(json_object_set_new(last, "response", message) == 0);
        }
    }
    free(line);
    (void)fclose(stream);
    return pairs;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text);
    return length >= strlen(end) && strcmp(text + length - strlen(end), end) == 0;
}

static void add(tally_t *sum, const tally_t *part)
{
    sum->passed += part->passed;
    sum->failed += part->failed;
    sum->not_understood += part->not_understood;
}

static void take_file(const char *path, const char *shown, mo_buffer_t memory, tally_t *sum)
{
    bool is_csv = ends_with(path, ".csv");
    bool is_io = ends_with(path, ".io");
    if (!is_csv && !is_io && !ends_with(path, ".json")) {
        return;
    }
    json_error_t error = {0};
    json_t *root = is_csv  ? read_csv(path)
                   : is_io ? read_exchanges(path)
                           : json_load_file(path, JSON_ALLOW_NUL | JSON_DECODE_ANY, &error);
    file_t file = {.root = root, .shown = shown, .memory = memory};
    if (root == NULL) {
        printf("not understood: %s: %s\n", shown, is_csv || is_io ? strerror(errno) : error.text);
        file.tally.not_understood++;
    } else {
        judge_file(&file);
    }
    add(sum, &file.tally);
    json_decref(root);
}

static void take_entry(const char *root, const char *below, mo_buffer_t memory, tally_t *sum);

/* Every file below a folder, in the order of names; `below` is its path below `root`. */
static bool take_folder(const char *root, const char *below, mo_buffer_t memory, tally_t *sum)
{
    char path[PATH_LIMIT];
    join(path, sizeof path, root, '/', below);
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        if (entries[i]->d_name[0] != '.') {
            char next[PATH_LIMIT];
            join(next, sizeof next, below, '/', entries[i]->d_name);
            take_entry(root, next, memory, sum);
        }
        free(entries[i]);
    }
    if (count >= 0) {
        free(entries);
    }
    return count >= 0;
}

static void take_entry(const char *root, const char *below, mo_buffer_t memory, tally_t *sum)
{
    char path[PATH_LIMIT];
    join(path, sizeof path, root, '/', below);
    struct stat about;
    if (stat(path, &about) != 0) {
        return;
    }
    if (!S_ISDIR(about.st_mode)) {
        take_file(path, below, memory, sum);
        return;
    }
    tally_t folder = {0};
    (void)take_folder(root, below, memory, &folder);
    if (strchr(below, '/') == NULL && folder.passed + folder.failed + folder.not_understood > 0) {
        printf("%-16s %6lu passed, %lu failed, %lu not understood\n", below, folder.passed, folder.failed,
               folder.not_understood);
    }
    add(sum, &folder);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        (void)fprintf(stderr, "usage: vectors DIR\n");
        return 2;
    }
    mo_buffer_t memory = {malloc(CASE_MEMORY), 0, CASE_MEMORY, false};
    MO_CHECK(memory.data != NULL);
    tally_t sum = {0};
    if (!take_folder(argv[1], "", memory, &sum)) {
        (void)fprintf(stderr, "vectors: %s: %s\n", argv[1], strerror(errno));
        return 2;
    }
    free(memory.data);
    printf("vectors: %lu passed, %lu failed, %lu not understood\n", sum.passed, sum.failed, sum.not_understood);
    return sum.failed > 0 || sum.passed == 0 ? 1 : 0;
}
