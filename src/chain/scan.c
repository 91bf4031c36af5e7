#include "chain/scan.h"

#include <string.h>

#include "base/check.h"
#include "chain/verify.h"
#include "eth/header.h"
#include "eth/keccak.h"

/* ---- Text ---- */

/* What is left of the text; `good` is false once it is not of the form, and everything then stands still. */
typedef struct {
    const char *at;
    const char *end;
    bool good;
} text_t;

static void skip_space(text_t *text)
{
    while (text->at < text->end && (*text->at == ' ' || *text->at == '\n' || *text->at == '\r' || *text->at == '\t')) {
        text->at++;
    }
}

/* Steps over a sign and the space before it, when it is there. */
static bool takes(text_t *text, char sign)
{
    skip_space(text);
    bool there = text->good && text->at < text->end && *text->at == sign;
    text->at += there ? 1 : 0;
    return there;
}

static void need(text_t *text, char sign)
{
    if (!takes(text, sign)) {
        text->good = false;
    }
}

/* A string of plain signs, without its quotes. The library would judge escapes and UTF-8. */
static mo_bytes_t take_string(text_t *text)
{
    need(text, '"');
    const char *start = text->at;
    while (text->good && text->at < text->end && *text->at != '"') {
        text->good = *text->at >= ' ' && *text->at < 0x7f && *text->at != '\\';
        text->at++;
    }
    size_t size = (size_t)(text->at - start);
    need(text, '"');
    return text->good ? (mo_bytes_t){(const uint8_t *)start, size} : (mo_bytes_t){NULL, 0};
}

static bool takes_word(text_t *text, const char *word)
{
    skip_space(text);
    size_t size = strlen(word);
    bool there = text->good && (size_t)(text->end - text->at) >= size && memcmp(text->at, word, size) == 0;
    text->at += there ? size : 0;
    return there;
}

/* An id as we give them: digits, no sign, at most 18 of them. */
static uint64_t take_number(text_t *text)
{
    skip_space(text);
    uint64_t number = 0;
    const char *start = text->at;
    while (text->at < text->end && text->at - start < 19 && *text->at >= '0' && *text->at <= '9') {
        number = 10 * number + (uint64_t)(*text->at - '0');
        text->at++;
    }
    size_t size = (size_t)(text->at - start);
    text->good = text->good && size > 0 && size < 19 && (size == 1 || *start != '0');
    return number;
}

/* ---- Values that are not read ---- */

#define NAMES_MAX 8
#define DEPTH_MAX 4

static void skip_value(text_t *text, unsigned depth);

/* The library refuses an object that has a name twice, so it must be looked for. */
static void skip_object(text_t *text, unsigned depth)
{
    mo_bytes_t names[NAMES_MAX];
    size_t count = 0;
    if (takes(text, '}')) {
        return;
    }
    do {
        text->good = text->good && count < NAMES_MAX;
        if (!text->good) {
            return;
        }
        names[count] = take_string(text);
        for (size_t i = 0; i < count; i++) {
            text->good = text->good && !mo_bytes_equal(names[i], names[count]);
        }
        count++;
        need(text, ':');
        skip_value(text, depth + 1);
    } while (takes(text, ','));
    need(text, '}');
}

static void skip_array(text_t *text, unsigned depth)
{
    if (takes(text, ']')) {
        return;
    }
    do {
        skip_value(text, depth + 1);
    } while (takes(text, ','));
    need(text, ']');
}

static void skip_value(text_t *text, unsigned depth)
{
    text->good = text->good && depth < DEPTH_MAX;
    if (takes(text, '[')) {
        skip_array(text, depth);
    } else if (takes(text, '{')) {
        skip_object(text, depth);
    } else if (!takes_word(text, "null") && !takes_word(text, "true") && !takes_word(text, "false")) {
        (void)take_string(text);
    }
}

/* ---- Hexadecimal ---- */

/* The value of a digit, or 0x80 and more: one look each, as these are most of a header's text. */
static uint8_t digit(uint8_t sign)
{
    static const uint8_t values[256] = {
        ['0'] = 0x10, ['1'] = 0x11, ['2'] = 0x12, ['3'] = 0x13, ['4'] = 0x14, ['5'] = 0x15, ['6'] = 0x16, ['7'] = 0x17,
        ['8'] = 0x18, ['9'] = 0x19, ['a'] = 0x1a, ['b'] = 0x1b, ['c'] = 0x1c, ['d'] = 0x1d, ['e'] = 0x1e, ['f'] = 0x1f,
        ['A'] = 0x1a, ['B'] = 0x1b, ['C'] = 0x1c, ['D'] = 0x1d, ['E'] = 0x1e, ['F'] = 0x1f,
    };
    return values[sign] ^ 0x10;
}

/* The digits of "0x..."; an empty view when it does not begin so. */
static mo_bytes_t digits_of(text_t *text)
{
    mo_bytes_t string = take_string(text);
    text->good = text->good && string.size >= 2 && string.data[0] == '0' && string.data[1] == 'x';
    return text->good ? (mo_bytes_t){string.data + 2, string.size - 2} : (mo_bytes_t){NULL, 0};
}

static size_t take_bytes(text_t *text, uint8_t *out, size_t capacity)
{
    mo_bytes_t digits = digits_of(text);
    text->good = text->good && digits.size % 2 == 0 && digits.size / 2 <= capacity;
    uint8_t faults = 0;
    for (size_t i = 0; text->good && i < digits.size / 2; i++) {
        uint8_t high = digit(digits.data[2 * i]);
        uint8_t low = digit(digits.data[2 * i + 1]);
        faults |= high | low;
        out[i] = (uint8_t)(high << 4 | low);
    }
    text->good = text->good && faults < 0x10;
    return digits.size / 2;
}

static void take_exact(text_t *text, uint8_t *out, size_t size)
{
    if (take_bytes(text, out, size) != size) {
        text->good = false;
    }
}

/* A QUANTITY of at most `limit` digits. */
static mo_u256_t take_quantity(text_t *text, size_t limit)
{
    mo_bytes_t digits = digits_of(text);
    text->good = text->good && digits.size > 0 && digits.size <= limit && (digits.size == 1 || digits.data[0] != '0');
    mo_u256_t value = MO_U256_ZERO;
    for (size_t i = 0; text->good && i < digits.size; i++) {
        size_t place = digits.size - 1 - i;
        uint8_t nibble = digit(digits.data[i]);
        text->good = nibble < 0x10;
        value.limb[place / 16] |= (uint64_t)nibble << 4 * (place % 16);
    }
    return value;
}

/* ---- Members of a block ---- */

/* What a member is: where it goes in a header, and of which form it is. */
typedef enum { EXACT, SMALL, WIDE, EXTRA, HASH, SKIPPED } form_t;

typedef struct {
    const char *name;
    form_t form;
    size_t offset;
    size_t size;
} member_t;

#define AT(name, form, field) \
    {name, form, offsetof(mo_header_t, field), sizeof(((mo_header_t *)0)->field)}

/* Those of a header since Frontier first, then what forks appended, in fork_of's order, then what is not read. */
static const member_t members[] = {
    AT("parentHash", EXACT, parent_hash),
    AT("sha3Uncles", EXACT, ommers_hash),
    AT("miner", EXACT, coinbase),
    AT("stateRoot", EXACT, state_root),
    AT("transactionsRoot", EXACT, transactions_root),
    AT("receiptsRoot", EXACT, receipts_root),
    AT("logsBloom", EXACT, logs_bloom),
    AT("difficulty", WIDE, difficulty),
    AT("number", SMALL, number),
    AT("gasLimit", SMALL, gas_limit),
    AT("gasUsed", SMALL, gas_used),
    AT("timestamp", SMALL, timestamp),
    AT("extraData", EXTRA, extra_data),
    AT("mixHash", EXACT, mix_hash),
    AT("nonce", EXACT, nonce),
    {"hash", HASH, 0, 0},
    AT("baseFeePerGas", WIDE, base_fee_per_gas),
    AT("withdrawalsRoot", EXACT, withdrawals_root),
    AT("blobGasUsed", SMALL, blob_gas_used),
    AT("excessBlobGas", SMALL, excess_blob_gas),
    AT("parentBeaconBlockRoot", EXACT, parent_beacon_block_root),
    AT("requestsHash", EXACT, requests_hash),
    {"size", SKIPPED, 0, 0},
    {"totalDifficulty", SKIPPED, 0, 0},
    {"transactions", SKIPPED, 0, 0},
    {"uncles", SKIPPED, 0, 0},
    {"withdrawals", SKIPPED, 0, 0},
};

#define MEMBERS     (sizeof members / sizeof members[0])
#define UP_TO(last) ((UINT32_C(2) << (last)) - 1)
#define FRONTIER    UP_TO(15)
#define LONDON      UP_TO(16)
#define SHANGHAI    UP_TO(17)
#define CANCUN      UP_TO(20)
#define PRAGUE      UP_TO(21)

/* A block under way. */
typedef struct {
    mo_header_t header;
    uint8_t extra[MO_HEADER_BYTES_MAX];
    mo_hash_t reported;
    uint32_t seen; /* members that were there, null or not */
    uint32_t has;  /* members that are not null */
} draft_t;

static size_t find_member(mo_bytes_t name)
{
    for (size_t i = 0; i < MEMBERS; i++) {
        if (strlen(members[i].name) == name.size && memcmp(members[i].name, name.data, name.size) == 0) {
            return i;
        }
    }
    return MEMBERS;
}

static void take_member(text_t *text, const member_t *member, draft_t *draft)
{
    uint8_t *field = (uint8_t *)&draft->header + member->offset;
    mo_u256_t value;
    switch (member->form) {
        case EXACT: take_exact(text, field, member->size); break;
        case HASH: take_exact(text, draft->reported.bytes, sizeof draft->reported.bytes); break;
        case SMALL:
            value = take_quantity(text, 16);
            memcpy(field, &value.limb[0], sizeof value.limb[0]);
            break;
        case WIDE:
            value = take_quantity(text, 64);
            memcpy(field, &value, sizeof value);
            break;
        case EXTRA:
            draft->header.extra_data.size = take_bytes(text, draft->extra, sizeof draft->extra);
            draft->header.extra_data.data = draft->extra;
            break;
        case SKIPPED: skip_value(text, 1); break;
    }
}

/* The members present tell the fork (chain/block.c); all that it has must be there. */
static bool take_fork(draft_t *draft)
{
    uint32_t has = draft->has;
    mo_header_fork_t fork = MO_HEADER_FRONTIER;
    uint32_t all = FRONTIER;
    if ((has & (PRAGUE ^ CANCUN)) != 0) {
        fork = MO_HEADER_PRAGUE;
        all = PRAGUE;
    } else if ((has & UINT32_C(1) << 20) != 0) {
        fork = MO_HEADER_CANCUN;
        all = CANCUN;
    } else if ((has & UINT32_C(1) << 17) != 0) {
        fork = MO_HEADER_SHANGHAI;
        all = SHANGHAI;
    } else if ((has & UINT32_C(1) << 16) != 0) {
        fork = MO_HEADER_LONDON;
        all = LONDON;
    }
    draft->header.fork = fork;
    return (has & all) == all;
}

static void take_block(text_t *text, draft_t *draft)
{
    memset(&draft->header, 0, sizeof draft->header);
    draft->seen = 0;
    draft->has = 0;
    need(text, '{');
    do {
        size_t at = find_member(take_string(text));
        text->good = text->good && at < MEMBERS && (draft->seen >> at & 1) == 0;
        need(text, ':');
        if (!text->good) {
            return;
        }
        draft->seen |= UINT32_C(1) << at;
        if (!takes_word(text, "null")) {
            draft->has |= UINT32_C(1) << at;
            take_member(text, &members[at], draft);
        }
    } while (takes(text, ','));
    need(text, '}');
    text->good = text->good && take_fork(draft);
}

/* ---- Answers ---- */

typedef struct {
    const mo_scan_t *scan;
    draft_t draft;
    bool taken[MO_SCAN_ANSWERS_MAX];
    mo_hash_t reported[MO_SCAN_ANSWERS_MAX];
} answers_t;

static void keep_block(text_t *text, answers_t *answers, uint64_t id)
{
    const mo_scan_t *scan = answers->scan;
    uint64_t place = id - scan->first_id;
    if (!text->good || id < scan->first_id || place >= scan->count || answers->taken[place]) {
        text->good = false;
        return;
    }
    answers->taken[place] = true;
    answers->reported[place] = answers->draft.reported;
    text->good = mo_verify_header(&answers->draft.header, scan->blocks[place]) == NULL;
}

static void take_answer(text_t *text, answers_t *answers)
{
    bool has_version = false;
    bool has_id = false;
    bool has_result = false;
    uint64_t id = 0;
    need(text, '{');
    do {
        mo_bytes_t name = take_string(text);
        need(text, ':');
        if (text->good && name.size == 7 && memcmp(name.data, "jsonrpc", 7) == 0 && !has_version) {
            has_version = true;
            (void)take_string(text);
        } else if (text->good && name.size == 2 && memcmp(name.data, "id", 2) == 0 && !has_id) {
            has_id = true;
            id = take_number(text);
        } else if (text->good && name.size == 6 && memcmp(name.data, "result", 6) == 0 && !has_result) {
            has_result = true;
            take_block(text, &answers->draft);
        } else {
            text->good = false;
        }
    } while (takes(text, ','));
    need(text, '}');
    text->good = text->good && has_id && has_result;
    keep_block(text, answers, id);
}

/* Hashes all of them together, and compares. */
static bool hash_all(const answers_t *answers)
{
    const mo_scan_t *scan = answers->scan;
    mo_bytes_t encoded[MO_SCAN_ANSWERS_MAX];
    mo_hash_t hashes[MO_SCAN_ANSWERS_MAX];
    bool same = true;
    for (size_t i = 0; i < scan->count; i++) {
        encoded[i] = mo_block_rlp(scan->blocks[i]);
    }
    mo_keccak256_many(encoded, scan->count, hashes);
    for (size_t i = 0; i < scan->count; i++) {
        scan->blocks[i]->hash = hashes[i];
        same = same && mo_hash_equal(&hashes[i], &answers->reported[i]);
    }
    return same;
}

bool mo_scan_blocks(mo_bytes_t bytes, const mo_scan_t *scan)
{
    MO_CHECK(scan->count >= 1 && scan->count <= MO_SCAN_ANSWERS_MAX);
    text_t text = {(const char *)bytes.data, (const char *)bytes.data + bytes.size, bytes.size > 0};
    answers_t answers;
    answers.scan = scan;
    memset(answers.taken, 0, sizeof answers.taken);
    size_t count = 0;
    bool several = scan->count > 1;
    if (several) {
        need(&text, '[');
    }
    do {
        take_answer(&text, &answers);
        count++;
    } while (several && text.good && takes(&text, ','));
    if (several) {
        need(&text, ']');
    }
    skip_space(&text);
    return text.good && text.at == text.end && count == scan->count && hash_all(&answers);
}
