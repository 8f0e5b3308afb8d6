/* SPDX-License-Identifier: MIT
 * Runs one script in MicroPython with a ROMFS image at /rom: `mpx SCRIPT IMAGE`, by Linux system calls alone. */
#include <stdio.h>
#include <string.h>

#include "extmod/vfs.h"
#include "extmod/vfs_rom.h"
#include "py/builtin.h"
#include "py/compile.h"
#include "py/gc.h"
#include "py/mperrno.h"
#include "py/mphal.h"
#include "py/runtime.h"

enum { SYS_OPEN = 8, SYS_READ = 12, SYS_WRITE = 13, SYS_MMAP = 80, SYS_CLOCK = 318, SYS_EXIT = 118, SYS_SIGACTION = 226, SIGILL = 4 };
#define CODE_BYTES (1 << 20)
#define FILE_BYTES (2 << 20)

long port_syscall(long number, long a, long b, long c, long d, long e);
void port_spill(int calls);
int port_main(long *stack);

static char heap[1 << 20];
static char files[2][FILE_BYTES] __attribute__((aligned(16))); /* the script, the image */
static char *code;
static uint32_t code_used;
static char *stack_top;

static __attribute__((noreturn)) void leave(int status) {
    port_syscall(SYS_EXIT, status, 0, 0, 0, 0);
    for (;;) {
    }
}

static void say(const char *text, size_t bytes) {
    port_syscall(SYS_WRITE, 1, (long)text, (long)bytes, 0, 0);
}

mp_uint_t mp_hal_stdout_tx_strn(const char *text, size_t bytes) {
    say(text, bytes);
    return bytes;
}

void mp_hal_stdout_tx_strn_cooked(const char *text, size_t bytes) {
    say(text, bytes);
}

void *port_alloc_code(uint32_t bytes) {
    void *start = code + code_used;
    code_used += (bytes + 15) & ~15u;
    if (code_used > CODE_BYTES) {
        m_malloc_fail(bytes);
    }
    return start;
}

/* The registers of all callers lie on the stack then. */
void gc_collect(void) {
    port_spill(9);
    char *from = (char *)__builtin_frame_address(0) - 64;
    gc_collect_start();
    gc_collect_root((void **)(void *)from, (size_t)(stack_top - from) / sizeof(void *));
    gc_collect_end();
}

void nlr_jump_fail(void *value) {
    (void)value;
    say("nlr\n", 4);
    leave(3);
}

void exit(int status) {
    leave(status);
}

void abort(void) {
    leave(4);
}

/* mulsh and muluh, which an ESP32 has and QEMU's cores lack. */
static void on_illegal(int signal, void *info, uint32_t *context) {
    (void)signal;
    (void)info;
    uint32_t *pc = context + 5, *a = context + 13;
    const uint8_t *code_at = (const uint8_t *)*pc;
    if ((code_at[0] & 15) != 0 || (code_at[2] != 0xb2 && code_at[2] != 0xa2)) {
        say("illegal instruction\n", 20);
        leave(132);
    }
    volatile uint32_t x_low = a[code_at[1] & 15] & 0xffff; /* volatile: so that this is not made of muluh itself */
    uint32_t x = a[code_at[1] & 15], y = a[code_at[0] >> 4];
    uint32_t x_high = x >> 16, y_low = y & 0xffff, y_high = y >> 16;
    uint32_t first = x_low * y_high, second = x_high * y_low;
    uint32_t middle = (x_low * y_low >> 16) + (first & 0xffff) + (second & 0xffff);
    uint32_t high = x_high * y_high + (first >> 16) + (second >> 16) + (middle >> 16);
    if (code_at[2] == 0xb2) {
        high -= ((int32_t)x < 0 ? y : 0) + ((int32_t)y < 0 ? x : 0);
    }
    a[code_at[1] >> 4] = high;
    *pc += 3;
}

static size_t read_file(const char *path, char *to) {
    long file = port_syscall(SYS_OPEN, (long)path, 0, 0, 0, 0);
    size_t bytes = 0;
    for (long more = file < 0 ? 0 : 1; more > 0; bytes += (size_t)more) {
        more = port_syscall(SYS_READ, file, (long)(to + bytes), (long)(FILE_BYTES - bytes), 0, 0);
        if (more < 0) {
            leave(5);
        }
    }
    return bytes;
}

static mp_obj_t ticks_us(void) {
    uint32_t now[2];
    port_syscall(SYS_CLOCK, 1, (long)now, 0, 0, 0);
    return MP_OBJ_NEW_SMALL_INT((now[0] * 1000000 + now[1] / 1000) & 0x3fffffff);
}
static MP_DEFINE_CONST_FUN_OBJ_0(ticks_us_obj, ticks_us);

static mp_obj_t ticks_diff(mp_obj_t end, mp_obj_t begin) {
    mp_uint_t difference = (mp_uint_t)mp_obj_get_int(end) - (mp_uint_t)mp_obj_get_int(begin);
    return MP_OBJ_NEW_SMALL_INT((mp_int_t)((difference + 0x20000000) & 0x3fffffff) - 0x20000000);
}
static MP_DEFINE_CONST_FUN_OBJ_2(ticks_diff_obj, ticks_diff);

static const mp_rom_map_elem_t time_table[] = {
    {MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_time)},
    {MP_ROM_QSTR(MP_QSTR_ticks_us), MP_ROM_PTR(&ticks_us_obj)},
    {MP_ROM_QSTR(MP_QSTR_ticks_cpu), MP_ROM_PTR(&ticks_us_obj)},
    {MP_ROM_QSTR(MP_QSTR_ticks_diff), MP_ROM_PTR(&ticks_diff_obj)},
};
static MP_DEFINE_CONST_DICT(time_globals, time_table);
const mp_obj_module_t port_time_module = {.base = {&mp_type_module}, .globals = (mp_obj_dict_t *)&time_globals};
MP_REGISTER_MODULE(MP_QSTR_time, port_time_module);

static void run(const char *script, size_t bytes, size_t image_bytes) {
    mp_obj_t image = mp_obj_new_bytearray_by_ref(image_bytes, files[1]);
    mp_obj_t args[2] = {MP_OBJ_TYPE_GET_SLOT(&mp_type_vfs_rom, make_new)(&mp_type_vfs_rom, 1, 0, &image),
                        mp_obj_new_str("/rom", 4)};
    mp_map_t none = {0};
    mp_vfs_mount(2, args, &none);
    mp_obj_list_append(mp_sys_path, args[1]);
    mp_lexer_t *lexer = mp_lexer_new_from_str_len(MP_QSTR__lt_stdin_gt_, script, bytes, 0);
    qstr name = lexer->source_name;
    mp_parse_tree_t tree = mp_parse(lexer, MP_PARSE_FILE_INPUT);
    mp_call_function_0(mp_compile(&tree, name, false));
}

int port_main(long *stack) {
    uint32_t action[8] = {(uint32_t)on_illegal, SIGILL};
    action[1] = 4; /* SA_SIGINFO */
    port_syscall(SYS_SIGACTION, SIGILL, (long)action, 0, 8, 0);
    char **argv = (char **)(stack + 1);
    stack_top = (char *)stack;
    code = (char *)port_syscall(SYS_MMAP, 0, CODE_BYTES, 7, 0x802, -1);
    gc_init(heap, heap + sizeof heap);
    mp_init();
    nlr_buf_t nlr;
    if (nlr_push(&nlr) != 0) {
        mp_obj_print_exception(&mp_plat_print, MP_OBJ_FROM_PTR(nlr.ret_val));
        return 1;
    }
    size_t script_bytes = read_file(argv[1], files[0]);
    run(files[0], script_bytes, read_file(argv[2], files[1]));
    nlr_pop();
    return 0;
}
