/* SPDX-License-Identifier: MIT
 * Indexing: integers and slices make views, a boolean array gathers; assignment to either. */
#include "ulab_binding.h"

#include "mask.h"

/* As ulab_fill; an item of a sequence must have just the shape that is left for it. */
static void fill(const ndarray_t *to, mp_obj_t value, bool is_item) {
    element_t number;
    ndarray_t from;
    ulab_array_t *array = ulab_is_array(value);
    if (array) {
        from = array->array;
    } else if (!ulab_number(&from, &number, value, 0)) {
        size_t count;
        mp_obj_t *items;
        mp_obj_t sequence = ulab_sequence(value);
        ulab_items(sequence, &count, &items);
        if (to->rank == 0 || (mp_int_t)count != to->shape[0]) {
            ulab_refuse(ULAB_REFUSAL_LENGTHS);
        }
        for (size_t k = 0; k < count; k++) {
            ndarray_t part = *to;
            ndarray_take(&part, 0, (int32_t)k);
            fill(&part, items[k], true);
        }
        return;
    }
    if ((is_item && from.rank != to->rank) || !lines_copy(to, &from)) {
        ulab_refuse(ULAB_REFUSAL_FILL_SHAPES);
    }
}

void ulab_fill(const ndarray_t *to, mp_obj_t value) {
    fill(to, value, false);
}

/* An end of a slice: an index that may be None or negative, clamped. */
ELEMENT_APART static mp_int_t slice_end(mp_obj_t object, mp_int_t otherwise, mp_int_t size, bool down) {
    if (object == mp_const_none) {
        return otherwise;
    }
    mp_int_t end = mp_obj_get_int(object);
    end += end < 0 ? size : 0;
    mp_int_t low = down ? -1 : 0;
    mp_int_t high = down ? size - 1 : size;
    return end < low ? low : end > high ? high : end;
}

ELEMENT_APART static void apply_slice(ndarray_t *view, unsigned axis, const mp_obj_slice_t *slice) {
    mp_int_t size = view->shape[axis];
    mp_int_t step = slice->step == mp_const_none ? 1 : mp_obj_get_int(slice->step);
    if (step == 0) {
        ulab_refuse(ULAB_REFUSAL_SLICE_STEP);
    }
    bool down = step < 0;
    mp_int_t start = slice_end(slice->start, down ? size - 1 : 0, size, down);
    mp_int_t stop = slice_end(slice->stop, down ? -1 : size, size, down);
    mp_int_t length = down ? start - stop : stop - start;
    mp_int_t stride = down ? -step : step;
    ndarray_slice(view, axis, (int32_t)start, (int32_t)step, length > 0 ? (int32_t)((length - 1) / stride + 1) : 0);
}

/* Narrows the view by an index: an integer, a slice, or a tuple of them. */
static void apply_index(ndarray_t *view, mp_obj_t index) {
    size_t count = 1;
    mp_obj_t *items = &index;
    unsigned axis = 0;
    if (mp_obj_get_type(index) == &mp_type_tuple) {
        mp_obj_get_array(index, &count, &items);
    }
    for (size_t k = 0; k < count; k++) {
        if (axis >= view->rank) {
            ulab_refuse(ULAB_REFUSAL_INDEX_COUNT);
        }
        if (mp_obj_get_type(items[k])->name == MP_QSTR_slice) {
            apply_slice(view, axis++, MP_OBJ_TO_PTR(items[k]));
            continue;
        }
        mp_int_t position = mp_obj_get_int(items[k]);
        position += position < 0 ? view->shape[axis] : 0;
        if (position < 0 || position >= view->shape[axis]) {
            ulab_refuse(ULAB_REFUSAL_INDEX_RANGE);
        }
        ndarray_take(view, axis, (int32_t)position);
    }
}

ELEMENT_APART static mp_obj_t select(const ulab_array_t *self, const ndarray_t *mask, mp_obj_t value) {
    int32_t count = mask_count(mask);
    ulab_array_t *packed = ulab_new(self->array.dtype, 1, &count);
    if (value != MP_OBJ_SENTINEL) {
        ulab_fill(&packed->array, value);
    }
    if (!mask_move(&self->array, mask, packed->array.data, packed->array.strides[0], value != MP_OBJ_SENTINEL)) {
        ulab_refuse(ULAB_REFUSAL_INDEX_MASK);
    }
    return value == MP_OBJ_SENTINEL ? MP_OBJ_FROM_PTR(packed) : mp_const_none;
}

void ulab_assign(const ndarray_t *to, const void *owner, mp_obj_t value) {
    ulab_array_t *from = ulab_is_array(value);
    if (from && from->owner == owner) { /* may overlap */
        value = MP_OBJ_FROM_PTR(ulab_copy(from, 0));
    }
    ulab_fill(to, value);
}

mp_obj_t ulab_subscr(mp_obj_t self_in, mp_obj_t index, mp_obj_t value) {
    const ulab_array_t *self = MP_OBJ_TO_PTR(self_in);
    if (value == MP_OBJ_NULL) {
        return MP_OBJ_NULL; /* del is not supported */
    }
    const ulab_array_t *mask = ulab_is_array(index);
    if (mask && mask->array.dtype == DTYPE_BOOL) {
        return select(self, &mask->array, value);
    }
    ndarray_t narrow = self->array;
    apply_index(&narrow, index);
    if (value != MP_OBJ_SENTINEL) {
        ulab_assign(&narrow, self->owner, value);
        return mp_const_none;
    }
    if (narrow.rank == 0) {
        return ulab_scalar(narrow.data, narrow.dtype);
    }
    ulab_array_t *view = ulab_view(self);
    view->array = narrow;
    return MP_OBJ_FROM_PTR(view);
}
