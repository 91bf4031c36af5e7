/* Secrets from the user: the password of a keystore, the words of a key. From a file, or typed on the terminal without an
 * echo; never from arguments or the environment. Floor 7. */
#ifndef MO_APP_PASSWORD_H
#define MO_APP_PASSWORD_H

#include "node/key_file.h"

/* One line: of the file when there is one, else typed. In: what is asked for, and the flag that names a file instead.
 * Errors: permanent when there is no terminal. */
MO_MUST_USE mo_err_t mo_app_secret_ask(const char *file, const char *what, const char *flag, mo_key_line_t *line);

/* A new password: typed twice when it is typed. */
MO_MUST_USE mo_err_t mo_app_password_choose(const char *file, mo_key_line_t *line);

/* The key of a file of either form (node/key_file.h); a password is asked for when it is a keystore. Zero on failure. */
MO_MUST_USE mo_err_t mo_app_key_load(const char *path, const char *password_file, mo_secp_key_t *key);

#endif
