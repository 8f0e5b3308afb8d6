/* SPDX-License-Identifier: MIT
 * Reads and checks shapes and their parameter tensors; which shape follows from them is each operator's own matter. */
#include "dims.h"

static const tensor_t *at(const kernel_ctx_t *ctx, unsigned port) {
    return port & KERNEL_OUTPUT ? kernel_output(ctx, port - KERNEL_OUTPUT) : kernel_input(ctx, port);
}

status_t dims_prepare(kernel_ctx_t *ctx, unsigned last, dims_read_t read, dims_t *plan) {
    bool known = true;
    for (unsigned i = 1; i <= last; i++) {
        TRY(dims_require_integer(ctx, i));
        known = known && dims_known(ctx, i);
    }
    if (!known) {
        return STATUS_OK;
    }
    TRY(read(ctx, plan));
    return kernel_set_shape(ctx, 0, plan->rank, plan->size);
}

status_t dims_check(const kernel_ctx_t *ctx, dims_read_t read, dims_t *plan) {
    TRY(read(ctx, plan));
    return dims_require(ctx, 0, plan->rank, plan->size);
}

status_t dims_require(const kernel_ctx_t *ctx, unsigned i, uint32_t rank, const int32_t *size) {
    const tensor_t *output = kernel_output(ctx, i);
    TRY(kernel_require_rank(ctx, KERNEL_OUTPUT + i, rank, rank));
    for (uint32_t d = 0; d < rank; d++) {
        if (output->dims[d] != size[d]) {
            return kernel_fail(ctx, STATUS_SIZE, KERNEL_OUTPUT + i, output->dims[d], size[d]);
        }
    }
    return STATUS_OK;
}

status_t dims_require_integer(const kernel_ctx_t *ctx, unsigned port) {
    return at(ctx, port)->type == TENSOR_INT64 ? STATUS_OK : kernel_require_type(ctx, port, TENSOR_INT32);
}

status_t dims_require_count(const kernel_ctx_t *ctx, unsigned i, uint32_t count) {
    uint32_t found = kernel_input(ctx, i)->count;
    return found == count ? STATUS_OK : kernel_fail(ctx, STATUS_ELEMENTS, i, (int32_t)found, (int32_t)count);
}

status_t dims_require_same_scale(const kernel_ctx_t *ctx, unsigned a, unsigned b) {
    quant_t x = kernel_quant(ctx, a), y = kernel_quant(ctx, b);
    if (x.count != y.count) {
        return kernel_fail(ctx, STATUS_QUANTISATION, b, (int32_t)y.count, (int32_t)x.count);
    }
    if (x.count != 0 && (memcmp(x.scale, y.scale, sizeof *x.scale) != 0 || x.zero_point[0] != y.zero_point[0])) {
        return kernel_fail(ctx, STATUS_SCALES, b, y.zero_point[0], x.zero_point[0]);
    }
    return STATUS_OK;
}

int32_t dims_value(const tensor_t *tensor, uint32_t i) {
    const int32_t *words = tensor->data;
    if (tensor->type != TENSOR_INT64) {
        return words[i];
    }
    int32_t low = words[2 * i], high = words[2 * i + 1]; /* little-endian, and aligned to 4 bytes only */
    if (high != low >> 31) {
        return high < 0 ? INT32_MIN : INT32_MAX;
    }
    return low;
}

void dims_store(const tensor_t *tensor, uint32_t i, int32_t value) {
    int32_t *words = tensor->data;
    if (tensor->type == TENSOR_INT64) {
        i *= 2;
        words[i + 1] = value >> 31;
    }
    words[i] = value;
}

status_t dims_axis(const kernel_ctx_t *ctx, unsigned port, uint32_t rank, int32_t *axis) {
    int32_t found = *axis;
    if (found < 0) {
        *axis = found + (int32_t)rank;
    }
    if ((uint32_t)*axis >= rank) {
        return kernel_fail(ctx, STATUS_INDEX, port, found, (int32_t)rank);
    }
    return STATUS_OK;
}

status_t dims_read_axis(const kernel_ctx_t *ctx, unsigned i, uint32_t rank, int32_t *axis) {
    TRY(dims_require_count(ctx, i, 1));
    *axis = dims_value(kernel_input(ctx, i), 0);
    return dims_axis(ctx, i, rank, axis);
}

uint32_t dims_product(const int32_t *size, uint32_t from, uint32_t to) {
    uint32_t product = 1;
    for (; from < to; from++) {
        product *= (uint32_t)size[from];
    }
    return product;
}
