/* SPDX-License-Identifier: MIT
 * MicroPython as a Linux program for Xtensa's windowed ABI: what the native module's tests need. */
#include <alloca.h>
#include <stdint.h>

#define MICROPY_CONFIG_ROM_LEVEL (MICROPY_CONFIG_ROM_LEVEL_EXTRA_FEATURES)
#define MICROPY_ENABLE_COMPILER (1)
#define MICROPY_ENABLE_GC (1)
#define MICROPY_PERSISTENT_CODE_LOAD (1)
#define MICROPY_EMIT_XTENSAWIN (1)
#define MICROPY_NLR_SETJMP (1)
#define MICROPY_GCREGS_SETJMP (0)
#define MICROPY_LONGINT_IMPL (MICROPY_LONGINT_IMPL_MPZ)
#define MICROPY_FLOAT_IMPL (MICROPY_FLOAT_IMPL_FLOAT)
#define MICROPY_PY_MATH (0)
#define MICROPY_PY_CMATH (0)
#define MICROPY_PY_SYS_PLATFORM "qemu-xtensa"
#define MICROPY_PY_SYS_STDFILES (0)
#define MICROPY_PY_SYS_PS1_PS2 (0)
#define MICROPY_PY_BUILTINS_INPUT (0)
#define MICROPY_PY_BUILTINS_HELP (0)
#define MICROPY_HELPER_REPL (0)
#define MICROPY_KBD_EXCEPTION (0)
#define MICROPY_PY_ASYNCIO (0)
#define MICROPY_PY_SELECT (0)
#define MICROPY_PY_TIME (0)
#define MICROPY_PY_RANDOM (0)
#define MICROPY_PY_MACHINE (0)
#define MICROPY_PY_OS (0)
#define MICROPY_PY_PLATFORM (0)
#define MICROPY_USE_INTERNAL_ERRNO (1)
#define MICROPY_ENABLE_SCHEDULER (0)
#define MICROPY_VFS (1)
#define MICROPY_VFS_ROM (1)
#define MICROPY_VFS_ROM_IOCTL (0)
#define MICROPY_READER_VFS (1)
#define MICROPY_STACK_CHECK (0)
#define MICROPY_ROM_TEXT_COMPRESSION (0)
#define MP_NEED_LOG2 (1)

typedef int32_t mp_int_t;
typedef uint32_t mp_uint_t;
typedef long mp_off_t;
#define UINT_FMT "%u"
#define INT_FMT "%d"
#define HEX_FMT "%x"
#define MP_SSIZE_MAX (0x7fffffff)

void *port_alloc_code(uint32_t bytes);
#define MP_PLAT_ALLOC_EXEC(min_size, ptr, size) do { *(ptr) = port_alloc_code(min_size); *(size) = (min_size); } while (0)
#define MP_PLAT_FREE_EXEC(ptr, size)
#define MICROPY_HW_BOARD_NAME "qemu-user"
#define MICROPY_HW_MCU_NAME "xtensa"
#define MP_STATE_PORT MP_STATE_VM
