/* SPDX-License-Identifier: MIT
 * How a packed image is coded: what unpack.c, pack/ and packed.py must agree about. Each bit is foretold by histories: how
 * many zeros (high nibble) and ones (low nibble) came lately at the same place in the same context. A history has a weight,
 * the logarithm of its odds, which learns; the weights of all contexts of a bit are added up. */
#ifndef RP2040_UNPACK_H
#define RP2040_UNPACK_H

#ifndef UNPACK_ASSEMBLY
#include <stdint.h>
#endif

#define UNPACK_RAM_END 0x20040000u
#define UNPACK_MODEL_BYTES 0x9c00 /* behind the tables of contexts, at the end of the RAM */

/* Contexts of a literal's bit and of whether a literal comes: two that share a table's places by a hash, and one more. */
#define UNPACK_TABLES 2
#define UNPACK_TABLE_MOST 0xffff
#define UNPACK_HASH 0x9E3779B1u
#define UNPACK_INPUTS 3
#define UNPACK_WEIGHTS 4 /* with one that is left out */
#define UNPACK_WEIGHT_BITS 4 /* more than the odds have: 256 times the logarithm, from -2048 to 2047 */
#define UNPACK_LEARN_BITS 7
#define UNPACK_REFINE_BITS 5
#define UNPACK_REFINED 16    /* steps of the odds */
#define UNPACK_ROW_TOKEN 512 /* a literal's nodes come before, at even and odd places */
#define UNPACK_ROWS 768

/* 46.9 times the logarithm of (0 to 15) + 0.4, from 0 */
#define UNPACK_LOGARITHMS {0, 59, 84, 100, 112, 122, 130, 137, 143, 148, 153, 157, 161, 165, 168, 171}
#define UNPACK_SCALE_LITERAL 40
#define UNPACK_SCALE_TOKEN 88

/* Contexts of what describes a match, each one history. */
#ifndef UNPACK_ASSEMBLY
enum {
    UNPACK_KINDS = 64,   /* what the last three were: literal, new match, match at the known distance */
    UNPACK_LENGTHS = 64, /* for new and known distance: for even and odd, a tree of 4 bits; then one of 8 */
    UNPACK_LENGTH_LONG = 32,
    UNPACK_LENGTH_ONE = 288,
    UNPACK_SLOTS = UNPACK_LENGTHS + 2 * UNPACK_LENGTH_ONE, /* for four lengths, a tree of 6 bits */
    UNPACK_FAR = UNPACK_SLOTS + 4 * 64,                    /* the distance's bits between slot and the last four */
    UNPACK_NEAR = UNPACK_FAR + 16,                         /* for up to four bits, a tree */
    UNPACK_TOKENS = UNPACK_NEAR + 5 * 16
};
#endif

#endif
