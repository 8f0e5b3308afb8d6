/* SPDX-License-Identifier: MIT
 * BATCH_MATMUL of int8 or int16 matrices, either one transposed, batches broadcast. A column of the right matrix is
 * brought into scratch once and multiplied with every row of the left one. */
#include "weighted.h"

enum { OPTION_ADJ_X = 0, OPTION_ADJ_Y = 1 };

#define MAX_BATCH_AXES 3

/* One operand: where element (i, j) of the product's row or column i lies. */
typedef struct {
    int32_t step;                 /* from one row (left) or column (right) to the next */
    int32_t inner;                /* from one element of it to the next */
    int32_t batch[MAX_BATCH_AXES]; /* from one batch to the next; 0 where it is broadcast */
} operand_t;

typedef struct {
    weighted_t weighted;
    operand_t left, right;
    int32_t batches[MAX_BATCH_AXES];
    int32_t rows, columns, depth;
} matmul_params_t;

static const weighted_use_t USE = {.bias_port = WEIGHTED_NONE, .fused_field = WEIGHTED_NONE, .dense = true};

/* Size of the axis that is `from_end` axes before the last; 1 where there is none. */
static int32_t size_at(const tensor_t *tensor, unsigned from_end) {
    return from_end < tensor->rank ? tensor->dims[tensor->rank - 1u - from_end] : 1;
}

static void set_operand(operand_t *operand, const tensor_t *tensor, bool rows_first) {
    int32_t width = size_at(tensor, 0);
    uint32_t step = (uint32_t)width * (uint32_t)size_at(tensor, 1);
    operand->step = rows_first ? width : 1;
    operand->inner = rows_first ? 1 : width;
    for (unsigned axis = 0; axis < MAX_BATCH_AXES; axis++) {
        operand->batch[axis] = size_at(tensor, 2 + axis) == 1 ? 0 : (int32_t)step;
        step *= (uint32_t)size_at(tensor, 2 + axis);
    }
}

static status_t set_output_shape(kernel_ctx_t *ctx, matmul_params_t *p) {
    const tensor_t *left = kernel_input(ctx, 0), *right = kernel_input(ctx, 1);
    unsigned rank = left->rank > right->rank ? left->rank : right->rank;
    int32_t shape[MAX_BATCH_AXES + 2];
    for (unsigned axis = 0; axis < MAX_BATCH_AXES; axis++) {
        int32_t a = size_at(left, 2 + axis), b = size_at(right, 2 + axis);
        if (a != b && a != 1 && b != 1) {
            return kernel_fail(ctx, STATUS_SIZE, 1, b, a);
        }
        p->batches[axis] = a == 1 ? b : a;
        if (axis + 2 < rank) {
            shape[rank - 3 - axis] = p->batches[axis];
        }
    }
    shape[rank - 2] = p->rows;
    shape[rank - 1] = p->columns;
    return kernel_set_shape(ctx, 0, rank, shape);
}

status_t batch_matmul_prepare(kernel_ctx_t *ctx) {
    TRY(kernel_arity(ctx, 2, 2, 1));
    matmul_params_t *p = kernel_params(ctx, sizeof *p);
    if (p == NULL) {
        return STATUS_RECORDS;
    }
    TRY(weighted_types(ctx, 0, kernel_input(ctx, 0)->type));
    TRY(weighted_finish(ctx, &USE, 1)); /* one scale for all */
    TRY(kernel_require_rank(ctx, 0, 2, MAX_BATCH_AXES + 2));
    TRY(kernel_require_rank(ctx, 1, 2, MAX_BATCH_AXES + 2));
    const tensor_t *left = kernel_input(ctx, 0), *right = kernel_input(ctx, 1);
    bool adj_x = kernel_option_byte(ctx, OPTION_ADJ_X, 0), adj_y = kernel_option_byte(ctx, OPTION_ADJ_Y, 0);
    p->rows = size_at(left, !adj_x);
    p->depth = size_at(left, adj_x);
    p->columns = size_at(right, adj_y);
    if (size_at(right, !adj_y) != p->depth) {
        return kernel_fail(ctx, STATUS_SIZE, 1, size_at(right, !adj_y), p->depth);
    }
    set_operand(&p->left, left, !adj_x);
    set_operand(&p->right, right, adj_y);
    TRY(set_output_shape(ctx, p));
    kernel_scratch(ctx, (uint32_t)p->depth * 2);
    ctx->macs = kernel_output(ctx, 0)->count * (uint32_t)p->depth;
    return STATUS_OK;
}

static int32_t element(const matmul_params_t *p, const void *data, int32_t i) {
    return p->weighted.wide ? ((const int16_t *)data)[i] : ((const int8_t *)data)[i];
}

/* Column at `first` of the right matrix, less its zero point, into scratch; returns the sum of its elements. */
static int32_t fetch_column(const matmul_params_t *p, const void *right, int32_t first, int16_t *column) {
    uint32_t sum = 0;
    for (int32_t k = 0; k < p->depth; k++, first += p->right.inner) {
        column[k] = (int16_t)(element(p, right, first) + p->weighted.w_offset);
        sum += (uint32_t)column[k];
    }
    return (int32_t)sum;
}

static int64_t dot(const matmul_params_t *p, const void *left, int32_t first, const int16_t *column) {
    if (!p->weighted.wide && p->left.inner == 1) {
        return inner_dot_s16(column, (const int8_t *)left + first, p->depth);
    }
    int64_t sum = 0;
    for (int32_t k = 0; k < p->depth; k++, first += p->left.inner) {
        sum += element(p, left, first) * column[k];
    }
    return sum;
}

/* One matrix times one matrix; left, right and out are element numbers of their beginnings. */
static void multiply(const kernel_ctx_t *ctx, int32_t left, int32_t right, int32_t out) {
    const matmul_params_t *p = ctx->params;
    const weighted_t *weighted = &p->weighted;
    const void *left_data = kernel_input(ctx, 0)->data, *right_data = kernel_input(ctx, 1)->data;
    void *out_data = kernel_output(ctx, 0)->data;
    for (int32_t j = 0; j < p->columns; j++, right += p->right.step) {
        int32_t total = fetch_column(p, right_data, right, ctx->scratch);
        int64_t correction = (int64_t)weighted->x_offset * total;
        for (int32_t i = 0; i < p->rows; i++) {
            int64_t sum = dot(p, left_data, left + i * p->left.step, ctx->scratch) + correction;
            int32_t at = out + i * p->columns + j;
            if (weighted->wide) {
                ((int16_t *)out_data)[at] = (int16_t)inner_scale_wide(&weighted->scale, 0, sum);
            } else {
                ((int8_t *)out_data)[at] = (int8_t)inner_scale(&weighted->scale, 0, (int32_t)sum);
            }
        }
    }
}

status_t batch_matmul_invoke(const kernel_ctx_t *ctx) {
    const matmul_params_t *p = ctx->params;
    if (kernel_output(ctx, 0)->count == 0) {
        return STATUS_OK;
    }
    const int32_t *l = p->left.batch, *r = p->right.batch;
    int32_t out = 0;
    for (int32_t c = 0; c < p->batches[2]; c++) {
        for (int32_t b = 0; b < p->batches[1]; b++) {
            for (int32_t a = 0; a < p->batches[0]; a++, out += p->rows * p->columns) {
                multiply(ctx, a * l[0] + b * l[1] + c * l[2], a * r[0] + b * r[1] + c * r[2], out);
            }
        }
    }
    return STATUS_OK;
}
