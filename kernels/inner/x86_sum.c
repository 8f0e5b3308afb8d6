/* SPDX-License-Identifier: MIT
 * Sums of two operands by tables on x86-64. */
#include "x86.h"

#if defined __x86_64__ && defined __GNUC__
#include <string.h>

#define SUMS_AT_ONCE (INNER_SUM_MORE / 4)
#define WORTH_PLANES 512 /* sums of a row */

uint32_t inner_sum_scratch(uint32_t scratch_bytes) {
    return scratch_bytes >= X86_LEAST_BOUND && x86_set() != X86_NONE ? INNER_SUM_TABLES + INNER_SUM_MORE : 0;
}

void inner_sum_s8(const inner_sum_t *sum) {
    x86_column_t column;
    memset(&column, 0, sizeof column);
    x86_finish_t finish = {sum->scale.zero_point, sum->scale.low, sum->scale.high, x86_form(&sum->scale, 1)};
    for (int32_t lane = 0; lane < X86_LANES; lane++) {
        x86_set_factor(&column, lane, &sum->scale, 0, finish.form);
    }
    bool vnni = x86_set() == X86_VNNI;
    if (vnni && sum->count >= WORTH_PLANES && __builtin_cpu_supports("avx512vbmi")) {
        x86_sum_vbmi(sum, &column, &finish);
        return;
    }
    int32_t *sums = sum->scratch;
    for (int32_t i = 0; i < sum->count; i += SUMS_AT_ONCE) {
        int32_t n = sum->count - i < SUMS_AT_ONCE ? sum->count - i : SUMS_AT_ONCE;
        for (int32_t j = 0; j < n; j++) {
            sums[j] = sum->first[(uint8_t)sum->a[i + j]] + sum->second[(uint8_t)sum->b[i + j]];
        }
        if (vnni) {
            x86_scale_vnni(sums, sum->out + i, n, &column, &finish);
        } else {
            x86_scale_avx2(sums, sum->out + i, n, &column, &finish);
        }
    }
}

#endif
