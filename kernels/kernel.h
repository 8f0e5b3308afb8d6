/* SPDX-License-Identifier: MIT
 * The only door between kernels and engine: tensor view, quantisation, status, option accessors.
 * Kernels know nothing of FlatBuffers, arenas or Python; the engine implements the kernel_* functions below.
 *
 * An operator is two functions, named after it:
 *   status_t <op>_prepare(kernel_ctx_t *ctx)        decides everything: checks types and shapes, sets output shapes,
 *                                                   computes multipliers into ctx->params, asks for scratch
 *   status_t <op>_invoke(const kernel_ctx_t *ctx)   only computes; it may fail only on data-dependent indices
 */
#ifndef MPYLITE_KERNEL_H
#define MPYLITE_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- status ------------------------------------------------------------------------------------------------- */

/* One code a row of status.def; the texts stand there. */
enum {
#define STATUS(name, text) STATUS_##name,
#include "status.def"
#undef STATUS
    STATUS_COUNT
};
typedef uint8_t status_t;

/* A build for MicroPython raises a failure where it is found (status.h): then a status that is given is STATUS_OK, and
 * asking for it would only take code. */
#ifndef MPYLITE_RAISES
#define MPYLITE_RAISES 0
#endif
#if MPYLITE_RAISES
#define KERNEL_FAILS __attribute__((noreturn, noinline)) /* before functions that give nothing but failures */
#define KERNEL_GIVES __attribute__((returns_nonnull)) /* before those that give NULL where there is no room */
#define TRY(expression) ((void)(expression))
#else
#define KERNEL_FAILS
#define KERNEL_GIVES
/* Returns the status from the calling function unless it is STATUS_OK. */
#define TRY(expression)                          \
    do {                                         \
        status_t try_status_ = (expression);     \
        if (try_status_ != STATUS_OK) {          \
            return try_status_;                  \
        }                                        \
    } while (0)
#endif

/* ---- tensors ------------------------------------------------------------------------------------------------ */

/* TFLite's TensorType numbers. */
enum {
    TENSOR_FLOAT32 = 0,
    TENSOR_FLOAT16 = 1,
    TENSOR_INT32 = 2,
    TENSOR_UINT8 = 3,
    TENSOR_INT64 = 4,
    TENSOR_STRING = 5,
    TENSOR_BOOL = 6,
    TENSOR_INT16 = 7,
    TENSOR_INT8 = 9,
    TENSOR_RESOURCE = 13,
    TENSOR_UINT32 = 15,
    TENSOR_UINT16 = 16,
    TENSOR_INT4 = 17,
};

/* A build for models whose activations are all int8 may leave the other types' arithmetic out. Only where that saves
 * something a kernel asks KERNEL_IS(type, TENSOR_...); it then refuses those types like any that it does not know. */
#ifndef MPYLITE_INT8_ONLY
#define MPYLITE_INT8_ONLY 0
#endif
#define KERNEL_IS(type, wanted) (!MPYLITE_INT8_ONLY && (type) == (wanted))

enum {
    TENSOR_CONSTANT = 1, /* data lies in the model file: read-only, there during prepare */
    TENSOR_VARIABLE = 2, /* keeps its data between invocations (is_variable), zero_point at first */
    TENSOR_RESHAPED = 4, /* dims were set by prepare and differ from the file's */
};

#define KERNEL_MAX_RANK 6

/* What prepare and invoke see of a tensor. Row-major; the order of an image is n,h,w,c.
 * data is NULL during prepare unless the tensor is constant, and always set in invoke. It is aligned to its items,
 * int64 data of a constant only to 4 bytes. */
typedef struct {
    void *data;
    const int32_t *dims; /* rank entries, each >= 0 */
    uint32_t count;      /* product of dims; count * item size fits 31 bits (the model is verified) */
    uint8_t type;
    uint8_t rank; /* 0 (scalar) to KERNEL_MAX_RANK */
    uint8_t flags;
    uint8_t item_bytes; /* 1, 2, 4 or 8 */
} tensor_t;

static inline uint32_t kernel_bytes(const tensor_t *tensor) {
    return tensor->count * tensor->item_bytes;
}

/* Quantisation parameters: real = scale[c] * (stored - zero_point[c]). count is 0 for a tensor without any,
 * 1 per tensor, or one per channel (whether it fits dims[axis] the kernel checks). Every scale is finite and >= 0;
 * zero points fit the tensor's type. */
typedef struct {
    const float *scale;
    const int32_t *zero_point; /* entry c is zero_point[2 * c]: low words of the file's int64 */
    uint32_t count;
    int32_t axis;
} quant_t;

/* ---- one operator ------------------------------------------------------------------------------------------- */

/* Inputs that are at hand without a search. */
#define KERNEL_NEAR 3

/* The operator at hand. tensors is the subgraph's array; inputs and outputs are indices into it (-1: left out). */
typedef struct kernel_ctx {
    tensor_t *near[KERNEL_NEAR]; /* the first inputs and the first output; NULL where there is none */
    tensor_t *output;
    tensor_t *tensors;
    const int32_t *inputs;
    const int32_t *outputs;
    uint16_t input_count;
    uint16_t output_count;
    void *params;  /* what kernel_params gave in prepare; NULL if it was not asked */
    void *scratch; /* in invoke: what kernel_scratch asked for, aligned for any scalar; contents undefined */
    uint32_t macs; /* prepare sets: multiply-accumulates of one invocation */
    void *engine;  /* the engine's own */
} kernel_ctx_t;

#define KERNEL_AT_ONCE __attribute__((always_inline)) static inline /* shorter than a call of it */

/* Input i, or NULL where the operator has none or it was left out (index -1). */
tensor_t *kernel_far_input(const kernel_ctx_t *ctx, unsigned i);
KERNEL_AT_ONCE tensor_t *kernel_input(const kernel_ctx_t *ctx, unsigned i) {
    return __builtin_constant_p(i) && i < KERNEL_NEAR ? ctx->near[i] : kernel_far_input(ctx, i);
}

/* Output i; must exist (kernel_arity has checked). */
KERNEL_AT_ONCE tensor_t *kernel_output(const kernel_ctx_t *ctx, unsigned i) {
    return __builtin_constant_p(i) && i == 0 ? ctx->output : &ctx->tensors[ctx->outputs[i]];
}

/* A port names a tensor in errors: input i is i, output i is KERNEL_OUTPUT + i. */
#define KERNEL_OUTPUT 0x80
#define KERNEL_OP 0xff /* no tensor: the operator itself */

/* ---- what the engine does for kernels (prepare only, unless said) -------------------------------------------- */

/* Records what was found and what is needed for the error sentence; returns status. Also allowed in invoke. */
KERNEL_FAILS status_t kernel_fail(const kernel_ctx_t *ctx, status_t status, unsigned port, int32_t found, int32_t needs);

/* STATUS_OK if the operator has min..max inputs, the first min of them present, and exactly `outputs` outputs. */
status_t kernel_arity(const kernel_ctx_t *ctx, unsigned min, unsigned max, unsigned outputs);

/* STATUS_OK if the tensor at the port has this type (STATUS_TYPE otherwise). */
status_t kernel_require_type(const kernel_ctx_t *ctx, unsigned port, unsigned type);

/* STATUS_OK if the port's rank lies in min..max. */
status_t kernel_require_rank(const kernel_ctx_t *ctx, unsigned port, unsigned min, unsigned max);

/* STATUS_OK if the tensor at the port lies in the model file (its values may then be read in prepare). */
status_t kernel_require_constant(const kernel_ctx_t *ctx, unsigned port);

/* STATUS_OK if the port is quantised per tensor (one scale); gives scale (> 0) and zero point. */
status_t kernel_scale(const kernel_ctx_t *ctx, unsigned port, float *scale, int32_t *zero_point);

/* The quantisation parameters of the tensor at the port (count 0 if it has none). */
quant_t kernel_quant(const kernel_ctx_t *ctx, unsigned port);

/* Memory that stays until the interpreter ends, zeroed, aligned for any scalar; also sets ctx->params.
 * NULL if there is no room: return STATUS_RECORDS then. A second call in one prepare gives more memory and
 * leaves ctx->params alone. */
KERNEL_GIVES void *kernel_params(kernel_ctx_t *ctx, uint32_t bytes);

/* Asks for `bytes` of scratch during this operator's invoke (ctx->scratch). The last call counts. */
void kernel_scratch(kernel_ctx_t *ctx, uint32_t bytes);

/* The most scratch that an operator should ask for to be faster. */
uint32_t kernel_scratch_most(const kernel_ctx_t *ctx);

/* Sets output i's shape; a shape that the file already gives is kept without cost. Every size >= 0. */
status_t kernel_set_shape(kernel_ctx_t *ctx, unsigned i, unsigned rank, const int32_t *dims);

/* Allows output i to lie on input j's memory. Only if invoke reads every input element before it writes the
 * output element at the same or a lower address, and both have the same item size. A wish: the plan grants it
 * where that input is not used afterwards and fits. */
void kernel_in_place(kernel_ctx_t *ctx, unsigned i, unsigned j);

/* Builtin option by its field number in the schema's option table; `absent` is the schema's default. Fields are
 * 1 byte wide (bool, enum) or 4 bytes wide (int, float). A vector option gives its elements (aligned int32) and
 * their number, or NULL and 0. Also allowed in invoke. */
int32_t kernel_option_byte(const kernel_ctx_t *ctx, unsigned field, int32_t absent);
int32_t kernel_option_int(const kernel_ctx_t *ctx, unsigned field, int32_t absent);
float kernel_option_float(const kernel_ctx_t *ctx, unsigned field, float absent);
const int32_t *kernel_option_ints(const kernel_ctx_t *ctx, unsigned field, uint32_t *count);

/* ---- subgraphs (control flow) -------------------------------------------------------------------------------- */

/* Prepares another subgraph; *arena_bytes is the scratch that it needs while it runs. STATUS_SUBGRAPH if there is no
 * such subgraph, STATUS_NESTING if it would call itself or nest too deep. */
status_t kernel_call_prepare(kernel_ctx_t *ctx, int32_t subgraph, uint32_t *arena_bytes);

/* Number of inputs (port 0) or outputs (port KERNEL_OUTPUT) of a prepared subgraph, and one of them, counted from the
 * port: input i is port i, output i is KERNEL_OUTPUT + i. Also allowed in invoke. */
uint32_t kernel_call_count(const kernel_ctx_t *ctx, int32_t subgraph, unsigned port);
tensor_t *kernel_call_tensor(const kernel_ctx_t *ctx, int32_t subgraph, unsigned port);

/* In invoke: lays the subgraph's tensors into `arena` (contents undefined); then inputs are written; then it runs.
 * STATUS_LOOP if this invocation of the model has run subgraphs too often: a loop that never ends would hang the board,
 * and loops in loops multiply. */
void kernel_call_begin(const kernel_ctx_t *ctx, int32_t subgraph, void *arena);
status_t kernel_call_run(const kernel_ctx_t *ctx, int32_t subgraph);

/* In invoke: true the first time since load or the last reset of variables. */
bool kernel_call_is_first(const kernel_ctx_t *ctx, int32_t subgraph);

/* ---- resource variables --------------------------------------------------------------------------------------- */

/* Number of the variable with the names in this operator's options (container, shared name); new for new names.
 * STATUS_RECORDS if there is no room. */
status_t kernel_resource_find(kernel_ctx_t *ctx, unsigned container_field, unsigned name_field, int32_t *id);

/* Gives variable `id` memory for `bytes` bytes, each `fill` at first and after a reset; STATUS_RESOURCE if it has
 * memory of another size. */
status_t kernel_resource_reserve(kernel_ctx_t *ctx, int32_t id, uint32_t bytes, int32_t fill);

/* Also allowed in invoke: the variable's memory if it has `bytes` bytes, else NULL. */
void *kernel_resource_data(const kernel_ctx_t *ctx, int32_t id, uint32_t bytes);

#ifdef __cplusplus
}
#endif
#endif
