/* SPDX-License-Identifier: MIT
 * What is believed of the bits before the first one comes: by unpack.c, and by the packer in the same integers. */
#ifndef RP2040_UNPACK_BELIEF_H
#define RP2040_UNPACK_BELIEF_H

#include "unpack.h"

#define UNPACK_HISTORY_MOST 15

typedef struct {
    int16_t weights[2][256][UNPACK_WEIGHTS];       /* of a literal's and of a token's histories */
    uint8_t next[2][256];                          /* a history after one more bit */
    uint16_t squashed[4096];                       /* odds to likelihood of a 1, of 4096; unpack_bits finds `next` before */
    uint16_t refined[UNPACK_ROWS][UNPACK_REFINED]; /* how likely it was at those odds, for each node */
} belief_t;

static inline void belief_start_odds(belief_t *belief) {
    uint32_t likely = 1u << 23; /* of 1 << 24; the curve's slope is likely * (1 - likely) */
    for (unsigned x = 0; x < 2048; x++) {
        unsigned p = likely >> 12;
        belief->squashed[2048 + x] = (uint16_t)p;
        belief->squashed[2047 - x] = (uint16_t)(4096 - p);
        likely += (likely >> 8) * (65536 - (likely >> 8)) >> 16;
    }
    uint16_t *refined = belief->refined[0];
    for (unsigned i = 0; i < UNPACK_ROWS * UNPACK_REFINED; i++) {
        refined[i] = (uint16_t)(belief->squashed[i % UNPACK_REFINED * 256 + 128] << 4);
    }
}

/* With one more of the one, and of the other no more than what lately came. */
static inline unsigned belief_counted(unsigned one, unsigned other) {
    return (one < UNPACK_HISTORY_MOST ? one + 1 : one) << 4 | (other > 3 ? (other + 3) >> 1 : other);
}

static inline void belief_start_histories(belief_t *belief) {
    static const uint8_t logarithms[] = UNPACK_LOGARITHMS;
    for (unsigned history = 0; history < 256; history++) {
        unsigned zeros = history >> 4, ones = history & 15, after = belief_counted(ones, zeros);
        int odds = logarithms[ones] - logarithms[zeros];
        belief->next[0][history] = (uint8_t)belief_counted(zeros, ones);
        belief->next[1][history] = (uint8_t)(after << 4 | after >> 4);
        for (unsigned i = 0; i < UNPACK_INPUTS; i++) {
            belief->weights[0][history][i] = (int16_t)(odds * UNPACK_SCALE_LITERAL);
        }
        belief->weights[1][history][0] = (int16_t)(odds * UNPACK_SCALE_TOKEN); /* it has one history */
    }
}

#endif
