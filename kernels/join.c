/* SPDX-License-Identifier: MIT
 * Operators that lay arrays side by side along one axis, or take one apart: CONCATENATION, PACK, UNPACK, SPLIT,
 * SPLIT_V. */
#include "copy.h"
#include "dims.h"

/* Copies a part into the whole, or out of it: in each of the `outer` blocks of the whole the part has its own run of
 * bytes, beginning at *offset, which moves on. */
static void join_part(const tensor_t *whole, const tensor_t *part, uint32_t outer, uint32_t *offset, bool apart) {
    if (part->count == 0) {
        return;
    }
    uint32_t item_bytes = part->item_bytes;
    int32_t run = (int32_t)(part->count / outer), run_bytes = run * (int32_t)item_bytes;
    int32_t block_bytes = (int32_t)(whole->count / outer * item_bytes);
    uint8_t *at = (uint8_t *)whole->data + *offset;
    copy_t copy;
    copy_begin(&copy, item_bytes);
    copy_axis(&copy, run, (int32_t)item_bytes, (int32_t)item_bytes);
    copy_axis(&copy, (int32_t)outer, apart ? block_bytes : run_bytes, apart ? run_bytes : block_bytes);
    copy_run(&copy, apart ? part->data : at, apart ? at : part->data);
    *offset += (uint32_t)run_bytes;
}

static void join_invoke(const kernel_ctx_t *ctx, unsigned axis) {
    const tensor_t *output = kernel_output(ctx, 0);
    uint32_t offset = 0, outer = dims_product(output->dims, 0, axis);
    for (unsigned i = 0; i < ctx->input_count; i++) {
        join_part(output, kernel_input(ctx, i), outer, &offset, false);
    }
}

/* All inputs are there, of the output's type and the first one's rank; dims along `axis` may differ (-1: none may). */
static status_t join_check(kernel_ctx_t *ctx, int32_t axis) {
    TRY(kernel_arity(ctx, ctx->input_count ? ctx->input_count : 1, ctx->input_count, 1));
    TRY(dims_require_same_type(ctx));
    const tensor_t *first = kernel_input(ctx, 0);
    for (unsigned i = 1; i < ctx->input_count; i++) {
        const tensor_t *input = kernel_input(ctx, i);
        TRY(kernel_require_type(ctx, i, first->type));
        TRY(kernel_require_rank(ctx, i, first->rank, first->rank));
        for (int32_t d = 0; d < first->rank; d++) {
            if (input->dims[d] != first->dims[d] && d != axis) {
                return kernel_fail(ctx, STATUS_SIZE, i, input->dims[d], first->dims[d]);
            }
        }
    }
    return STATUS_OK;
}

/* ---- CONCATENATION ------------------------------------------------------------------------------------------- */

enum { CONCATENATION_AXIS, CONCATENATION_ACTIVATION }; /* fields of the options */

static status_t concatenation_axis(const kernel_ctx_t *ctx, int32_t *axis) {
    *axis = kernel_option_int(ctx, CONCATENATION_AXIS, 0);
    return dims_axis(ctx, KERNEL_OUTPUT, kernel_input(ctx, 0)->rank, axis);
}

status_t concatenation_prepare(kernel_ctx_t *ctx) {
    int32_t axis, dims[KERNEL_MAX_RANK], activation = kernel_option_byte(ctx, CONCATENATION_ACTIVATION, 0);
    TRY(kernel_arity(ctx, 1, ctx->input_count, 1));
    TRY(concatenation_axis(ctx, &axis));
    TRY(join_check(ctx, axis));
    if (activation != 0) {
        return kernel_fail(ctx, STATUS_OPTION, KERNEL_OP, activation, CONCATENATION_ACTIVATION);
    }
    const tensor_t *first = kernel_input(ctx, 0);
    memcpy(dims, first->dims, first->rank * sizeof dims[0]);
    for (unsigned i = 1; i < ctx->input_count; i++) {
        int32_t size = kernel_input(ctx, i)->dims[axis];
        if (size > INT32_MAX - dims[axis]) {
            return kernel_fail(ctx, STATUS_SIZE, i, size, INT32_MAX - dims[axis]);
        }
        dims[axis] += size;
    }
    return kernel_set_shape(ctx, 0, first->rank, dims);
}

status_t concatenation_invoke(const kernel_ctx_t *ctx) {
    int32_t axis;
    TRY(concatenation_axis(ctx, &axis));
    join_invoke(ctx, (unsigned)axis);
    return STATUS_OK;
}

/* ---- PACK ---------------------------------------------------------------------------------------------------- */

enum { PACK_COUNT, PACK_AXIS }; /* fields of the options, for UNPACK too */

static status_t packed_axis(const kernel_ctx_t *ctx, unsigned port, unsigned rank, int32_t *axis) {
    *axis = kernel_option_int(ctx, PACK_AXIS, 0);
    return dims_axis(ctx, port, rank, axis);
}

status_t pack_prepare(kernel_ctx_t *ctx) {
    int32_t axis, dims[KERNEL_MAX_RANK];
    TRY(join_check(ctx, -1));
    const tensor_t *first = kernel_input(ctx, 0);
    TRY(kernel_require_rank(ctx, 0, 0, KERNEL_MAX_RANK - 1));
    TRY(packed_axis(ctx, KERNEL_OUTPUT, first->rank + 1u, &axis));
    for (int32_t d = 0; d <= first->rank; d++) {
        dims[d] = d == axis ? ctx->input_count : first->dims[d - (d > axis)];
    }
    return kernel_set_shape(ctx, 0, first->rank + 1u, dims);
}

status_t pack_invoke(const kernel_ctx_t *ctx) {
    int32_t axis;
    TRY(packed_axis(ctx, KERNEL_OUTPUT, kernel_output(ctx, 0)->rank, &axis));
    join_invoke(ctx, (unsigned)axis);
    return STATUS_OK;
}

/* ---- UNPACK -------------------------------------------------------------------------------------------------- */

/* Input `port` is taken apart into all outputs, which are of its type. */
static status_t apart_check(kernel_ctx_t *ctx, unsigned inputs, unsigned port) {
    TRY(kernel_arity(ctx, inputs, inputs, ctx->output_count ? ctx->output_count : 1));
    const tensor_t *input = kernel_input(ctx, port);
    for (unsigned i = 0; i < ctx->output_count; i++) {
        TRY(kernel_require_type(ctx, KERNEL_OUTPUT + i, input->type));
    }
    return STATUS_OK;
}

status_t unpack_prepare(kernel_ctx_t *ctx) {
    int32_t axis, dims[KERNEL_MAX_RANK];
    TRY(apart_check(ctx, 1, 0));
    const tensor_t *input = kernel_input(ctx, 0);
    TRY(packed_axis(ctx, 0, input->rank, &axis));
    if (input->dims[axis] != ctx->output_count) {
        return kernel_fail(ctx, STATUS_OPERATOR_OUTPUTS, KERNEL_OP, ctx->output_count, input->dims[axis]);
    }
    for (int32_t d = 0; d < input->rank - 1; d++) {
        dims[d] = input->dims[d + (d >= axis)];
    }
    for (unsigned i = 0; i < ctx->output_count; i++) {
        TRY(kernel_set_shape(ctx, i, input->rank - 1u, dims));
    }
    return STATUS_OK;
}

status_t unpack_invoke(const kernel_ctx_t *ctx) {
    int32_t axis;
    const tensor_t *input = kernel_input(ctx, 0);
    TRY(packed_axis(ctx, 0, input->rank, &axis));
    uint32_t offset = 0, outer = dims_product(input->dims, 0, (unsigned)axis);
    for (unsigned i = 0; i < ctx->output_count; i++) {
        join_part(input, kernel_output(ctx, i), outer, &offset, true);
    }
    return STATUS_OK;
}

/* ---- SPLIT, SPLIT_V ------------------------------------------------------------------------------------------ */

/* Where the inputs of the two stand. */
typedef struct {
    uint8_t inputs;
    uint8_t data;
    uint8_t axis;
    uint8_t sizes; /* 0: equal parts */
} split_t;

static const split_t SPLIT_PORTS = {2, 1, 0, 0}, SPLIT_V_PORTS = {3, 0, 2, 1};

static status_t split_axis(const kernel_ctx_t *ctx, const split_t *ports, int32_t *axis) {
    return dims_read_axis(ctx, ports->axis, kernel_input(ctx, ports->data)->rank, axis);
}

/* Sizes of equal parts: *open. Sizes given: all checked, and *open is what an entry of -1 stands for. */
static status_t split_open(const kernel_ctx_t *ctx, const split_t *ports, int32_t whole, int32_t *open) {
    int32_t rest = whole;
    unsigned opens = 0;
    if (ports->sizes == 0) {
        *open = whole / ctx->output_count;
        if (*open * ctx->output_count != whole) {
            return kernel_fail(ctx, STATUS_SIZE, ports->data, whole, *open * ctx->output_count);
        }
        return STATUS_OK;
    }
    const tensor_t *sizes = kernel_input(ctx, ports->sizes);
    TRY(dims_require_count(ctx, ports->sizes, ctx->output_count));
    for (unsigned i = 0; i < ctx->output_count; i++) {
        int32_t size = dims_value(sizes, i);
        opens += size == -1;
        size = size == -1 ? 0 : size;
        if (size < 0 || size > rest) {
            return kernel_fail(ctx, STATUS_INDEX, ports->sizes, size, rest + 1);
        }
        rest -= size;
    }
    *open = rest;
    if (opens > 1 || (opens == 0 && rest != 0)) {
        return kernel_fail(ctx, STATUS_INDEX, ports->sizes, opens ? -1 : rest, opens ? 0 : 1);
    }
    return STATUS_OK;
}

/* Size of part i along the axis. */
static int32_t split_size(const kernel_ctx_t *ctx, const split_t *ports, unsigned i, int32_t open) {
    int32_t size = ports->sizes ? dims_value(kernel_input(ctx, ports->sizes), i) : -1;
    return size == -1 ? open : size;
}

static status_t split_prepare_as(kernel_ctx_t *ctx, const split_t *ports) {
    int32_t axis, open, dims[KERNEL_MAX_RANK];
    TRY(apart_check(ctx, ports->inputs, ports->data));
    bool known = true;
    for (unsigned i = 0; i < ports->inputs; i++) {
        if (i != ports->data) {
            TRY(dims_require_integer(ctx, i));
            known = known && dims_known(ctx, i);
        }
    }
    if (!known) {
        return STATUS_OK; /* memory is planned for what the file promises; invoke checks it */
    }
    const tensor_t *input = kernel_input(ctx, ports->data);
    TRY(split_axis(ctx, ports, &axis));
    TRY(split_open(ctx, ports, input->dims[axis], &open));
    memcpy(dims, input->dims, input->rank * sizeof dims[0]);
    for (unsigned i = 0; i < ctx->output_count; i++) {
        dims[axis] = split_size(ctx, ports, i, open);
        TRY(kernel_set_shape(ctx, i, input->rank, dims));
    }
    return STATUS_OK;
}

static status_t split_invoke_as(const kernel_ctx_t *ctx, const split_t *ports) {
    int32_t axis, open, dims[KERNEL_MAX_RANK];
    const tensor_t *input = kernel_input(ctx, ports->data);
    TRY(split_axis(ctx, ports, &axis));
    TRY(split_open(ctx, ports, input->dims[axis], &open));
    memcpy(dims, input->dims, input->rank * sizeof dims[0]);
    uint32_t offset = 0, outer = dims_product(dims, 0, (unsigned)axis);
    for (unsigned i = 0; i < ctx->output_count; i++) {
        dims[axis] = split_size(ctx, ports, i, open);
        TRY(dims_require(ctx, i, input->rank, dims));
        join_part(input, kernel_output(ctx, i), outer, &offset, true);
    }
    return STATUS_OK;
}

status_t split_prepare(kernel_ctx_t *ctx) {
    return split_prepare_as(ctx, &SPLIT_PORTS);
}

status_t split_invoke(const kernel_ctx_t *ctx) {
    return split_invoke_as(ctx, &SPLIT_PORTS);
}

status_t split_v_prepare(kernel_ctx_t *ctx) {
    return split_prepare_as(ctx, &SPLIT_V_PORTS);
}

status_t split_v_invoke(const kernel_ctx_t *ctx) {
    return split_invoke_as(ctx, &SPLIT_V_PORTS);
}
