/* SPDX-License-Identifier: MIT
 * One function applied to every element: a table of 256 results for int8, a call an element for int16 and float32.
 * Knows shapes, types and quantisation; the functions are the operators' own. */
#ifndef MPYLITE_MAP_H
#define MPYLITE_MAP_H

#include "kernel.h"
#include "requant.h"

typedef struct map map_t;

/* Of a stored number: the stored result, inside low..high. */
typedef int32_t (*map_stored_t)(int32_t x, const map_t *map);
typedef float (*map_real_t)(float x, const map_t *map);

/* What such a function may look at; an operator uses what it needs. */
struct map {
    int32_t input_zero_point;
    int32_t output_zero_point;
    int32_t low, high; /* the output's bounds */
    requant_t factor;  /* input scale over output scale, or the operator's choice */
    requant_t other;   /* the operator's own */
    float input_scale, output_scale;
    float alpha; /* the operator's own */
    map_real_t curve; /* the operator's own */
};

/* Prepares input 0 to output 0 of the same type: int8 or int16 quantised per tensor, or float32. Fills the map for
 * the former (bounds: the type's; factor: scales), zeroes it for the latter. */
status_t map_begin(kernel_ctx_t *ctx, map_t *map);

/* Keeps what invoke needs: the table, or a copy of the map. */
status_t map_end(kernel_ctx_t *ctx, const map_t *map, map_stored_t stored);

status_t map_invoke(const kernel_ctx_t *ctx, map_stored_t stored, map_real_t real);

/* factor applied to x less the input's zero point, plus the output's, clamped. */
int32_t map_rescale(int32_t x, const map_t *map);

#endif
