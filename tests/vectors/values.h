/* JSON values as values of a type (eth/abi_value.h): numbers as numerals of any sign, 0x or decimal; tuples
 * as lists. */
#ifndef MO_VECTORS_VALUES_H
#define MO_VECTORS_VALUES_H

#include "eth/abi_value.h"
#include "vectors/case.h"

/* The type that `text` spells, "(...)" around it; NULL (and spoiled) when it is none. */
const mo_abi_type_t *mo_values_type(mo_case_t *c, const char *text);

/* The same of a JSON list of types. */
const mo_abi_type_t *mo_values_types(mo_case_t *c, const json_t *list);

/* The value; a case whose JSON is not of the type is spoiled. */
mo_abi_value_t mo_values_read(mo_case_t *c, const mo_abi_type_t *type, const json_t *json);

#endif
