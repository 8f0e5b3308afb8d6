/* SPDX-License-Identifier: MIT
 * exp, log, reciprocal and inverse root in fixed point: constants and order of rounding are those of gemmlowp and
 * TFLite. */
#include "fixed.h"

#include "requant.h"

#define Q2_ONE (1 << 29)

int32_t fixed_leading_zeros(uint32_t x) {
    int32_t zeros = 32;
    for (; x > 255; x >>= 8) {
        zeros -= 8;
    }
    for (; x != 0; x >>= 1) {
        zeros--;
    }
    return zeros;
}

int32_t fixed_shift_left(int32_t x, int32_t exponent) {
    int32_t most = INT32_MAX >> exponent;
    return x > most ? INT32_MAX : x < -most - 1 ? INT32_MIN : requant_shift_left(x, exponent);
}

/* exp(a) for a in Q0.31, -1/4 <= a < 0: Taylor series around -1/8. */
static int32_t exp_of_a_quarter(int32_t a) {
    const int32_t exp_of_minus_eighth = 1895147668, one_third = 715827883;
    int32_t x = a + (1 << 28);
    int32_t x2 = requant_high_mul(x, x);
    int32_t x3 = requant_high_mul(x2, x);
    int32_t x4 = requant_high_mul(x2, x2);
    int32_t sum = requant_high_mul(requant_divide_pot(x4, 2) + x3, one_third) + x2;
    return exp_of_minus_eighth + requant_high_mul(exp_of_minus_eighth, x + requant_divide_pot(sum, 1));
}

int32_t fixed_exp(int32_t a, int32_t integer_bits) {
    /* exp(-2^i) as Q0.31 for i = -2 to 4 */
    static const int32_t power[7] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
    if (a == 0) {
        return INT32_MAX;
    }
    int32_t fraction_bits = 31 - integer_bits;
    int32_t quarter = (int32_t)(UINT32_C(1) << (fraction_bits - 2));
    int32_t small = (a & (quarter - 1)) - quarter;
    int32_t result = exp_of_a_quarter(requant_shift_left(small, integer_bits));
    uint32_t rest = ((uint32_t)small - (uint32_t)a) >> (fraction_bits - 2);
    for (int32_t i = 0; i < 2 + integer_bits; i++) {
        if (rest >> i & 1) {
            result = requant_high_mul(result, power[i]);
        }
    }
    return result;
}

/* 2 / (1 + a) as Q2.29 by Newton-Raphson division. */
static int32_t twice_reciprocal(int32_t a) {
    const int32_t q2_48_over_17 = 1515870810, q2_32_over_17 = 1010580540;
    int32_t half = (int32_t)(((uint32_t)a + (uint32_t)INT32_MAX + 1) >> 1);
    int32_t x = q2_48_over_17 + requant_high_mul(half, -q2_32_over_17);
    for (int i = 0; i < 3; i++) {
        int32_t error = Q2_ONE - requant_high_mul(half, x);
        x += requant_shift_left(requant_high_mul(x, error), 2); /* never saturates: all 2^31 were tried */
    }
    return x;
}

int32_t fixed_reciprocal_of_one_plus(int32_t a) {
    return fixed_shift_left(twice_reciprocal(a), 1);
}

int32_t fixed_logistic(int32_t a) {
    if (a == 0) {
        return 1 << 30;
    }
    int32_t y = fixed_reciprocal_of_one_plus(fixed_exp(a > 0 ? -a : a, 4));
    return a > 0 ? y : INT32_MAX - y;
}

int32_t fixed_tanh(int32_t a) {
    if (a == 0) {
        return 0;
    }
    /* (1 - exp(-2|a|)) / (1 + exp(-2|a|)); 2a in Q5.26 is a in Q4.27 */
    int32_t y = fixed_shift_left(twice_reciprocal(fixed_exp(a > 0 ? -a : a, 5)) - Q2_ONE, 2);
    return a > 0 ? y : -y;
}

int32_t fixed_reciprocal(uint32_t raw, int32_t integer_bits, int32_t *bits_over_unit) {
    int32_t zeros = fixed_leading_zeros(raw);
    *bits_over_unit = integer_bits - zeros;
    return fixed_reciprocal_of_one_plus((int32_t)((raw << zeros) - (UINT32_C(1) << 31)));
}

int32_t fixed_inverse_root(int32_t x, int32_t *shift) {
    const int32_t q3_one = 1 << 28, q3_three_halves = (1 << 28) + (1 << 27), half_root_of_two = 1518500250;
    if (x <= 1) {
        *shift = 0;
        return INT32_MAX;
    }
    int32_t right = 11;
    while (x >= 1 << 29) {
        x /= 4;
        right++;
    }
    int32_t pairs = (fixed_leading_zeros((uint32_t)x) - 1) / 2 - 1;
    right -= pairs;
    x = requant_shift_left(x, 2 * pairs);
    int32_t half = requant_divide_pot(x >> 1, 1);
    int32_t y = q3_one;
    for (int i = 0; i < 5; i++) { /* Newton-Raphson: y = (3 - x y^2) y / 2 */
        int32_t cube = fixed_shift_left(requant_high_mul(requant_high_mul(y, y), y), 6);
        y = fixed_shift_left(requant_high_mul(q3_three_halves, y) - requant_high_mul(half, cube), 3);
    }
    y = requant_high_mul(y, half_root_of_two);
    *shift = right < 0 ? 0 : -right;
    return right < 0 ? requant_shift_left(y, -right) : y;
}

/* x = r * 2^power with r near 2^(-1/4); power * 2^25 is given, a quarter above or below a whole number. */
static int32_t split_near_root(int32_t x, int32_t *power_q25) {
    const int32_t sqrt_half = 1518500250, quarter_q25 = 1 << 23, input_bits = 12;
    int32_t zeros = fixed_leading_zeros((uint32_t)x);
    int32_t a = fixed_shift_left(requant_high_mul(fixed_shift_left(x, zeros - 1), sqrt_half), 1);
    int32_t power_a = (input_bits - zeros) * (1 << 25) + quarter_q25;
    int32_t headroom = fixed_leading_zeros((uint32_t)requant_high_mul(x, sqrt_half)) - 1;
    int32_t b = fixed_shift_left(x, headroom);
    int32_t power_b = (input_bits - headroom) * (1 << 25) - quarter_q25;
    *power_q25 = power_a > power_b ? power_a : power_b;
    return a < b ? a : b;
}

int32_t fixed_log(int32_t x) {
    const int32_t log_2 = 1488522236, fourth_root_half = 1805811301;
    const int32_t alpha_n = 117049297, alpha_d = 127690142, alpha_i = 1057819769, alpha_f = 638450708;
    int32_t power;
    int32_t r = split_near_root(x, &power);
    int32_t p = (int32_t)(((int64_t)r + fourth_root_half + 1) / 2);
    int32_t q = requant_shift_left(r - fourth_root_half, 1);
    int32_t square = requant_high_mul(q, q);
    int32_t numerator = requant_high_mul(q, r) + requant_high_mul(requant_high_mul(q, square), alpha_n);
    int32_t denominator = requant_high_mul(p, alpha_i + q + requant_high_mul(alpha_d, square));
    denominator += requant_high_mul(alpha_f, q);
    int32_t fraction = requant_high_mul(requant_divide_pot(numerator, 6), fixed_reciprocal_of_one_plus(denominator));
    return fixed_shift_left(requant_high_mul(power, log_2) + fraction, 1);
}
