#include "node/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hex.h"
#include "base/secret.h"
#include "json/keystore.h"

/* geth's standard: 256 MiB, about a second. */
#define SCRYPT_N 262144
#define SCRYPT_R 8
#define SCRYPT_P 1

static mo_err_t cannot(const char *what, const char *path)
{
    return mo_err(MO_ERR_PERMANENT, "cannot %s %.140s: %s", what, path, strerror(errno));
}

mo_err_t mo_key_text_read(const char *path, bool secret, char *text, size_t capacity)
{
    struct stat status = {0};
    text[0] = '\0';
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 || fstat(file, &status) != 0) {
        const mo_err_t err = cannot("read", path);
        if (file >= 0) {
            (void)close(file);
        }
        return err;
    }
    const ssize_t got = read(file, text, capacity);
    const mo_err_t err = got < 0 ? cannot("read", path) : MO_SUCCESS;
    (void)close(file);
    text[got > 0 && (size_t)got < capacity ? got : 0] = '\0';
    if (!mo_failed(err) && secret && (status.st_mode & 077) != 0) {
        mo_secret_wipe(text, capacity);
        return mo_err(MO_ERR_PERMANENT, "%.100s can be read by others: chmod 600 %.100s", path, path);
    }
    if (!mo_failed(err) && ((size_t)got == capacity || strlen(text) != (size_t)got)) {
        mo_secret_wipe(text, capacity);
        return mo_err(MO_ERR_PERMANENT, "%.140s is no text of less than %zu bytes: name the right file", path, capacity);
    }
    return err;
}

mo_err_t mo_key_line_read(const char *path, mo_key_line_t *line)
{
    mo_err_t err = mo_key_text_read(path, true, line->text, sizeof line->text);
    const size_t length = strcspn(line->text, "\r\n");
    const size_t end = length + strspn(line->text + length, "\r\n");
    if (!mo_failed(err) && (length == 0 || line->text[end] != '\0')) {
        mo_secret_wipe(line, sizeof *line);
        return mo_err(MO_ERR_PERMANENT, "%.140s: must be one line that is not empty", path);
    }
    line->text[length] = '\0';
    return err;
}

mo_err_t mo_key_file_is_keystore(const char *path, bool *keystore)
{
    FILE *const file = fopen(path, "r");
    int first = ' ';
    *keystore = false;
    if (file == NULL) {
        return cannot("read", path);
    }
    while (first == ' ' || first == '\n' || first == '\r' || first == '\t') {
        first = fgetc(file);
    }
    *keystore = first == '{';
    (void)fclose(file);
    return MO_SUCCESS;
}

static mo_err_t keystore_load(const char *path, mo_keystore_t *keystore)
{
    char text[MO_KEYSTORE_TEXT_READ_MAX];
    mo_err_t err = mo_key_text_read(path, true, text, sizeof text);
    if (!mo_failed(err)) {
        err = mo_keystore_read((mo_bytes_t){(const uint8_t *)text, strlen(text)}, keystore);
        err = mo_failed(err) ? mo_err_wrap(err, "%.120s is no keystore v3", path) : err;
    }
    mo_secret_wipe(text, sizeof text);
    return err;
}

static mo_err_t locked_error(const char *path, mo_keystore_verdict_t verdict)
{
    if (verdict == MO_KEYSTORE_PASSWORD) {
        return mo_err(MO_ERR_PERMANENT, "%.140s: the password is another: give the right one", path);
    }
    return mo_err(MO_ERR_PERMANENT, "%.140s: %s", path, mo_keystore_verdict_name(verdict));
}

mo_err_t mo_key_file_unlock(const char *path, const mo_key_line_t *password, mo_secp_key_t *key)
{
    mo_keystore_t keystore;
    *key = (mo_secp_key_t){{0}};
    mo_err_t err = keystore_load(path, &keystore);
    if (mo_failed(err)) {
        return err;
    }
    const mo_bytes_t bytes = {(const uint8_t *)password->text, strlen(password->text)};
    const mo_keystore_verdict_t verdict = mo_keystore_unlock(&keystore, bytes, key);
    return verdict == MO_KEYSTORE_OK ? MO_SUCCESS : locked_error(path, verdict);
}

mo_err_t mo_key_file_address(const char *path, mo_address_t *address)
{
    mo_keystore_t keystore = {0};
    const mo_err_t err = keystore_load(path, &keystore);
    *address = mo_failed(err) ? (mo_address_t){{0}} : keystore.address;
    return err;
}

static mo_err_t random_fill(uint8_t *out, size_t size)
{
    return getrandom(out, size, 0) == (ssize_t)size ? MO_SUCCESS : cannot("read", "the system's randomness");
}

mo_err_t mo_key_make(mo_secp_key_t *key)
{
    mo_err_t err = random_fill(key->bytes, sizeof key->bytes);
    while (!mo_failed(err) && !mo_secp_key_is_valid(key)) {
        err = random_fill(key->bytes, sizeof key->bytes);
    }
    return err;
}

void mo_key_file_path(const char *folder, const mo_address_t *address, char path[MO_KEY_PATH_MAX])
{
    char text[MO_HEX_TEXT(20)];
    mo_hex_encode(mo_address_view(address), MO_HEX_PREFIXED, text, sizeof text);
    (void)snprintf(path, MO_KEY_PATH_MAX, "%.4000s/%s.json", folder, text);
}

mo_err_t mo_key_text_write(const char *path, const char *text)
{
    const int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) {
        return errno == EEXIST ? mo_err(MO_ERR_PERMANENT, "%.140s is there already: name another file", path)
                               : cannot("write", path);
    }
    const size_t size = strlen(text);
    const bool written = write(file, text, size) == (ssize_t)size && fsync(file) == 0;
    if (close(file) != 0 || !written) {
        const mo_err_t err = cannot("write", path);
        (void)unlink(path);
        return err;
    }
    return MO_SUCCESS;
}

static mo_err_t folder_make(const char *folder)
{
    struct stat status;
    if (mkdir(folder, 0700) != 0 && errno != EEXIST) {
        return cannot("make", folder);
    }
    if (stat(folder, &status) != 0 || !S_ISDIR(status.st_mode)) {
        return mo_err(MO_ERR_PERMANENT, "%.140s is no folder: name another with --keys", folder);
    }
    return (status.st_mode & 077) == 0
               ? MO_SUCCESS
               : mo_err(MO_ERR_PERMANENT, "%.100s is open to others: chmod 700 %.100s", folder, folder);
}

mo_err_t mo_key_file_write(const char *folder, const mo_secp_key_t *key, const mo_key_line_t *password,
                           char path[MO_KEY_PATH_MAX])
{
    mo_keystore_t keystore = {
        .kdf = MO_KEYSTORE_SCRYPT, .n = SCRYPT_N, .r = SCRYPT_R, .p = SCRYPT_P, .salt_size = 32};
    uint8_t id[16];
    path[0] = '\0';
    mo_err_t err = folder_make(folder);
    if (!mo_failed(err)) {
        err = random_fill(keystore.salt, keystore.salt_size);
    }
    if (!mo_failed(err)) {
        err = random_fill(keystore.iv, sizeof keystore.iv);
    }
    if (!mo_failed(err)) {
        err = random_fill(id, sizeof id);
    }
    if (mo_failed(err)) {
        return err;
    }
    const mo_bytes_t bytes = {(const uint8_t *)password->text, strlen(password->text)};
    const mo_keystore_verdict_t verdict = mo_keystore_lock(key, bytes, &keystore);
    if (verdict != MO_KEYSTORE_OK) {
        return locked_error(folder, verdict);
    }
    char text[MO_KEYSTORE_TEXT];
    mo_keystore_print(&keystore, id, text);
    mo_key_file_path(folder, &keystore.address, path);
    return mo_key_text_write(path, text);
}
