/* SPDX-License-Identifier: MIT
 * A match as unpack.c reads it, bit by bit. */
#include "match.h"

static uint32_t token(model_t *model, match_bit_t *bit, unsigned place, unsigned node, unsigned value) {
    context_t context = model_token(model, place, node);
    return bit(model, &context, value);
}

static uint32_t tree(model_t *model, match_bit_t *bit, unsigned place, unsigned bits, unsigned value) {
    uint32_t cost = 0;
    for (unsigned node = 1, i = bits; i--;) {
        unsigned b = value >> i & 1;
        cost += token(model, bit, place, node, b);
        node = node << 1 | b;
    }
    return cost;
}

/* The lowest bit first. */
static uint32_t reverse_tree(model_t *model, match_bit_t *bit, unsigned place, unsigned bits, unsigned value) {
    uint32_t cost = 0;
    for (unsigned node = 1, i = 0; i < bits; i++) {
        unsigned b = value >> i & 1;
        cost += token(model, bit, place + node, 0, b);
        node = node << 1 | b;
    }
    return cost;
}

uint32_t match_known(model_t *model, match_bit_t *bit, unsigned kinds, unsigned known) {
    return token(model, bit, kinds, 0, known);
}

uint32_t match_length(model_t *model, match_bit_t *bit, unsigned known, unsigned odd, unsigned length) {
    unsigned place = UNPACK_LENGTHS + known * UNPACK_LENGTH_ONE, more = length - MATCH_SHORTEST;
    if (more < 15) {
        return tree(model, bit, place + odd * 16, 4, more);
    }
    return tree(model, bit, place + odd * 16, 4, 15) + tree(model, bit, place + UNPACK_LENGTH_LONG, 8, more - 15);
}

unsigned match_class(unsigned length) {
    unsigned class_ = length - MATCH_SHORTEST;
    return class_ < MATCH_CLASSES ? class_ : MATCH_CLASSES - 1;
}

static unsigned bits_of(unsigned value) {
    unsigned bits = 0;
    for (; value; value >>= 1) {
        bits++;
    }
    return bits;
}

/* A distance is one less than how far back. */
unsigned match_slot(unsigned distance) {
    unsigned bits = bits_of(distance);
    return distance < 4 ? distance : 2 * bits - 2 + (distance >> (bits - 2) & 1);
}

uint32_t match_distance(model_t *model, match_bit_t *bit, unsigned class_, unsigned distance) {
    unsigned slot = match_slot(distance);
    uint32_t cost = tree(model, bit, UNPACK_SLOTS + class_ * 64, 6, slot);
    if (slot < 4) {
        return cost;
    }
    unsigned bits = (slot >> 1) - 1, near = bits < 4 ? bits : 4;
    for (unsigned i = bits; i > near;) {
        i--;
        cost += token(model, bit, UNPACK_FAR + i, 0, distance >> i & 1);
    }
    return cost + reverse_tree(model, bit, UNPACK_NEAR + near * 16, near, distance & ((1u << near) - 1));
}

uint32_t match_count(model_t *model, const context_t *context, unsigned bit) {
    return model_cost(model, context, bit);
}

unsigned match_kinds(unsigned kinds, unsigned kind) {
    return (kinds << 2 | kind) & (UNPACK_KINDS - 1);
}
