/* Secret keys in files: keystore v3 (json/keystore.h), or one line of hex as a devnet has them.
 *
 *     DIR (0700)/0x008aeeda4d805471df9b2a5b0f38a0c3bcba786b.json (0600)
 *
 * Whatever holds a key must be its owner's alone: a file that others can read is refused. Passwords come from a file (its
 * first line) or from the caller, who asks for them; never from arguments or the environment, which others can see.
 *
 * Errors are MO_ERR_PERMANENT, name the file and the mend, and never hold what was read. Floor 6.
 */
#ifndef MO_NODE_KEY_FILE_H
#define MO_NODE_KEY_FILE_H

#include "base/error.h"
#include "eth/keystore.h"

#define MO_KEY_PATH_MAX     4096
#define MO_KEY_PASSWORD_MAX 1024

/* A password, or words: one line without its line feed. Its owner wipes it. */
typedef struct {
    char text[MO_KEY_PASSWORD_MAX + 1];
} mo_key_line_t;

/* The first and only line of a file that is its owner's alone. */
MO_MUST_USE mo_err_t mo_key_line_read(const char *path, mo_key_line_t *line);

/* Whether the file is a keystore rather than a line of hex: by its first character. */
MO_MUST_USE mo_err_t mo_key_file_is_keystore(const char *path, bool *keystore);

/* The key of a keystore and a password. Zero on failure. */
MO_MUST_USE mo_err_t mo_key_file_unlock(const char *path, const mo_key_line_t *password, mo_secp_key_t *key);

/* The address that a keystore names, without unlocking it; zero when it names none. */
MO_MUST_USE mo_err_t mo_key_file_address(const char *path, mo_address_t *address);

/* A key of the system's randomness. */
MO_MUST_USE mo_err_t mo_key_make(mo_secp_key_t *key);

/* Writes DIR/ADDRESS.json, locked by geth's standard scrypt; makes DIR when it is missing. A file that is there already is
 * not touched. Out: path. */
MO_MUST_USE mo_err_t mo_key_file_write(const char *folder, const mo_secp_key_t *key, const mo_key_line_t *password,
                                       char path[MO_KEY_PATH_MAX]);

/* The path of an address's keystore in a folder. */
void mo_key_file_path(const char *folder, const mo_address_t *address, char path[MO_KEY_PATH_MAX]);

/* Writes text to a new file of mode 0600; one that is there already is not touched. */
MO_MUST_USE mo_err_t mo_key_text_write(const char *path, const char *text);

/* A file's whole text, at most `capacity` less one, with a closing zero. */
MO_MUST_USE mo_err_t mo_key_text_read(const char *path, bool secret, char *text, size_t capacity);

#endif
