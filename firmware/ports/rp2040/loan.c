/* SPDX-License-Identifier: MIT
 * Arenas of models, on loan from the garbage collector's heap. It reaches to the end of the RAM, gives up blocks there that it
 * does not use, and gets them back when the arena's owner is gone: an arena is not searched for pointers. */
#include "port.h"
#include "py/gc.h"
#include "py/mpstate.h"
#include "py/objarray.h"
#include "py/runtime.h"

#define BLOCK_BYTES MICROPY_BYTES_PER_GC_BLOCK
#define BLOCKS_PER_TABLE_BYTE 4u
#define GRAIN (BLOCK_BYTES * BLOCKS_PER_TABLE_BYTE)
#define HEAP MP_STATE_MEM(area)

/* In front of each arena; they lie one behind the other from the end of the heap to that of the RAM. */
typedef struct {
    uint32_t bytes;        /* with this head, a multiple of GRAIN */
    mp_obj_array_t *owner; /* NULL: nobody's */
    uint32_t alignment[2];
} head_t;

static uint8_t *end;

void loan_init(void) {
    end = HEAP.gc_pool_end;
}

static head_t *first(void) {
    return (head_t *)(void *)HEAP.gc_pool_end;
}

static bool is_head(const head_t *head) {
    return (const uint8_t *)head < end;
}

static head_t *behind(head_t *head, uint32_t bytes) {
    return (head_t *)(void *)((uint8_t *)head + bytes);
}

static void move_heap_end(int32_t bytes) {
    HEAP.gc_pool_end += bytes;
    HEAP.gc_alloc_table_byte_len += bytes / (int32_t)GRAIN;
}

/* Right after a collection, when the blocks of what was collected are free in the heap's table and not yet used again. */
static bool is_collected(const void *object) {
    size_t block = (size_t)((const uint8_t *)object - HEAP.gc_pool_start) / BLOCK_BYTES;
    return !(HEAP.gc_alloc_table_start[block / BLOCKS_PER_TABLE_BYTE] >> 2 * (block % BLOCKS_PER_TABLE_BYTE) & 3);
}

static bool is_free(const head_t *head) {
    return head->owner == NULL || is_collected(head->owner);
}

void loan_sweep(void) {
    for (head_t *head = first(), *next; is_head(head); head = next) {
        next = behind(head, head->bytes);
        if (!is_free(head)) {
            continue;
        }
        head->owner = NULL;
        for (; is_head(next) && is_free(next); next = behind(head, head->bytes)) {
            head->bytes += next->bytes;
        }
    }
    if (is_head(first()) && first()->owner == NULL) {
        move_heap_end((int32_t)first()->bytes);
    }
}

/* The end of a gap between arenas, else the end of the heap; NULL if there is none. */
static head_t *take(uint32_t bytes) {
    for (head_t *head = first(); is_head(head); head = behind(head, head->bytes)) {
        if (head->owner == NULL && head->bytes >= bytes) {
            head->bytes -= bytes;
            head_t *taken = behind(head, head->bytes);
            taken->bytes = bytes;
            return taken;
        }
    }
    uint8_t *unused = HEAP.gc_pool_start + (HEAP.gc_last_used_block + 1) * BLOCK_BYTES;
    if ((uint32_t)(HEAP.gc_pool_end - unused) < bytes) {
        return NULL;
    }
    move_heap_end(-(int32_t)bytes);
    first()->bytes = bytes;
    return first();
}

/* The longest piece that is free, in the heap or between arenas. */
static size_t longest(void) {
    gc_info_t info;
    gc_info(&info);
    size_t most = info.max_free * BLOCK_BYTES;
    for (head_t *head = first(); is_head(head); head = behind(head, head->bytes)) {
        if (head->owner == NULL && head->bytes - sizeof *head > most) {
            most = head->bytes - sizeof *head;
        }
    }
    return most;
}

mp_obj_t loan_new(size_t bytes) {
    mp_obj_array_t *owner = MP_OBJ_TO_PTR(mp_obj_new_bytearray_by_ref(bytes, NULL));
    gc_collect(); /* arenas whose owners are gone, and how much of the heap is used */
    bool fits = bytes <= (size_t)(end - HEAP.gc_pool_start);
    head_t *head = fits ? take((uint32_t)(bytes + sizeof *head + GRAIN - 1) & ~(GRAIN - 1)) : NULL;
    if (head) {
        head->owner = owner;
        owner->items = head + 1;
    } else {
        owner->items = fits ? m_malloc_maybe(bytes ? bytes : 1) : NULL; /* a gap in the heap may be longer */
    }
    if (owner->items == NULL) {
        mp_raise_msg_varg(&mp_type_MemoryError, MP_ERROR_TEXT("arena: needs %u bytes, has %u"), (unsigned)bytes, (unsigned)longest());
    }
    return MP_OBJ_FROM_PTR(owner);
}
