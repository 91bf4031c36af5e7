#include "app/interrupt.h"

#include <stddef.h>

volatile sig_atomic_t mo_app_interrupt = 0;

static void note(int sign)
{
    mo_app_interrupt = sign;
}

void mo_app_interrupt_listen(void)
{
    struct sigaction action = {.sa_handler = note};
    sigemptyset(&action.sa_mask);
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGHUP, &action, NULL);
    action.sa_handler = SIG_IGN;
    (void)sigaction(SIGPIPE, &action, NULL);
}

int mo_app_interrupt_status(int status)
{
    return mo_app_interrupt == 0 ? status : 128 + (int)mo_app_interrupt;
}
