# SPDX-License-Identifier: MIT
# Targets that build and measure firmware for a board; the top Makefile includes this.

FIRMWARE_BOARD = $(if $(BOARD),$(BOARD),RPI_PICO)
PROFILE ?= repl
FIRMWARE = build/firmware/$(FIRMWARE_BOARD)-$(PROFILE)
PACKAGES_FIRMWARE = arm-none-eabi-gcc=gcc-arm-none-eabi

.PHONY: firmware firmware-size firmware-bench
firmware: $(DEPS) $(MICROPYTHON) ## an image for a board: BOARD=RPI_PICO PROFILE=runtime or repl
	@sh host_tools/setup/packages.sh $(PACKAGES_FIRMWARE)
	@$(SUBMAKE) -f firmware/ports/rp2040/Makefile BOARD=$(FIRMWARE_BOARD) PROFILE=$(PROFILE) MPY_DIR=$(MPY_DIR)

firmware-size: firmware ## its bytes by source
	@$(PY) firmware/ports/rp2040/size.py $(FIRMWARE_BOARD) $(PROFILE) $(FIRMWARE)

firmware-bench: firmware ## cycles in the emulator: reset to prompt, loading and one inference of each model
	@$(PY) firmware/ports/rp2040/bench.py $(FIRMWARE_BOARD) $(FIRMWARE) $(CORPUS)
