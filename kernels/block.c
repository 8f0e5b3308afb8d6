/* SPDX-License-Identifier: MIT
 * Operators that move small blocks of an image between space and another axis: SPACE_TO_BATCH_ND, BATCH_TO_SPACE_ND,
 * SPACE_TO_DEPTH, DEPTH_TO_SPACE. */
#include "copy.h"
#include "dims.h"

#define MAX_BLOCK INT16_MAX /* so that sums and squares of sizes stay in range */

/* ---- SPACE_TO_DEPTH, DEPTH_TO_SPACE -------------------------------------------------------------------------- */

static status_t depth_prepare(kernel_ctx_t *ctx, bool to_depth) {
    uint32_t item_bytes;
    TRY(kernel_arity(ctx, 1, 1, 1));
    TRY(dims_require_same_type(ctx, 0, &item_bytes));
    TRY(kernel_require_rank(ctx, 0, 4, 4));
    const int32_t *in = kernel_input(ctx, 0)->dims;
    int32_t block = kernel_option_int(ctx, 0, 0), dims[4] = {in[0], 0, 0, 0};
    if (block < 1 || block > MAX_BLOCK) {
        return kernel_fail(ctx, STATUS_OPTION, KERNEL_OP, block, 0);
    }
    int32_t area = block * block;
    for (unsigned d = 1; d < 4; d++) {
        int32_t factor = d < 3 ? block : area;
        bool shrinks = to_depth == (d < 3);
        if (shrinks ? in[d] % factor != 0 : in[d] > INT32_MAX / factor) {
            return kernel_fail(ctx, STATUS_SIZE, 0, in[d], factor);
        }
        dims[d] = shrinks ? in[d] / factor : in[d] * factor;
    }
    return kernel_set_shape(ctx, 0, 4, dims);
}

/* Both are one walk over (n, h, w, block row, block column, channel), which is plain order on the deep side. */
static status_t depth_invoke(const kernel_ctx_t *ctx, bool to_depth) {
    const tensor_t *input = kernel_input(ctx, 0), *output = kernel_output(ctx, 0);
    const int32_t *deep = (to_depth ? output : input)->dims, *wide = (to_depth ? input : output)->dims;
    int32_t block = kernel_option_int(ctx, 0, 0), item_bytes = (int32_t)kernel_item_bytes(input->type);
    int32_t channels = wide[3] * item_bytes, row = wide[2] * channels;
    int32_t extents[6] = {wide[3], block, block, deep[2], deep[1], deep[0]};
    int32_t wides[6] = {item_bytes, channels, row, block * channels, block * row, wide[1] * row};
    int32_t deeps = item_bytes;
    copy_t copy;
    if (input->count == 0) {
        return STATUS_OK;
    }
    copy_begin(&copy, (uint32_t)item_bytes);
    for (unsigned i = 0; i < 6; i++) {
        copy_axis(&copy, extents[i], to_depth ? wides[i] : deeps, to_depth ? deeps : wides[i]);
        deeps *= extents[i];
    }
    copy_run(&copy, output->data, input->data);
    return STATUS_OK;
}

status_t space_to_depth_prepare(kernel_ctx_t *ctx) {
    return depth_prepare(ctx, true);
}

status_t space_to_depth_invoke(const kernel_ctx_t *ctx) {
    return depth_invoke(ctx, true);
}

status_t depth_to_space_prepare(kernel_ctx_t *ctx) {
    return depth_prepare(ctx, false);
}

status_t depth_to_space_invoke(const kernel_ctx_t *ctx) {
    return depth_invoke(ctx, false);
}

/* ---- SPACE_TO_BATCH_ND, BATCH_TO_SPACE_ND -------------------------------------------------------------------- */

typedef struct {
    uint32_t axes; /* spatial axes, which follow the batch */
    uint32_t blocks;
    int32_t block[KERNEL_MAX_RANK];  /* by spatial axis */
    int32_t before[KERNEL_MAX_RANK]; /* padding or crop */
    int32_t dims[KERNEL_MAX_RANK];   /* of the output */
} batch_t;

/* The size of spatial axis d of the output, from the input's, the block and the two borders. */
static bool batch_size(int32_t in, int32_t block, int32_t before, int32_t after, bool to_batch, int32_t *out) {
    if (block < 1 || block > MAX_BLOCK || before < 0 || after < 0 || before > INT32_MAX / 4 || after > INT32_MAX / 4 || in > INT32_MAX / 4) {
        return false;
    }
    if (to_batch) {
        *out = (in + before + after) / block;
        return (in + before + after) % block == 0;
    }
    *out = in > INT32_MAX / block ? -1 : in * block - before - after;
    return *out >= 0;
}

static status_t batch_read(const kernel_ctx_t *ctx, bool to_batch, batch_t *plan) {
    const tensor_t *input = kernel_input(ctx, 0), *block = kernel_input(ctx, 1), *borders = kernel_input(ctx, 2);
    plan->axes = block->count;
    plan->blocks = 1;
    if (plan->axes + 1 > input->rank) {
        return kernel_fail(ctx, STATUS_ELEMENTS, 1, (int32_t)plan->axes, input->rank - 1);
    }
    if (borders->count != 2 * plan->axes) {
        return kernel_fail(ctx, STATUS_ELEMENTS, 2, (int32_t)borders->count, 2 * (int32_t)plan->axes);
    }
    memcpy(plan->dims, input->dims, input->rank * sizeof plan->dims[0]);
    for (uint32_t d = 0; d < plan->axes; d++) {
        int32_t size = dims_value(block, d);
        plan->block[d] = size;
        plan->before[d] = dims_value(borders, 2 * d);
        if (!batch_size(input->dims[d + 1], size, plan->before[d], dims_value(borders, 2 * d + 1), to_batch,
                        &plan->dims[d + 1])) {
            return kernel_fail(ctx, STATUS_SIZE, 0, input->dims[d + 1], size);
        }
        if ((uint32_t)size > INT32_MAX / plan->blocks) {
            return kernel_fail(ctx, STATUS_INDEX, 1, size, (int32_t)(INT32_MAX / plan->blocks));
        }
        plan->blocks *= (uint32_t)size;
    }
    uint32_t batch = (uint32_t)input->dims[0];
    if (to_batch ? batch > INT32_MAX / plan->blocks : batch % plan->blocks != 0) {
        return kernel_fail(ctx, STATUS_SIZE, 0, input->dims[0], (int32_t)plan->blocks);
    }
    plan->dims[0] = (int32_t)(to_batch ? batch * plan->blocks : batch / plan->blocks);
    return STATUS_OK;
}

static status_t batch_prepare(kernel_ctx_t *ctx, bool to_batch) {
    batch_t plan;
    uint32_t item_bytes;
    TRY(kernel_arity(ctx, 3, 3, 1));
    TRY(dims_require_same_type(ctx, 0, &item_bytes));
    TRY(dims_require_integer(ctx, 1));
    TRY(dims_require_integer(ctx, 2));
    if (!dims_known(ctx, 1)) {
        return STATUS_OK; /* memory is planned for what the file promises; invoke checks it */
    }
    TRY(batch_read(ctx, to_batch, &plan));
    return kernel_set_shape(ctx, 0, kernel_input(ctx, 0)->rank, plan.dims);
}

/* One block's pixels: index i of a spatial axis of `batched` is index i * block + shift - before of `spatial`. */
static void batch_copy(const batch_t *plan, const tensor_t *batched, const tensor_t *spatial, uint32_t number, bool to_batch) {
    int32_t item_bytes = (int32_t)kernel_item_bytes(spatial->type), near = item_bytes, far = item_bytes;
    uint32_t rest = number, near_at = 0, far_at = 0; /* near: bytes in batched; far: in spatial */
    copy_t copy;
    copy_begin(&copy, (uint32_t)item_bytes);
    for (unsigned d = spatial->rank; d-- > 0;) {
        int32_t count = spatial->dims[d], by = far;
        if (d > 0 && d <= plan->axes) {
            int32_t block = plan->block[d - 1], shift = (int32_t)(rest % (uint32_t)block) - plan->before[d - 1];
            int32_t first = shift < 0 ? (block - 1 - shift) / block : 0;
            int32_t end = count > shift ? (count - shift + block - 1) / block : 0;
            end = end < batched->dims[d] ? end : batched->dims[d];
            rest /= (uint32_t)block;
            count = end > first ? end - first : 0;
            near_at += (uint32_t)first * (uint32_t)near;
            far_at += (uint32_t)(first * block + shift) * (uint32_t)far;
            by = far * block;
        }
        copy_axis(&copy, count, to_batch ? by : near, to_batch ? near : by);
        near *= d > 0 ? batched->dims[d] : 1;
        far *= spatial->dims[d];
    }
    near_at += number * (uint32_t)spatial->dims[0] * (uint32_t)near;
    uint8_t *near_data = (uint8_t *)batched->data + near_at, *far_data = (uint8_t *)spatial->data + far_at;
    copy_run(&copy, to_batch ? near_data : far_data, to_batch ? far_data : near_data);
}

static status_t batch_invoke(const kernel_ctx_t *ctx, bool to_batch) {
    batch_t plan;
    const tensor_t *input = kernel_input(ctx, 0), *output = kernel_output(ctx, 0);
    TRY(batch_read(ctx, to_batch, &plan));
    TRY(dims_require_shape(ctx, 0, input->rank, plan.dims));
    if (input->count == 0 || output->count == 0) {
        return STATUS_OK;
    }
    for (uint32_t i = 0; i < plan.blocks; i++) {
        batch_copy(&plan, to_batch ? output : input, to_batch ? input : output, i, to_batch);
    }
    return STATUS_OK;
}

status_t space_to_batch_nd_prepare(kernel_ctx_t *ctx) {
    uint8_t *zero = kernel_params(ctx, 1);
    if (zero == NULL) {
        return STATUS_RECORDS;
    }
    TRY(batch_prepare(ctx, true));
    quant_t quant = kernel_quant(ctx, KERNEL_OUTPUT);
    if (quant.count != 0 && kernel_item_bytes(kernel_output(ctx, 0)->type) == 1) {
        *zero = (uint8_t)quant.zero_point[0];
    }
    return STATUS_OK;
}

status_t space_to_batch_nd_invoke(const kernel_ctx_t *ctx) {
    const tensor_t *output = kernel_output(ctx, 0);
    const uint8_t *zero = ctx->params;
    memset(output->data, *zero, output->count * kernel_item_bytes(output->type));
    return batch_invoke(ctx, true);
}

status_t batch_to_space_nd_prepare(kernel_ctx_t *ctx) {
    return batch_prepare(ctx, false);
}

status_t batch_to_space_nd_invoke(const kernel_ctx_t *ctx) {
    return batch_invoke(ctx, false);
}
