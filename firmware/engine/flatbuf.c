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

/* True if `bytes` bytes at the position lie inside and the position is a multiple of `alignment`. */
static int inside(const flatbuf_t *buffer, uint32_t position, uint32_t bytes, uint32_t alignment) {
    return position <= buffer->bytes && bytes <= buffer->bytes - position && (position & (alignment - 1)) == 0;
}

uint32_t flatbuf_word(flatbuf_t *buffer, uint32_t position) {
    if (!inside(buffer, position, 4, 4)) {
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
    if (flatbuf_damaged(buffer) || !inside(buffer, vtable, 4, 2)) {
        return damaged(buffer, table);
    }
    uint32_t vtable_bytes = half_word(buffer, vtable);
    uint32_t table_bytes = half_word(buffer, vtable + 2);
    if (vtable_bytes < 4 || !inside(buffer, vtable, vtable_bytes, 2) || table_bytes < 4 ||
        !inside(buffer, table, table_bytes, 4)) {
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
    uint32_t table_bytes = half_word(buffer, vtable + 2);
    uint32_t alignment = width > sizeof(void *) ? (uint32_t)sizeof(void *) : width;
    if (offset < 4 || offset + width > table_bytes || ((table + offset) & (alignment - 1)) != 0) {
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

flatbuf_vector_t flatbuf_vector(flatbuf_t *buffer, uint32_t table, uint32_t id, uint32_t width) {
    flatbuf_vector_t vector = {0, 0};
    uint32_t position = flatbuf_field(buffer, table, id, 4);
    if (position) {
        position = follow(buffer, position);
    }
    if (position == 0) {
        return vector;
    }
    uint32_t count = flatbuf_word(buffer, position);
    uint32_t first = position + 4;
    uint32_t alignment = width > sizeof(void *) ? (uint32_t)sizeof(void *) : width;
    uint32_t shift = width == 8 ? 3 : width / 2; /* of 1, 2, 4 and 8 */
    if (flatbuf_damaged(buffer) || count > (buffer->bytes - first) >> shift || (first & (alignment - 1)) != 0) {
        /* an empty vector has no elements that could be misaligned */
        if (flatbuf_damaged(buffer) || count != 0) {
            damaged(buffer, position);
        }
        return vector;
    }
    vector.first = first;
    vector.count = count;
    return vector;
}

uint32_t flatbuf_item(flatbuf_t *buffer, flatbuf_vector_t vector, uint32_t i) {
    if (i >= vector.count) {
        return damaged(buffer, vector.first);
    }
    return flatbuf_table(buffer, vector.first + 4 * i);
}
