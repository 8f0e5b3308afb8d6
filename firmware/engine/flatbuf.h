/* SPDX-License-Identifier: MIT
 * Bounded reads of a FlatBuffer: tables, fields, vectors. Knows the encoding, nothing of TFLite.
 *
 * Positions are byte offsets into the buffer; 0 means absent. A read that would leave the buffer, or that is not
 * aligned, gives 0 and records its position in `damaged`: a caller walks everything once, looks at `damaged`, and may
 * then read plainly. */
#ifndef MPYLITE_FLATBUF_H
#define MPYLITE_FLATBUF_H

#include "kernel.h"

typedef struct {
    const uint8_t *data; /* aligned to FLATBUF_ALIGNMENT */
    uint32_t bytes;      /* below 2^31 */
    uint32_t damaged;    /* position of the first bad read, 0 while there was none */
} flatbuf_t;

/* What the buffer's address must be a multiple of, so that vectors can be used in place. */
#define FLATBUF_ALIGNMENT (sizeof(void *))

#if MPYLITE_RAISES
/* Given by the owner of the buffer: leaves at the first bad read. */
KERNEL_FAILS void flatbuf_raise(const flatbuf_t *buffer, uint32_t position);
#endif

/* The position of the first bad read; what asks for it is not there where that raises. */
static inline uint32_t flatbuf_damaged(const flatbuf_t *buffer) {
    return MPYLITE_RAISES ? 0 : buffer->damaged;
}

/* The 32-bit word at an aligned position inside the buffer. */
uint32_t flatbuf_word(flatbuf_t *buffer, uint32_t position);

/* The table that the offset at `position` leads to. */
uint32_t flatbuf_table(flatbuf_t *buffer, uint32_t position);

/* Position of field `id` (`width` bytes wide) of a table, 0 if the table has none. Whoever reads it as words sees that it is
 * aligned. */
uint32_t flatbuf_field(flatbuf_t *buffer, uint32_t table, uint32_t id, uint32_t width);

/* Values of fields; `absent` where the table has none. */
int32_t flatbuf_byte(flatbuf_t *buffer, uint32_t table, uint32_t id, int32_t absent);
int32_t flatbuf_int(flatbuf_t *buffer, uint32_t table, uint32_t id, int32_t absent);

/* The table that field `id` refers to, 0 if absent. */
uint32_t flatbuf_field_table(flatbuf_t *buffer, uint32_t table, uint32_t id);

/* A vector as it lies in the buffer. Its elements may be other than words: FLATBUF_BYTES or FLATBUF_PAIRS of words. */
typedef struct {
    uint32_t count;
    int32_t item[];
} flatbuf_vector_t;

/* Element sizes as powers of two. */
enum { FLATBUF_BYTES = 0, FLATBUF_WORDS = 2, FLATBUF_PAIRS = 3 };

/* A vector field of words, or of elements of this size; an empty one if the table has none. Never NULL. */
const flatbuf_vector_t *flatbuf_vector(flatbuf_t *buffer, uint32_t table, uint32_t id);
const flatbuf_vector_t *flatbuf_elements(flatbuf_t *buffer, uint32_t table, uint32_t id, unsigned size);

/* Table i of a vector of tables, 0 (and damaged) if i is out of range. */
uint32_t flatbuf_item(flatbuf_t *buffer, const flatbuf_vector_t *vector, uint32_t i);

/* Where something in the buffer lies. */
static inline uint32_t flatbuf_position(const flatbuf_t *buffer, const void *place) {
    return (uint32_t)((const uint8_t *)place - buffer->data);
}

#endif
