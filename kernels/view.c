/* SPDX-License-Identifier: MIT
 * Operators whose output is a strided view of the input, written out: SLICE, STRIDED_SLICE, TRANSPOSE, REVERSE_V2,
 * BROADCAST_TO. Each says which view; the copy itself is copy.c's. */
#include "copy.h"
#include "dims.h"

typedef struct {
    unsigned rank;
    int32_t dims[KERNEL_MAX_RANK]; /* of the output */
    int32_t from[KERNEL_MAX_RANK]; /* elements of the input from one index to the next */
    uint32_t start;                /* element of the input that comes first; unsigned, as all products of sizes: */
                                   /* beside a zero-sized axis they are not bounded by any memory */
} view_t;

/* Works out the view from the parameter tensors, which must have data, and checks all of them. */
typedef status_t (*view_read_t)(const kernel_ctx_t *ctx, view_t *view);

/* The input as it is. */
static void view_whole(const tensor_t *input, view_t *view) {
    uint32_t stride = 1;
    view->rank = input->rank;
    view->start = 0;
    for (unsigned d = input->rank; d-- > 0;) {
        view->dims[d] = input->dims[d];
        view->from[d] = (int32_t)stride;
        stride *= (uint32_t)input->dims[d];
    }
}

static status_t view_prepare(kernel_ctx_t *ctx, unsigned inputs, view_read_t read) {
    view_t view;
    uint32_t item_bytes;
    TRY(kernel_arity(ctx, inputs, inputs, 1));
    TRY(dims_require_same_type(ctx, 0, &item_bytes));
    for (unsigned i = 1; i < inputs; i++) {
        TRY(dims_require_integer(ctx, i));
    }
    if (!dims_known(ctx, 1)) {
        return STATUS_OK; /* memory is planned for what the file promises; invoke checks it */
    }
    TRY(read(ctx, &view));
    return kernel_set_shape(ctx, 0, view.rank, view.dims);
}

static status_t view_invoke(const kernel_ctx_t *ctx, view_read_t read) {
    const tensor_t *input = kernel_input(ctx, 0), *output = kernel_output(ctx, 0);
    uint32_t item_bytes = kernel_item_bytes(input->type), to = item_bytes;
    view_t view;
    copy_t copy;
    TRY(read(ctx, &view));
    TRY(dims_require_shape(ctx, 0, view.rank, view.dims));
    if (output->count == 0) {
        return STATUS_OK;
    }
    copy_begin(&copy, item_bytes);
    for (unsigned d = view.rank; d-- > 0;) {
        copy_axis(&copy, view.dims[d], (int32_t)((uint32_t)view.from[d] * item_bytes), (int32_t)to);
        to *= (uint32_t)view.dims[d];
    }
    copy_run(&copy, output->data, (const uint8_t *)input->data + view.start * item_bytes);
    return STATUS_OK;
}

/* Parameter i must have this many elements. */
static status_t require_count(const kernel_ctx_t *ctx, unsigned i, uint32_t count) {
    uint32_t found = kernel_input(ctx, i)->count;
    return found == count ? STATUS_OK : kernel_fail(ctx, STATUS_ELEMENTS, i, (int32_t)found, (int32_t)count);
}

/* ---- SLICE --------------------------------------------------------------------------------------------------- */

static status_t slice_read(const kernel_ctx_t *ctx, view_t *view) {
    const tensor_t *input = kernel_input(ctx, 0);
    TRY(require_count(ctx, 1, input->rank));
    TRY(require_count(ctx, 2, input->rank));
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
        view->dims[d] = size;
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

enum { BEGIN_MASK, END_MASK, ELLIPSIS_MASK, NEW_AXIS_MASK, SHRINK_MASK, OFFSET }; /* fields of the options */

static bool masked(const kernel_ctx_t *ctx, unsigned field, uint32_t i) {
    return kernel_option_int(ctx, field, 0) >> i & 1;
}

/* An end of the range as given, counted from the back where negative, brought into low..high. */
static int32_t range_end(int32_t given, int32_t size, int32_t low, int32_t high) {
    given += given < 0 ? size : 0;
    return given < low ? low : given > high ? high : given;
}

/* Cuts entry i of the parameters out of an input axis: *size becomes the elements taken and *from the way from one
 * to the next, both of the axis at first. A shrunk axis gives one element. */
static status_t cut_axis(const kernel_ctx_t *ctx, uint32_t i, int32_t *size, int32_t *from, uint32_t *start) {
    int32_t whole = *size, step = dims_value(kernel_input(ctx, 3), i);
    int32_t low = step < 0 ? -1 : 0, high = step < 0 ? whole - 1 : whole;
    int32_t begin = range_end(dims_value(kernel_input(ctx, 1), i), whole, low, high);
    int32_t end = dims_value(kernel_input(ctx, 2), i);
    if (step == 0) {
        return kernel_fail(ctx, STATUS_INDEX, 3, 0, 1);
    }
    if (masked(ctx, BEGIN_MASK, i)) {
        begin = step < 0 ? high : low;
    }
    if (masked(ctx, SHRINK_MASK, i)) {
        if (begin < 0 || begin >= whole) {
            return kernel_fail(ctx, STATUS_INDEX, 1, begin, whole);
        }
        *start += (uint32_t)begin * (uint32_t)*from;
        *size = 1;
        return STATUS_OK;
    }
    if (kernel_option_byte(ctx, OFFSET, 0)) { /* the end counts from the beginning */
        end = end > INT32_MAX - whole ? INT32_MAX : end + begin;
    }
    end = masked(ctx, END_MASK, i) ? (step < 0 ? low : high) : range_end(end, whole, low, high);
    uint32_t distance = step < 0 ? (uint32_t)begin - (uint32_t)end : (uint32_t)end - (uint32_t)begin;
    uint32_t stride = step < 0 ? 0u - (uint32_t)step : (uint32_t)step;
    if (step < 0 ? begin <= end : end <= begin) {
        *size = 0;
        return STATUS_OK;
    }
    *size = (int32_t)((distance - 1) / stride + 1);
    *start += (uint32_t)begin * (uint32_t)*from;
    *from = (int32_t)((uint32_t)*from * (uint32_t)step);
    return STATUS_OK;
}

/* Adds an output axis. */
static status_t push_axis(const kernel_ctx_t *ctx, view_t *view, int32_t size, int32_t from) {
    if (view->rank == KERNEL_MAX_RANK) {
        return kernel_fail(ctx, STATUS_RANK, KERNEL_OUTPUT, KERNEL_MAX_RANK + 1, KERNEL_MAX_RANK);
    }
    view->dims[view->rank] = size;
    view->from[view->rank++] = from;
    return STATUS_OK;
}

static status_t strided_slice_read(const kernel_ctx_t *ctx, view_t *view) {
    const tensor_t *input = kernel_input(ctx, 0);
    uint32_t entries = kernel_input(ctx, 1)->count, taken = 0;
    view_t whole;
    view_whole(input, &whole);
    view->rank = 0;
    view->start = 0;
    for (unsigned i = 1; i < 4; i++) {
        TRY(require_count(ctx, i, entries));
    }
    if (entries > 2 * KERNEL_MAX_RANK) {
        return kernel_fail(ctx, STATUS_ELEMENTS, 1, (int32_t)entries, input->rank);
    }
    for (uint32_t i = 0; i < entries; i++) {
        taken += !masked(ctx, ELLIPSIS_MASK, i) && !masked(ctx, NEW_AXIS_MASK, i);
    }
    if (taken > input->rank) {
        return kernel_fail(ctx, STATUS_ELEMENTS, 1, (int32_t)taken, input->rank);
    }
    uint32_t spare = input->rank - taken, d = 0; /* axes for the first ellipsis, or the end */
    for (uint32_t i = 0; i <= entries; i++) {
        if (i == entries || masked(ctx, ELLIPSIS_MASK, i)) {
            for (; spare > 0; spare--, d++) {
                TRY(push_axis(ctx, view, whole.dims[d], whole.from[d]));
            }
        } else if (masked(ctx, NEW_AXIS_MASK, i)) {
            TRY(push_axis(ctx, view, 1, 0));
        } else {
            TRY(cut_axis(ctx, i, &whole.dims[d], &whole.from[d], &view->start));
            if (!masked(ctx, SHRINK_MASK, i)) {
                TRY(push_axis(ctx, view, whole.dims[d], whole.from[d]));
            }
            d++;
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

static status_t transpose_read(const kernel_ctx_t *ctx, view_t *view) {
    const tensor_t *input = kernel_input(ctx, 0);
    uint32_t seen = 0;
    view_t whole;
    TRY(require_count(ctx, 1, input->rank));
    view_whole(input, &whole);
    view->rank = input->rank;
    view->start = 0;
    for (unsigned d = 0; d < input->rank; d++) {
        int32_t axis = dims_value(kernel_input(ctx, 1), d);
        TRY(dims_axis(ctx, 1, input->rank, &axis));
        if (seen >> axis & 1) {
            return kernel_fail(ctx, STATUS_INDEX, 1, axis, input->rank);
        }
        seen |= UINT32_C(1) << axis;
        view->dims[d] = whole.dims[axis];
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

static status_t reverse_read(const kernel_ctx_t *ctx, view_t *view) {
    const tensor_t *input = kernel_input(ctx, 0), *axes = kernel_input(ctx, 1);
    uint32_t seen = 0;
    view_whole(input, view);
    for (uint32_t i = 0; i < axes->count; i++) {
        int32_t axis = dims_value(axes, i);
        TRY(dims_axis(ctx, 1, input->rank, &axis));
        if (seen >> axis & 1) {
            return kernel_fail(ctx, STATUS_INDEX, 1, axis, input->rank);
        }
        seen |= UINT32_C(1) << axis;
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

static status_t broadcast_to_read(const kernel_ctx_t *ctx, view_t *view) {
    const tensor_t *input = kernel_input(ctx, 0), *shape = kernel_input(ctx, 1);
    view_t whole;
    view_whole(input, &whole);
    view->rank = shape->count;
    view->start = 0;
    if (shape->count > KERNEL_MAX_RANK || shape->count < input->rank) {
        return kernel_fail(ctx, STATUS_ELEMENTS, 1, (int32_t)shape->count, input->rank);
    }
    for (unsigned d = 0; d < view->rank; d++) {
        int32_t size = dims_value(shape, d), own = (int32_t)d - (int32_t)(view->rank - input->rank);
        if (size < 0 || (own >= 0 && whole.dims[own] != size && whole.dims[own] != 1)) {
            return kernel_fail(ctx, STATUS_INDEX, 1, size, own >= 0 ? whole.dims[own] : INT32_MAX);
        }
        view->dims[d] = size;
        view->from[d] = own >= 0 && whole.dims[own] != 1 ? whole.from[own] : 0;
    }
    return STATUS_OK;
}

status_t broadcast_to_prepare(kernel_ctx_t *ctx) {
    return view_prepare(ctx, 2, broadcast_to_read);
}

status_t broadcast_to_invoke(const kernel_ctx_t *ctx) {
    return view_invoke(ctx, broadcast_to_read);
}
