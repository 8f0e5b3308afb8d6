/* SPDX-License-Identifier: MIT
 * Bounded reads of a FlatBuffer. */
#include "flatbuf.h"

static uint32_t damaged(flatbuf_t *buffer, uint32_t position) {
    position = position ? position : 1;
#if MPYLITE_RAISES
    flatbuf_raise(buffer, position);
#else
    if (buffer->damaged == 0) {
        buffer->damaged = position;
    }
    return 0;
#endif
}

static bool is_inside(const flatbuf_t *buffer, uint32_t position, uint32_t bytes) {
    return position <= buffer->bytes && bytes <= buffer->bytes - position;
}

uint32_t flatbuf_word(flatbuf_t *buffer, uint32_t position) {
    if (position % 4 != 0 || !is_inside(buffer, position, 4)) {
        return damaged(buffer, position);
    }
    return *(const uint32_t *)(const void *)(buffer->data + position);
}

static uint32_t half_word(const flatbuf_t *buffer, uint32_t position) {
    return *(const uint16_t *)(const void *)(buffer->data + position);
}

/* Where the offset at `position` leads; offsets count from themselves and only forward. */
static uint32_t follow(flatbuf_t *buffer, uint32_t position) {
    uint32_t offset = flatbuf_word(buffer, position);
    if (offset == 0 || offset >= buffer->bytes - position) {
        return damaged(buffer, position);
    }
    return position + offset;
}

uint32_t flatbuf_table(flatbuf_t *buffer, uint32_t position) {
    uint32_t table = follow(buffer, position);
    if (table == 0) {
        return 0;
    }
    /* the vtable: its own size, the table's size, then the fields' offsets */
    uint32_t vtable = table - flatbuf_word(buffer, table);
    if (flatbuf_damaged(buffer) || vtable % 2 != 0 || !is_inside(buffer, vtable, 4)) {
        return damaged(buffer, table);
    }
    uint32_t vtable_bytes = half_word(buffer, vtable);
    uint32_t table_bytes = half_word(buffer, vtable + 2);
    if (vtable_bytes < 4 || !is_inside(buffer, vtable, vtable_bytes) || table_bytes < 4 || !is_inside(buffer, table, table_bytes)) {
        return damaged(buffer, table);
    }
    return table;
}

uint32_t flatbuf_field(flatbuf_t *buffer, uint32_t table, uint32_t id, uint32_t width) {
    if (table == 0) {
        return 0;
    }
    uint32_t vtable = table - flatbuf_word(buffer, table);
    uint32_t slot = 4 + 2 * id;
    if (slot + 2 > half_word(buffer, vtable)) {
        return 0;
    }
    uint32_t offset = half_word(buffer, vtable + slot);
    if (offset == 0) {
        return 0;
    }
    if (offset < 4 || offset + width > half_word(buffer, vtable + 2)) {
        return damaged(buffer, table + offset);
    }
    return table + offset;
}

int32_t flatbuf_byte(flatbuf_t *buffer, uint32_t table, uint32_t id, int32_t absent) {
    uint32_t position = flatbuf_field(buffer, table, id, 1);
    return position ? (int8_t)buffer->data[position] : absent;
}

int32_t flatbuf_int(flatbuf_t *buffer, uint32_t table, uint32_t id, int32_t absent) {
    uint32_t position = flatbuf_field(buffer, table, id, 4);
    return position ? (int32_t)flatbuf_word(buffer, position) : absent;
}

uint32_t flatbuf_field_table(flatbuf_t *buffer, uint32_t table, uint32_t id) {
    uint32_t position = flatbuf_field(buffer, table, id, 4);
    return position ? flatbuf_table(buffer, position) : 0;
}

/* Whether elements that follow the count at `position`, a multiple of 4, can be used in place. */
static bool is_aligned(uint32_t position, unsigned size) {
    return sizeof(void *) == 4 || size != FLATBUF_PAIRS || (position + 4) % sizeof(void *) == 0;
}

const flatbuf_vector_t *flatbuf_elements(flatbuf_t *buffer, uint32_t table, uint32_t id, unsigned size) {
    static const flatbuf_vector_t none = {0};
    uint32_t position = flatbuf_field(buffer, table, id, 4);
    if (position) {
        position = follow(buffer, position);
    }
    if (position == 0) {
        return &none;
    }
    uint32_t count = flatbuf_word(buffer, position);
    /* an empty vector has no elements that could be misaligned */
    if (flatbuf_damaged(buffer) || count > (buffer->bytes - position - 4) >> size || (count != 0 && !is_aligned(position, size))) {
        damaged(buffer, position);
        return &none;
    }
    return (const flatbuf_vector_t *)(const void *)(buffer->data + position);
}

const flatbuf_vector_t *flatbuf_vector(flatbuf_t *buffer, uint32_t table, uint32_t id) {
    return flatbuf_elements(buffer, table, id, FLATBUF_WORDS);
}

uint32_t flatbuf_item(flatbuf_t *buffer, const flatbuf_vector_t *vector, uint32_t i) {
    uint32_t first = vector->count ? flatbuf_position(buffer, vector->item) : 0; /* one that is absent lies elsewhere */
    return i < vector->count ? flatbuf_table(buffer, first + 4 * i) : damaged(buffer, first);
}
