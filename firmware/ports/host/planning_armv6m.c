/* SPDX-License-Identifier: MIT
 * Stands in for the assembly of kernels/inner/armv6m* in a library for the PC that plans and never invokes: prepare, which
 * is C, tells exactly what arena a Cortex-M0+ needs. What prepare itself calls stands here in C. */
#include <stdint.h>
#include <stdlib.h>

#define NEVER_CALLED(name) \
    void name(void);       \
    void name(void) {      \
        abort();           \
    }

NEVER_CALLED(armv6m_pack_w)
NEVER_CALLED(armv6m_pack_end)
NEVER_CALLED(armv6m_dot5)
NEVER_CALLED(armv6m_pack_x)
NEVER_CALLED(armv6m_spread_x)
NEVER_CALLED(armv6m_gather_x)
NEVER_CALLED(armv6m_copy_rows)
NEVER_CALLED(armv6m_scale)
NEVER_CALLED(armv6m_scale_relu)
NEVER_CALLED(armv6m_scale5)
NEVER_CALLED(armv6m_scale5_relu)
NEVER_CALLED(armv6m_add)
NEVER_CALLED(armv6m_add_relu)
NEVER_CALLED(armv6m_dense4)
NEVER_CALLED(armv6m_dense4_wide)
NEVER_CALLED(armv6m_dense_pack)
NEVER_CALLED(armv6m_pack_plane)
NEVER_CALLED(armv6m_depth3)
NEVER_CALLED(armv6m_depth3_stride2)
NEVER_CALLED(armv6m_max4)
NEVER_CALLED(armv6m_window4)

uint32_t armv6m_least_bits(const uint32_t *w, uint32_t blocks);
const uint32_t *armv6m_sum_weights(const uint32_t *w, const uint32_t *end, uint32_t *total);

uint32_t armv6m_least_bits(const uint32_t *w, uint32_t blocks) {
    const int8_t *byte = (const int8_t *)w;
    uint32_t found = 0;
    for (uint32_t i = 0; i < 48 * blocks; i++) {
        found |= byte[i] == -128;
    }
    return found;
}

/* Sums are for invoke alone, so that there are none. */
const uint32_t *armv6m_sum_weights(const uint32_t *w, const uint32_t *end, uint32_t *total) {
    (void)w;
    (void)end;
    (void)total;
    return NULL;
}
