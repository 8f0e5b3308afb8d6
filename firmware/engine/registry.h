/* SPDX-License-Identifier: MIT
 * Which operators this build holds: ops.def expanded to function pointers, and their names. */
#ifndef MPYLITE_REGISTRY_H
#define MPYLITE_REGISTRY_H

#include "kernel.h"
#include "text.h"

/* A build that wants fewer operators names its own selection of rows. */
#ifndef MPYLITE_OPS_DEF
#define MPYLITE_OPS_DEF "ops.def"
#define REGISTRY_WHOLE 1 /* the rows are those of ops.def */
#else
#define REGISTRY_WHOLE 0
#endif

/* Whether operators of this build run other subgraphs, or hold resource variables; without them no model can. */
enum {
    REGISTRY_CALLS = 0
#define OP(code, name, prefix) || code == 118 || code == 119 || code == 129 /* IF, WHILE, CALL_ONCE */
#include MPYLITE_OPS_DEF
#undef OP
    ,
    REGISTRY_RESOURCES = 0
#define OP(code, name, prefix) || code == 142 /* VAR_HANDLE */
#include MPYLITE_OPS_DEF
#undef OP
};

typedef struct {
    status_t (*prepare)(kernel_ctx_t *ctx);
    status_t (*invoke)(const kernel_ctx_t *ctx);
} registry_row_t;

/* The row of an operator, NULL if this build lacks it. */
const registry_row_t *registry_find(int32_t code);

/* Number of rows, and row i. */
uint32_t registry_count(void);
const registry_row_t *registry_row(uint32_t i);

/* TFLite's builtin code of a row. */
int32_t registry_code(const registry_row_t *row);

/* The name of an operator that mpylite knows, in this build or not; NULL for others. */
const char *registry_name(int32_t code, char room[TEXTS_ROOM]);

#endif
