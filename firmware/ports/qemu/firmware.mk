# SPDX-License-Identifier: MIT
# MicroPython for the QEMU boards, by its own ports/qemu with our board.c: build/qemu/ARCH/firmware.elf. QEMU= is another
# folder, for another MicroPython (MPY_DIR=, MPY_VERSION=).
QEMU ?= build/qemu

QEMU_ARCHES = armv6m armv7m armv7emsp armv7emdp rv32imc
QEMU_FIRMWARES = $(QEMU_ARCHES:%=$(QEMU)/%/firmware.elf)

$(QEMU)/armv6m/firmware.elf: QEMU_BOARD = BOARD=MICROBIT MICROPY_HEAP_SIZE=229376
$(QEMU)/armv7m/firmware.elf: QEMU_BOARD = BOARD=MPS2_AN385 MICROPY_HEAP_SIZE=1572864
$(QEMU)/armv7emsp/firmware.elf: QEMU_BOARD = BOARD=MPS2_AN386 BOARD_DIR=$(CURDIR)/firmware/ports/qemu/MPS2_AN386 MICROPY_HEAP_SIZE=1572864
$(QEMU)/armv7emdp/firmware.elf: QEMU_BOARD = BOARD=MPS2_AN500 BOARD_DIR=$(CURDIR)/firmware/ports/qemu/MPS2_AN500 MICROPY_HEAP_SIZE=1572864
$(QEMU)/rv32imc/firmware.elf: QEMU_BOARD = BOARD=VIRT_RV32 MICROPY_HEAP_SIZE=1572864 'RV32_ARCH=rv32imac -misa-spec=2.2'

.PHONY: qemu
qemu: $(QEMU_FIRMWARES) ## MicroPython for the QEMU boards (build/qemu)

$(QEMU_FIRMWARES): $(QEMU)/%/firmware.elf: $(MICROPYTHON) $(wildcard firmware/ports/qemu/*.h firmware/ports/qemu/*/*)
	@mkdir -p $(@D)
	@$(MAKE) --no-print-directory -j$(JOBS) -C $(MPY_DIR)/ports/qemu $(QEMU_BOARD) BUILD=$(CURDIR)/$(@D) FROZEN_MANIFEST= MICROPY_VFS_LFS2=1 \
	  USER_C_MODULES=$(CURDIR)/firmware/ports/qemu CFLAGS_EXTRA="-DMP_CONFIGFILE='<$(CURDIR)/firmware/ports/qemu/config.h>'" >$(@D)/make.log 2>&1 || { tail -20 $(@D)/make.log >&2; exit 1; }

# Xtensa has no board in QEMU that fits; there MicroPython is a Linux program.
.PHONY: xtensa
xtensa: build/xtensa/bin-qemu.so ## a compiler for ESP32's instruction set, where there is none (build/xtensa)

build/xtensa/bin-qemu.so: host_tools/setup/xtensa.sh firmware/ports/xtensa/core.c
	@rm -rf build/xtensa && sh host_tools/setup/xtensa.sh build/xtensa

$(QEMU)/xtensawin/mpx: build/xtensa/bin-qemu.so $(MICROPYTHON) $(wildcard firmware/ports/xtensa/*)
	@mkdir -p $(@D)
	@PATH=$(CURDIR)/build/xtensa/bin-qemu:$(CURDIR)/$(VENV)/bin:$$PATH $(MAKE) --no-print-directory -j$(JOBS) -C firmware/ports/xtensa MPY_DIR=$(MPY_DIR) \
	  BUILD=$(CURDIR)/$(@D) HEADERS=$(firstword $(wildcard /usr/lib/picolibc/*/include)) >$(@D)/make.log 2>&1 || { tail -20 $(@D)/make.log >&2; exit 1; }
