/* SPDX-License-Identifier: MIT
 * Float arithmetic by the bootrom: the functions themselves have the compiler's and the C library's names. */
#ifndef RP2040_FLOAT_ROM_H
#define RP2040_FLOAT_ROM_H

#include <math.h>
#include <stdint.h>

/* Before any float arithmetic. */
void float_rom_init(void);

float __aeabi_fadd(float a, float b);
float __aeabi_fsub(float a, float b);
float __aeabi_frsub(float a, float b);
float __aeabi_fmul(float a, float b);
float __aeabi_fdiv(float a, float b);
int __aeabi_fcmpeq(float a, float b);
int __aeabi_fcmplt(float a, float b);
int __aeabi_fcmple(float a, float b);
int __aeabi_fcmpgt(float a, float b);
int __aeabi_fcmpge(float a, float b);
int __aeabi_fcmpun(float a, float b);
int64_t __aeabi_f2lz(float a);
uint64_t __aeabi_f2ulz(float a);
int32_t __aeabi_f2iz(float a);
uint32_t __aeabi_f2uiz(float a);
float __aeabi_i2f(int32_t a);
float __aeabi_ui2f(uint32_t a);
float __aeabi_l2f(int64_t a);
float __aeabi_ul2f(uint64_t a);

#endif
