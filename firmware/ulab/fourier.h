/* SPDX-License-Identifier: MIT
 * The fast Fourier transform. */
#ifndef ULAB_FOURIER_H
#define ULAB_FOURIER_H

#include <stdbool.h>
#include <stdint.h>

/* Transforms `count` complex numbers in place; `count` is a power of two. The inverse divides by `count`. */
void fourier_transform(float *real, float *imaginary, uint32_t count, bool inverse);

#endif
