/* SPDX-License-Identifier: MIT
 * Describes an ESP32's core to gcc and binutils for Xtensa (XTENSA_GNU_CONFIG): windowed calls, no FPU, as the ESP32-S2.
 * Built together with binutils' table of instructions into a tool that stays on the machine that built it. */
#include "xtensa-dynconfig.h"

#ifndef MUL_HIGH /* mulsh and muluh, which QEMU's cores lack */
#define MUL_HIGH 1
#endif

const struct xtensa_config_v1 xtensa_config_v1 = {
    .xchal_have_density = 1,
    .xchal_have_abs = 1,
    .xchal_have_addx = 1,
    .xchal_have_l32r = 1,
    .xshal_have_text_section_literals = 1,
    .xchal_have_mac16 = 1,
    .xchal_have_mul16 = 1,
    .xchal_have_mul32 = 1,
    .xchal_have_mul32_high = MUL_HIGH,
    .xchal_have_div32 = 1,
    .xchal_have_nsa = 1,
    .xchal_have_minmax = 1,
    .xchal_have_sext = 1,
    .xchal_have_loops = 1,
    .xchal_have_threadptr = 1,
    .xchal_have_release_sync = 1,
    .xchal_have_s32c1i = 1,
    .xchal_have_windowed = 1,
    .xchal_num_aregs = 64,
    .xchal_icache_linesize = 4,
    .xchal_dcache_linesize = 4,
    .xchal_icache_linewidth = 2,
    .xchal_dcache_linewidth = 2,
    .xchal_mmu_min_pte_page_size = 29,
    .xchal_have_debug = 1,
    .xchal_num_ibreak = 2,
    .xchal_num_dbreak = 2,
    .xchal_debuglevel = 6,
    .xchal_max_instruction_size = 3,
    .xchal_inst_fetch_width = 4,
    .xthal_abi_call0 = 1, /* the number of that ABI; xshal_abi is 0, windowed */
};
const struct xtensa_config_v2 xtensa_config_v2 = {.xchal_m_stage = 3, .xtensa_march_latest = 260003, .xtensa_march_earliest = 260003};
const struct xtensa_config_v3 xtensa_config_v3 = {.xchal_have_clamps = 0};
const struct xtensa_config_v4 xtensa_config_v4 = {
    .xchal_data_width = 4, .xchal_unaligned_load_exception = 1, .xchal_unaligned_store_exception = 1};

#define TEXT(value) #value
#define VALUE(macro) TEXT(macro)
const char *xtensa_config_strings[] = {
    "__XCHAL_HAVE_BE=0", "__XCHAL_HAVE_DENSITY=1", "__XCHAL_HAVE_ABS=1", "__XCHAL_HAVE_ADDX=1", "__XCHAL_HAVE_L32R=1",
    "__XCHAL_HAVE_LOOPS=1", "__XCHAL_HAVE_MUL16=1", "__XCHAL_HAVE_MUL32=1", "__XCHAL_HAVE_MUL32_HIGH=" VALUE(MUL_HIGH),
    "__XCHAL_HAVE_DIV32=1", "__XCHAL_HAVE_NSA=1", "__XCHAL_HAVE_WINDOWED=1", "__XCHAL_NUM_AREGS=64", "__XCHAL_HAVE_FP=0",
    "__XSHAL_ABI=0", "__XTHAL_ABI_WINDOWED=0", "__XTHAL_ABI_CALL0=1", 0};
int plugin_is_GPL_compatible;
