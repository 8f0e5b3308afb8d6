/* SPDX-License-Identifier: MIT
 * How a match is told: whether at the known distance, its length, its distance. */
#ifndef RP2040_PACK_MATCH_H
#define RP2040_PACK_MATCH_H

#include "model.h"

#define MATCH_SHORTEST 2
#define MATCH_LONGEST (MATCH_SHORTEST + 15 + 255)
#define MATCH_CLASSES 4 /* of lengths: a distance costs alike in each */

/* `kinds` remembers what the last three were. */
enum { KIND_LITERAL, KIND_NEW, KIND_KNOWN };

typedef uint32_t match_bit_t(model_t *model, const context_t *context, unsigned bit);

/* Each returns the cost; `bit` is model_code, or what only counts. */
uint32_t match_known(model_t *model, match_bit_t *bit, unsigned kinds, unsigned known);
uint32_t match_length(model_t *model, match_bit_t *bit, unsigned known, unsigned odd, unsigned length);
uint32_t match_distance(model_t *model, match_bit_t *bit, unsigned class_, unsigned distance);
uint32_t match_count(model_t *model, const context_t *context, unsigned bit);

unsigned match_kinds(unsigned kinds, unsigned kind);
unsigned match_class(unsigned length);
/* Which of the 64 ranges of distances. */
unsigned match_slot(unsigned distance);

#endif
