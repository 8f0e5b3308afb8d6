/* SPDX-License-Identifier: MIT
 * Operators whose output is a strided view of the input, written out: SLICE, STRIDED_SLICE, TRANSPOSE, REVERSE_V2,
 * BROADCAST_TO. Each says which view; the copy itself is copy.c's. */
#include "copy.h"
#include "dims.h"

typedef struct {
    dims_t out;
    int32_t from[KERNEL_MAX_RANK]; /* elements of the input from one index to the next */
    uint32_t start;                /* element of the input that comes first; unsigned, as all products of sizes: */
                                   /* beside a zero-sized axis they are not bounded by any memory */
} view_t;

/* The input as it is. */
static void view_whole(const tensor_t *input, view_t *view) {
    uint32_t stride = 1;
    view->out.rank = input->rank;
    view->start = 0;
    for (unsigned d = input->rank; d-- > 0;) {
        view->out.size[d] = input->dims[d];
        view->from[d] = (int32_t)stride;
        stride *= (uint32_t)input->dims[d];
    }
}

static status_t view_prepare(kernel_ctx_t *ctx, unsigned inputs, dims_read_t read) {
    view_t view;
    TRY(kernel_arity(ctx, inputs, inputs, 1));
    TRY(dims_require_same_type(ctx));
    return dims_prepare(ctx, inputs - 1, read, &view.out);
}

static status_t view_invoke(const kernel_ctx_t *ctx, dims_read_t read) {
    const tensor_t *input = kernel_input(ctx, 0), *output = kernel_output(ctx, 0);
    uint32_t item_bytes = input->item_bytes, to = item_bytes;
    view_t view;
    copy_t copy;
    TRY(dims_check(ctx, read, &view.out));
    if (output->count == 0) {
        return STATUS_OK;
    }
    copy_begin(&copy, item_bytes);
    for (unsigned d = view.out.rank; d-- > 0;) {
        copy_axis(&copy, view.out.size[d], (int32_t)((uint32_t)view.from[d] * item_bytes), (int32_t)to);
        to *= (uint32_t)view.out.size[d];
    }
    copy_axis_t *outer = &copy.axis[copy.axes - 1];
    uint32_t repeats = 1, block_bytes = (uint32_t)outer->to;
    if (outer->from == 0) { /* the whole is broadcast: repeat its first block */
        repeats = (uint32_t)outer->extent;
        outer->extent = 1;
    }
    copy_run(&copy, output->data, (const uint8_t *)input->data + view.start * item_bytes);
    for (uint32_t i = 1; i < repeats; i++) {
        memcpy((uint8_t *)output->data + i * block_bytes, output->data, block_bytes);
    }
    return STATUS_OK;
}

/* ---- SLICE --------------------------------------------------------------------------------------------------- */

static status_t slice_read(const kernel_ctx_t *ctx, dims_t *plan) {
    view_t *view = (view_t *)plan;
    const tensor_t *input = kernel_input(ctx, 0);
    TRY(dims_require_count(ctx, 1, input->rank));
    TRY(dims_require_count(ctx, 2, input->rank));
    view_whole(input, view);
    for (unsigned d = 0; d < input->rank; d++) {
        int32_t begin = dims_value(kernel_input(ctx, 1), d), size = dims_value(kernel_input(ctx, 2), d);
        int32_t whole = input->dims[d];
        if (begin < 0 || begin > whole) {
            return kernel_fail(ctx, STATUS_INDEX, 1, begin, whole);
        }
        size = size == -1 ? whole - begin : size;
        if (size < 0 || size > whole - begin) {
            return kernel_fail(ctx, STATUS_INDEX, 2, size, whole - begin + 1);
        }
        view->out.size[d] = size;
        view->start += (uint32_t)begin * (uint32_t)view->from[d];
    }
    return STATUS_OK;
}

status_t slice_prepare(kernel_ctx_t *ctx) {
    return view_prepare(ctx, 3, slice_read);
}

status_t slice_invoke(const kernel_ctx_t *ctx) {
    return view_invoke(ctx, slice_read);
}

/* ---- STRIDED_SLICE ------------------------------------------------------------------------------------------- */

/* Fields of the options: masks, bit i for entry i of the parameters; OFFSET is one byte. */
enum { BEGIN_MASK, END_MASK, ELLIPSIS_MASK, NEW_AXIS_MASK, SHRINK_MASK, MASKS, OFFSET = MASKS };

/* An end of the range as given, counted from the back where negative, brought into low..high. */
static int32_t range_end(int32_t given, int32_t size, int32_t low, int32_t high) {
    given += given < 0 ? size : 0;
    return given < low ? low : given > high ? high : given;
}

/* Cuts entry i of the parameters out of an input axis: *size becomes the elements taken and *from the way from one
 * to the next, both of the axis at first. masks are shifted so that bit 0 is this entry's. */
static status_t cut_axis(const kernel_ctx_t *ctx, uint32_t i, const int32_t *masks, int32_t *size, int32_t *from,
                         uint32_t *start) {
    int32_t whole = *size, step = dims_value(kernel_input(ctx, 3), i), end = dims_value(kernel_input(ctx, 2), i);
    bool back = step < 0;
    int32_t low = back ? -1 : 0, high = back ? whole - 1 : whole;
    int32_t begin = range_end(dims_value(kernel_input(ctx, 1), i), whole, low, high);
    if (step == 0) {
        return kernel_fail(ctx, STATUS_INDEX, 3, 0, 1);
    }
    if (masks[BEGIN_MASK] & 1) {
        begin = back ? high : low;
    }
    if (masks[SHRINK_MASK] & 1) { /* the end does not matter */
        if ((uint32_t)begin >= (uint32_t)whole) {
            return kernel_fail(ctx, STATUS_INDEX, 1, begin, whole);
        }
        step = 1;
        back = false;
        end = begin + 1;
    } else if (masks[END_MASK] & 1) {
        end = back ? low : high;
    } else {
        if (kernel_option_byte(ctx, OFFSET, 0)) { /* the end counts from the beginning */
            end = end > INT32_MAX - whole ? INT32_MAX : end + begin;
        }
        end = range_end(end, whole, low, high);
    }
    uint32_t distance = back ? (uint32_t)begin - (uint32_t)end : (uint32_t)end - (uint32_t)begin;
    uint32_t stride = back ? 0u - (uint32_t)step : (uint32_t)step;
    *start += (uint32_t)begin * (uint32_t)*from;
    *size = (int32_t)distance <= 0 ? 0 : (int32_t)((distance - 1) / stride + 1);
    *from = (int32_t)((uint32_t)*from * (uint32_t)step);
    return STATUS_OK;
}

/* Adds an output axis. */
static status_t push_axis(const kernel_ctx_t *ctx, view_t *view, int32_t size, int32_t from) {
    if (view->out.rank == KERNEL_MAX_RANK) {
        return kernel_fail(ctx, STATUS_RANK, KERNEL_OUTPUT, KERNEL_MAX_RANK + 1, KERNEL_MAX_RANK);
    }
    view->out.size[view->out.rank] = size;
    view->from[view->out.rank++] = from;
    return STATUS_OK;
}

static status_t strided_slice_read(const kernel_ctx_t *ctx, dims_t *plan) {
    view_t *view = (view_t *)plan, whole;
    const tensor_t *input = kernel_input(ctx, 0);
    uint32_t entries = kernel_input(ctx, 1)->count, d = 0;
    int32_t masks[MASKS], spare = input->rank; /* axes for the first ellipsis, or the end */
    view_whole(input, &whole);
    view->out.rank = 0;
    view->start = 0;
    TRY(dims_require_count(ctx, 2, entries));
    TRY(dims_require_count(ctx, 3, entries));
    for (unsigned m = 0; m < MASKS; m++) {
        masks[m] = kernel_option_int(ctx, m, 0);
    }
    for (uint32_t i = 0; i < entries; i++) {
        spare -= i > 31 || !((masks[ELLIPSIS_MASK] | masks[NEW_AXIS_MASK]) >> i & 1);
    }
    if (spare < 0) {
        return kernel_fail(ctx, STATUS_ELEMENTS, 1, (int32_t)entries, input->rank);
    }
    for (uint32_t i = 0; i <= entries; i++) {
        if (i == entries || (masks[ELLIPSIS_MASK] & 1)) {
            for (; spare > 0; spare--, d++) {
                TRY(push_axis(ctx, view, whole.out.size[d], whole.from[d]));
            }
        } else if (masks[NEW_AXIS_MASK] & 1) {
            TRY(push_axis(ctx, view, 1, 0));
        } else {
            TRY(cut_axis(ctx, i, masks, &whole.out.size[d], &whole.from[d], &view->start));
            if (!(masks[SHRINK_MASK] & 1)) {
                TRY(push_axis(ctx, view, whole.out.size[d], whole.from[d]));
            }
            d++;
        }
        for (unsigned m = 0; m < MASKS; m++) {
            masks[m] >>= 1;
        }
    }
    return STATUS_OK;
}

status_t strided_slice_prepare(kernel_ctx_t *ctx) {
    return view_prepare(ctx, 4, strided_slice_read);
}

status_t strided_slice_invoke(const kernel_ctx_t *ctx) {
    return view_invoke(ctx, strided_slice_read);
}

/* ---- TRANSPOSE ----------------------------------------------------------------------------------------------- */

/* Axis i of those that input 1 lists; each may be there once. */
static status_t unseen_axis(const kernel_ctx_t *ctx, uint32_t i, uint32_t *seen, int32_t *axis) {
    uint32_t rank = kernel_input(ctx, 0)->rank;
    *axis = dims_value(kernel_input(ctx, 1), i);
    TRY(dims_axis(ctx, 1, rank, axis));
    if (*seen >> *axis & 1) {
        return kernel_fail(ctx, STATUS_INDEX, 1, *axis, (int32_t)rank);
    }
    *seen |= UINT32_C(1) << *axis;
    return STATUS_OK;
}

static status_t transpose_read(const kernel_ctx_t *ctx, dims_t *plan) {
    view_t *view = (view_t *)plan;
    const tensor_t *input = kernel_input(ctx, 0);
    uint32_t seen = 0;
    view_t whole;
    TRY(dims_require_count(ctx, 1, input->rank));
    view_whole(input, &whole);
    view->out.rank = input->rank;
    view->start = 0;
    for (unsigned d = 0; d < input->rank; d++) {
        int32_t axis;
        TRY(unseen_axis(ctx, d, &seen, &axis));
        view->out.size[d] = whole.out.size[axis];
        view->from[d] = whole.from[axis];
    }
    return STATUS_OK;
}

status_t transpose_prepare(kernel_ctx_t *ctx) {
    return view_prepare(ctx, 2, transpose_read);
}

status_t transpose_invoke(const kernel_ctx_t *ctx) {
    return view_invoke(ctx, transpose_read);
}

/* ---- REVERSE_V2 ---------------------------------------------------------------------------------------------- */

static status_t reverse_read(const kernel_ctx_t *ctx, dims_t *plan) {
    view_t *view = (view_t *)plan;
    const tensor_t *input = kernel_input(ctx, 0);
    uint32_t seen = 0;
    view_whole(input, view);
    for (uint32_t i = 0; i < kernel_input(ctx, 1)->count; i++) {
        int32_t axis;
        TRY(unseen_axis(ctx, i, &seen, &axis));
        view->start += (uint32_t)view->from[axis] * ((uint32_t)input->dims[axis] - 1u);
        view->from[axis] = (int32_t)(0u - (uint32_t)view->from[axis]);
    }
    return STATUS_OK;
}

status_t reverse_v2_prepare(kernel_ctx_t *ctx) {
    return view_prepare(ctx, 2, reverse_read);
}

status_t reverse_v2_invoke(const kernel_ctx_t *ctx) {
    return view_invoke(ctx, reverse_read);
}

/* ---- BROADCAST_TO -------------------------------------------------------------------------------------------- */

static status_t broadcast_to_read(const kernel_ctx_t *ctx, dims_t *plan) {
    view_t *view = (view_t *)plan;
    const tensor_t *input = kernel_input(ctx, 0), *shape = kernel_input(ctx, 1);
    view_t whole;
    view_whole(input, &whole);
    view->out.rank = shape->count;
    view->start = 0;
    if (shape->count > KERNEL_MAX_RANK || shape->count < input->rank) {
        return kernel_fail(ctx, STATUS_ELEMENTS, 1, (int32_t)shape->count, input->rank);
    }
    for (unsigned d = 0; d < view->out.rank; d++) {
        int32_t size = dims_value(shape, d), own = (int32_t)d - (int32_t)(view->out.rank - input->rank);
        if (size < 0 || (own >= 0 && whole.out.size[own] != size && whole.out.size[own] != 1)) {
            return kernel_fail(ctx, STATUS_INDEX, 1, size, own >= 0 ? whole.out.size[own] : INT32_MAX);
        }
        view->out.size[d] = size;
        view->from[d] = own >= 0 && whole.out.size[own] != 1 ? whole.from[own] : 0;
    }
    return STATUS_OK;
}

status_t broadcast_to_prepare(kernel_ctx_t *ctx) {
    return view_prepare(ctx, 2, broadcast_to_read);
}

status_t broadcast_to_invoke(const kernel_ctx_t *ctx) {
    return view_invoke(ctx, broadcast_to_read);
}
