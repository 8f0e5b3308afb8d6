/* SPDX-License-Identifier: MIT
 * Shapes, axes and the odometer of broadcasting operators, up to KERNEL_MAX_RANK dimensions. */
#include "broadcast.h"

/* Size of dimension `rank - 1 - back` of an input, 1 beyond its own rank. */
static int32_t size_from_back(const tensor_t *tensor, unsigned back) {
    return back < tensor->rank ? tensor->dims[tensor->rank - 1 - back] : 1;
}

/* Fills dims with the output's shape, axes from the innermost outwards; *used is the number of axes. */
static status_t work_out(const kernel_ctx_t *ctx, unsigned inputs, unsigned rank, int32_t *dims, broadcast_axis_t *axes,
                         unsigned *used) {
    unsigned last_pattern = UINT32_MAX;
    uint32_t stride[BROADCAST_INPUTS] = {1, 1, 1};
    for (unsigned back = 0; back < rank; back++) {
        broadcast_axis_t *axis = &axes[*used]; /* one of its own, unless the axis inside can take it */
        unsigned pattern = 0; /* bit k: input k is broadcast here */
        axis->count = 1;
        for (unsigned k = 0; k < inputs; k++) {
            int32_t own = size_from_back(kernel_input(ctx, k), back);
            axis->step[k] = own == 1 ? 0 : (int32_t)stride[k];
            stride[k] *= (uint32_t)own;
            if (own == 1) {
                pattern |= 1u << k;
            } else if (axis->count != 1 && axis->count != own) {
                return kernel_fail(ctx, STATUS_SIZE, k, own, axis->count);
            } else {
                axis->count = own;
            }
        }
        dims[rank - 1 - back] = axis->count;
        if (axis->count == 1) {
            continue;
        }
        if (pattern == last_pattern) { /* unsigned: beside a size of 0 the others' product may be anything */
            axis[-1].count = (int32_t)((uint32_t)axis[-1].count * (uint32_t)axis->count);
        } else {
            *used += 1;
            last_pattern = pattern;
        }
    }
    return STATUS_OK;
}

status_t broadcast_prepare(kernel_ctx_t *ctx, unsigned inputs, const broadcast_t **plan) {
    int32_t dims[KERNEL_MAX_RANK] = {0};
    broadcast_axis_t axes[KERNEL_MAX_RANK] = {{1, {0}}};
    unsigned rank = 0, used = 0;
    for (unsigned k = 0; k < inputs; k++) {
        unsigned own = kernel_input(ctx, k)->rank;
        rank = own > rank ? own : rank;
    }
    TRY(work_out(ctx, inputs, rank, dims, axes, &used));
    TRY(kernel_set_shape(ctx, 0, rank, dims));
    const tensor_t *output = kernel_output(ctx, 0);
    for (unsigned k = inputs; k-- > 0;) {
        const tensor_t *input = kernel_input(ctx, k);
        if (!(input->flags & TENSOR_CONSTANT) && input->count == output->count && input->item_bytes == output->item_bytes) {
            kernel_in_place(ctx, 0, k);
        }
    }
    used = used == 0 ? 1 : used; /* a single element */
    broadcast_t *result = kernel_params(ctx, (uint32_t)(sizeof *result + used * sizeof *axes));
    if (result == NULL) {
        return STATUS_RECORDS;
    }
    result->axes = (uint8_t)(output->count == 0 ? 0 : used);
    result->inputs = (uint8_t)inputs;
    memcpy(result->axis, axes, used * sizeof *axes);
    *plan = result;
    return STATUS_OK;
}

void broadcast_run(const kernel_ctx_t *ctx, const broadcast_t *plan, broadcast_function_t function,
                   const void *params) {
    if (plan->axes == 0) {
        return;
    }
    int32_t at[KERNEL_MAX_RANK] = {0};
    int32_t item[BROADCAST_INPUTS];
    broadcast_row_t row;
    row.count = plan->axis[0].count;
    row.out = kernel_output(ctx, 0)->data;
    int32_t run_bytes = row.count * kernel_output(ctx, 0)->item_bytes;
    for (unsigned k = 0; k < plan->inputs; k++) {
        const tensor_t *input = kernel_input(ctx, k);
        row.in[k] = input->data;
        row.step[k] = plan->axis[0].step[k];
        item[k] = input->item_bytes;
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
