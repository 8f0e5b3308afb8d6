/* SPDX-License-Identifier: MIT
 * The table of the logistic function and its two readings. tanh(x) is 2 * logistic(2x) - 1. */
#include "sigmoid.h"

#include <string.h>

/* 65536 / (1 + exp(-i/24)), the reference's rounding */
static const uint16_t table[256] = {
    32768, 33451, 34133, 34813, 35493, 36169, 36843, 37513, 38180, 38841, 39498, 40149, 40794, 41432, 42064, 42688,
    43304, 43912, 44511, 45102, 45683, 46255, 46817, 47369, 47911, 48443, 48964, 49475, 49975, 50464, 50942, 51409,
    51865, 52311, 52745, 53169, 53581, 53983, 54374, 54755, 55125, 55485, 55834, 56174, 56503, 56823, 57133, 57433,
    57724, 58007, 58280, 58544, 58800, 59048, 59288, 59519, 59743, 59959, 60168, 60370, 60565, 60753, 60935, 61110,
    61279, 61441, 61599, 61750, 61896, 62036, 62172, 62302, 62428, 62549, 62666, 62778, 62886, 62990, 63090, 63186,
    63279, 63368, 63454, 63536, 63615, 63691, 63765, 63835, 63903, 63968, 64030, 64090, 64148, 64204, 64257, 64308,
    64357, 64405, 64450, 64494, 64536, 64576, 64614, 64652, 64687, 64721, 64754, 64786, 64816, 64845, 64873, 64900,
    64926, 64950, 64974, 64997, 65019, 65039, 65060, 65079, 65097, 65115, 65132, 65149, 65164, 65179, 65194, 65208,
    65221, 65234, 65246, 65258, 65269, 65280, 65291, 65301, 65310, 65319, 65328, 65337, 65345, 65352, 65360, 65367,
    65374, 65381, 65387, 65393, 65399, 65404, 65410, 65415, 65420, 65425, 65429, 65433, 65438, 65442, 65445, 65449,
    65453, 65456, 65459, 65462, 65465, 65468, 65471, 65474, 65476, 65479, 65481, 65483, 65485, 65488, 65489, 65491,
    65493, 65495, 65497, 65498, 65500, 65501, 65503, 65504, 65505, 65507, 65508, 65509, 65510, 65511, 65512, 65513,
    65514, 65515, 65516, 65517, 65517, 65518, 65519, 65520, 65520, 65521, 65522, 65522, 65523, 65523, 65524, 65524,
    65525, 65525, 65526, 65526, 65526, 65527, 65527, 65528, 65528, 65528, 65529, 65529, 65529, 65529, 65530, 65530,
    65530, 65530, 65531, 65531, 65531, 65531, 65531, 65532, 65532, 65532, 65532, 65532, 65532, 65533, 65533, 65533,
    65533, 65533, 65533, 65533, 65533, 65534, 65534, 65534, 65534, 65534, 65534, 65534, 65534, 65534, 65534, 65535,
};

bool sigmoid_near_power_of_two(float scale, int32_t exponent) {
    uint32_t bits;
    memcpy(&bits, &scale, sizeof bits);
    /* steps of the mantissa are half as wide below */
    return bits - ((uint32_t)(127 + exponent) << 23) + 11625 <= 11625 + 5816;
}

sigmoid_scale_t sigmoid_scale(float scale, bool two) {
    uint32_t bits;
    memcpy(&bits, &scale, sizeof bits);
    sigmoid_scale_t result = {3, 0};
    if (sigmoid_near_power_of_two(scale, -12)) {
        return result;
    }
    if (two && sigmoid_near_power_of_two(scale, -11)) {
        result.multiplier = 6;
        return result;
    }
    /* scale * 12288 doubled until it exceeds 32767 / 2, at most 31 times; the mantissa is 2^10 or 2^11 times that */
    uint32_t mantissa = ((bits & 0x7fffff) | 0x800000) * 3;
    int32_t drop = mantissa > UINT32_C(32767) << 10 ? 11 : 10;
    result.shift = 150 - 12 - (int32_t)(bits >> 23) - drop;
    if (result.shift > 31) {
        drop += result.shift - 31;
        result.shift = 31;
    } else if (result.shift < 0) { /* beyond the reference's 15 bits: every number but 0 saturates */
        result.shift = 0;
    }
    result.multiplier = drop > 31 ? 0 : (int32_t)(mantissa >> drop);
    return result;
}

static inline int32_t steps_of(int32_t x, sigmoid_scale_t scale) {
    uint32_t round = scale.shift > 0 ? UINT32_C(1) << (scale.shift - 1) : 0;
    return (int32_t)((uint32_t)x * (uint32_t)scale.multiplier + round) >> scale.shift;
}

/* The logistic function of |x| / 24 / 2^bits, 16 + bits bits after the point; saturated far out. */
static inline int32_t look_up(int32_t x, int32_t bits, int32_t saturated) {
    uint32_t magnitude = x < 0 ? 0 - (uint32_t)x : (uint32_t)x;
    uint32_t i = magnitude >> bits;
    if (i >= 255) {
        return saturated;
    }
    uint32_t fraction = magnitude & ((UINT32_C(1) << bits) - 1);
    return (int32_t)(((uint32_t)table[i] << bits) + fraction * (uint32_t)(table[i + 1] - table[i]));
}

static inline int32_t logistic_of(int32_t x) {
    int32_t y = look_up(x, 9, 0x7fff << 10), negative = x >> 31; /* 0 or -1 */
    return ((y ^ negative) + (negative & (1 << 25)) + (1 << 9)) >> 10;
}

static inline int32_t tanh_of(int32_t x) {
    int32_t y = look_up(x, 8, 0xffff << 8), negative = x >> 31;
    return (((y - (1 << 23)) ^ negative) + (1 << 7)) >> 8;
}

int32_t sigmoid_steps(int32_t x, sigmoid_scale_t scale) {
    return steps_of(x, scale);
}

int32_t sigmoid_logistic(int32_t x) {
    return logistic_of(x);
}

int32_t sigmoid_tanh(int32_t x) {
    return tanh_of(x);
}

void sigmoid_row(int16_t *out, const int16_t *in, uint32_t n, sigmoid_scale_t scale, bool tanh) {
    for (uint32_t i = 0; i < n; i++) {
        int32_t x = steps_of(in[i], scale);
        out[i] = (int16_t)(tanh ? tanh_of(x) : logistic_of(x));
    }
}
