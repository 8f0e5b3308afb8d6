/* SPDX-License-Identifier: MIT
 * The fast Fourier transform, radix 2, in place. Each factor is computed once and exactly, not by a recurrence that would
 * gather errors. */
#include "fourier.h"

#include "elementary.h"

static void exchange(float *a, float *b) {
    float kept = *a;
    *a = *b;
    *b = kept;
}

static void reverse_bits(float *real, float *imaginary, uint32_t count) {
    for (uint32_t k = 0, reversed = 0; k < count; k++) {
        if (k < reversed) {
            exchange(&real[k], &real[reversed]);
            exchange(&imaginary[k], &imaginary[reversed]);
        }
        uint32_t bit = count >> 1;
        for (; reversed & bit; bit >>= 1) {
            reversed ^= bit;
        }
        reversed |= bit;
    }
}

void fourier_transform(float *real, float *imaginary, uint32_t count, bool inverse) {
    reverse_bits(real, imaginary, count);
    for (uint32_t half = 1; half < count; half *= 2) {
        for (uint32_t k = 0; k < half; k++) {
            float sine, cosine;
            elementary_turn((UINT64_C(1) << 63) / half * k, &sine, &cosine); /* half is a power of two */
            sine = inverse ? sine : -sine;
            for (uint32_t even = k; even < count; even += 2 * half) {
                uint32_t odd = even + half;
                float odd_real = real[odd] * cosine - imaginary[odd] * sine;
                float odd_imaginary = real[odd] * sine + imaginary[odd] * cosine;
                real[odd] = real[even] - odd_real;
                imaginary[odd] = imaginary[even] - odd_imaginary;
                real[even] += odd_real;
                imaginary[even] += odd_imaginary;
            }
        }
    }
    for (uint32_t k = 0; inverse && k < count; k++) {
        real[k] *= 1.0f / (float)count;
        imaginary[k] *= 1.0f / (float)count;
    }
}
