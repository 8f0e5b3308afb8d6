# SPDX-License-Identifier: MIT
# What the engine is made of, for every build of it: ENGINE_SRC, ENGINE_CFLAGS, and with OPS=names or models the operator
# table cut down to those (VARIANT names the choice). Paths are relative to the top of the tree, where make runs.

ENGINE_SRC = $(wildcard kernels/*.c) kernels/inner/portable.c $(wildcard firmware/engine/*.c)

# Fused multiply-adds would round differently from TensorFlow Lite's reference.
ENGINE_CFLAGS = -std=c99 -ffp-contract=off -Ikernels -Ifirmware/engine

comma = ,
ifneq ($(OPS),)
OPS_DEF := $(shell $(PYTHON) -m mpylite.select_ops --table kernels/ops.def --into build/ops $(subst $(comma), ,$(OPS)))
ifeq ($(OPS_DEF),)
$(error OPS: found '$(OPS)', needs operator names of kernels/ops.def or .tflite files; next step: see the line above)
endif
VARIANT = ops-$(notdir $(patsubst %/,%,$(dir $(OPS_DEF))))
ENGINE_CFLAGS += -DMPYLITE_OPS_DEF='"$(abspath $(OPS_DEF))"'
else
VARIANT = all
endif
