#include "eth/eip712_types.h"

#include <string.h>

#include "base/check.h"

/* A member's type: the name of its base and the brackets behind it. */
typedef struct {
    mo_bytes_t base;
    mo_bytes_t suffix;
} member_type_t;

const char *mo_eip712_verdict_name(mo_eip712_verdict_t verdict)
{
    switch (verdict) {
        MO_EIP712_VERDICTS(MO_VERDICT_NAME)
    }
    return "";
}

static mo_bytes_t text_view(const char *text)
{
    return (mo_bytes_t){(const uint8_t *)text, strlen(text)};
}

/* ---- The table ---- */

static const mo_eip712_definition_t *find(const mo_eip712_types_t *types, mo_bytes_t name)
{
    for (size_t i = 0; i < types->count; i++) {
        if (mo_bytes_equal(text_view(types->definitions[i].name), name)) {
            return &types->definitions[i];
        }
    }
    return NULL;
}

const mo_eip712_definition_t *mo_eip712_definition(const mo_eip712_types_t *types, const char *name)
{
    return find(types, text_view(name));
}

static member_type_t split(const char *type)
{
    size_t base = strcspn(type, "[");
    mo_bytes_t whole = text_view(type);
    return (member_type_t){{whole.data, base}, {whole.data + base, whole.size - base}};
}

/* An elementary type, into `type`. */
static bool is_elementary(mo_bytes_t name, mo_abi_type_t *type)
{
    mo_abi_types_t room = {type, 1, 0};
    const mo_abi_type_t *parsed;
    return name.size > 0 && name.data[0] != '(' && mo_abi_type_parse(name, &room, &parsed) == MO_ABI_TYPE_OK;
}

static bool is_identifier(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$";
    static const char letters_and_digits[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$0123456789";
    size_t length = strlen(name);
    return length > 0 && strspn(name, letters) > 0 && strspn(name, letters_and_digits) == length;
}

/* Whether the brackets are well formed: the ABI's own parser judges them behind an elementary type. */
static bool is_suffix(mo_bytes_t suffix)
{
    uint8_t memory[256];
    mo_abi_type_t nodes[MO_ABI_DEPTH_MAX];
    mo_abi_types_t room = {nodes, MO_ABI_DEPTH_MAX, 0};
    const mo_abi_type_t *type;
    mo_buffer_t text = MO_BUFFER(memory);
    mo_buffer_put(&text, text_view("bytes"));
    mo_buffer_put(&text, suffix);
    return !text.overflown && mo_abi_type_parse(mo_buffer_view(&text), &room, &type) == MO_ABI_TYPE_OK;
}

static mo_eip712_verdict_t check_member(const mo_eip712_types_t *types,
                                        const mo_eip712_definition_t *definition, size_t index)
{
    const mo_eip712_member_t *member = &definition->members[index];
    member_type_t type = split(member->type);
    mo_abi_type_t node;
    if (!is_identifier(member->name)) {
        return MO_EIP712_NAME;
    }
    for (size_t i = 0; i < index; i++) {
        if (strcmp(definition->members[i].name, member->name) == 0) {
            return MO_EIP712_TWICE;
        }
    }
    bool known = is_elementary(type.base, &node) || find(types, type.base) != NULL;
    return known && is_suffix(type.suffix) ? MO_EIP712_OK : MO_EIP712_TYPE;
}

static mo_eip712_verdict_t check_definition(const mo_eip712_types_t *types,
                                            const mo_eip712_definition_t *definition)
{
    mo_abi_type_t node;
    if (!is_identifier(definition->name) || is_elementary(text_view(definition->name), &node)) {
        return MO_EIP712_NAME;
    }
    if (mo_eip712_definition(types, definition->name) != definition) {
        return MO_EIP712_TWICE;
    }
    mo_eip712_verdict_t verdict = MO_EIP712_OK;
    for (size_t i = 0; i < definition->member_count && verdict == MO_EIP712_OK; i++) {
        verdict = check_member(types, definition, i);
    }
    return verdict;
}

mo_eip712_verdict_t mo_eip712_types_check(const mo_eip712_types_t *types)
{
    if (types->count > MO_EIP712_DEFINITIONS_MAX) {
        return MO_EIP712_COUNT;
    }
    mo_eip712_verdict_t verdict = MO_EIP712_OK;
    for (size_t i = 0; i < types->count && verdict == MO_EIP712_OK; i++) {
        verdict = check_definition(types, &types->definitions[i]);
    }
    return verdict;
}

/* ---- Type strings ---- */

/* Where encodeType goes: into a hash, and into a buffer if there is one. */
typedef struct {
    mo_keccak_t keccak;
    mo_buffer_t *out;
} sink_t;

static void put_text(sink_t *sink, const char *text)
{
    mo_keccak_put(&sink->keccak, text_view(text));
    if (sink->out != NULL) {
        mo_buffer_put(sink->out, text_view(text));
    }
}

static uint64_t bit_of(const mo_eip712_types_t *types, const mo_eip712_definition_t *definition)
{
    return (uint64_t)1 << (definition - types->definitions);
}

/* The set of the definitions that the members of one name, added to `seen`. */
static uint64_t add_referred(const mo_eip712_types_t *types, const mo_eip712_definition_t *definition,
                             uint64_t seen)
{
    for (size_t i = 0; i < definition->member_count; i++) {
        const mo_eip712_definition_t *other = find(types, split(definition->members[i].type).base);
        if (other != NULL) {
            seen |= bit_of(types, other);
        }
    }
    return seen;
}

/* All that `definition` refers to, over any number of steps: a set that grows until it does not. */
static uint64_t all_referred(const mo_eip712_types_t *types, const mo_eip712_definition_t *definition)
{
    uint64_t seen = bit_of(types, definition);
    uint64_t before = 0;
    while (seen != before) {
        before = seen;
        for (size_t i = 0; i < types->count; i++) {
            if ((before >> i & 1) != 0) {
                seen = add_referred(types, &types->definitions[i], seen);
            }
        }
    }
    return seen & ~bit_of(types, definition);
}

static void put_definition(sink_t *sink, const mo_eip712_definition_t *definition)
{
    put_text(sink, definition->name);
    put_text(sink, "(");
    for (size_t i = 0; i < definition->member_count; i++) {
        put_text(sink, i == 0 ? "" : ",");
        put_text(sink, definition->members[i].type);
        put_text(sink, " ");
        put_text(sink, definition->members[i].name);
    }
    put_text(sink, ")");
}

/* The first by name of a set that is not empty. */
static const mo_eip712_definition_t *first_named(const mo_eip712_types_t *types, uint64_t set)
{
    const mo_eip712_definition_t *first = NULL;
    for (size_t i = 0; i < types->count; i++) {
        const mo_eip712_definition_t *at = &types->definitions[i];
        if ((set >> i & 1) != 0 && (first == NULL || strcmp(at->name, first->name) < 0)) {
            first = at;
        }
    }
    return first;
}

static mo_hash_t put_type(const mo_eip712_types_t *types, const mo_eip712_definition_t *definition,
                          mo_buffer_t *out)
{
    sink_t sink = {mo_keccak(), out};
    uint64_t rest = all_referred(types, definition);
    put_definition(&sink, definition);
    while (rest != 0) {
        const mo_eip712_definition_t *next = first_named(types, rest);
        put_definition(&sink, next);
        rest &= ~bit_of(types, next);
    }
    return mo_keccak_hash(&sink.keccak);
}

mo_eip712_verdict_t mo_eip712_encode_type(const mo_eip712_types_t *types, const char *name, mo_buffer_t *out)
{
    mo_eip712_verdict_t verdict = mo_eip712_types_check(types);
    const mo_eip712_definition_t *definition = mo_eip712_definition(types, name);
    if (verdict != MO_EIP712_OK || definition == NULL) {
        return verdict != MO_EIP712_OK ? verdict : MO_EIP712_TYPE;
    }
    mo_buffer_t before = *out;
    (void)put_type(types, definition, out);
    if (out->overflown) {
        *out = before;
        return MO_EIP712_ROOM;
    }
    return MO_EIP712_OK;
}

/* ---- Values ---- */

/* A value being hashed; the first refusal stays. */
typedef struct {
    const mo_eip712_types_t *types;
    unsigned depth;
    mo_eip712_verdict_t verdict;
} hasher_t;

static mo_hash_t refuse(hasher_t *hasher, mo_eip712_verdict_t verdict)
{
    if (hasher->verdict == MO_EIP712_OK) {
        hasher->verdict = verdict;
    }
    return (mo_hash_t){{0}};
}

static mo_hash_t word_of(hasher_t *hasher, member_type_t type, const mo_abi_value_t *value);

/* The word of each member, to a hash and to a buffer if there is one. */
static mo_hash_t hash_struct(hasher_t *hasher, const mo_eip712_definition_t *definition,
                             const mo_abi_value_t *value, mo_buffer_t *out)
{
    if (value->count != definition->member_count) {
        return refuse(hasher, MO_EIP712_VALUE);
    }
    mo_hash_t type_hash = put_type(hasher->types, definition, NULL);
    mo_eip712_t hashed = mo_eip712_struct_of(&type_hash);
    if (out != NULL) {
        mo_buffer_put(out, mo_hash_view(&type_hash));
    }
    for (size_t i = 0; i < value->count && hasher->verdict == MO_EIP712_OK; i++) {
        mo_hash_t word = word_of(hasher, split(definition->members[i].type), &value->inner[i]);
        mo_eip712_put_hash(&hashed, &word);
        if (out != NULL) {
            mo_buffer_put(out, mo_hash_view(&word));
        }
    }
    return mo_eip712_hash(&hashed);
}

/* Takes the last pair of brackets off; the number between them, 0 when there is none. */
static size_t take_suffix(member_type_t *type)
{
    size_t count = 0;
    size_t scale = 1;
    size_t last = type->suffix.size - 1; /* the closing bracket */
    while (type->suffix.data[--last] != '[') {
        count += scale * (size_t)(type->suffix.data[last] - '0');
        scale *= 10;
    }
    type->suffix.size = last;
    return count;
}

static mo_hash_t hash_array(hasher_t *hasher, member_type_t type, const mo_abi_value_t *value)
{
    size_t count = take_suffix(&type);
    mo_eip712_t hashed = mo_eip712_array();
    if (count != 0 && count != value->count) {
        return refuse(hasher, MO_EIP712_VALUE);
    }
    for (size_t i = 0; i < value->count && hasher->verdict == MO_EIP712_OK; i++) {
        mo_hash_t word = word_of(hasher, type, &value->inner[i]);
        mo_eip712_put_hash(&hashed, &word);
    }
    return mo_eip712_hash(&hashed);
}

static mo_hash_t elementary_word(hasher_t *hasher, mo_bytes_t name, const mo_abi_value_t *value)
{
    mo_abi_type_t type;
    MO_CHECK(is_elementary(name, &type));
    if (mo_abi_value_check(&type, value) != MO_ABI_OK) {
        return refuse(hasher, MO_EIP712_VALUE);
    }
    return type.dynamic ? mo_keccak256(value->bytes) : mo_abi_value_word(&type, value);
}

static mo_hash_t word_of(hasher_t *hasher, member_type_t type, const mo_abi_value_t *value)
{
    const mo_eip712_definition_t *definition = find(hasher->types, type.base);
    mo_hash_t word = {{0}};
    if (hasher->depth == MO_EIP712_DEPTH_MAX) {
        return refuse(hasher, MO_EIP712_DEPTH);
    }
    hasher->depth++;
    if (type.suffix.size > 0) {
        word = hash_array(hasher, type, value);
    } else if (definition == NULL) {
        word = elementary_word(hasher, type.base, value);
    } else if (value->inner != NULL) {
        word = hash_struct(hasher, definition, value, NULL);
    }
    hasher->depth--;
    return word;
}

static mo_eip712_verdict_t hash_primary(const mo_eip712_types_t *types, const char *name,
                                        const mo_abi_value_t *value, mo_buffer_t *encoded, mo_hash_t *out)
{
    *out = (mo_hash_t){{0}};
    hasher_t hasher = {types, 0, mo_eip712_types_check(types)};
    const mo_eip712_definition_t *definition = mo_eip712_definition(types, name);
    if (hasher.verdict == MO_EIP712_OK && definition == NULL) {
        hasher.verdict = MO_EIP712_TYPE;
    }
    if (hasher.verdict == MO_EIP712_OK) {
        mo_hash_t hash = hash_struct(&hasher, definition, value, encoded);
        *out = hasher.verdict == MO_EIP712_OK ? hash : *out;
    }
    return hasher.verdict;
}

mo_eip712_verdict_t mo_eip712_encode_struct(const mo_eip712_types_t *types, const char *name,
                                            const mo_abi_value_t *value, mo_buffer_t *out)
{
    mo_buffer_t before = *out;
    mo_hash_t hash;
    mo_eip712_verdict_t verdict = hash_primary(types, name, value, out, &hash);
    if (verdict == MO_EIP712_OK && out->overflown) {
        verdict = MO_EIP712_ROOM;
    }
    if (verdict != MO_EIP712_OK) {
        *out = before;
    }
    return verdict;
}

mo_eip712_verdict_t mo_eip712_struct_hash(const mo_eip712_types_t *types, const char *name,
                                          const mo_abi_value_t *value, mo_hash_t *out)
{
    return hash_primary(types, name, value, NULL, out);
}
