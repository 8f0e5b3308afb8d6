/* SPDX-License-Identifier: MIT
 * MicroPython's settings in the two small profiles: `runtime` runs compiled code only, `repl` compiles on the board. */
#include <alloca.h>
#include <stdint.h>

#include "board.h"

#ifdef PROFILE_REPL
#define HAS_COMPILER (1)
#define MICROPY_QSTR_BYTES_IN_HASH (1)
#else
#define HAS_COMPILER (0)
#define MICROPY_QSTR_BYTES_IN_HASH (0) /* hashes do not pack, and running code looks few names up */
#endif

#define MICROPY_CONFIG_ROM_LEVEL (MICROPY_CONFIG_ROM_LEVEL_MINIMUM)

/* ---- the machine --------------------------------------------------------------------------------------------- */
#define MICROPY_ENABLE_GC (1)
#define MICROPY_GC_ALLOC_THRESHOLD (0)
#define MICROPY_STACK_CHECK (1)
#define MICROPY_STACK_CHECK_MARGIN (1024) /* interrupts and leaf functions between two checks */
#define MICROPY_KBD_EXCEPTION (1)
#define MICROPY_NLR_THUMB_USE_LONG_JUMP (1)
#define MICROPY_ALLOC_PATH_MAX (128)
#define MICROPY_ALLOC_PARSE_CHUNK_INIT (16)
#define MICROPY_LONGINT_IMPL (HAS_COMPILER ? MICROPY_LONGINT_IMPL_MPZ : MICROPY_LONGINT_IMPL_NONE)
#define MICROPY_FLOAT_IMPL (MICROPY_FLOAT_IMPL_FLOAT)
#define MICROPY_INTERNAL_WFE(TIMEOUT_MS) __asm volatile("wfe")
#define MPYLITE_ARENA loan_new
#define MICROPY_MAKE_POINTER_CALLABLE(p) ((void *)((uintptr_t)(p) | 1))

/* ---- compiler and prompt ------------------------------------------------------------------------------------- */
#define MICROPY_ENABLE_COMPILER (HAS_COMPILER)
#define MICROPY_HELPER_REPL (HAS_COMPILER)
#define MICROPY_REPL_STDIN_BUFFER_MAX (1024) /* as many as console.c keeps */
#define MICROPY_REPL_AUTO_INDENT (HAS_COMPILER)
#if HAS_COMPILER
#define MICROPY_BOARD_BEFORE_PYTHON_EXEC(kind, flags) prompt_executes(true)
#define MICROPY_BOARD_AFTER_PYTHON_EXEC(kind, flags, value, result) prompt_executes(false)
void prompt_executes(_Bool yes); /* prompt.c: whether the REPL executes what it read */
#endif
#define MICROPY_COMP_CONST (HAS_COMPILER)
#define MICROPY_COMP_CONST_FOLDING (HAS_COMPILER)
#define MICROPY_COMP_MODULE_CONST (0)
#define MICROPY_PERSISTENT_CODE_LOAD (1)
#define MICROPY_ENABLE_EXTERNAL_IMPORT (1)
#define MICROPY_ENABLE_SOURCE_LINE (1)
#define MICROPY_ERROR_REPORTING (HAS_COMPILER ? MICROPY_ERROR_REPORTING_NORMAL : MICROPY_ERROR_REPORTING_TERSE)

/* ---- the language -------------------------------------------------------------------------------------------- */
#define MICROPY_CPYTHON_COMPAT (1)
#define MICROPY_PY_BUILTINS_COMPLEX (0)
#define MICROPY_PY_BUILTINS_BYTEARRAY (1)
#define MICROPY_PY_BUILTINS_MEMORYVIEW (1)
#define MICROPY_PY_BUILTINS_SLICE (1)
#define MICROPY_PY_BUILTINS_FLOAT (1)
#define MICROPY_PY_BUILTINS_MIN_MAX (1)
#define MICROPY_PY_BUILTINS_ENUMERATE (1)
#define MICROPY_PY_BUILTINS_REVERSED (HAS_COMPILER)
#define MICROPY_PY_BUILTINS_PROPERTY (HAS_COMPILER)
#define MICROPY_PY_BUILTINS_SET (HAS_COMPILER)
#define MICROPY_PY_BUILTINS_STR_COUNT (0)
#define MICROPY_PY_BUILTINS_STR_OP_MODULO (1)
#define MICROPY_PY_ARRAY (1)
#define MICROPY_PY_ARRAY_SLICE_ASSIGN (1)
#define MICROPY_PY_STRUCT (1)
#define MICROPY_PY_GC (1)
#define MICROPY_PY_IO (1)
#define MICROPY_PY_SYS (1)
#define MICROPY_PY_SYS_PLATFORM "rp2040"
#define MICROPY_PY_SYS_STDFILES (HAS_COMPILER)
#define MICROPY_PY_SYS_STDIO_BUFFER (HAS_COMPILER)
#define MICROPY_PY_SYS_PATH (1)
#define MICROPY_PY_OS (1)
#define MICROPY_PY_BINASCII (1)
#define MICROPY_PY_BINASCII_CRC32 (0)
#define MICROPY_PY_TIME (1)
#define MICROPY_PY_ATTRTUPLE (1)
#define MICROPY_PY_REVERSE_SPECIAL_METHODS (PORT_ULAB) /* 2 * array */

/* ---- files --------------------------------------------------------------------------------------------------- */
#define MICROPY_VFS (1)
#define MICROPY_VFS_ROM (1)
#define MICROPY_VFS_WRITABLE (HAS_COMPILER) /* for mpremote mount */
#define MICROPY_READER_VFS (1)
#define MICROPY_PY_VFS (1)

#define MICROPY_HW_BOARD_NAME BOARD_NAME
#define MICROPY_HW_MCU_NAME "RP2040"

#define MP_STATE_PORT MP_STATE_VM

typedef intptr_t mp_int_t;
typedef uintptr_t mp_uint_t;
typedef long mp_off_t;
