#include "app/password.h"

#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/secret.h"
#include "node/config.h"

static bool say(int terminal, const char *text)
{
    return write(terminal, text, strlen(text)) == (ssize_t)strlen(text);
}

static mo_err_t read_typed(int terminal, const char *what, mo_key_line_t *line)
{
    struct termios shown;
    struct termios hidden;
    if (tcgetattr(terminal, &shown) != 0) {
        return mo_err(MO_ERR_PERMANENT, "no terminal to type the %s on", what);
    }
    hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    const bool asked = tcsetattr(terminal, TCSAFLUSH, &hidden) == 0 && say(terminal, what) && say(terminal, ": ");
    const ssize_t got = asked ? read(terminal, line->text, sizeof line->text - 1) : -1;
    (void)tcsetattr(terminal, TCSAFLUSH, &shown);
    (void)say(terminal, "\n");
    line->text[got > 0 ? got : 0] = '\0';
    line->text[strcspn(line->text, "\r\n")] = '\0';
    return line->text[0] != '\0' ? MO_SUCCESS : mo_err(MO_ERR_PERMANENT, "no %s was typed", what);
}

mo_err_t mo_app_secret_ask(const char *file, const char *what, const char *flag, mo_key_line_t *line)
{
    *line = (mo_key_line_t){{0}};
    if (file != NULL) {
        return mo_key_line_read(file, line);
    }
    const int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (terminal < 0) {
        return mo_err(MO_ERR_PERMANENT, "the %s is wanted and there is no terminal: give %s FILE", what, flag);
    }
    const mo_err_t err = read_typed(terminal, what, line);
    (void)close(terminal);
    return err;
}

mo_err_t mo_app_password_choose(const char *file, mo_key_line_t *line)
{
    mo_key_line_t again;
    mo_err_t err = mo_app_secret_ask(file, "new password", "--password-file", line);
    if (mo_failed(err) || file != NULL) {
        return err;
    }
    err = mo_app_secret_ask(NULL, "the same again", "--password-file", &again);
    if (!mo_failed(err) && strcmp(line->text, again.text) != 0) {
        err = mo_err(MO_ERR_PERMANENT, "the two passwords differ: try again");
    }
    mo_secret_wipe(&again, sizeof again);
    return err;
}

mo_err_t mo_app_key_load(const char *path, const char *password_file, mo_secp_key_t *key)
{
    bool keystore;
    *key = (mo_secp_key_t){{0}};
    mo_err_t err = mo_key_file_is_keystore(path, &keystore);
    if (mo_failed(err) || !keystore) {
        return mo_failed(err) ? err : mo_node_key_read(path, key->bytes);
    }
    mo_key_line_t password;
    err = mo_app_secret_ask(password_file, "password", "--password-file", &password);
    if (!mo_failed(err)) {
        err = mo_key_file_unlock(path, &password, key);
    }
    mo_secret_wipe(&password, sizeof password);
    return err;
}
