# SPDX-License-Identifier: MIT
# Builds the engine as the shared library that the Python package loads. Run from the top of the tree (`make engine`).
# The wheel's build (setup.py) compiles the same sources with the same flags; tests/house compares them.

.DEFAULT_GOAL = engine
CC ?= cc
# PLAN=armv6m: a library that only plans, with the prepare of that architecture's kernels.
ifneq ($(PLAN),)
INNER = $(PLAN)
PLAN_SRC = $(wildcard firmware/ports/host/planning_$(PLAN).c)
else ifeq ($(shell $(CC) -dumpmachine | cut -d - -f 1),x86_64)
INNER = x86
endif
include firmware/engine/sources.mk

BUILD = build/engine/$(VARIANT)$(addprefix -,$(PLAN))
# A library cut down by OPS is for tests: the package keeps the whole one.
LIBRARY = $(if $(OPS),$(BUILD),host_tools/mpylite)/_engine$(addprefix _,$(PLAN)).so
SRC = $(filter %.c,$(ENGINE_SRC)) firmware/ports/host/engine_api.c $(PLAN_SRC)
OBJ = $(addprefix $(BUILD)/,$(SRC:.c=.o))

CFLAGS = $(ENGINE_CFLAGS) -O2 -fPIC -Wall -Wextra -MMD -MP $(if $(PLAN),-Os) $(CFLAGS_USER)

# A row of ops.def without its functions is an error here, not when Python loads the library; no symbol table.
LINK = $(if $(filter Linux,$(shell uname)),-Wl$(comma)-z$(comma)defs -s)

.PHONY: engine
engine: $(LIBRARY)
	@:

$(LIBRARY): $(OBJ)
	@mkdir -p $(@D)
	@$(CC) -shared $(LINK) -o $@.part $^ $(LDFLAGS_USER)
	@mv $@.part $@
	@echo "engine: $@ is $$(wc -c <$@) bytes"

$(BUILD)/%.o: %.c host_tools/engine.mk firmware/engine/sources.mk | $(OPS_DEF)
	@mkdir -p $(@D)
	@echo "CC $<"
	@$(CC) $(CFLAGS) -o $@ -c $<

-include $(OBJ:.o=.d)
