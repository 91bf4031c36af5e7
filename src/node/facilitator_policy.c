#include "node/facilitator_policy.h"

#include "node/config_field.h"

static const char *const NAMES[] = {"spreadMs",          "rescueMs",    "tokenPrice", "coinPrice", "originGasPrice",
                                    "auxiliaryGasPrice", "profitFloor", "allow",      "deny"};

static mo_err_t number_read(const char *path, const json_t *object, const char *name, uint64_t *number)
{
    mo_node_field_t field;
    if (json_object_get(object, name) == NULL) {
        return MO_SUCCESS;
    }
    const mo_err_t err = mo_node_field_find(object, path, name, &field);
    return mo_failed(err) ? err : mo_node_field_number(&field, number);
}

static mo_err_t list_read(const char *path, const json_t *object, const char *name, mo_policy_list_t *list)
{
    const json_t *const items = json_object_get(object, name);
    mo_node_field_t field = {.path = path, .name = name};
    if (items == NULL) {
        return MO_SUCCESS;
    }
    if (!json_is_array(items) || json_array_size(items) > MO_POLICY_LIST_MAX) {
        return mo_err(MO_ERR_PERMANENT, "%.120s: field %s must be a list of at most %d addresses", path, name,
                      MO_POLICY_LIST_MAX);
    }
    mo_err_t err = MO_SUCCESS;
    for (size_t i = 0; i < json_array_size(items) && !mo_failed(err); i++) {
        field.value = json_array_get(items, i);
        err = mo_node_field_bytes(&field, list->items[i].bytes, sizeof list->items[i].bytes);
    }
    list->count = mo_failed(err) ? 0 : json_array_size(items);
    return err;
}

static mo_err_t prices_read(const char *path, const json_t *object, mo_facilitator_policy_t *policy)
{
    const struct {
        const char *name;
        mo_u256_t *amount;
    } prices[] = {{"tokenPrice", &policy->token_price},
                  {"coinPrice", &policy->coin_price},
                  {"originGasPrice", &policy->gas_prices[MO_CHAIN_ORIGIN]},
                  {"auxiliaryGasPrice", &policy->gas_prices[MO_CHAIN_AUXILIARY]},
                  {"profitFloor", &policy->floor}};
    const size_t count = sizeof prices / sizeof prices[0];
    for (size_t i = 0; i < count; i++) {
        policy->priced = policy->priced || json_object_get(object, prices[i].name) != NULL;
    }
    mo_err_t err = MO_SUCCESS;
    for (size_t i = 0; i < count && policy->priced && !mo_failed(err); i++) {
        mo_node_field_t field;
        err = mo_node_field_find(object, path, prices[i].name, &field);
        if (!mo_failed(err)) {
            err = mo_node_field_amount(&field, prices[i].amount);
        }
    }
    return err;
}

static mo_err_t fields_read(const char *path, const json_t *object, mo_facilitator_policy_t *policy)
{
    mo_err_t err = mo_node_object_names_check(path, object, NAMES, sizeof NAMES / sizeof NAMES[0]);
    if (!mo_failed(err)) {
        err = number_read(path, object, "spreadMs", &policy->spread_ms);
    }
    if (!mo_failed(err)) {
        err = number_read(path, object, "rescueMs", &policy->rescue_ms);
    }
    if (!mo_failed(err)) {
        err = prices_read(path, object, policy);
    }
    if (!mo_failed(err)) {
        err = list_read(path, object, "allow", &policy->allow);
    }
    return mo_failed(err) ? err : list_read(path, object, "deny", &policy->deny);
}

mo_err_t mo_node_policy_read(const char *path, mo_facilitator_policy_t *policy)
{
    json_t *object = NULL;
    *policy = mo_facilitator_policy_default();
    mo_err_t err = mo_node_object_load(path, &object);
    if (!mo_failed(err)) {
        err = fields_read(path, object, policy);
    }
    json_decref(object);
    if (mo_failed(err)) {
        *policy = mo_facilitator_policy_default();
    }
    return err;
}
