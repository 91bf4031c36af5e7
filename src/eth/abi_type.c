#include "eth/abi_type.h"

#include <string.h>

/* Text being read: what is left of it, and the first refusal. */
typedef struct {
    mo_bytes_t rest;
    mo_abi_types_t *room;
    mo_abi_type_verdict_t verdict;
} parser_t;

const char *mo_abi_type_verdict_name(mo_abi_type_verdict_t verdict)
{
    switch (verdict) {
        MO_ABI_TYPE_VERDICTS(MO_VERDICT_NAME)
    }
    return "";
}

static mo_abi_type_t *refuse(parser_t *parser, mo_abi_type_verdict_t verdict)
{
    if (parser->verdict == MO_ABI_TYPE_OK) {
        parser->verdict = verdict;
    }
    return NULL;
}

static bool at(const parser_t *parser, char c)
{
    return parser->rest.size > 0 && parser->rest.data[0] == (uint8_t)c;
}

static bool take(parser_t *parser, char c)
{
    if (!at(parser, c)) {
        return false;
    }
    parser->rest = (mo_bytes_t){parser->rest.data + 1, parser->rest.size - 1};
    return true;
}

static mo_abi_type_t *claim(parser_t *parser, mo_abi_type_t type)
{
    mo_abi_types_t *room = parser->room;
    if (room->used == room->capacity) {
        return refuse(parser, MO_ABI_TYPE_ROOM);
    }
    room->nodes[room->used] = type;
    return &room->nodes[room->used++];
}

/* A numeral without leading zero, of at most 6 digits; 0 when there is none. */
static size_t take_number(parser_t *parser)
{
    size_t value = 0;
    for (unsigned digits = 0; digits < 6 && parser->rest.size > 0; digits++) {
        uint8_t c = parser->rest.data[0];
        if (c < '0' || c > '9' || (digits == 0 && c == '0')) {
            break;
        }
        value = value * 10 + (size_t)(c - '0');
        (void)take(parser, (char)c);
    }
    return value;
}

/* ---- Names ---- */

static bool is_letter(uint8_t c)
{
    return c >= 'a' && c <= 'z';
}

static bool spells(mo_bytes_t word, const char *text)
{
    return word.size == strlen(text) && memcmp(word.data, text, word.size) == 0;
}

/* uint and int: a multiple of 8 bits up to 256, or no number at all. */
static bool integer_width(size_t number, bool numbered, unsigned *width)
{
    *width = numbered ? (unsigned)number : 256;
    return !numbered || (number > 0 && number <= 256 && number % 8 == 0);
}

/* The type of a name, whose number, if one follows, is `number`. */
static bool named_type(mo_bytes_t word, size_t number, bool numbered, mo_abi_type_t *out)
{
    *out = (mo_abi_type_t){.words = 1, .height = 1};
    if (spells(word, "uint") || spells(word, "int")) {
        out->kind = word.size == 4 ? MO_ABI_UINT : MO_ABI_INT;
        return integer_width(number, numbered, &out->width);
    }
    if (spells(word, "bytes") && numbered) {
        out->kind = MO_ABI_FIXED;
        out->width = (unsigned)number;
        return number > 0 && number <= MO_ABI_WORD;
    }
    static const struct {
        const char *name;
        mo_abi_type_t type;
    } plain[] = {
        {"address", {.kind = MO_ABI_ADDRESS, .words = 1, .height = 1}},
        {"bool", {.kind = MO_ABI_BOOL, .words = 1, .height = 1}},
        {"bytes", {.kind = MO_ABI_BYTES, .words = 1, .dynamic = true, .height = 1}},
        {"string", {.kind = MO_ABI_STRING, .words = 1, .dynamic = true, .height = 1}},
        {"function", {.kind = MO_ABI_FIXED, .width = 24, .words = 1, .height = 1}},
    };
    for (size_t i = 0; i < sizeof plain / sizeof plain[0] && !numbered; i++) {
        if (spells(word, plain[i].name)) {
            *out = plain[i].type;
            return true;
        }
    }
    return false;
}

static mo_abi_type_t *parse_name(parser_t *parser)
{
    mo_bytes_t word = {parser->rest.data, 0};
    while (parser->rest.size > 0 && is_letter(parser->rest.data[0])) {
        (void)take(parser, (char)parser->rest.data[0]);
        word.size++;
    }
    if (word.size == 0) {
        return refuse(parser, MO_ABI_TYPE_NAME);
    }
    bool numbered = parser->rest.size > 0 && parser->rest.data[0] >= '0' && parser->rest.data[0] <= '9';
    size_t number = take_number(parser);
    mo_abi_type_t type;
    if (!named_type(word, number, numbered, &type)) {
        return refuse(parser, MO_ABI_TYPE_NAME);
    }
    return claim(parser, type);
}

/* ---- Tuples and arrays ---- */

static mo_abi_type_t *parse_type(parser_t *parser, unsigned depth);

/* What follows from the members or the element, once `frame` and `dynamic` are known. */
static mo_abi_type_t *close_compound(parser_t *parser, mo_abi_type_t *type)
{
    type->words = type->dynamic ? 1 : type->frame;
    if (type->frame > MO_ABI_HEAD_WORDS_MAX) {
        return refuse(parser, MO_ABI_TYPE_HEAD);
    }
    return type->height > MO_ABI_DEPTH_MAX ? refuse(parser, MO_ABI_TYPE_DEPTH) : type;
}

static void add_member(mo_abi_type_t *tuple, mo_abi_type_t *last, mo_abi_type_t *member)
{
    *(last == NULL ? &tuple->inner : &last->next) = member;
    tuple->count++;
    tuple->frame += member->words;
    tuple->dynamic = tuple->dynamic || member->dynamic;
    tuple->height = tuple->height > member->height ? tuple->height : member->height + 1;
}

static mo_abi_type_t *parse_tuple(parser_t *parser, unsigned depth)
{
    mo_abi_type_t *tuple = claim(parser, (mo_abi_type_t){.kind = MO_ABI_TUPLE, .height = 1});
    mo_abi_type_t *last = NULL;
    if (tuple == NULL || take(parser, ')')) {
        return tuple;
    }
    do {
        mo_abi_type_t *member = parse_type(parser, depth);
        if (member == NULL) {
            return NULL;
        }
        add_member(tuple, last, member);
        last = member;
    } while (take(parser, ','));
    return take(parser, ')') ? close_compound(parser, tuple) : refuse(parser, MO_ABI_TYPE_FORM);
}

/* `element` and what stands between the brackets, of which the first is taken. */
static mo_abi_type_t *parse_suffix(parser_t *parser, const mo_abi_type_t *element)
{
    mo_abi_type_t type = {
        .kind = MO_ABI_LIST, .inner = element, .dynamic = true, .height = element->height + 1};
    if (!at(parser, ']')) {
        type.kind = MO_ABI_ARRAY;
        type.count = take_number(parser);
        type.dynamic = element->dynamic;
        type.frame = type.count * element->words;
    }
    if (element->words == 0 || (type.kind == MO_ABI_ARRAY && type.count == 0)) {
        return refuse(parser, MO_ABI_TYPE_COUNT);
    }
    if (!take(parser, ']')) {
        return refuse(parser, MO_ABI_TYPE_FORM);
    }
    mo_abi_type_t *array = claim(parser, type);
    return array == NULL ? NULL : close_compound(parser, array);
}

static mo_abi_type_t *parse_type(parser_t *parser, unsigned depth)
{
    if (depth == MO_ABI_DEPTH_MAX) {
        return refuse(parser, MO_ABI_TYPE_DEPTH);
    }
    mo_abi_type_t *type = take(parser, '(') ? parse_tuple(parser, depth + 1) : parse_name(parser);
    while (type != NULL && take(parser, '[')) {
        type = parse_suffix(parser, type);
    }
    return type;
}

mo_abi_type_verdict_t mo_abi_type_parse(mo_bytes_t text, mo_abi_types_t *room, const mo_abi_type_t **out)
{
    parser_t parser = {.rest = text, .room = room, .verdict = MO_ABI_TYPE_OK};
    *out = parse_type(&parser, 0);
    if (*out != NULL && parser.rest.size > 0) {
        *out = refuse(&parser, MO_ABI_TYPE_FORM);
    }
    return parser.verdict;
}

/* ---- Printing ---- */

static void put_text(mo_buffer_t *out, const char *text)
{
    mo_buffer_put(out, (mo_bytes_t){(const uint8_t *)text, strlen(text)});
}

static void put_number(mo_buffer_t *out, size_t number)
{
    char text[MO_U256_DECIMAL_TEXT];
    mo_u256_print_decimal(mo_u256_from_u64(number), text);
    put_text(out, text);
}

static void put_type(const mo_abi_type_t *type, mo_buffer_t *out);

static void put_members(const mo_abi_type_t *tuple, mo_buffer_t *out)
{
    put_text(out, "(");
    for (const mo_abi_type_t *member = tuple->inner; member != NULL; member = member->next) {
        put_type(member, out);
        put_text(out, member->next != NULL ? "," : "");
    }
    put_text(out, ")");
}

static void put_type(const mo_abi_type_t *type, mo_buffer_t *out)
{
    static const char *const name[] = {
        [MO_ABI_UINT] = "uint",    [MO_ABI_INT] = "int",     [MO_ABI_ADDRESS] = "address",
        [MO_ABI_BOOL] = "bool",    [MO_ABI_FIXED] = "bytes", [MO_ABI_BYTES] = "bytes",
        [MO_ABI_STRING] = "string"};
    if (type->kind == MO_ABI_TUPLE) {
        put_members(type, out);
        return;
    }
    if (type->kind == MO_ABI_ARRAY || type->kind == MO_ABI_LIST) {
        put_type(type->inner, out);
        put_text(out, "[");
        if (type->kind == MO_ABI_ARRAY) {
            put_number(out, type->count);
        }
        put_text(out, "]");
        return;
    }
    put_text(out, name[type->kind]);
    if (type->width > 0) {
        put_number(out, type->width);
    }
}

bool mo_abi_type_print(const mo_abi_type_t *type, mo_buffer_t *out)
{
    put_type(type, out);
    return !out->overflown;
}
