/* SPDX-License-Identifier: MIT
 * TFLite's view of a FlatBuffer: subgraphs, tensors, operators, metadata. Verifies the whole file once in model_open;
 * the accessors then read plainly. Owns the schema's field numbers; leaves option fields to the kernels. */
#ifndef MPYLITE_MODEL_H
#define MPYLITE_MODEL_H

#include "flatbuf.h"
#include "status.h"

/* Counts above these are refused: records hold them in fewer bits, and no model for a microcontroller has them. */
#define MODEL_MAX_TENSORS 32767
#define MODEL_MAX_PORTS 255

typedef struct {
    flatbuf_t file; /* first: flatbuf_raise finds the rest */
    failure_t *error;
    uint32_t table;
    const flatbuf_vector_t *codes;
    const flatbuf_vector_t *subgraphs;
    const flatbuf_vector_t *buffers;
    const flatbuf_vector_t *metadata;
} model_t;

typedef struct {
    const flatbuf_vector_t *tensors;
    const flatbuf_vector_t *inputs;  /* tensor indices, all valid */
    const flatbuf_vector_t *outputs; /* tensor indices, all valid */
    const flatbuf_vector_t *operators;
} model_subgraph_t;

typedef struct {
    int32_t code; /* TFLite's builtin code; TensorFlow's custom operators have 32 */
    uint32_t table;
    uint32_t options; /* table, 0 if absent */
    const flatbuf_vector_t *inputs;  /* tensor indices, -1 for one left out, else valid */
    const flatbuf_vector_t *outputs; /* tensor indices, all valid */
} model_operator_t;

#define MODEL_CODE_CUSTOM 32

/* Verifies the file; *model and *error are zeroed before. data must stay unchanged and in place as long as the model is used.
 * On failure says why in *error. */
status_t model_open(model_t *model, const void *data, uint32_t bytes, failure_t *error);

/* How that and the functions that give a status refuse. */
KERNEL_FAILS status_t model_refuse(const model_t *model, status_t status, int32_t found, int32_t needs);

/* The parts of a verified model. i must be in range. */
void model_subgraph(model_t *model, uint32_t i, model_subgraph_t *subgraph);
model_operator_t model_operator(model_t *model, const model_subgraph_t *subgraph, uint32_t i);

/* Fills the view of tensor i; data is NULL unless the tensor is constant. Verifies what it reads: fails only in model_open. */
status_t model_tensor(model_t *model, const model_subgraph_t *subgraph, uint32_t i, tensor_t *tensor);

/* zero_point is NULL if there are not as many as scales: never in a verified model. */
quant_t model_quant(model_t *model, const model_subgraph_t *subgraph, uint32_t i);

/* A tensor's name: not zero-terminated; length in *bytes, 0 if it has none. */
const char *model_tensor_name(model_t *model, const model_subgraph_t *subgraph, uint32_t i, uint32_t *bytes);

/* A metadata entry's bytes (4-byte aligned), NULL if the file has none of that name. */
const flatbuf_vector_t *model_metadata(model_t *model, const char *name);

/* The product of sizes in *elements. Gives the place of the first size that is negative or with which the elements, of
 * `item` bytes each, pass 2^31 bytes; `rank` if there is none. */
uint32_t model_elements(const int32_t *dims, uint32_t rank, uint32_t item, uint32_t *elements);

/* Bytes of one element; 0 for a type that the engine does not hold. */
uint32_t model_item_bytes(unsigned type);

#endif
