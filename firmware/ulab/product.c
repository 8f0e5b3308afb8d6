/* SPDX-License-Identifier: MIT
 * The matrix product, in float, as sums of dot products of strips. */
#include "product.h"

#include "element.h"

/* The dot product of two lines of `length` elements. */
static float dot(const ndarray_t *a, const uint8_t *row, const ndarray_t *b, const uint8_t *column) {
    element_t left[ELEMENT_STRIP], right[ELEMENT_STRIP];
    float total = 0.0f;
    for (int32_t rest = a->shape[1]; rest > 0; rest -= ELEMENT_STRIP) {
        unsigned n = rest < ELEMENT_STRIP ? (unsigned)rest : ELEMENT_STRIP;
        element_read(left, row, a->strides[1], n, a->dtype, true);
        element_read(right, column, b->strides[0], n, b->dtype, true);
        float sum = 0.0f;
        for (unsigned k = 0; k < n; k++) {
            sum += left[k].f * right[k].f;
        }
        total += sum;
        row += (int32_t)n * a->strides[1];
        column += (int32_t)n * b->strides[0];
    }
    return total;
}

void product_matrix(const ndarray_t *to, const ndarray_t *a, const ndarray_t *b) {
    for (int32_t i = 0; i < to->shape[0]; i++) {
        for (int32_t j = 0; j < to->shape[1]; j++) {
            element_t sum;
            sum.f = dot(a, a->data + i * a->strides[0], b, b->data + j * b->strides[1]);
            element_write(to->data + i * to->strides[0] + j * to->strides[1], 0, &sum, 1, to->dtype, true);
        }
    }
}
