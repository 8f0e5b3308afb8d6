/* SPDX-License-Identifier: MIT
 * The only program in flash of a packed image: decompresses the firmware into RAM and starts it there. The data are literals and
 * matches, each bit foretold as unpack.h says, with branch addresses made absolute; pack/ and image.py pack them. */
#include "unpack_belief.h"

#include <stdbool.h>
#include <stddef.h>

#include "board.h"
#include "registers.h"

extern const uint8_t link_packed[];
extern uint8_t link_image[], link_image_end[], link_table_bytes[];
extern char link_stack_top;

/* ---- what is believed ---------------------------------------------------------------------------------------- */

typedef struct {
    belief_t belief;
    /* from here on histories */
    uint8_t order0[2][256], kinds[UNPACK_KINDS][2], tokens[UNPACK_TOKENS];
} model_t;

_Static_assert(sizeof(model_t) <= UNPACK_MODEL_BYTES, "unpack.h says where the tables of contexts end");

/* ---- bits ------------------------------------------------------------------------------------------------------ */

/* unpack_bits.S knows where these lie. */
typedef struct {
    uint8_t *histories[UNPACK_INPUTS]; /* of each context; a node chooses one */
    int16_t (*weights)[UNPACK_WEIGHTS]; /* a token's: only the first input counts */
    const uint16_t *squashed;
    int16_t (*token_weights)[UNPACK_WEIGHTS];
    const uint8_t *next;
    uint32_t range, code;
    model_t *model;
} coder_t;

_Static_assert(offsetof(coder_t, weights) == 12 && offsetof(coder_t, next) == 24 && offsetof(coder_t, code) == 32, "as unpack_bits.S has them");

/* Reads bits, the highest first, each behind those before it in `node`, until that is `end` or more; returns it. `refined` is
 * that of node 0. */
unsigned unpack_bits(coder_t *coder, unsigned node, unsigned end, uint16_t (*refined)[UNPACK_REFINED]);

static unsigned token_bits(coder_t *coder, unsigned place, unsigned node, unsigned end) {
    model_t *model = coder->model;
    coder->histories[0] = model->tokens + place;
    coder->weights = model->belief.weights[1];
    return unpack_bits(coder, node, end, model->belief.refined + UNPACK_ROW_TOKEN);
}

static unsigned token(coder_t *coder, unsigned place) {
    return token_bits(coder, place, 0, 0);
}

static unsigned byte_bits(coder_t *coder, unsigned odd, uint8_t *histories, unsigned node, unsigned end) {
    model_t *model = coder->model;
    coder->histories[UNPACK_TABLES] = histories;
    coder->weights = model->belief.weights[0];
    return unpack_bits(coder, node, end, model->belief.refined + (odd << 8));
}

static unsigned tree(coder_t *coder, unsigned place, unsigned bits) {
    return token_bits(coder, place, 1, 1u << bits) - (1u << bits);
}

/* ---- literals and matches ---------------------------------------------------------------------------------------- */

static unsigned length(coder_t *coder, unsigned known, unsigned odd) {
    unsigned place = UNPACK_LENGTHS + known * UNPACK_LENGTH_ONE, more = tree(coder, place + odd * 16, 4);
    return 2 + (more < 15 ? more : 15 + tree(coder, place + UNPACK_LENGTH_LONG, 8));
}

static uint32_t distance(coder_t *coder, unsigned match_length) {
    unsigned slot = tree(coder, UNPACK_SLOTS + (match_length < 5 ? match_length - 2 : 3) * 64, 6);
    if (slot < 4) {
        return slot;
    }
    unsigned bits = (slot >> 1) - 1, near = bits < 4 ? bits : 4, node = 1;
    uint32_t far = 2 | (slot & 1);
    while (bits > near) {
        far = far << 1 | token(coder, UNPACK_FAR + --bits);
    }
    far <<= near;
    for (unsigned i = 0; i < near; i++) {
        unsigned b = token(coder, UNPACK_NEAR + near * 16 + node);
        node = node << 1 | b;
        far |= b << i;
    }
    return far;
}

/* Where what is known of a context begins. */
static uint8_t *histories(uint8_t *end, unsigned table, unsigned seen) {
    uintptr_t bytes = (uintptr_t)link_table_bytes;
    return end + table * bytes + ((seen * UNPACK_HASH >> 16) * bytes >> 16);
}

static void decompress(model_t *model, uint8_t *out, uint8_t *end) {
    coder_t coder;
    coder.model = model;
    coder.squashed = model->belief.squashed;
    coder.token_weights = model->belief.weights[1];
    coder.next = link_packed;
    coder.range = 1; /* so that the first bit loads `code` */
    coder.code = 0;
    uint32_t back = 1, last = 0;
    unsigned kinds = 0;
    for (uint8_t *zero = end; zero < (uint8_t *)(model + 1); zero++) {
        *zero = 0;
    }
    belief_start_odds(&model->belief);
    belief_start_histories(&model->belief);
    while (out < end) {
        unsigned odd = (uintptr_t)out & 1, one = last & 0xff, other = last >> 8 & 0xff; /* the bytes before */
        coder.histories[0] = histories(end, 0, other >> 2 | one >> 5 << 6 | odd << 12);
        coder.histories[1] = histories(end, 1, one | odd << 8);
        unsigned kinds_before = kinds;
        kinds = kinds << 2 & (UNPACK_KINDS - 1);
        if (!byte_bits(&coder, odd, &model->kinds[kinds_before][odd], 0, 0)) {
            *out = (uint8_t)byte_bits(&coder, odd, model->order0[odd], 1, 0x100);
            last = last << 8 | *out++;
            continue;
        }
        unsigned known = token(&coder, kinds_before), bytes = length(&coder, known, odd);
        kinds |= 1 + known;
        back = known ? back : 1 + distance(&coder, bytes);
        for (; bytes && out < end; bytes--, out++) {
            *out = out[-(int32_t)back];
            last = last << 8 | *out;
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
    decompress((model_t *)(UNPACK_RAM_END - sizeof(model_t)), link_image, link_image_end); /* later the heap */
    make_branches_relative(link_image, link_image_end);
    const uint32_t *vectors = (const uint32_t *)(void *)link_image;
    REG(SCB_VTOR) = (uint32_t)vectors;
    __asm volatile("msr msp, %0\n bx %1" : : "r"(vectors[0]), "r"(vectors[1]));
}

__attribute__((used, section(".unpack_vectors"))) static const void *const vectors[2] = {&link_stack_top, (const void *)start};
