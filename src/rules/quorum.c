#include "rules/quorum.h"

bool mo_rules_quorum(mo_weight_t weight, mo_weight_t total) {
    uint64_t w = weight.value;
    uint64_t t = total.value;
    return w > 0 && w <= t && t - w <= (w - 1) / 2;
}
