# SPDX-License-Identifier: MIT
# User C module for ports that are built with cmake (rp2, esp32): -DUSER_C_MODULES=<this file>.

get_filename_component(MPYLITE_TOP ${CMAKE_CURRENT_LIST_DIR}/../.. ABSOLUTE)
file(GLOB MPYLITE_ENGINE ${MPYLITE_TOP}/kernels/*.c ${MPYLITE_TOP}/firmware/engine/*.c)
file(GLOB MPYLITE_MODULE ${CMAKE_CURRENT_LIST_DIR}/*.c)
list(FILTER MPYLITE_MODULE EXCLUDE REGEX "/(modulab|ulab_[a-z]+)\\.c$")

add_library(usermod_mpylite INTERFACE)
target_sources(usermod_mpylite INTERFACE ${MPYLITE_MODULE} ${MPYLITE_ENGINE} ${MPYLITE_TOP}/kernels/inner/portable.c)
target_include_directories(usermod_mpylite INTERFACE
    ${MPYLITE_TOP}/kernels ${MPYLITE_TOP}/firmware/engine ${CMAKE_CURRENT_LIST_DIR})
# Fused multiply-adds would round differently from TensorFlow Lite's reference.
target_compile_options(usermod_mpylite INTERFACE -ffp-contract=off)
target_link_libraries(usermod INTERFACE usermod_mpylite)
