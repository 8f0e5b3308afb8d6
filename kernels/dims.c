/* SPDX-License-Identifier: MIT
 * Reads and checks what operators say about shapes; which shape follows from it is each operator's own matter. */
#include "dims.h"

static const tensor_t *at(const kernel_ctx_t *ctx, unsigned port) {
    return port & KERNEL_OUTPUT ? kernel_output(ctx, port - KERNEL_OUTPUT) : kernel_input(ctx, port);
}

status_t dims_require_integer(const kernel_ctx_t *ctx, unsigned port) {
    return at(ctx, port)->type == TENSOR_INT64 ? STATUS_OK : kernel_require_type(ctx, port, TENSOR_INT32);
}

int32_t dims_value(const tensor_t *tensor, uint32_t i) {
    const int32_t *words = tensor->data;
    if (tensor->type != TENSOR_INT64) {
        return words[i];
    }
    int32_t low = words[2 * i], high = words[2 * i + 1]; /* little-endian, as in the file */
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

status_t dims_axis(const kernel_ctx_t *ctx, unsigned port, unsigned rank, int32_t *axis) {
    int32_t found = *axis;
    if (found < 0) {
        *axis = found + (int32_t)rank;
    }
    if ((uint32_t)*axis >= rank) {
        return kernel_fail(ctx, STATUS_INDEX, port, found, (int32_t)rank);
    }
    return STATUS_OK;
}

status_t dims_require_shape(const kernel_ctx_t *ctx, unsigned i, unsigned rank, const int32_t *dims) {
    const tensor_t *output = kernel_output(ctx, i);
    TRY(kernel_require_rank(ctx, KERNEL_OUTPUT + i, rank, rank));
    for (unsigned d = 0; d < rank; d++) {
        if (output->dims[d] != dims[d]) {
            return kernel_fail(ctx, STATUS_SIZE, KERNEL_OUTPUT + i, output->dims[d], dims[d]);
        }
    }
    return STATUS_OK;
}

status_t dims_require_same_type(const kernel_ctx_t *ctx, unsigned i, uint32_t *item_bytes) {
    unsigned type = kernel_input(ctx, 0)->type;
    *item_bytes = kernel_item_bytes(type);
    if (*item_bytes == 0) {
        return kernel_fail(ctx, STATUS_TYPE, 0, (int32_t)type, TENSOR_INT8);
    }
    return kernel_require_type(ctx, KERNEL_OUTPUT + i, type);
}

status_t dims_require_same_scale(const kernel_ctx_t *ctx, unsigned a, unsigned b) {
    float scales[2];
    int32_t zero_points[2];
    TRY(kernel_scale(ctx, a, &scales[0], &zero_points[0]));
    TRY(kernel_scale(ctx, b, &scales[1], &zero_points[1]));
    if (memcmp(&scales[0], &scales[1], sizeof scales[0]) != 0 || zero_points[0] != zero_points[1]) {
        return kernel_fail(ctx, STATUS_SCALES, b, zero_points[1], zero_points[0]);
    }
    return STATUS_OK;
}

bool dims_known(const kernel_ctx_t *ctx, unsigned first) {
    for (; first < ctx->input_count; first++) {
        if (!(kernel_input(ctx, first)->flags & TENSOR_CONSTANT)) {
            return false;
        }
    }
    return true;
}

uint32_t dims_product(const int32_t *dims, unsigned from, unsigned to) {
    uint32_t product = 1;
    for (; from < to; from++) {
        product *= (uint32_t)dims[from];
    }
    return product;
}
