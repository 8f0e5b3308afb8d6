# SPDX-License-Identifier: MIT
# Builds the bare image build/bench/INNER-OPT/bare.elf. Run from the top of the tree.

.DEFAULT_GOAL = bare
INNER ?= armv6m
OPT ?= -O2
include firmware/engine/sources.mk

BUILD = build/bench/$(INNER)$(OPT)
CC = arm-none-eabi-gcc
CPU = -mcpu=cortex-m0plus -mthumb
SRC = $(ENGINE_SRC) tests/bench/bare.c
OBJ = $(addprefix $(BUILD)/,$(addsuffix .o,$(basename $(SRC))))
CFLAGS = $(CPU) $(ENGINE_CFLAGS) -ffunction-sections -fdata-sections -g -Wall -Wextra -Wshadow -MMD -MP

.PHONY: bare
bare: $(BUILD)/bare.elf

$(BUILD)/bare.elf: $(OBJ) tests/bench/bare.ld
	@$(CC) $(CPU) -nostartfiles -Wl,--gc-sections,--no-warn-rwx-segments -T tests/bench/bare.ld -o $@ $(OBJ) -lc -lgcc

# What runs often is made fast, the rest small.
$(BUILD)/kernels/%.o: kernels/%.c
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) $(OPT) -o $@ -c $<

$(BUILD)/kernels/%.o: kernels/%.S
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) -o $@ -c $<

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) -Os -o $@ -c $<

-include $(OBJ:.o=.d)
