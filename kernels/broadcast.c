/* SPDX-License-Identifier: MIT
 * Shapes, axes and the odometer of broadcasting operators, up to KERNEL_MAX_RANK dimensions. */
#include "broadcast.h"

/* Size of dimension `rank - 1 - back` of an input, 1 beyond its own rank. */
static int32_t size_from_back(const tensor_t *tensor, unsigned back) {
    return back < tensor->rank ? tensor->dims[tensor->rank - 1 - back] : 1;
}

static status_t output_shape(kernel_ctx_t *ctx, unsigned inputs, unsigned *rank, int32_t *dims) {
    *rank = 0;
    for (unsigned k = 0; k < inputs; k++) {
        unsigned own = kernel_input(ctx, k)->rank;
        *rank = own > *rank ? own : *rank;
    }
    for (unsigned back = 0; back < *rank; back++) {
        int32_t size = 1;
        for (unsigned k = 0; k < inputs; k++) {
            int32_t own = size_from_back(kernel_input(ctx, k), back);
            if (own != 1 && size != 1 && own != size) {
                return kernel_fail(ctx, STATUS_SIZE, k, own, size);
            }
            size = own != 1 ? own : size;
        }
        dims[*rank - 1 - back] = size;
    }
    return STATUS_OK;
}

/* Fills `axes` from the innermost dimension outwards; returns their number. */
static unsigned collapse(const kernel_ctx_t *ctx, unsigned inputs, unsigned rank, const int32_t *dims,
                         broadcast_axis_t *axes) {
    unsigned used = 0, last_pattern = 0;
    int32_t stride[BROADCAST_INPUTS] = {1, 1, 1};
    for (unsigned back = 0; back < rank; back++) {
        int32_t size = dims[rank - 1 - back];
        if (size == 1) {
            continue;
        }
        unsigned pattern = 0; /* bit k: input k is broadcast here */
        for (unsigned k = 0; k < inputs; k++) {
            pattern |= (unsigned)(size_from_back(kernel_input(ctx, k), back) == 1) << k;
        }
        if (used == 0 || pattern != last_pattern) {
            broadcast_axis_t *axis = &axes[used++];
            axis->count = 1;
            for (unsigned k = 0; k < inputs; k++) {
                axis->step[k] = pattern >> k & 1 ? 0 : stride[k];
            }
            last_pattern = pattern;
        }
        axes[used - 1].count *= size;
        for (unsigned k = 0; k < inputs; k++) {
            stride[k] *= pattern >> k & 1 ? 1 : size;
        }
    }
    return used;
}

status_t broadcast_prepare(kernel_ctx_t *ctx, unsigned inputs, const broadcast_t **plan) {
    int32_t dims[KERNEL_MAX_RANK];
    broadcast_axis_t axes[KERNEL_MAX_RANK];
    unsigned rank, used = 0;
    TRY(output_shape(ctx, inputs, &rank, dims));
    TRY(kernel_set_shape(ctx, 0, rank, dims));
    const tensor_t *output = kernel_output(ctx, 0);
    if (output->count != 0) {
        memset(axes, 0, sizeof axes);
        used = collapse(ctx, inputs, rank, dims, axes);
        if (used == 0) { /* a single element */
            axes[0].count = 1;
            used = 1;
        }
    }
    for (unsigned k = inputs; k-- > 0;) {
        const tensor_t *input = kernel_input(ctx, k);
        if (!(input->flags & TENSOR_CONSTANT) && input->count == output->count && kernel_item_bytes(input->type) == kernel_item_bytes(output->type)) {
            kernel_in_place(ctx, 0, k);
        }
    }
    broadcast_t *result = kernel_params(ctx, (uint32_t)(sizeof *result + used * sizeof *axes));
    if (result == NULL) {
        return STATUS_RECORDS;
    }
    result->axes = (uint8_t)used;
    result->inputs = (uint8_t)inputs;
    memcpy(result->axis, axes, used * sizeof *axes);
    *plan = result;
    return STATUS_OK;
}

void broadcast_run(const kernel_ctx_t *ctx, const broadcast_t *plan, broadcast_function_t function, const void *params) {
    if (plan->axes == 0) {
        return;
    }
    int32_t at[KERNEL_MAX_RANK] = {0};
    int32_t item[BROADCAST_INPUTS];
    broadcast_row_t row;
    row.count = plan->axis[0].count;
    row.out = kernel_output(ctx, 0)->data;
    int32_t run_bytes = row.count * (int32_t)kernel_item_bytes(kernel_output(ctx, 0)->type);
    for (unsigned k = 0; k < plan->inputs; k++) {
        const tensor_t *input = kernel_input(ctx, k);
        row.in[k] = input->data;
        row.step[k] = plan->axis[0].step[k];
        item[k] = (int32_t)kernel_item_bytes(input->type);
    }
    for (;;) {
        function(&row, params);
        row.out = (char *)row.out + run_bytes;
        for (unsigned axis = 1;; axis++) {
            if (axis == plan->axes) {
                return;
            }
            const broadcast_axis_t *outer = &plan->axis[axis];
            bool carry = ++at[axis] == outer->count;
            int32_t turns = carry ? 1 - outer->count : 1;
            for (unsigned k = 0; k < plan->inputs; k++) {
                row.in[k] = (const char *)row.in[k] + turns * outer->step[k] * item[k];
            }
            if (!carry) {
                break;
            }
            at[axis] = 0;
        }
    }
}
