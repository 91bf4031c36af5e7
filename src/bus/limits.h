/* Named maxima of the message bus's rules, with their arithmetic. Floor 2. */
#ifndef MO_BUS_LIMITS_H
#define MO_BUS_LIMITS_H

/* Protocol: gasLimit of a message is below 2^40 (gateway 7.3). */
#define MO_BUS_GAS_LIMIT_BITS 40

/* Protocol: a proven slot is a minimal integer of at most 32 bytes; its RLP has one byte of prefix
 * (gateway 7.1). */
#define MO_BUS_SLOT_RLP_MAX 33

/* Protocol: storage slots of the boxes in both gateways (interfaces 3). */
#define MO_BUS_LINK_SLOT   0
#define MO_BUS_OUTBOX_SLOT 2
#define MO_BUS_INBOX_SLOT  3

#endif
