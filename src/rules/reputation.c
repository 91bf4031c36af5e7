#include "rules/reputation.h"

#include "base/check.h"
#include "eth/u256.h"

static uint64_t warm_up(uint64_t heights, uint64_t height, uint64_t join_height) {
    if (height <= 1 || join_height == 1) {
        return MO_ONE;
    }
    if (join_height == 0 || height <= join_height) {
        return 0;
    }
    uint64_t age = height - join_height;
    if (age >= heights) {
        return MO_ONE;
    }
    mo_u256_t part;
    uint64_t parts;
    bool fits = mo_u256_mul_div(mo_u256_from_u64(age), mo_u256_from_u64(MO_ONE), mo_u256_from_u64(heights), &part) &&
                mo_u256_to_u64(part, &parts);
    MO_CHECK(fits);
    return parts;
}

static uint64_t lifetime(uint64_t heights, uint64_t height, uint64_t join_height) {
    if (join_height == 0 || height < join_height) {
        return MO_ONE;
    }
    return height - join_height < heights ? MO_ONE : 0;
}

uint64_t mo_rules_reputation(const mo_reputation_t *reputation, uint64_t height, uint64_t join_height) {
    switch (reputation->kind) {
    case MO_REPUTATION_CONSTANT:
        break;
    case MO_REPUTATION_WARM_UP:
        return warm_up(reputation->heights, height, join_height);
    case MO_REPUTATION_LIFETIME:
        return lifetime(reputation->heights, height, join_height);
    }
    return MO_ONE;
}
