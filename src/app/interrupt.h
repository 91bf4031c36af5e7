/* Interrupts: Ctrl-C, TERM and HUP ask for an orderly end; whoever runs looks at `mo_app_interrupt`. Floor 7. */
#ifndef MO_APP_INTERRUPT_H
#define MO_APP_INTERRUPT_H

#include <signal.h>

/* The signal that asks for the end; 0 while none has come. */
extern volatile sig_atomic_t mo_app_interrupt;

/* Begins to listen. SIGPIPE is ignored: a closed output is an error of writing, not an end. */
void mo_app_interrupt_listen(void);

/* The exit status: 128 + signal when one came (130 for Ctrl-C), else `status`. */
int mo_app_interrupt_status(int status);

#endif
