/* SPDX-License-Identifier: MIT
 * The only program in flash of a packed image: decompresses the firmware into RAM and starts it there. The data are LZMA
 * without header, with branch addresses made absolute; image.py packs them, with the same constants. */
#include "unpack.h"

#include <stdbool.h>
#include <stddef.h>

#include "board.h"
#include "registers.h"

extern const uint8_t link_packed[];
extern uint8_t link_image[], link_image_end[];
extern char link_stack_top;

/* ---- range decoder ------------------------------------------------------------------------------------------- */

typedef uint16_t probability_t;

enum { PROBABILITY_BITS = 11, MOVE_BITS = 5, TOP = 1 << 24 };

typedef struct {
    const uint8_t *next;
    uint32_t range, code;
} coder_t;

static void normalise(coder_t *coder) {
    if (coder->range < TOP) {
        coder->range <<= 8;
        coder->code = coder->code << 8 | *coder->next++;
    }
}

static unsigned bit(coder_t *coder, probability_t *probability) {
    normalise(coder);
    uint32_t bound = (coder->range >> PROBABILITY_BITS) * *probability;
    if (coder->code < bound) {
        coder->range = bound;
        *probability = (probability_t)(*probability + (((1 << PROBABILITY_BITS) - *probability) >> MOVE_BITS));
        return 0;
    }
    coder->range -= bound;
    coder->code -= bound;
    *probability = (probability_t)(*probability - (*probability >> MOVE_BITS));
    return 1;
}

/* `bits` bits through a binary tree of probabilities, the highest first. */
static unsigned tree(coder_t *coder, probability_t *probabilities, unsigned bits) {
    unsigned symbol = 1;
    for (unsigned i = 0; i < bits; i++) {
        symbol = symbol << 1 | bit(coder, probabilities + symbol);
    }
    return symbol - (1u << bits);
}

/* The lowest first. */
static unsigned reverse_tree(coder_t *coder, probability_t *probabilities, unsigned bits) {
    unsigned node = 1, symbol = 0;
    for (unsigned i = 0; i < bits; i++) {
        unsigned b = bit(coder, probabilities + node);
        node = node << 1 | b;
        symbol |= b << i;
    }
    return symbol;
}

static unsigned direct(coder_t *coder, unsigned bits) {
    unsigned symbol = 0;
    while (bits--) {
        normalise(coder);
        coder->range >>= 1;
        unsigned b = coder->code >= coder->range;
        coder->code -= b ? coder->range : 0;
        symbol = symbol << 1 | b;
    }
    return symbol;
}

/* ---- LZMA ---------------------------------------------------------------------------------------------------- */

#define STATES 12
#define POSITIONS (1 << UNPACK_PB)
#define DISTANCE_SLOTS_FROM 4
#define DISTANCE_MODELS_END 14
#define ALIGN_BITS 4

typedef struct {
    probability_t choice[2];
    probability_t low[POSITIONS][8], middle[POSITIONS][8], high[256];
} length_t;

/* All of these are probabilities, and begin alike. */
typedef struct {
    probability_t is_match[STATES][POSITIONS];
    probability_t is_repeat[STATES], is_repeat0[STATES], is_repeat1[STATES], is_repeat2[STATES];
    probability_t is_long_repeat0[STATES][POSITIONS];
    probability_t slots[4][64], distances[128], align[1 << ALIGN_BITS];
    length_t match, repeat;
    probability_t literals[0x300 << (UNPACK_LC + UNPACK_LP)];
} model_t;

static unsigned length(coder_t *coder, length_t *model, unsigned position) {
    if (!bit(coder, &model->choice[0])) {
        return 2 + tree(coder, model->low[position], 3);
    }
    if (!bit(coder, &model->choice[1])) {
        return 10 + tree(coder, model->middle[position], 3);
    }
    return 18 + tree(coder, model->high, 8);
}

static uint32_t distance(coder_t *coder, model_t *model, unsigned match_length) {
    unsigned slot = tree(coder, model->slots[match_length < 6 ? match_length - 2 : 3], 6);
    if (slot < DISTANCE_SLOTS_FROM) {
        return slot;
    }
    unsigned bits = (slot >> 1) - 1;
    uint32_t far = (2 | (slot & 1)) << bits;
    if (slot < DISTANCE_MODELS_END) {
        return far + reverse_tree(coder, model->distances + far - slot, bits);
    }
    far += direct(coder, bits - ALIGN_BITS) << ALIGN_BITS;
    return far + reverse_tree(coder, model->align, ALIGN_BITS);
}

/* A byte after a match is told with the help of the one that the match would have gone on with. */
static uint8_t literal(coder_t *coder, probability_t *model, unsigned state, unsigned expected) {
    unsigned symbol = 1;
    if (state >= 7) {
        for (unsigned as_expected = 1; symbol < 0x100 && as_expected;) {
            expected <<= 1;
            unsigned expected_bit = expected >> 8 & 1;
            unsigned b = bit(coder, model + ((1 + expected_bit) << 8) + symbol);
            symbol = symbol << 1 | b;
            as_expected = b == expected_bit;
        }
    }
    while (symbol < 0x100) {
        symbol = symbol << 1 | bit(coder, model + symbol);
    }
    return (uint8_t)symbol;
}

typedef struct {
    uint32_t back[4]; /* the last four distances, less one */
    unsigned state;
} history_t;

/* One of the last four distances, moved to the front. False: a single byte. */
static bool repeat(coder_t *coder, model_t *model, history_t *history, unsigned position) {
    unsigned which = 0;
    if (!bit(coder, &model->is_repeat0[history->state])) {
        if (!bit(coder, &model->is_long_repeat0[history->state][position])) {
            return false;
        }
    } else if (!bit(coder, &model->is_repeat1[history->state])) {
        which = 1;
    } else {
        which = 2 + bit(coder, &model->is_repeat2[history->state]);
    }
    uint32_t found = history->back[which];
    for (; which; which--) {
        history->back[which] = history->back[which - 1];
    }
    history->back[0] = found;
    return true;
}

/* The length of the match at `out`, whose distance comes to the front of the history. */
static unsigned match(coder_t *coder, model_t *model, history_t *history, unsigned position) {
    unsigned after_literal = history->state < 7, bytes;
    if (bit(coder, &model->is_repeat[history->state])) {
        if (!repeat(coder, model, history, position)) {
            history->state = after_literal ? 9 : 11;
            return 1;
        }
        bytes = length(coder, &model->repeat, position);
        history->state = after_literal ? 8 : 11;
        return bytes;
    }
    for (unsigned i = 3; i; i--) {
        history->back[i] = history->back[i - 1];
    }
    bytes = length(coder, &model->match, position);
    history->state = after_literal ? 7 : 10;
    history->back[0] = distance(coder, model, bytes);
    return bytes;
}

static void decompress(const uint8_t *packed, uint8_t *start, uint8_t *end, model_t *model) {
    coder_t coder = {packed + 1, ~0u, 0};
    history_t history;
    for (probability_t *p = (probability_t *)model; p < (probability_t *)(model + 1); p++) {
        *p = 1 << (PROBABILITY_BITS - 1);
    }
    history.state = 0;
    for (unsigned i = 0; i < 4; i++) {
        history.back[i] = 0;
        coder.code = coder.code << 8 | *coder.next++;
    }
    for (uint8_t *out = start; out < end;) {
        unsigned at = (unsigned)(out - start), position = at & (POSITIONS - 1), state = history.state;
        uint8_t *from = out - history.back[0] - 1;
        if (!bit(&coder, &model->is_match[state][position])) {
            unsigned before = at ? out[-1] : 0;
            unsigned context = (at & ((1 << UNPACK_LP) - 1)) << UNPACK_LC | before >> (8 - UNPACK_LC);
            *out++ = literal(&coder, model->literals + 0x300 * context, state, state >= 7 ? *from : 0);
            history.state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
            continue;
        }
        unsigned bytes = match(&coder, model, &history, position);
        for (from = out - history.back[0] - 1; bytes && out < end; bytes--) {
            *out++ = *from++;
        }
    }
}

/* ---- branches ------------------------------------------------------------------------------------------------ */

/* BL holds a distance; packed it holds the address, which repeats for each call of a function. */
static void make_branches_relative(uint8_t *start, uint8_t *end) {
    for (uint16_t *half = (uint16_t *)(void *)start; half + 1 < (uint16_t *)(void *)end; half++) {
        if ((half[0] & 0xf800) == 0xf000 && (half[1] & 0xf800) == 0xf800) {
            uint32_t target = (half[0] & 0x7ffu) << 11 | (half[1] & 0x7ffu);
            target -= (uint32_t)((uint8_t *)half - start + 4) / 2;
            half[0] = (uint16_t)(0xf000 | (target >> 11 & 0x7ff));
            half[1] = (uint16_t)(0xf800 | (target & 0x7ff));
            half++;
        }
    }
}

/* ---- clock ------------------------------------------------------------------------------------------------- */


/* The chip starts with its ring oscillator, some 6 MHz: to unpack with that takes seconds. The crystal (12 MHz) and a PLL
 * come first; clocks.c starts from the beginning later. */
static void speed_up(void) {
    REG(XOSC + 0xc) = 47; /* 1 ms */
    REG(XOSC) = 0xfabu << 12 | 0xaa0;
    REG_CLEAR(CLK_SYS_CTRL) = 1; /* away from the PLL, which may run from before a reset */
    while (REG(CLK_SYS_SELECTED) != 1) {
    }
    while (!(REG(XOSC + 0x4) & 1u << 31)) {
    }
    reset_cycle(RESET_PLL_SYS);
    REG(PLL_SYS + 0x8) = BOARD_CLOCK_HZ / 1000000; /* 12 MHz times that, divided by 6 and by 2 */
    REG_CLEAR(PLL_SYS + 0x4) = 1u << 5 | 1u;       /* VCO and power on */
    while (!(REG(PLL_SYS) & 1u << 31)) {
    }
    REG(PLL_SYS + 0xc) = 6u << 16 | 2u << 12;
    REG_CLEAR(PLL_SYS + 0x4) = 1u << 3; /* dividers on */
    REG(CLK_SYS_CTRL) = 1;              /* this PLL is its first choice */
}

/* ---- start --------------------------------------------------------------------------------------------------- */

static void start(void) {
    speed_up();
    model_t *model = (model_t *)(UNPACK_RAM_END - sizeof(model_t)); /* later the end of the heap */
    decompress(link_packed, link_image, link_image_end, model);
    make_branches_relative(link_image, link_image_end);
    const uint32_t *vectors = (const uint32_t *)(void *)link_image;
    REG(SCB_VTOR) = (uint32_t)vectors;
    __asm volatile("msr msp, %0\n bx %1" : : "r"(vectors[0]), "r"(vectors[1]));
}

__attribute__((used, section(".unpack_vectors"))) static const void *const vectors[2] = {&link_stack_top, (const void *)start};
