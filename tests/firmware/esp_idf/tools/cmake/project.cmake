# SPDX-License-Identifier: MIT
# Stands in for ESP-IDF where MicroPython's esp32 port is configured without it: the few commands that the port calls. Nothing
# is compiled for a chip; what the port would compile, and how, stands in compile_commands.json.

set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(IDF_PATH $ENV{IDF_PATH})
if(NOT IDF_TARGET)
    set(IDF_TARGET esp32)
endif()
if(IDF_TARGET MATCHES "^esp32(c|h|p)")
    set(CONFIG_IDF_TARGET_ARCH_RISCV y)
else()
    set(CONFIG_IDF_TARGET_ARCH_XTENSA y)
endif()
string(TOUPPER ${IDF_TARGET} TARGET)
set(CONFIG_IDF_TARGET_${TARGET} y)

function(idf_component_register)
    cmake_parse_arguments(MAIN "" "" "SRCS;INCLUDE_DIRS;LDFRAGMENTS;REQUIRES" ${ARGN})
    list(FILTER MAIN_SRCS EXCLUDE REGEX "(/lib/|\\.S$|\\.s$)") # submodules: not in every source of MicroPython
    add_library(main STATIC ${MAIN_SRCS})
    target_include_directories(main PUBLIC ${MAIN_INCLUDE_DIRS})
    set(COMPONENT_TARGET main PARENT_SCOPE)
endfunction()

macro(project name)
    _project(${name} C)
    add_subdirectory(main)
endmacro()
