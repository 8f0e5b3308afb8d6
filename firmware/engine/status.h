/* SPDX-License-Identifier: MIT
 * A failure with its numbers, and its sentence. The texts stand in kernels/status.def. */
#ifndef MPYLITE_STATUS_H
#define MPYLITE_STATUS_H

#include "kernel.h"

/* What went wrong. op_index is the operator's place in its subgraph, or -1 where no operator is concerned. */
typedef struct {
    status_t status;
    uint8_t port;    /* as in kernel_fail */
    int16_t op_code; /* TFLite's builtin code */
    int32_t op_index;
    int32_t found;
    int32_t needs;
} failure_t;

/* Writes the sentence, zero-terminated and cut at `bytes`; returns its length. */
size_t status_format(const failure_t *error, char *text, size_t bytes);

/* A type's name as numpy spells it (`int8`), or `type <number>` is left to the caller: NULL if unknown. */
const char *status_type_name(int32_t type);

#endif
