/* SPDX-License-Identifier: MIT
 * Operators that move small blocks of an image between space and another axis: SPACE_TO_BATCH_ND, BATCH_TO_SPACE_ND,
 * SPACE_TO_DEPTH, DEPTH_TO_SPACE. */
#include "copy.h"
#include "dims.h"
#include "pad.h"

#define MAX_BLOCK INT16_MAX /* so that sums and squares of sizes stay in range */

/* ---- SPACE_TO_DEPTH, DEPTH_TO_SPACE -------------------------------------------------------------------------- */

static status_t depth_prepare(kernel_ctx_t *ctx, bool to_depth) {
    TRY(kernel_arity(ctx, 1, 1, 1));
    TRY(dims_require_same_type(ctx));
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
    int32_t block = kernel_option_int(ctx, 0, 0), item_bytes = input->item_bytes;
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
    dims_t out;
    uint32_t axes; /* spatial axes, which follow the batch */
    uint32_t blocks;
    int32_t block[KERNEL_MAX_RANK];  /* by spatial axis */
    int32_t before[KERNEL_MAX_RANK]; /* padding or crop */
} batch_t;

/* The size of spatial axis d of the output, from the input's, the block and the two borders. */
static bool batch_size(int32_t in, int32_t block, int32_t before, int32_t after, bool to_batch, int32_t *out) {
    const uint32_t most = INT32_MAX / 4; /* so that their sum stays in range */
    if (block < 1 || block > MAX_BLOCK || (uint32_t)before > most || (uint32_t)after > most || (uint32_t)in > most) {
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
    uint32_t blocks = 1, batch, axes = block->count;
    plan->axes = axes;
    if (axes >= input->rank) {
        return kernel_fail(ctx, STATUS_ELEMENTS, 1, (int32_t)axes, input->rank - 1);
    }
    TRY(dims_require_count(ctx, 2, 2 * axes));
    plan->out.rank = input->rank;
    memcpy(plan->out.size, input->dims, input->rank * sizeof plan->out.size[0]);
    for (uint32_t d = 0; d < axes; d++) {
        int32_t size = dims_value(block, d);
        int32_t before = dims_value(borders, 2 * d), after = dims_value(borders, 2 * d + 1);
        plan->block[d] = size;
        plan->before[d] = before;
        if (!batch_size(input->dims[d + 1], size, before, after, to_batch, &plan->out.size[d + 1]) ||
            (uint32_t)size > INT32_MAX / blocks) {
            return kernel_fail(ctx, STATUS_SIZE, 0, input->dims[d + 1], size);
        }
        blocks *= (uint32_t)size;
    }
    batch = (uint32_t)input->dims[0];
    if (to_batch ? batch > INT32_MAX / blocks : batch % blocks != 0) {
        return kernel_fail(ctx, STATUS_SIZE, 0, (int32_t)batch, (int32_t)blocks);
    }
    plan->out.size[0] = (int32_t)(to_batch ? batch * blocks : batch / blocks);
    plan->blocks = blocks;
    return STATUS_OK;
}

static status_t to_batch_read(const kernel_ctx_t *ctx, dims_t *plan) {
    return batch_read(ctx, true, (batch_t *)plan);
}

static status_t from_batch_read(const kernel_ctx_t *ctx, dims_t *plan) {
    return batch_read(ctx, false, (batch_t *)plan);
}

static status_t batch_prepare(kernel_ctx_t *ctx, dims_read_t read) {
    batch_t plan;
    TRY(kernel_arity(ctx, 3, 3, 1));
    TRY(dims_require_same_type(ctx));
    return dims_prepare(ctx, 2, read, &plan.out);
}

/* One block's pixels: index i of a spatial axis of `batched` is index i * block + shift - before of `spatial`. */
static void batch_copy(const batch_t *plan, const tensor_t *batched, const tensor_t *spatial, uint32_t number,
                       bool to_batch) {
    int32_t item_bytes = spatial->item_bytes, near = item_bytes, far = item_bytes;
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
    TRY(dims_check(ctx, to_batch ? to_batch_read : from_batch_read, &plan.out));
    if (input->count == 0 || output->count == 0) {
        return STATUS_OK;
    }
    for (uint32_t i = 0; i < plan.blocks; i++) {
        batch_copy(&plan, to_batch ? output : input, to_batch ? input : output, i, to_batch);
    }
    return STATUS_OK;
}

status_t space_to_batch_nd_prepare(kernel_ctx_t *ctx) {
    TRY(batch_prepare(ctx, to_batch_read));
    return pad_prepare_zero(ctx);
}

status_t space_to_batch_nd_invoke(const kernel_ctx_t *ctx) {
    const tensor_t *output = kernel_output(ctx, 0);
    copy_fill(output->data, ctx->params, output->item_bytes, output->count);
    return batch_invoke(ctx, true);
}

status_t batch_to_space_nd_prepare(kernel_ctx_t *ctx) {
    return batch_prepare(ctx, from_batch_read);
}

status_t batch_to_space_nd_invoke(const kernel_ctx_t *ctx) {
    return batch_invoke(ctx, false);
}
