/* SPDX-License-Identifier: MIT
 * The element that a border is filled with where the operator is given none: the number that stands for 0. */
#ifndef MPYLITE_PAD_H
#define MPYLITE_PAD_H

#include "kernel.h"

#define PAD_ZERO_BYTES 8 /* an element of any type */

/* Prepare: ctx->params becomes output 0's zero, PAD_ZERO_BYTES wide. */
status_t pad_prepare_zero(kernel_ctx_t *ctx);

#endif
