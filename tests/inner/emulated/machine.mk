# SPDX-License-Identifier: MIT
# Builds the probe build/inner/MACHINE/INNER-OPT/probe.elf for a machine in QEMU. Run from the top of the tree.

.DEFAULT_GOAL = probe
MACHINE ?= armv7em
INNER ?= $(MACHINE)
OPT ?= -O2
include firmware/engine/sources.mk

HERE = tests/inner/emulated
BUILD = build/inner/$(MACHINE)/$(INNER)$(OPT)
ifeq ($(MACHINE),armv6m)
CC = arm-none-eabi-gcc
CPU = -mcpu=cortex-m0plus -mthumb
ORIGINS = -Wl,--defsym=ORIGIN_CODE=0,--defsym=ORIGIN_DATA=0x20000000
else ifeq ($(MACHINE),armv7em)
CC = arm-none-eabi-gcc
CPU = -mcpu=cortex-m4 -mthumb -mfpu=fpv4-sp-d16 -mfloat-abi=hard
ORIGINS = -Wl,--defsym=ORIGIN_CODE=0,--defsym=ORIGIN_DATA=0x20000000
else ifeq ($(MACHINE),rv32)
CC = riscv64-unknown-elf-gcc
CPU = -march=rv32imac -misa-spec=2.2 -mabi=ilp32 -msmall-data-limit=0 -specs=picolibc.specs
ORIGINS = -Wl,--defsym=ORIGIN_CODE=0x80000000,--defsym=ORIGIN_DATA=0x80200000
else ifeq ($(MACHINE),xtensa)
export PATH := $(CURDIR)/build/xtensa/bin-qemu:$(PATH)
CC = xtensa-esp32-elf-gcc
CPU = -mlongcalls -mtext-section-literals -isystem $(firstword $(wildcard /usr/lib/picolibc/*/include))
ORIGINS = -Wl,--defsym=ORIGIN_CODE=0x2000,--defsym=ORIGIN_DATA=0x200000
ENGINE_SRC += firmware/mpy/natmod/xtensa_int64.c firmware/mpy/natmod/soft_float.c $(HERE)/library.c
endif
SRC = $(ENGINE_SRC) $(HERE)/probe.c $(wildcard $(HERE)/$(MACHINE).[cS])
OBJ = $(addprefix $(BUILD)/,$(addsuffix .o,$(basename $(SRC))))
CFLAGS = $(CPU) $(ENGINE_CFLAGS) -ffunction-sections -fdata-sections -g -Wall -Wextra -Wshadow -MMD -MP

.PHONY: probe
probe: $(BUILD)/probe.elf

$(BUILD)/probe.elf: $(OBJ) $(HERE)/machine.ld
	@$(CC) $(CPU) -nostartfiles -static $(if $(filter xtensa,$(MACHINE)),-nostdlib) -Wl,--gc-sections,--no-warn-rwx-segments $(ORIGINS) -T $(HERE)/machine.ld -o $@ $(OBJ) $(if $(filter xtensa,$(MACHINE)),,-lc -lgcc)

# What runs often is made fast, the rest small.
$(BUILD)/kernels/%.o: kernels/%.c
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) $(OPT) -o $@ -c $<

$(BUILD)/%.o: %.S
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) -o $@ -c $<

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) -Os -o $@ -c $<

-include $(OBJ:.o=.d)
