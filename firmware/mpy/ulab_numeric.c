/* SPDX-License-Identifier: MIT
 * Functions of ulab.numpy that compute arrays of arrays: products, selections, differences, orders. */
#include "ulab_functions.h"

#if ULAB_ALL

#include "product.h"

/* A vector seen as a matrix of one row or one column. */
static void as_matrix(ndarray_t *view, bool column) {
    if (view->rank == 1) {
        view->shape[!column] = view->shape[0];
        view->strides[!column] = view->strides[0];
        view->shape[column] = 1;
        view->rank = 2;
    }
}

mp_obj_t ulab_dot(mp_obj_t left, mp_obj_t right) {
    const ulab_array_t *arrays[] = {ulab_is_array(left), ulab_is_array(right)};
    if (!arrays[0] || !arrays[1]) {
        return MP_OBJ_NULL;
    }
    ndarray_t a = arrays[0]->array;
    ndarray_t b = arrays[1]->array;
    unsigned rank = a.rank + b.rank - 2u;
    as_matrix(&a, false);
    as_matrix(&b, true);
    if (a.rank != 2 || b.rank != 2 || a.shape[1] != b.shape[0]) {
        ulab_value_error("dot: shapes do not fit");
    }
    int32_t shape[] = {a.shape[0], b.shape[1]};
    ulab_array_t *result = ulab_new(DTYPE_FLOAT, 2, shape);
    product_matrix(&result->array, &a, &b);
    ndarray_set_shape(&result->array, DTYPE_FLOAT, rank, rank == 1 && arrays[0]->array.rank == 1 ? shape + 1 : shape);
    return ulab_object(result);
}

#endif
