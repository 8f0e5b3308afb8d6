/* SPDX-License-Identifier: MIT
 * CALL_ONCE, IF, WHILE: operators that run subgraphs in their own scratch. Values cross by copy. */
#include "kernel.h"

typedef struct {
    int32_t first;  /* IF: then; WHILE: condition; CALL_ONCE: the subgraph */
    int32_t second; /* IF: else; WHILE: body */
} control_params_t;

static uint32_t bytes_of(const tensor_t *tensor) {
    return kernel_bytes(tensor);
}

/* Prepares the `count` subgraphs named by the first option fields; they take turns in one scratch. */
static status_t prepare_callees(kernel_ctx_t *ctx, unsigned count) {
    control_params_t *params = kernel_params(ctx, sizeof *params);
    if (params == NULL) {
        return STATUS_RECORDS;
    }
    uint32_t most = 0, bytes;
    int32_t *subgraph = &params->first;
    for (unsigned i = 0; i < count; i++, subgraph = &params->second) {
        *subgraph = kernel_option_int(ctx, i, 0);
        TRY(kernel_call_prepare(ctx, *subgraph, &bytes));
        most = bytes > most ? bytes : most;
    }
    kernel_scratch(ctx, most);
    return STATUS_OK;
}

/* The operator's inputs from `skip` on are the subgraph's inputs. */
static status_t match_inputs(kernel_ctx_t *ctx, int32_t subgraph, unsigned skip) {
    uint32_t count = kernel_call_count(ctx, subgraph, 0);
    TRY(kernel_arity(ctx, count + skip, count + skip, ctx->output_count));
    for (uint32_t i = 0; i < count; i++) {
        const tensor_t *to = kernel_call_tensor(ctx, subgraph, i);
        TRY(kernel_require_type(ctx, i + skip, to->type));
        if (kernel_input(ctx, i + skip)->count != to->count) {
            return kernel_fail(ctx, STATUS_ELEMENTS, i + skip, (int32_t)kernel_input(ctx, i + skip)->count, (int32_t)to->count);
        }
    }
    return STATUS_OK;
}

/* The operator's outputs are the subgraph's outputs. */
static status_t match_outputs(kernel_ctx_t *ctx, int32_t subgraph) {
    uint32_t count = kernel_call_count(ctx, subgraph, KERNEL_OUTPUT);
    TRY(kernel_arity(ctx, ctx->input_count, ctx->input_count, count));
    for (uint32_t i = 0; i < count; i++) {
        const tensor_t *from = kernel_call_tensor(ctx, subgraph, KERNEL_OUTPUT + i);
        TRY(kernel_require_type(ctx, KERNEL_OUTPUT + i, from->type));
        if (kernel_output(ctx, i)->count != from->count) {
            TRY(kernel_set_shape(ctx, i, from->rank, from->dims));
        }
    }
    return STATUS_OK;
}

static void copy(const tensor_t *to, const tensor_t *from) {
    memmove(to->data, from->data, bytes_of(to));
}

static void copy_outputs(const kernel_ctx_t *ctx, int32_t subgraph) {
    for (unsigned i = 0; i < ctx->output_count; i++) {
        copy(kernel_output(ctx, i), kernel_call_tensor(ctx, subgraph, KERNEL_OUTPUT + i));
    }
}

/* ---- CALL_ONCE ------------------------------------------------------------------------------------------------ */

status_t call_once_prepare(kernel_ctx_t *ctx) {
    TRY(kernel_arity(ctx, 0, 0, 0));
    TRY(prepare_callees(ctx, 1));
    return match_inputs(ctx, ((const control_params_t *)ctx->params)->first, 0);
}

status_t call_once_invoke(const kernel_ctx_t *ctx) {
    int32_t subgraph = ((const control_params_t *)ctx->params)->first;
    if (!kernel_call_is_first(ctx, subgraph)) {
        return STATUS_OK;
    }
    kernel_call_begin(ctx, subgraph, ctx->scratch);
    return kernel_call_run(ctx, subgraph);
}

/* ---- IF ------------------------------------------------------------------------------------------------------- */

/* A condition is one bool. */
static status_t require_condition(const kernel_ctx_t *ctx, const tensor_t *condition) {
    if (condition->type != TENSOR_BOOL) {
        return kernel_fail(ctx, STATUS_TYPE, 0, condition->type, TENSOR_BOOL);
    }
    return condition->count == 1 ? STATUS_OK : kernel_fail(ctx, STATUS_ELEMENTS, 0, (int32_t)condition->count, 1);
}

status_t if_prepare(kernel_ctx_t *ctx) {
    TRY(kernel_arity(ctx, 1, ctx->input_count, ctx->output_count));
    TRY(require_condition(ctx, kernel_input(ctx, 0)));
    TRY(prepare_callees(ctx, 2));
    const control_params_t *params = ctx->params;
    TRY(match_inputs(ctx, params->first, 1));
    TRY(match_inputs(ctx, params->second, 1));
    TRY(match_outputs(ctx, params->first));
    TRY(match_outputs(ctx, params->second));
    for (unsigned i = 0; i < ctx->output_count; i++) { /* the branches must agree */
        uint32_t found = kernel_output(ctx, i)->count;
        uint32_t needs = kernel_call_tensor(ctx, params->first, KERNEL_OUTPUT + i)->count;
        if (found != needs) {
            return kernel_fail(ctx, STATUS_ELEMENTS, KERNEL_OUTPUT + i, (int32_t)found, (int32_t)needs);
        }
    }
    return STATUS_OK;
}

status_t if_invoke(const kernel_ctx_t *ctx) {
    const control_params_t *params = ctx->params;
    int32_t subgraph = *(const uint8_t *)kernel_input(ctx, 0)->data ? params->first : params->second;
    kernel_call_begin(ctx, subgraph, ctx->scratch);
    for (unsigned i = 1; i < ctx->input_count; i++) {
        copy(kernel_call_tensor(ctx, subgraph, i - 1), kernel_input(ctx, i));
    }
    TRY(kernel_call_run(ctx, subgraph));
    copy_outputs(ctx, subgraph);
    return STATUS_OK;
}

/* ---- WHILE ---------------------------------------------------------------------------------------------------- */

status_t while_prepare(kernel_ctx_t *ctx) {
    TRY(kernel_arity(ctx, ctx->input_count, ctx->input_count, ctx->input_count));
    TRY(prepare_callees(ctx, 2));
    const control_params_t *params = ctx->params;
    TRY(match_inputs(ctx, params->first, 0));
    TRY(match_inputs(ctx, params->second, 0));
    TRY(match_outputs(ctx, params->second));
    if (kernel_call_count(ctx, params->first, KERNEL_OUTPUT) != 1) {
        return kernel_fail(ctx, STATUS_OPERATOR_OUTPUTS, KERNEL_OP, (int32_t)kernel_call_count(ctx, params->first, KERNEL_OUTPUT), 1);
    }
    TRY(require_condition(ctx, kernel_call_tensor(ctx, params->first, KERNEL_OUTPUT)));
    for (unsigned i = 0; i < ctx->output_count; i++) { /* the values of one turn are the inputs of the next */
        uint32_t found = kernel_output(ctx, i)->count;
        uint32_t needs = kernel_input(ctx, i)->count;
        TRY(kernel_require_type(ctx, KERNEL_OUTPUT + i, kernel_input(ctx, i)->type));
        if (found != needs) {
            return kernel_fail(ctx, STATUS_ELEMENTS, KERNEL_OUTPUT + i, (int32_t)found, (int32_t)needs);
        }
    }
    return STATUS_OK;
}

/* Runs a subgraph on the values that lie in the operator's outputs. */
static status_t run_on_outputs(const kernel_ctx_t *ctx, int32_t subgraph) {
    kernel_call_begin(ctx, subgraph, ctx->scratch);
    for (unsigned i = 0; i < ctx->output_count; i++) {
        copy(kernel_call_tensor(ctx, subgraph, i), kernel_output(ctx, i));
    }
    return kernel_call_run(ctx, subgraph);
}

status_t while_invoke(const kernel_ctx_t *ctx) {
    const control_params_t *params = ctx->params;
    for (unsigned i = 0; i < ctx->output_count; i++) {
        copy(kernel_output(ctx, i), kernel_input(ctx, i));
    }
    for (;;) { /* the calls of an invocation are counted: it ends */
        TRY(run_on_outputs(ctx, params->first));
        if (!*(const uint8_t *)kernel_call_tensor(ctx, params->first, KERNEL_OUTPUT)->data) {
            return STATUS_OK;
        }
        TRY(run_on_outputs(ctx, params->second));
        copy_outputs(ctx, params->second);
    }
}
