# SPDX-License-Identifier: MIT
# User C module for ports that are built with make: modules mpylite and ulab, make USER_C_MODULES=<this tree>/firmware.
# MicroPython sets USERMOD_DIR to this folder. OPS= chooses operators, as everywhere; ULAB=core, none or names leave some or all
# of ulab out; INNER= names the architecture of the inner loops: armv6m, armv7em (Cortex-M4, M7, M33), rv32, xtensa.

MPYLITE_TOP := $(abspath $(USERMOD_DIR)/../..)
MPYLITE_ENGINE := $(wildcard $(MPYLITE_TOP)/kernels/*.c) $(MPYLITE_TOP)/kernels/inner/portable.c
MPYLITE_ENGINE += $(wildcard $(MPYLITE_TOP)/firmware/engine/*.c)
MPYLITE_MODULE := $(wildcard $(USERMOD_DIR)/*.c)

ULAB ?= all
ULAB_TOP = $(MPYLITE_TOP)/
ULAB_BUILD = $(BUILD)
include $(MPYLITE_TOP)/firmware/ulab/sources.mk
MPYLITE_ENGINE += $(ULAB_SRC)
CFLAGS_USERMOD += $(ULAB_CFLAGS)
ifeq ($(ULAB),none)
MPYLITE_MODULE := $(filter-out %/modulab.c $(USERMOD_DIR)/ulab_%,$(MPYLITE_MODULE))
endif

ifneq ($(filter-out portable,$(INNER)),)
MPYLITE_ENGINE += $(wildcard $(MPYLITE_TOP)/kernels/inner/$(INNER)*.c)
MPYLITE_ENGINE += $(if $(filter armv7em rv32 xtensa,$(INNER)),$(wildcard $(MPYLITE_TOP)/kernels/inner/layers*.c))
SRC_USERMOD_LIB_ASM += $(wildcard $(MPYLITE_TOP)/kernels/inner/$(INNER)*.S)
CFLAGS_USERMOD += -DINNER_LAYERS=1
endif

ifneq ($(OPS),)
MPYLITE_COMMA := ,
MPYLITE_OPS_DEF := $(abspath $(BUILD))/mpylite_ops.def
MPYLITE_DONE := $(shell mkdir -p $(BUILD) && PYTHONPATH=$(MPYLITE_TOP)/host_tools $(PYTHON) -m mpylite.select_ops \
  --table $(MPYLITE_TOP)/kernels/ops.def -o $(MPYLITE_OPS_DEF) $(subst $(MPYLITE_COMMA), ,$(OPS)) && echo yes)
ifneq ($(MPYLITE_DONE),yes)
$(error OPS=$(OPS): no table of operators was made; see above)
endif
CFLAGS_USERMOD += -DMPYLITE_OPS_DEF='"$(MPYLITE_OPS_DEF)"'
endif

# All texts, packed.
MPYLITE_TEXTS := $(abspath $(BUILD))/mpylite_texts.h
MPYLITE_DONE := $(shell mkdir -p $(BUILD) && $(PYTHON) $(MPYLITE_TOP)/firmware/engine/pack_texts.py $(MPYLITE_TEXTS) && echo yes)
ifneq ($(MPYLITE_DONE),yes)
$(error mpylite: the texts were not packed; see above)
endif
CFLAGS_USERMOD += -DMPYLITE_TEXTS='"$(MPYLITE_TEXTS)"'

SRC_USERMOD_C += $(MPYLITE_MODULE)
SRC_USERMOD_LIB_C += $(MPYLITE_ENGINE)
# Fused multiply-adds would round differently from TensorFlow Lite's reference.
CFLAGS_USERMOD += -I$(MPYLITE_TOP)/kernels -I$(MPYLITE_TOP)/firmware/engine -I$(USERMOD_DIR)
CFLAGS_USERMOD += -ffp-contract=off -DMPYLITE_RAISES=1
