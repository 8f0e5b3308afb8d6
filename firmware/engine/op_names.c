/* SPDX-License-Identifier: MIT
 * The names of all operators that mpylite knows, so that an error can name one that this build left out. */
#include "registry.h"

#ifdef MPYLITE_NO_OP_NAMES /* saves flash: errors then give the operator's code */
const char *registry_name(int32_t code) {
    (void)code;
    return NULL;
}
#else

/* name, 0, name, 0, ...: smaller than a table of pointers, and needs no relocation */
static const char names[] =
#define OP(code, name, prefix) #name "\0"
#include "ops.def"
#undef OP
    ;

static const uint8_t codes[] = {
#define OP(code, name, prefix) code,
#include "ops.def"
#undef OP
    0xff};

const char *registry_name(int32_t code) {
    const char *name = names;
    for (uint32_t i = 0; i + 1 < sizeof codes; i++) {
        if (codes[i] == code) {
            return name;
        }
        while (*name++) {
        }
    }
    return NULL;
}
#endif
