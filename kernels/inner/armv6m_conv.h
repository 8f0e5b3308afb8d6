/* SPDX-License-Identifier: MIT
 * A convolution at work on Cortex-M0 and M0+: what armv6m.c, armv6m_pixels.c and armv6m_spread.c share. */
#ifndef MPYLITE_ARMV6M_CONV_H
#define MPYLITE_ARMV6M_CONV_H

#include "armv6m.h"

#define ARMV6M_MOST_COLUMNS 16

/* One layer at work. */
typedef struct {
    const inner_layer_t *layer;
    uint32_t count;      /* bytes of a window, a multiple of 4 */
    bool by_words;       /* an input pixel is whole aligned words */
    bool in_line;        /* and a window is one pixel, windows follow one another */
    bool spreads;        /* and windows overlap: armv6m_spread.c */
    int32_t y_inside, x_inside; /* a window that begins below, and not below 0, lies in the image; 0 if dilated in x */
    int32_t row_step;    /* bytes from a window's row to the next */
    uint32_t *words;     /* five packed pixels */
    int8_t *row;         /* a window's bytes, or weights, where they are not aligned */
    uint16_t *offsets;   /* for armv6m_gather_x, NULL if it is not used */
    uint32_t *stream;
    uint32_t *end;       /* of stream, sums and factors */
    int32_t batch, y, x; /* of the next pixel */
    armv6m_column_t columns[ARMV6M_MOST_COLUMNS];
} armv6m_conv_t;

/* The taps of one window along one axis that lie in the image. */
typedef struct {
    int32_t first, count; /* taps */
    int32_t in;           /* input position of the first */
} armv6m_cut_t;

armv6m_cut_t armv6m_cut(const inner_axis_t *axis, int32_t out);

/* Whether windows inside the image are gathered byte by byte: takes twice a window's bytes for the offsets. In
 * armv6m_pixels.c. */
bool armv6m_gathers(const inner_layer_t *layer);
void armv6m_plan_gather(const armv6m_conv_t *conv);

/* Packs five pixels from number `pixel` on, which follow those packed before or begin anew. In armv6m_pixels.c. */
void armv6m_pack_pixels(armv6m_conv_t *conv, int32_t pixel, bool anew);

/* Whether that can go by columns of the image, and filling in how (and the padding's bytes); then the next five pixels, if
 * they are of one row. In armv6m_spread.c. */
bool armv6m_spreads(const inner_layer_t *layer);
void armv6m_plan_spread(armv6m_conv_t *conv);
void armv6m_spread_pixels(const armv6m_conv_t *conv);

#endif
