/* SPDX-License-Identifier: MIT
 * Raises what ulab_refusals.def says. */
#include "ulab_binding.h"

#include <string.h>

#include "text.h"

static const char texts[] =
#ifdef MPYLITE_TEXTS
    TEXTS_ULAB
#else
#define REFUSAL(name, exception, text) text "\0"
#include "ulab_refusals.def"
#undef REFUSAL
#endif
    ;

enum { ValueError, TypeError, IndexError, MemoryError };

static const mp_obj_type_t *exception_of(unsigned refusal) {
    static const uint8_t exceptions[] = {
#define REFUSAL(name, exception, text) exception,
#include "ulab_refusals.def"
#undef REFUSAL
    };
    switch (exceptions[refusal]) {
        case TypeError:
            return &mp_type_TypeError;
        case IndexError:
            return &mp_type_IndexError;
        case MemoryError:
            return &mp_type_MemoryError;
        default:
            return &mp_type_ValueError;
    }
}

void ulab_refuse(unsigned refusal) {
    char room[TEXTS_ROOM];
    const char *text = text_nth(texts, refusal, room);
    mp_raise_type_arg(exception_of(refusal), mp_obj_new_str(text, strlen(text)));
}
