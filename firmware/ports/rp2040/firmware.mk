# SPDX-License-Identifier: MIT
# Targets that build firmware for a board; the top Makefile includes this.

BOARD ?= RPI_PICO
PROFILE ?= repl
PACKAGES_FIRMWARE = arm-none-eabi-gcc=gcc-arm-none-eabi

.PHONY: firmware
firmware: $(DEPS) $(MICROPYTHON) ## an image for a board: BOARD=RPI_PICO PROFILE=runtime, repl or full
	@sh host_tools/setup/packages.sh $(PACKAGES_FIRMWARE)
	@$(SUBMAKE) -f firmware/ports/rp2040/Makefile BOARD=$(BOARD) PROFILE=$(PROFILE) MPY_DIR=$(MPY_DIR)
