# SPDX-License-Identifier: MIT
# User C module for ports that are built with make: make USER_C_MODULES=<this tree>/firmware.
# MicroPython sets USERMOD_DIR to this folder. OPS= chooses operators, as everywhere; INNER= the inner loops of an
# architecture: armv6m, armv7em (Cortex-M4, M7, M33), rv32, xtensa.

MPYLITE_TOP := $(abspath $(USERMOD_DIR)/../..)
MPYLITE_ENGINE := $(wildcard $(MPYLITE_TOP)/kernels/*.c) $(MPYLITE_TOP)/kernels/inner/portable.c
MPYLITE_ENGINE += $(wildcard $(MPYLITE_TOP)/firmware/engine/*.c)
ifneq ($(INNER),)
MPYLITE_ENGINE += $(wildcard $(MPYLITE_TOP)/kernels/inner/$(INNER)*.c)
MPYLITE_ENGINE += $(if $(filter armv6m,$(INNER)),,$(wildcard $(MPYLITE_TOP)/kernels/inner/layers*.c))
SRC_USERMOD_LIB_ASM += $(wildcard $(MPYLITE_TOP)/kernels/inner/$(INNER)*.S)
CFLAGS_USERMOD += -DINNER_LAYERS=1
endif

SRC_USERMOD_C += $(filter-out %/modulab.c $(USERMOD_DIR)/ulab_%,$(wildcard $(USERMOD_DIR)/*.c))
SRC_USERMOD_LIB_C += $(MPYLITE_ENGINE)
# Fused multiply-adds would round differently from TensorFlow Lite's reference.
CFLAGS_USERMOD += -I$(MPYLITE_TOP)/kernels -I$(MPYLITE_TOP)/firmware/engine -I$(USERMOD_DIR) -ffp-contract=off
