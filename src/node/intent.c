#include "node/intent.h"

#include <jansson.h>
#include <string.h>

#include "node/config_field.h"

static const char *const KINDS[] = {[MO_MESSAGE_STAKE] = "stake", [MO_MESSAGE_REDEEM] = "redeem"};

#define KIND_COUNT (sizeof KINDS / sizeof KINDS[0])

/* X(type, member, JSON name), in the order of the file. */
#define FIELDS(X)                                                                                                      \
    X(kind, kind, "kind")                                                                                              \
    X(amount, message.intent.amount, "amount")                                                                         \
    X(address, message.intent.beneficiary, "beneficiary")                                                              \
    X(address, message.intent.token, "token")                                                                          \
    X(amount, message.nonce, "nonce")                                                                                  \
    X(amount, message.gas_price, "gasPrice")                                                                           \
    X(amount, message.gas_limit, "gasLimit")                                                                           \
    X(number, message.deadline, "deadline")                                                                            \
    X(address, message.sender, "sender")                                                                               \
    X(address, message.facilitator, "facilitator")                                                                     \
    X(signature, signature, "signature")

static const char *const NAMES[] = {
#define X(type, member, name) name,
    FIELDS(X)
#undef X
};

static mo_err_t kind_read(const mo_node_field_t *field, mo_message_kind_t *kind)
{
    const char *const text = json_string_value(field->value);
    for (size_t i = 0; i < KIND_COUNT; ++i) {
        if (text != NULL && strcmp(text, KINDS[i]) == 0) {
            *kind = (mo_message_kind_t)i;
            return MO_SUCCESS;
        }
    }
    return mo_node_field_malformed(field, "\"stake\" or \"redeem\"");
}

static mo_err_t amount_read(const mo_node_field_t *field, mo_u256_t *amount)
{
    return mo_node_field_amount(field, amount);
}

static mo_err_t number_read(const mo_node_field_t *field, uint64_t *number)
{
    return mo_node_field_number(field, number);
}

static mo_err_t address_read(const mo_node_field_t *field, mo_address_t *address)
{
    return mo_node_field_bytes(field, address->bytes, sizeof address->bytes);
}

static mo_err_t signature_read(const mo_node_field_t *field, mo_signature_t *signature)
{
    uint8_t bytes[64] = {0};
    const mo_err_t err = mo_node_field_bytes(field, bytes, sizeof bytes);
    memcpy(signature->r.bytes, bytes, 32);
    memcpy(signature->vs.bytes, bytes + 32, 32);
    return err;
}

static json_t *kind_json(const mo_message_kind_t *kind)
{
    return json_string(KINDS[*kind]);
}

static json_t *amount_json(const mo_u256_t *amount)
{
    return mo_node_amount_json(*amount);
}

static json_t *number_json(const uint64_t *number)
{
    return mo_node_number_json(*number);
}

static json_t *address_json(const mo_address_t *address)
{
    return mo_node_bytes_json(mo_address_view(address));
}

static json_t *signature_json(const mo_signature_t *signature)
{
    uint8_t bytes[64];
    memcpy(bytes, signature->r.bytes, 32);
    memcpy(bytes + 32, signature->vs.bytes, 32);
    return mo_node_bytes_json(MO_BYTES(bytes));
}

static mo_err_t fields_read(const char *path, const json_t *object, mo_node_intent_t *intent)
{
    mo_err_t err = mo_node_object_names_check(path, object, NAMES, sizeof NAMES / sizeof NAMES[0]);
    mo_node_field_t field;
#define X(type, member, name)                                                                                          \
    if (!mo_failed(err)) {                                                                                             \
        err = mo_node_field_find(object, path, name, &field);                                                          \
    }                                                                                                                  \
    if (!mo_failed(err)) {                                                                                             \
        err = type##_read(&field, &intent->member);                                                                    \
    }
    FIELDS(X)
#undef X
    return err;
}

mo_err_t mo_node_intent_read(const char *path, mo_node_intent_t *intent)
{
    *intent = (mo_node_intent_t){0};
    json_t *object = NULL;
    mo_err_t err = mo_node_object_load(path, &object);
    if (!mo_failed(err)) {
        err = fields_read(path, object, intent);
    }
    json_decref(object);
    if (mo_failed(err)) {
        *intent = (mo_node_intent_t){0};
    }
    return err;
}

mo_err_t mo_node_intent_write(const char *path, const mo_node_intent_t *intent)
{
    json_t *object = json_object();
    bool made = object != NULL;
#define X(type, member, name) made = made && json_object_set_new(object, name, type##_json(&intent->member)) == 0;
    FIELDS(X)
#undef X
    if (!made) {
        json_decref(object);
        object = NULL;
    }
    return mo_node_object_write(path, object, 0600);
}
