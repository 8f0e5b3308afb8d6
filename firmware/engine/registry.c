/* SPDX-License-Identifier: MIT
 * ops.def expanded to function pointers. Kernels that no row names are left out by the linker. */
#include "registry.h"

#define OP(code, name, prefix)                    \
    status_t prefix##_prepare(kernel_ctx_t *ctx); \
    status_t prefix##_invoke(const kernel_ctx_t *ctx);
#include MPYLITE_OPS_DEF
#undef OP

enum {
    COUNT = 0
#define OP(code, name, prefix) + 1
#include MPYLITE_OPS_DEF
#undef OP
    ,
    ROWS = COUNT ? COUNT : 1 /* a build without operators has a row too */
};

/* Two tables of the same order, without gaps. */
static const registry_row_t rows[ROWS] = {
#define OP(code, name, prefix) {prefix##_prepare, prefix##_invoke},
#include MPYLITE_OPS_DEF
#undef OP
};

static const uint8_t codes[ROWS] = {
#define OP(code, name, prefix) code,
#include MPYLITE_OPS_DEF
#undef OP
};

uint32_t registry_count(void) {
    return COUNT;
}

const registry_row_t *registry_row(uint32_t i) {
    return &rows[i];
}

int32_t registry_code(const registry_row_t *row) {
    return codes[row - rows];
}

const registry_row_t *registry_find(int32_t code) {
    for (uint32_t i = 0; i < registry_count(); i++) {
        if (codes[i] == code) {
            return &rows[i];
        }
    }
    return NULL;
}
