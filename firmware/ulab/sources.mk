# SPDX-License-Identifier: MIT
# What ulab is made of, for every build of it by make: ULAB_SRC and ULAB_CFLAGS, empty with ULAB=none. ULAB=core: arrays,
# operators and reductions; all; or what is wanted, with commas: ULAB=core,dot,fft or ULAB=zeros,sum (then ULAB_DEF is the list
# of names cut down to that, in ULAB_BUILD). ULAB_TOP/ is the top of the tree where make does not run there.

ULAB_TABLE = $(ULAB_TOP)firmware/mpy/ulab_names.def
ULAB_COMMA = ,
ULAB_LIST = $(subst $(ULAB_COMMA), ,$(ULAB))
ULAB_SRC = $(if $(filter-out none,$(ULAB)),$(wildcard $(ULAB_TOP)firmware/ulab/*.c))
ULAB_DEF = $(ULAB_TABLE)

ifneq ($(filter all core,$(ULAB)),)
ULAB_CFLAGS = -I$(ULAB_TOP)firmware/ulab -DULAB_ALL=$(if $(filter all,$(ULAB)),1,0)
else ifneq ($(ULAB),none)
ULAB_CHOICE := ulab-$(shell echo '$(ULAB_LIST)' | cksum | cut -d ' ' -f 1)
ULAB_DEF = $(abspath $(or $(ULAB_BUILD),build/ulab))/$(ULAB_CHOICE)/ulab_selected.def
ULAB_DONE := $(shell PYTHONPATH=$(or $(ULAB_TOP),$(CURDIR)/)host_tools $(PYTHON) -m mpylite.select_ulab --table $(ULAB_TABLE) \
  -o $(ULAB_DEF) $(ULAB_LIST) && echo yes)
ifneq ($(ULAB_DONE),yes)
$(error ULAB=$(ULAB): no list of names was made; see above)
endif
ULAB_CFLAGS := -I$(ULAB_TOP)firmware/ulab $(shell cat $(ULAB_DEF:.def=.flags)) -DULAB_NAMES_DEF='"$(ULAB_DEF)"'
endif
