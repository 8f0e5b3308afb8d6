# SPDX-License-Identifier: MIT
# What the engine is made of, for every build of it: ENGINE_SRC, ENGINE_CFLAGS, and with OPS=names or models the operator
# table cut down to those (VARIANT names the choice). Paths are relative to the top of the tree, where make runs.

ENGINE_SRC = $(wildcard kernels/*.c) kernels/inner/portable.c $(wildcard firmware/engine/*.c)

# INNER=armv6m adds the inner loops of one architecture to the portable ones.
ifneq ($(filter-out portable,$(INNER)),)
ENGINE_SRC += $(wildcard kernels/inner/$(INNER)*.[cS]) $(if $(filter armv7em rv32 xtensa,$(INNER)),$(wildcard kernels/inner/layers*.c))
endif

# Fused multiply-adds would round differently from TensorFlow Lite's reference.
ENGINE_CFLAGS = -std=c99 -ffp-contract=off -Ikernels -Ifirmware/engine
ifneq ($(filter-out portable,$(INNER)),)
ENGINE_CFLAGS += -DINNER_LAYERS=1
endif
# X86=0, 1, 2: the most that may be used of x86-64's instruction sets (none, AVX2, AVX-512 with VNNI).
ifeq ($(INNER),x86)
ENGINE_CFLAGS += -DINNER_X86=$(or $(X86),2)
endif

# TYPES=int8 leaves out the arithmetic of other activations.
ifeq ($(TYPES),int8)
ENGINE_CFLAGS += -DMPYLITE_INT8_ONLY=1
endif

comma = ,
ifneq ($(OPS),)
OPS_LIST = $(subst $(comma), ,$(OPS))
VARIANT := ops-$(shell echo '$(OPS_LIST)' | cksum | cut -d ' ' -f 1)
OPS_DEF = build/ops/$(VARIANT)/ops_selected.def
ENGINE_CFLAGS += -DMPYLITE_OPS_DEF='"$(abspath $(OPS_DEF))"'

$(OPS_DEF): kernels/ops.def $(filter %.tflite,$(OPS_LIST))
	@$(PYTHON) -m mpylite.select_ops --table kernels/ops.def -o $@ $(OPS_LIST)
else
VARIANT = all
OPS_DEF =
endif
