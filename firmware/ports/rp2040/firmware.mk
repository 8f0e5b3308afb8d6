# SPDX-License-Identifier: MIT
# Targets that build and measure firmware for a board; the top Makefile includes this.

FIRMWARE_BOARD = $(if $(BOARD),$(BOARD),RPI_PICO)
PROFILE ?= $(if $(filter RPI_PICO,$(FIRMWARE_BOARD)),repl,full)
ifeq ($(filter runtime repl full stock,$(PROFILE)),)
$(error PROFILE: found $(PROFILE), needs runtime, repl, full or stock)
endif
FIRMWARE = build/firmware/$(FIRMWARE_BOARD)-$(PROFILE)
# MicroPython's own ports build full (with our modules) and stock (without, to deploy onto), ours the small profiles.
FIRMWARE_PORT = $(if $(filter ESP32%,$(FIRMWARE_BOARD)),esp32,$(if $(filter full stock,$(PROFILE)),rp2,rp2040))
FIRMWARE_MAKE = $(SUBMAKE) -f firmware/ports/$(FIRMWARE_PORT)/Makefile BOARD=$(FIRMWARE_BOARD) PROFILE=$(PROFILE) MPY_DIR=$(MPY_DIR)
PACKAGES_FIRMWARE = $(if $(filter esp32,$(FIRMWARE_PORT)),,arm-none-eabi-gcc=gcc-arm-none-eabi)
ifeq ($(FIRMWARE_PORT),rp2)
PACKAGES_FIRMWARE += $(PACKAGES_PICO_SDK)
endif

.PHONY: firmware firmware-size firmware-bench
firmware: $(DEPS) $(MICROPYTHON) ## an image for a board: BOARD=RPI_PICO PROFILE=runtime, repl, full or stock
	@sh host_tools/setup/packages.sh $(PACKAGES_FIRMWARE)
	@$(FIRMWARE_MAKE)

firmware-size: firmware ## its bytes by source (SAVE=1: keep them in tests/bench/firmware.json)
	@$(if $(filter full,$(PROFILE)),$(FIRMWARE_MAKE) bare)
	@$(PY) firmware/ports/rp2040/size.py "$(if $(SAVE),1,0)" $(FIRMWARE_BOARD) $(PROFILE) $(FIRMWARE)

# Both small profiles, or the one that is asked for.
BENCHED = $(if $(filter file,$(origin PROFILE)),runtime repl,$(PROFILE))
firmware-bench: $(DEPS) $(MICROPYTHON)
	@for profile in $(BENCHED); do $(MAKE) --no-print-directory firmware BOARD=$(FIRMWARE_BOARD) PROFILE=$$profile || exit 1; done
	@$(PY) firmware/ports/rp2040/bench.py "$(if $(SAVE),1,0)" $(FIRMWARE_BOARD) $(CORPUS) $(BENCHED:%=build/firmware/$(FIRMWARE_BOARD)-%)
