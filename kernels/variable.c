/* SPDX-License-Identifier: MIT
 * VAR_HANDLE, READ_VARIABLE, ASSIGN_VARIABLE. A handle is the variable's number; its tensor counts as constant, so
 * that the other two know the variable when they are prepared. A handle that comes into a subgraph as its input is known
 * only when it runs. */
#include "kernel.h"

enum { OPTION_CONTAINER = 0, OPTION_SHARED_NAME = 1 };

static uint32_t bytes_of(const tensor_t *tensor) {
    return kernel_bytes(tensor);
}

status_t var_handle_prepare(kernel_ctx_t *ctx) {
    TRY(kernel_arity(ctx, 0, 0, 1));
    TRY(kernel_require_type(ctx, KERNEL_OUTPUT, TENSOR_RESOURCE));
    tensor_t *handle = kernel_output(ctx, 0);
    if (handle->count != 1) {
        return kernel_fail(ctx, STATUS_ELEMENTS, KERNEL_OUTPUT, (int32_t)handle->count, 1);
    }
    int32_t *id = kernel_params(ctx, sizeof *id);
    if (id == NULL) {
        return STATUS_RECORDS;
    }
    TRY(kernel_resource_find(ctx, OPTION_CONTAINER, OPTION_SHARED_NAME, id));
    handle->data = id;
    handle->flags |= TENSOR_CONSTANT;
    return STATUS_OK;
}

status_t var_handle_invoke(const kernel_ctx_t *ctx) {
    (void)ctx;
    return STATUS_OK;
}

/* Checks the handle; reserves the variable for the value's tensor at `port` if the handle is known by now. */
static status_t prepare(kernel_ctx_t *ctx, unsigned port) {
    const tensor_t *handle = kernel_input(ctx, 0);
    const tensor_t *value = port & KERNEL_OUTPUT ? kernel_output(ctx, 0) : kernel_input(ctx, 1);
    TRY(kernel_require_type(ctx, 0, TENSOR_RESOURCE));
    if (handle->count != 1) {
        return kernel_fail(ctx, STATUS_ELEMENTS, 0, (int32_t)handle->count, 1);
    }
    if (!(handle->flags & TENSOR_CONSTANT)) {
        return STATUS_OK;
    }
    quant_t quant = kernel_quant(ctx, port);
    return kernel_resource_reserve(ctx, *(const int32_t *)handle->data, bytes_of(value),
                                   quant.count ? quant.zero_point[0] : 0);
}

static status_t find(const kernel_ctx_t *ctx, const tensor_t *value, void **data) {
    int32_t id = *(const int32_t *)kernel_input(ctx, 0)->data;
    *data = kernel_resource_data(ctx, id, bytes_of(value));
    return *data ? STATUS_OK : kernel_fail(ctx, STATUS_RESOURCE, KERNEL_OP, id, 0);
}

status_t read_variable_prepare(kernel_ctx_t *ctx) {
    TRY(kernel_arity(ctx, 1, 1, 1));
    return prepare(ctx, KERNEL_OUTPUT);
}

status_t read_variable_invoke(const kernel_ctx_t *ctx) {
    const tensor_t *value = kernel_output(ctx, 0);
    void *data;
    TRY(find(ctx, value, &data));
    memcpy(value->data, data, bytes_of(value));
    return STATUS_OK;
}

status_t assign_variable_prepare(kernel_ctx_t *ctx) {
    TRY(kernel_arity(ctx, 2, 2, 0));
    return prepare(ctx, 1);
}

status_t assign_variable_invoke(const kernel_ctx_t *ctx) {
    const tensor_t *value = kernel_input(ctx, 1);
    void *data;
    TRY(find(ctx, value, &data));
    memcpy(data, value->data, bytes_of(value));
    return STATUS_OK;
}
