# SPDX-License-Identifier: MIT
# User C module for ports that are built with cmake (rp2, esp32): modules mpylite and ulab, -DUSER_C_MODULES=<this file>.
# -DMPYLITE_ULAB=core, none or names with commas leaves some or all of ulab out, -DMPYLITE_INNER= chooses the inner loops: armv6m (RP2040),
# armv7em (RP2350's Arm cores), rv32 (ESP32-C3 and C6), xtensa (ESP32, S2, S3), portable; both of the former are found alone.
# -DMPYLITE_OPS=<names or models, with commas> chooses the operators.

get_filename_component(MPYLITE_TOP ${CMAKE_CURRENT_LIST_DIR}/../.. ABSOLUTE)
if(NOT MPYLITE_ULAB)
    set(MPYLITE_ULAB all)
endif()
if(NOT MPYLITE_INNER AND PICO_RP2040)
    set(MPYLITE_INNER armv6m)
elseif(NOT MPYLITE_INNER AND PICO_RP2350 AND PICO_ARM)
    set(MPYLITE_INNER armv7em)
endif()

# Runs one of the tree's Python programs.
function(mpylite_python)
    if(NOT Python3_EXECUTABLE)
        find_package(Python3 REQUIRED COMPONENTS Interpreter)
    endif()
    execute_process(COMMAND ${CMAKE_COMMAND} -E env PYTHONPATH=${MPYLITE_TOP}/host_tools ${Python3_EXECUTABLE} ${ARGN}
        WORKING_DIRECTORY ${MPYLITE_TOP} RESULT_VARIABLE failed)
    if(failed)
        message(FATAL_ERROR "${ARGN}: nothing was made; see above")
    endif()
endfunction()

# What both the compiler and MicroPython's search for names must know.
set(MPYLITE_DEFINITIONS MPYLITE_RAISES=1)
file(GLOB MPYLITE_MODULE CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.c)
file(GLOB MPYLITE_ENGINE CONFIGURE_DEPENDS ${MPYLITE_TOP}/kernels/*.c ${MPYLITE_TOP}/firmware/engine/*.c
    ${MPYLITE_TOP}/kernels/inner/portable.c)
if(MPYLITE_ULAB STREQUAL none)
    list(FILTER MPYLITE_MODULE EXCLUDE REGEX "/(modulab|ulab_[a-z]+)\\.c$")
else()
    file(GLOB MPYLITE_ULAB_SOURCES CONFIGURE_DEPENDS ${MPYLITE_TOP}/firmware/ulab/*.c)
    if(MPYLITE_ULAB STREQUAL core)
        list(APPEND MPYLITE_DEFINITIONS ULAB_ALL=0)
    elseif(NOT MPYLITE_ULAB STREQUAL all)
        string(REPLACE "," ";" MPYLITE_ULAB_LIST "${MPYLITE_ULAB}")
        set(MPYLITE_ULAB_DEF ${CMAKE_BINARY_DIR}/ulab_selected.def)
        mpylite_python(-m mpylite.select_ulab --table ${CMAKE_CURRENT_LIST_DIR}/ulab_names.def
            -o ${MPYLITE_ULAB_DEF} ${MPYLITE_ULAB_LIST})
        file(READ ${CMAKE_BINARY_DIR}/ulab_selected.flags MPYLITE_ULAB_FLAGS)
        string(REGEX MATCHALL "ULAB_[A-Z]+=[01]" MPYLITE_ULAB_FLAGS "${MPYLITE_ULAB_FLAGS}")
        list(APPEND MPYLITE_DEFINITIONS ${MPYLITE_ULAB_FLAGS} "ULAB_NAMES_DEF=\"${MPYLITE_ULAB_DEF}\"")
    endif()
endif()
if(MPYLITE_INNER)
    file(GLOB MPYLITE_INNER_SOURCES CONFIGURE_DEPENDS ${MPYLITE_TOP}/kernels/inner/${MPYLITE_INNER}*.[cS])
    list(REMOVE_ITEM MPYLITE_INNER_SOURCES ${MPYLITE_TOP}/kernels/inner/portable.c)
endif()
if(MPYLITE_INNER_SOURCES)
    if(MPYLITE_INNER MATCHES "^(armv7em|rv32|xtensa)$")
        file(GLOB MPYLITE_LAYERS CONFIGURE_DEPENDS ${MPYLITE_TOP}/kernels/inner/layers*.c)
        list(APPEND MPYLITE_INNER_SOURCES ${MPYLITE_LAYERS})
    endif()
    list(APPEND MPYLITE_DEFINITIONS INNER_LAYERS=1)
endif()
if(IDF_TARGET)
    # Arenas in internal RAM first, in PSRAM next.
    file(GLOB MPYLITE_PORT CONFIGURE_DEPENDS ${MPYLITE_TOP}/firmware/ports/esp32/*.c)
    list(APPEND MPYLITE_DEFINITIONS MPYLITE_ARENA=esp32_arena)
endif()
if(MPYLITE_OPS)
    string(REPLACE "," ";" MPYLITE_OPS_LIST "${MPYLITE_OPS}")
    set(MPYLITE_OPS_DEF ${CMAKE_BINARY_DIR}/mpylite_ops.def)
    mpylite_python(-m mpylite.select_ops --table ${MPYLITE_TOP}/kernels/ops.def -o ${MPYLITE_OPS_DEF} ${MPYLITE_OPS_LIST})
    list(APPEND MPYLITE_DEFINITIONS "MPYLITE_OPS_DEF=\"${MPYLITE_OPS_DEF}\"")
endif()

# All texts, packed.
set(MPYLITE_TEXTS ${CMAKE_BINARY_DIR}/mpylite_texts.h)
mpylite_python(firmware/engine/pack_texts.py ${MPYLITE_TEXTS})
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${MPYLITE_TOP}/firmware/engine/pack_texts.py
    ${MPYLITE_TOP}/kernels/status.def ${MPYLITE_TOP}/kernels/ops.def
    ${MPYLITE_TOP}/kernels/kernel.h ${CMAKE_CURRENT_LIST_DIR}/refusals.def ${CMAKE_CURRENT_LIST_DIR}/ulab_refusals.def)
list(APPEND MPYLITE_DEFINITIONS "MPYLITE_TEXTS=\"${MPYLITE_TEXTS}\"")

# Flags by which these loops get smaller.
set_source_files_properties(${MPYLITE_MODULE} ${MPYLITE_ENGINE} ${MPYLITE_INNER_SOURCES} ${MPYLITE_ULAB_SOURCES} PROPERTIES
    COMPILE_OPTIONS "-fno-schedule-insns2;-fno-move-loop-invariants;-fno-tree-loop-im;-fno-tree-coalesce-vars;-fno-tree-dominator-opts;-fno-forward-propagate")

add_library(usermod_mpylite INTERFACE)
target_sources(usermod_mpylite INTERFACE ${MPYLITE_MODULE} ${MPYLITE_ENGINE} ${MPYLITE_INNER_SOURCES} ${MPYLITE_ULAB_SOURCES} ${MPYLITE_PORT})
target_include_directories(usermod_mpylite INTERFACE ${MPYLITE_TOP}/kernels ${MPYLITE_TOP}/firmware/engine
    ${MPYLITE_TOP}/firmware/ulab ${CMAKE_CURRENT_LIST_DIR})
target_compile_definitions(usermod_mpylite INTERFACE ${MPYLITE_DEFINITIONS})
list(APPEND MICROPY_CPP_DEF_EXTRA ${MPYLITE_DEFINITIONS})
# Fused multiply-adds would round differently from TensorFlow Lite's reference.
target_compile_options(usermod_mpylite INTERFACE -ffp-contract=off)
target_link_libraries(usermod INTERFACE usermod_mpylite)
