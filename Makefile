# SPDX-License-Identifier: MIT
# The targets a person types. How the engine, the native module and the sizes are built stands in their own makefiles.

# PYTHON= makes .venv with another Python, MPY_DIR= takes your MicroPython source, OPS= chooses operators,
# ARCH= is a native module's architecture, BASE= a revision to compare with.
VENV = .venv
PY = $(VENV)/bin/python
ARCH ?= x64
JOBS ?= 2
MPY_VERSION = 1.25.0
MPY_GIT ?= https://github.com/micropython/micropython.git

# PROBE=PACKAGE: a command, a file or cc-headers, and the Debian package that brings it.
PACKAGES = git=git make=make gcc=gcc cc-headers=libc6-dev
PICOLIBC = /usr/lib/picolibc
PACKAGES_SIZE = arm-none-eabi-gcc=gcc-arm-none-eabi riscv64-unknown-elf-gcc=gcc-riscv64-unknown-elf
PACKAGES_SIZE += $(PICOLIBC)/arm-none-eabi=picolibc-arm-none-eabi
PACKAGES_SIZE += $(PICOLIBC)/riscv64-unknown-elf=picolibc-riscv64-unknown-elf
PACKAGES_PICO_SDK = cmake=cmake /usr/lib/arm-none-eabi/newlib=libnewlib-arm-none-eabi
PACKAGES_PICO_SDK += /usr/share/doc/libstdc++-arm-none-eabi-newlib=libstdc++-arm-none-eabi-newlib
PACKAGES_SIZE += $(PACKAGES_PICO_SDK)
PACKAGES_SIZE += clang=clang libfuzzer=libclang-rt-dev qemu-system-arm=qemu-system-arm qemu-system-riscv32=qemu-system-misc

# A source tree of the user's own is only looked at; ours is fetched.
ifdef MPY_DIR
override MPY_DIR := $(abspath $(MPY_DIR))
ifeq ($(wildcard $(MPY_DIR)/py/dynruntime.mk),)
$(error MPY_DIR: found no py/dynruntime.mk in $(MPY_DIR), needs a MicroPython source tree (1.24 or newer); next step: correct MPY_DIR= or leave it out)
endif
else
MPY_DIR = $(CURDIR)/build/micropython-$(MPY_VERSION)
endif
MICROPYTHON = $(MPY_DIR)/py/dynruntime.mk
DEPS = $(VENV)/deps.stamp
CORPUS = $(if $(MPYLITE_CORPUS),$(MPYLITE_CORPUS),$(abspath ../shared/corpus))
SUBMAKE = $(MAKE) --no-print-directory -j$(JOBS) PYTHON=$(CURDIR)/$(PY)

.DEFAULT_GOAL = help
.DELETE_ON_ERROR:
.PHONY: help deps demo demo-pico test test-fast corpus engine natmod natmod-test dist size size-diff bench compare fuzz clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: $(DEPS) $(MICROPYTHON) ## set up .venv, Python packages and MicroPython's source

demo: deps engine natmod ## float model to int8, run in MicroPython, compared with TensorFlow Lite Micro
	@$(PY) models/digits/demo.py

demo-pico: engine $(if $(PORT),,firmware) ## a sine and drawn digits on a Pico in the emulator (PORT=/dev/ttyACM0: on a board)
	@$(PY) firmware/demos/sine.py --port $(or $(PORT),rp2040:$(PROFILE))
	@$(PY) firmware/demos/digits.py --port $(or $(PORT),rp2040:$(PROFILE))

test: test-packages deps engine natmod ## set up and run all tests
	@MPYLITE_CORPUS=$(CORPUS) MPY_DIR=$(MPY_DIR) $(PY) -m pytest -q -n $(JOBS) --dist worksteal

test-fast: deps engine natmod ## the quick tests
	@MPYLITE_CORPUS=$(CORPUS) MPY_DIR=$(MPY_DIR) $(PY) -m pytest -q -n $(JOBS) -m "not slow"

corpus: deps engine ## every model of the public corpus against its recorded outputs (MPYLITE_CORPUS=)
	@MPYLITE_CORPUS=$(CORPUS) $(PY) -m tests.corpus

engine: $(DEPS) ## the engine as the Python package's shared library (OPS=...)
	@$(SUBMAKE) -f host_tools/engine.mk OPS="$(OPS)"
	@for plan in armv6m armv7em rv32 xtensa; do $(SUBMAKE) -f host_tools/engine.mk PLAN=$$plan || exit 1; done

# Native modules: mpylite of MLPerf Tiny's operators (tiny), the same with inner loops of the architecture (fast), every
# operator (all); with OPS= just the one.
NATMOD_ARCHES = x64 armv6m armv7m armv7emsp armv7emdp rv32imc xtensawin
NATMOD_FAST = armv6m armv7emsp armv7emdp rv32imc xtensawin
natmod: $(DEPS) $(MICROPYTHON) ## the native modules mpylite.mpy and ulab.mpy in build/natmod/ARCH (ARCH=x64 OPS=... INNER=... ULAB=all or names)
	@for set in $(if $(OPS),all,tiny $(if $(filter $(ARCH),$(NATMOD_FAST)),fast) all); do \
	  $(SUBMAKE) -f firmware/mpy/natmod/Makefile ARCH=$(ARCH) SET=$$set OPS="$(OPS)" $(INNER:%=INNER=%) MPY_DIR=$(MPY_DIR) || exit 1; done
	@$(SUBMAKE) -f firmware/mpy/natmod/Makefile ARCH=$(ARCH) MOD=ulab ULAB="$(or $(ULAB),core)" MPY_DIR=$(MPY_DIR)

natmod-test: test-packages $(DEPS) $(MICROPYTHON) ## every native module on its board in QEMU, one table
	@MPYLITE_CORPUS=$(CORPUS) MPY_DIR=$(MPY_DIR) $(PY) -m tests.natmod

dist: test-packages engine xtensa $(MICROPYTHON) ## a wheel that carries native modules and the Pico's images (dist/), mip packages (dist/mip)
	@for arch in $(NATMOD_ARCHES); do $(MAKE) --no-print-directory natmod ARCH=$$arch OPS= ULAB= >build/dist.log 2>&1 || { tail build/dist.log; exit 1; }; done
	@for profile in runtime repl full; do $(MAKE) --no-print-directory firmware BOARD=RPI_PICO PROFILE=$$profile >build/dist.log 2>&1 || { tail build/dist.log; exit 1; }; done
	@$(PY) host_tools/setup/mip.py build/natmod dist/mip
	@$(PY) -m pip -q wheel --no-deps -w dist .
	@$(VENV)/bin/mpylite size

size: $(if $(BOARD),firmware-size,test-packages $(DEPS) $(MICROPYTHON)) ## bytes of engine, operators and ulab on four instruction sets; BOARD= PROFILE=: of a firmware
	@$(if $(BOARD),:,MPY_DIR=$(MPY_DIR) $(PY) host_tools/size)

size-diff: test-packages $(DEPS) $(MICROPYTHON) ## the same beside another revision (BASE=...)
	@MPY_DIR=$(MPY_DIR) $(PY) host_tools/size --base "$(BASE)"

bench: engine $(if $(filter RPI_PICO,$(BOARD)),firmware-bench) ## time of one inference beside TFLM's and LiteRT's; BOARD=RPI_PICO: cycles in the emulator, from reset on (SAVE=1)
	@MPYLITE_CORPUS=$(CORPUS) $(PY) -m tests.bench.$(if $(BOARD),corpus,host)
	@$(if $(filter RPI_PICO,$(BOARD)),$(MAKE) --no-print-directory corpus-bench PROFILE=full)

.PHONY: corpus-bench
corpus-bench: firmware # every model in profile full, then by native modules in the same firmware without ours
	@$(FIRMWARE_MAKE) bare
	@$(MAKE) --no-print-directory natmod ARCH=armv6m OPS= ULAB= >build/corpus-bench.log || { tail build/corpus-bench.log; exit 1; }
	@MPYLITE_CORPUS=$(CORPUS) $(PY) -m tests.bench.in_firmware
	@MPYLITE_CORPUS=$(CORPUS) $(PY) -m tests.bench.in_firmware --native

COMPARE = build/compare
compare: engine $(COMPARE)/venv.stamp ## the converter beside TFLiteConverter (installs TensorFlow, in build/compare only)
	@$(COMPARE)/venv/bin/python models/compare/compare.py --write docs/convert.md $(MODELS)

$(COMPARE)/venv.stamp: | $(DEPS)
	@echo "compare: installing TensorFlow into $(COMPARE)/venv (600 MB; log: $(COMPARE)/pip.log)"
	@mkdir -p $(COMPARE) && $(PY) -m venv $(COMPARE)/venv
	@MPYLITE_ENGINE_BY_MAKE=1 $(COMPARE)/venv/bin/pip install --no-input -e '.[compare]' >$(COMPARE)/pip.log 2>&1 || \
		{ grep -m 1 ERROR $(COMPARE)/pip.log; exit 1; }
	@$(COMPARE)/venv/bin/pip install --no-input --no-deps tf_keras==2.21.0 >>$(COMPARE)/pip.log 2>&1
	@touch $@

MINUTES ?= 5
fuzz: test-packages $(DEPS) ## fuzz the engine with ASan and UBSan (MINUTES=5 JOBS=2 VARIANT=raises, armv6m or memory)
	@$(PY) -m tests.fuzz.fuzz --minutes $(MINUTES) --jobs $(JOBS) --variant "$(VARIANT)"

clean: ## remove what was built (not .venv)
	rm -rf build host_tools/mpylite/_engine*.so

# ---- setting up the machine ----------------------------------------------------------------------------------------

.PHONY: packages test-packages
packages:
	@sh host_tools/setup/packages.sh $(PACKAGES)

test-packages:
	@sh host_tools/setup/packages.sh --wanted $(PACKAGES_SIZE)

$(DEPS): pyproject.toml setup.py host_tools/setup/venv.sh | packages
	@PYTHON="$(PYTHON)" sh host_tools/setup/venv.sh $(VENV)
	@touch $@

$(CURDIR)/build/micropython-%/py/dynruntime.mk: | $(DEPS)
	@$(PY) host_tools/setup/micropython.py build/micropython-$* --version $* --git "$(MPY_GIT)"

include firmware/ports/rp2040/firmware.mk
include firmware/ports/qemu/firmware.mk
