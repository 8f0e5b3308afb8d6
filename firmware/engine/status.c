/* SPDX-License-Identifier: MIT
 * Makes the sentence of a failure, without printf: the native module has none. */
#include "status.h"

#include "registry.h"

status_t status_fail(failure_t *error, status_t status, int32_t found, int32_t needs) {
    error->status = status;
    error->found = found;
    error->needs = needs;
#if MPYLITE_RAISES
    status_raise(error);
#else
    return status;
#endif
}

static const char texts[] =
#ifdef MPYLITE_TEXTS
    TEXTS_STATUS
#else
#define STATUS(name, text) text "\0"
#include "status.def"
#undef STATUS
#endif
    ;

/* The names of TENSOR_... in order; an empty one is no type of ours. */
static const char type_names[] =
#ifdef MPYLITE_TEXTS
    TEXTS_TYPES
#else
    "float32\0float16\0int32\0uint8\0int64\0string\0bool\0int16\0\0int8\0\0\0\0resource\0\0uint32\0uint16\0int4\0"
#endif
    ;

const char *status_type_name(int32_t type, char room[TEXTS_ROOM]) {
    const char *name = text_nth(type_names, type >= 0 && type <= TENSOR_INT4 ? (uint32_t)type : TENSOR_INT4 + 1, room);
    return *name ? name : NULL;
}

typedef struct {
    char *text;
    size_t length;
    size_t room;
} writer_t;

static void put(writer_t *out, const char *text) {
    while (*text && out->length < out->room) {
        out->text[out->length++] = *text++;
    }
}

static void put_number(writer_t *out, int32_t number) {
    char digits[12];
    char *p = digits + sizeof digits;
    uint32_t rest = number < 0 ? 0 - (uint32_t)number : (uint32_t)number;
    *--p = 0;
    do {
        *--p = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (number < 0) {
        *--p = '-';
    }
    put(out, p);
}

static void put_type(writer_t *out, int32_t type) {
    char room[TEXTS_ROOM];
    const char *name = status_type_name(type, room);
    if (name) {
        put(out, name);
    } else {
        put(out, "type ");
        put_number(out, type);
    }
}

static void put_port(writer_t *out, unsigned port) {
    if (port == KERNEL_OP) {
        put(out, "it");
        return;
    }
    put(out, port & KERNEL_OUTPUT ? "output " : "input ");
    put_number(out, (int32_t)(port & ~(unsigned)KERNEL_OUTPUT));
}

static void put_operator(writer_t *out, const failure_t *error) {
    put(out, "op ");
    put_number(out, error->op_index);
    put(out, " ");
    char room[TEXTS_ROOM];
    const char *name = registry_name(error->op_code, room);
    if (name) {
        put(out, name);
    } else {
        put(out, "code ");
        put_number(out, error->op_code);
    }
    put(out, ": ");
}

size_t status_format(const failure_t *error, char *text, size_t bytes) {
    writer_t out = {text, 0, bytes - 1};
    if (error->op_index >= 0) {
        put_operator(&out, error);
    }
    char room[TEXTS_ROOM];
    bool unknown = error->status == STATUS_OPERATOR_MISSING && registry_name(error->op_code, room) == NULL;
    for (const char *p = text_nth(texts, unknown ? STATUS_OPERATOR_UNKNOWN : error->status, room); *p; p++) {
        char one[2] = {*p, 0};
        if (*p != '%') {
            put(&out, one);
            continue;
        }
        switch (*++p) {
            case 'p':
                put_port(&out, error->port);
                break;
            case 'f':
                put_number(&out, error->found);
                break;
            case 'n':
                put_number(&out, error->needs);
                break;
            case 'F':
                put_type(&out, error->found);
                break;
            default:
                put_type(&out, error->needs);
        }
    }
    text[out.length] = 0;
    return out.length;
}
