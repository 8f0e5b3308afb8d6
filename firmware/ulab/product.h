/* SPDX-License-Identifier: MIT
 * The matrix product. */
#ifndef ULAB_PRODUCT_H
#define ULAB_PRODUCT_H

#include "ndarray.h"

/* to (m,n) float = a (m,k) times b (k,n); all of rank 2. */
void product_matrix(const ndarray_t *to, const ndarray_t *a, const ndarray_t *b);

#endif
