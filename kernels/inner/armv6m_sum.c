/* SPDX-License-Identifier: MIT
 * Factors as armv6m_scale.S takes them, and sums of two operands by tables, on Cortex-M0 and M0+. */
#include "armv6m.h"

armv6m_factor_t armv6m_factor(const inner_scale_t *scale, int32_t channel) {
    int32_t i = channel & scale->mask;
    uint32_t multiplier = (uint32_t)scale->multiplier[i], shift = 0 - (uint32_t)scale->shift[i];
    armv6m_factor_t factor = {(1u << shift) >> 1, multiplier & 0xffff, multiplier >> 16, shift};
    return factor;
}

void armv6m_scale_any(const int32_t *sums, const armv6m_scale_t *how) {
    if (how->low == how->zero_point) {
        armv6m_scale_relu(sums, how);
    } else {
        armv6m_scale(sums, how);
    }
}

#define SUMS_AT_ONCE (INNER_SUM_MORE / 4)

uint32_t inner_sum_scratch(uint32_t scratch_bytes) {
    (void)scratch_bytes;
    return INNER_SUM_TABLES + INNER_SUM_MORE;
}

void inner_sum_s8(const inner_sum_t *sum) {
    const inner_scale_t *scale = &sum->scale;
    armv6m_factor_t factor = armv6m_factor(scale, 0);
    int32_t done = scale->low == scale->zero_point ? sum->count & ~1 : 0;
    armv6m_add_relu_t relu = {sum->a, sum->b, sum->out, sum->first, sum->second, done, scale->zero_point, scale->high, factor};
    armv6m_add_relu(&relu);
    for (int32_t i = done; i < sum->count; i += SUMS_AT_ONCE) {
        int32_t n = sum->count - i < SUMS_AT_ONCE ? sum->count - i : SUMS_AT_ONCE;
        armv6m_add_t add = {sum->a + i, sum->b + i, sum->scratch, sum->first, sum->second, n};
        armv6m_scale_t all = {&factor, sum->out + i, 1, 0, 0, 4 * n, 0, 1, scale->zero_point, scale->low, scale->high};
        armv6m_add(&add);
        armv6m_scale_any(sum->scratch, &all);
    }
}
