/* SPDX-License-Identifier: MIT
 * A failure with its numbers, and its sentence. The texts stand in kernels/status.def. */
#ifndef MPYLITE_STATUS_H
#define MPYLITE_STATUS_H

#include "kernel.h"
#include "text.h"

/* What went wrong. op_index is the operator's place in its subgraph, or -1 where no operator is concerned. */
typedef struct {
    status_t status;
    uint8_t port;    /* as in kernel_fail */
    int16_t op_code; /* TFLite's builtin code */
    int32_t op_index;
    bool running; /* not while the model was loaded or an arena was set */
    int32_t found;
    int32_t needs;
} failure_t;

/* Notes what went wrong and gives the status, or raises it. */
KERNEL_FAILS status_t status_fail(failure_t *error, status_t status, int32_t found, int32_t needs);

#if MPYLITE_RAISES
#define STATUS_FAIL status_fail /* the end of a function that fails */

/* Given by whoever builds the engine so: leaves to where the failure is told. */
KERNEL_FAILS void status_raise(const failure_t *error);
#else
#define STATUS_FAIL return status_fail
#endif

/* Writes the sentence, zero-terminated and cut at `bytes`; returns its length. */
size_t status_format(const failure_t *error, char *text, size_t bytes);

/* A type's name as numpy spells it (`int8`), or `type <number>` is left to the caller: NULL if unknown. */
const char *status_type_name(int32_t type, char room[TEXTS_ROOM]);

#endif
