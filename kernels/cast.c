/* SPDX-License-Identifier: MIT
 * CAST between all types that the engine holds, like C: high bits are dropped, fractions are cut off, everything but 0
 * is true. A float32 beyond int64 saturates. */
#include "kernel.h"
#include "unary.h"

#define CHUNK 16 /* elements at a time */

static bool is_number(const tensor_t *tensor) {
    return tensor->type != TENSOR_RESOURCE;
}

status_t cast_prepare(kernel_ctx_t *ctx) {
    TRY(unary_prepare(ctx));
    if (!is_number(kernel_input(ctx, 0))) {
        return kernel_require_type(ctx, 0, TENSOR_INT8);
    }
    return is_number(kernel_output(ctx, 0)) ? STATUS_OK : kernel_require_type(ctx, KERNEL_OUTPUT, TENSOR_INT8);
}

static int64_t whole_part(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    int32_t shift = (int32_t)(bits >> 23 & 0xff) - 150;
    uint64_t mantissa = (bits & 0x7fffff) | 0x800000;
    if (shift >= 40) { /* NaN counts as large */
        return bits >> 31 ? INT64_MIN : INT64_MAX;
    }
    mantissa = shift >= 0 ? mantissa << shift : shift > -24 ? mantissa >> -shift : 0;
    return bits >> 31 ? -(int64_t)mantissa : (int64_t)mantissa;
}

/* Floats to bool: anything but 0 is true, fractions too. */
static bool is_nonzero(float x) {
    return x != 0.0f;
}

static void load(int64_t *to, const tensor_t *from, uint32_t at, uint32_t n, bool to_bool) {
    int32_t narrow[CHUNK];
    switch (from->type) {
        case TENSOR_FLOAT32:
            for (uint32_t i = 0; i < n; i++) {
                float x = ((const float *)from->data)[at + i];
                to[i] = to_bool ? is_nonzero(x) : whole_part(x);
            }
            return;
        case TENSOR_INT64:
            memcpy(to, (const int64_t *)from->data + at, n * sizeof *to);
            return;
    }
    tensor_t same_size = *from;
    uint32_t mask = 0; /* for types that unary_load knows as signed */
    if (from->type == TENSOR_UINT16 || from->type == TENSOR_UINT32) {
        bool wide = from->type == TENSOR_UINT32;
        same_size.type = wide ? TENSOR_INT32 : TENSOR_INT16;
        mask = wide ? UINT32_MAX : UINT16_MAX;
    }
    unary_load(narrow, &same_size, at, n);
    for (uint32_t i = 0; i < n; i++) {
        to[i] = mask ? (int64_t)((uint32_t)narrow[i] & mask) : narrow[i];
    }
}

static void store(const tensor_t *to, const int64_t *from, uint32_t at, uint32_t n) {
    int32_t narrow[CHUNK];
    switch (to->type) {
        case TENSOR_FLOAT32:
            for (uint32_t i = 0; i < n; i++) {
                ((float *)to->data)[at + i] = (float)from[i];
            }
            return;
        case TENSOR_INT64:
            memcpy((int64_t *)to->data + at, from, n * sizeof *from);
            return;
    }
    for (uint32_t i = 0; i < n; i++) {
        narrow[i] = to->type == TENSOR_BOOL ? from[i] != 0 : (int32_t)from[i];
    }
    unary_store(to, narrow, at, n);
}

status_t cast_invoke(const kernel_ctx_t *ctx) {
    const tensor_t *input = kernel_input(ctx, 0), *output = kernel_output(ctx, 0);
    if (input->type == output->type) { /* bits that no integer holds */
        memmove(output->data, input->data, kernel_bytes(input));
        return STATUS_OK;
    }
    int64_t chunk[CHUNK];
    for (uint32_t at = 0; at < input->count; at += CHUNK) {
        uint32_t n = input->count - at < CHUNK ? input->count - at : CHUNK;
        load(chunk, input, at, n, output->type == TENSOR_BOOL);
        store(output, chunk, at, n);
    }
    return STATUS_OK;
}
