/* SPDX-License-Identifier: MIT
 * The names of all operators that mpylite knows, so that an error can name one that this build left out. */
#include "registry.h"

#ifdef MPYLITE_NO_OP_NAMES /* saves flash: errors then give the operator's code */
const char *registry_name(int32_t code, char room[TEXTS_ROOM]) {
    (void)code;
    (void)room;
    return NULL;
}
#else

static const char names[] =
#ifdef MPYLITE_TEXTS
    TEXTS_OPERATORS
#else
#define OP(code, name, prefix) #name "\0"
#include "ops.def"
#undef OP
#endif
    ;

#if REGISTRY_WHOLE
const char *registry_name(int32_t code, char room[TEXTS_ROOM]) {
    const registry_row_t *row = registry_find(code);
    return row ? text_nth(names, (uint32_t)(row - registry_row(0)), room) : NULL;
}
#else
static const uint8_t codes[] = {
#define OP(code, name, prefix) code,
#include "ops.def"
#undef OP
    0xff};

const char *registry_name(int32_t code, char room[TEXTS_ROOM]) {
    for (uint32_t i = 0; i + 1 < sizeof codes; i++) {
        if (codes[i] == code) {
            return text_nth(names, i, room);
        }
    }
    return NULL;
}
#endif
#endif
