# SPDX-License-Identifier: MIT
# Adds board.c to MicroPython's ports/qemu.
SRC_USERMOD_C += $(USERMOD_DIR)/board.c
LDFLAGS += -Wl,--wrap=main $(if $(filter arm,$(QEMU_ARCH)),-T $(USERMOD_DIR)/../discard.ld)
