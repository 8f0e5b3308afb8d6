# SPDX-License-Identifier: MIT
# User C module for ports that are built with make: make USER_C_MODULES=<this tree>/firmware.
# MicroPython sets USERMOD_DIR to this folder. OPS= chooses operators, as everywhere.

MPYLITE_TOP := $(abspath $(USERMOD_DIR)/../..)
MPYLITE_ENGINE := $(wildcard $(MPYLITE_TOP)/kernels/*.c) $(MPYLITE_TOP)/kernels/inner/portable.c
MPYLITE_ENGINE += $(wildcard $(MPYLITE_TOP)/firmware/engine/*.c)

SRC_USERMOD_C += $(filter-out %/modulab.c $(USERMOD_DIR)/ulab_%,$(wildcard $(USERMOD_DIR)/*.c))
SRC_USERMOD_LIB_C += $(MPYLITE_ENGINE)
# Fused multiply-adds would round differently from TensorFlow Lite's reference.
CFLAGS_USERMOD += -I$(MPYLITE_TOP)/kernels -I$(MPYLITE_TOP)/firmware/engine -I$(USERMOD_DIR) -ffp-contract=off
