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

/* Position of field `id` (`width` bytes wide: 1, 2, 4 or 8) of a table, 0 if the table has none. */
uint32_t flatbuf_field(flatbuf_t *buffer, uint32_t table, uint32_t id, uint32_t width);

/* Values of fields; `absent` where the table has none. */
int32_t flatbuf_byte(flatbuf_t *buffer, uint32_t table, uint32_t id, int32_t absent);
int32_t flatbuf_int(flatbuf_t *buffer, uint32_t table, uint32_t id, int32_t absent);

/* The table that field `id` refers to, 0 if absent. */
uint32_t flatbuf_field_table(flatbuf_t *buffer, uint32_t table, uint32_t id);

/* A vector field: elements begin at `first` (0 if absent), each `width` bytes (1, 2, 4 or 8); `count` of them. */
typedef struct {
    uint32_t first;
    uint32_t count;
} flatbuf_vector_t;
flatbuf_vector_t flatbuf_vector(flatbuf_t *buffer, uint32_t table, uint32_t id, uint32_t width);

/* Table i of a vector of tables, 0 (and damaged) if i is out of range. */
uint32_t flatbuf_item(flatbuf_t *buffer, flatbuf_vector_t vector, uint32_t i);

#endif
