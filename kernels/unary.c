/* SPDX-License-Identifier: MIT
 * Preparation and widening loops shared by operators of one input. */
#include "unary.h"

status_t unary_prepare(kernel_ctx_t *ctx) {
    TRY(kernel_arity(ctx, 1, 1, 1));
    const tensor_t *input = kernel_input(ctx, 0);
    TRY(kernel_set_shape(ctx, 0, input->rank, input->dims));
    if (input->item_bytes == kernel_output(ctx, 0)->item_bytes) {
        kernel_in_place(ctx, 0, 0);
    }
    return STATUS_OK;
}

#define LOAD(type)                                  \
    for (uint32_t i = 0; i < n; i++) {              \
        to[i] = (int32_t)((const type *)from->data)[at + i]; \
    }                                               \
    break

void unary_load(int32_t *to, const tensor_t *from, uint32_t at, uint32_t n) {
    switch (from->type) {
        case TENSOR_INT8:
            LOAD(int8_t);
        case TENSOR_UINT8:
        case TENSOR_BOOL:
            LOAD(uint8_t);
        case TENSOR_INT16:
            LOAD(int16_t);
        case TENSOR_INT32:
            LOAD(int32_t);
    }
}

#define STORE(type)                             \
    for (uint32_t i = 0; i < n; i++) {          \
        ((type *)to->data)[at + i] = (type)from[i]; \
    }                                           \
    break

void unary_store(const tensor_t *to, const int32_t *from, uint32_t at, uint32_t n) {
    switch (to->item_bytes) {
        case 1:
            STORE(int8_t);
        case 2:
            STORE(int16_t);
        case 4:
            STORE(int32_t);
    }
}
