#include "base/check.h"
#include "eth/u256.h"

#define LIMBS 4

mo_u256_t mo_u256_power(mo_u256_t a, mo_u256_t b)
{
    mo_u256_t power = MO_U256_ONE;
    for (unsigned bit = mo_u256_bits(b); bit-- > 0;) {
        power = mo_u256_wrapping_mul(power, power);
        if (b.limb[bit / 64] >> (bit % 64) & 1) {
            power = mo_u256_wrapping_mul(power, a);
        }
    }
    return power;
}

/* ---- Signed ---- */

bool mo_u256_is_negative(mo_u256_t a)
{
    return a.limb[LIMBS - 1] >> 63 != 0;
}

bool mo_u256_signed_less(mo_u256_t a, mo_u256_t b)
{
    bool a_negative = mo_u256_is_negative(a);
    bool same_sign = a_negative == mo_u256_is_negative(b);
    return same_sign ? mo_u256_less(a, b) : a_negative;
}

static mo_u256_t negate_if(bool negative, mo_u256_t a)
{
    return negative ? mo_u256_negate(a) : a;
}

bool mo_u256_signed_divmod(mo_u256_t a, mo_u256_t b, mo_u256_t *quotient, mo_u256_t *remainder)
{
    bool a_negative = mo_u256_is_negative(a);
    bool b_negative = mo_u256_is_negative(b);
    bool ok = mo_u256_divmod(negate_if(a_negative, a), negate_if(b_negative, b), quotient, remainder);
    *quotient = negate_if(a_negative != b_negative, *quotient);
    *remainder = negate_if(a_negative, *remainder);
    return ok;
}

mo_u256_t mo_u256_signed_shift_right(mo_u256_t a, unsigned bits)
{
    if (!mo_u256_is_negative(a)) {
        return mo_u256_shift_right(a, bits);
    }
    return mo_u256_not(mo_u256_shift_right(mo_u256_not(a), bits));
}

mo_u256_t mo_u256_sign_extend(mo_u256_t a, unsigned bytes)
{
    MO_CHECK(bytes > 0);
    unsigned above = bytes < 32 ? 8 * (32 - bytes) : 0;
    return mo_u256_signed_shift_right(mo_u256_shift_left(a, above), above);
}

/* ---- Bits ---- */

mo_u256_t mo_u256_and(mo_u256_t a, mo_u256_t b)
{
    for (unsigned i = 0; i < LIMBS; i++) {
        a.limb[i] &= b.limb[i];
    }
    return a;
}

mo_u256_t mo_u256_or(mo_u256_t a, mo_u256_t b)
{
    for (unsigned i = 0; i < LIMBS; i++) {
        a.limb[i] |= b.limb[i];
    }
    return a;
}

mo_u256_t mo_u256_xor(mo_u256_t a, mo_u256_t b)
{
    for (unsigned i = 0; i < LIMBS; i++) {
        a.limb[i] ^= b.limb[i];
    }
    return a;
}

mo_u256_t mo_u256_not(mo_u256_t a)
{
    return mo_u256_xor(a, MO_U256_MAX);
}
