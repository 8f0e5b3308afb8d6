/* SPDX-License-Identifier: MIT
 * The array: element types, shape and strides, views without a copy. Knows nothing of who owns the memory; objects,
 * allocation and messages are the binding's. */
#ifndef ULAB_NDARRAY_H
#define ULAB_NDARRAY_H

#include <stdbool.h>
#include <stdint.h>

/* 1: everything, 0: the core (arrays, indexing, operators, reductions). Where functions are chosen one by one, the others say
 * which of them are there: ulab.numpy.dot and operator @, ulab.numpy.fft, ulab.utils, ulab.nn. */
#ifndef ULAB_ALL
#define ULAB_ALL 1
#endif
#ifndef ULAB_DOT
#define ULAB_DOT ULAB_ALL
#define ULAB_FFT ULAB_ALL
#define ULAB_UTILS ULAB_ALL
#define ULAB_NN ULAB_ALL
#endif

#define NDARRAY_MAX_RANK 4

/* Element types, by the typecode of Python's array module ('?' as in struct). */
enum {
    DTYPE_BOOL = '?',
    DTYPE_UINT8 = 'B',
    DTYPE_INT8 = 'b',
    DTYPE_UINT16 = 'H',
    DTYPE_INT16 = 'h',
    DTYPE_INT32 = 'i',
    DTYPE_FLOAT = 'f',
};

/* Elements lie at data + sum(index[d] * strides[d]); a stride may be negative, or 0 for a repeated axis. */
typedef struct {
    uint8_t *data; /* element (0, 0, ...) */
    uint8_t dtype; /* DTYPE_... */
    uint8_t rank;  /* 1 ... NDARRAY_MAX_RANK; 0 only inside of an expression */
    int32_t shape[NDARRAY_MAX_RANK];
    int32_t strides[NDARRAY_MAX_RANK]; /* bytes */
} ndarray_t;

/* Bytes of an element; 0 if there is no such type. */
unsigned ndarray_item_bytes(unsigned dtype);

/* "uint8" ...; "" if there is no such type. */
const char *ndarray_dtype_name(unsigned dtype);

/* Elements of the array. */
int32_t ndarray_count(const ndarray_t *array);

/* Gives `array` a shape in dense C order. `shape` may be array->shape. */
void ndarray_set_shape(ndarray_t *array, unsigned dtype, unsigned rank, const int32_t *shape);

/* Whether the elements lie in C order without gaps. */
bool ndarray_is_dense(const ndarray_t *array);

/* The shape that `a` and `b` broadcast to, into `to`; false if they do not. `to` may be `a`. */
bool ndarray_broadcast_shape(ndarray_t *to, const ndarray_t *a, const ndarray_t *b);

/* Reshapes the view; false if the count differs or the strides do not allow it. One size may be -1. */
bool ndarray_reshape(ndarray_t *view, unsigned rank, const int32_t *shape);

/* Reverses the axes of the view. */
void ndarray_transpose(ndarray_t *view);

/* Takes element `index` (0 ... size-1) of an axis, which goes away. */
void ndarray_take(ndarray_t *view, unsigned axis, int32_t index);

/* Takes `count` elements of an axis: start, start + step, ... */
void ndarray_slice(ndarray_t *view, unsigned axis, int32_t start, int32_t step, int32_t count);

#endif
