/* SPDX-License-Identifier: MIT
 * The array's shape and strides. Touches no element. */
#include "ndarray.h"

#include <string.h>

unsigned ndarray_item_bytes(unsigned dtype) {
    switch (dtype) {
        case DTYPE_BOOL:
        case DTYPE_UINT8:
        case DTYPE_INT8:
            return 1;
        case DTYPE_UINT16:
        case DTYPE_INT16:
            return 2;
        case DTYPE_INT32:
        case DTYPE_FLOAT:
            return 4;
        default:
            return 0;
    }
}

const char *ndarray_dtype_name(unsigned dtype) {
    static const char names[] = "?bool\0Buint8\0bint8\0Huint16\0hint16\0iint32\0ffloat32\0";
    const char *name = names;
    while (*name && *name != (char)dtype) {
        name += strlen(name) + 1;
    }
    return *name ? name + 1 : name;
}

int32_t ndarray_count(const ndarray_t *array) {
    int32_t count = 1;
    for (unsigned d = 0; d < array->rank; d++) {
        count *= array->shape[d];
    }
    return count;
}

void ndarray_set_shape(ndarray_t *array, unsigned dtype, unsigned rank, const int32_t *shape) {
    int32_t stride = (int32_t)ndarray_item_bytes(dtype);
    array->dtype = (uint8_t)dtype;
    array->rank = (uint8_t)rank;
    for (unsigned d = rank; d-- > 0;) {
        array->shape[d] = shape[d];
        array->strides[d] = stride;
        stride *= shape[d];
    }
}

bool ndarray_is_dense(const ndarray_t *array) {
    int32_t stride = (int32_t)ndarray_item_bytes(array->dtype);
    for (unsigned d = array->rank; d-- > 0;) {
        if (array->shape[d] != 1 && array->strides[d] != stride) {
            return false;
        }
        stride *= array->shape[d];
    }
    return true;
}

bool ndarray_broadcast_shape(ndarray_t *to, const ndarray_t *a, const ndarray_t *b) {
    if (a->rank < b->rank) {
        const ndarray_t *swap = a;
        a = b;
        b = swap;
    }
    unsigned skip = a->rank - b->rank;
    int32_t shape[NDARRAY_MAX_RANK];
    for (unsigned d = 0; d < a->rank; d++) {
        shape[d] = a->shape[d];
        int32_t other = d < skip ? 1 : b->shape[d - skip];
        if (shape[d] == 1) {
            shape[d] = other;
        } else if (other != 1 && other != shape[d]) {
            return false;
        }
    }
    ndarray_set_shape(to, to->dtype, a->rank, shape);
    return true;
}

bool ndarray_reshape(ndarray_t *view, unsigned rank, const int32_t *shape) {
    int32_t count = ndarray_count(view);
    int32_t known = 1;
    int open = -1;
    int32_t sizes[NDARRAY_MAX_RANK];
    for (unsigned d = 0; d < rank; d++) {
        sizes[d] = shape[d];
        if (shape[d] < 0) {
            if (open >= 0) {
                return false;
            }
            open = (int)d;
        } else {
            known *= shape[d];
        }
    }
    if (open >= 0) {
        sizes[open] = known ? count / known : 0;
        known *= sizes[open];
    }
    if (known != count || !ndarray_is_dense(view)) {
        return false;
    }
    ndarray_set_shape(view, view->dtype, rank, sizes);
    return true;
}

void ndarray_transpose(ndarray_t *view) {
    for (unsigned low = 0, high = view->rank; low + 1 < high; low++) {
        high--;
        int32_t size = view->shape[low];
        int32_t stride = view->strides[low];
        view->shape[low] = view->shape[high];
        view->strides[low] = view->strides[high];
        view->shape[high] = size;
        view->strides[high] = stride;
    }
}

void ndarray_take(ndarray_t *view, unsigned axis, int32_t index) {
    view->data += index * view->strides[axis];
    view->rank--;
    for (unsigned d = axis; d < view->rank; d++) {
        view->shape[d] = view->shape[d + 1];
        view->strides[d] = view->strides[d + 1];
    }
}

void ndarray_slice(ndarray_t *view, unsigned axis, int32_t start, int32_t step, int32_t count) {
    view->data += start * view->strides[axis];
    view->strides[axis] *= step;
    view->shape[axis] = count;
}
