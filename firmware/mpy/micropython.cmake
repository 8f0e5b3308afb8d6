# SPDX-License-Identifier: MIT
# User C module for ports that are built with cmake (rp2, esp32): -DUSER_C_MODULES=<this file>. -DMPYLITE_INNER= takes the
# inner loops of an architecture: armv6m (RP2040), armv7em (RP2350's ARM cores), rv32 (ESP32-C3 and C6), xtensa (ESP32, S2, S3).

get_filename_component(MPYLITE_TOP ${CMAKE_CURRENT_LIST_DIR}/../.. ABSOLUTE)
file(GLOB MPYLITE_ENGINE ${MPYLITE_TOP}/kernels/*.c ${MPYLITE_TOP}/firmware/engine/*.c)
file(GLOB MPYLITE_MODULE ${CMAKE_CURRENT_LIST_DIR}/*.c)
list(FILTER MPYLITE_MODULE EXCLUDE REGEX "/(modulab|ulab_[a-z]+)\\.c$")

add_library(usermod_mpylite INTERFACE)
if(MPYLITE_INNER)
    file(GLOB MPYLITE_LOOPS ${MPYLITE_TOP}/kernels/inner/${MPYLITE_INNER}*.[cS])
    if(NOT MPYLITE_INNER STREQUAL armv6m)
        file(GLOB MPYLITE_LAYERS ${MPYLITE_TOP}/kernels/inner/layers*.c)
    endif()
    target_sources(usermod_mpylite INTERFACE ${MPYLITE_LOOPS} ${MPYLITE_LAYERS})
    target_compile_definitions(usermod_mpylite INTERFACE INNER_LAYERS=1)
endif()
target_sources(usermod_mpylite INTERFACE ${MPYLITE_MODULE} ${MPYLITE_ENGINE} ${MPYLITE_TOP}/kernels/inner/portable.c)
target_include_directories(usermod_mpylite INTERFACE
    ${MPYLITE_TOP}/kernels ${MPYLITE_TOP}/firmware/engine ${CMAKE_CURRENT_LIST_DIR})
# Fused multiply-adds would round differently from TensorFlow Lite's reference.
target_compile_options(usermod_mpylite INTERFACE -ffp-contract=off)
target_link_libraries(usermod INTERFACE usermod_mpylite)
