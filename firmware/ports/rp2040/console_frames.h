/* SPDX-License-Identifier: MIT
 * Runs compiled code (.mpy): from files, and as frames over the console of a board without compiler. */
#ifndef RP2040_CONSOLE_FRAMES_H
#define RP2040_CONSOLE_FRAMES_H

#include <stdbool.h>

/* Runs a .mpy file in the namespace of __main__, prints an exception. False: it raised SystemExit. */
bool console_frames_run_file(const char *name);

/* Serves frames until a soft reset is asked for:
 *
 *   host:  SYN, length (4 bytes, little endian), CRC-32 of the code (4 bytes), the code of a .mpy file
 *   board: ACK, what the code prints, EOT, its traceback if any, EOT
 *          or NAK and one letter: C the CRC is wrong, M too long for the memory, T bytes stopped coming
 *   host:  Ctrl-B; board: one line that says who answers, where a board with compiler shows its banner
 *   host:  EOT; board: soft reset
 *
 * Ctrl-C stops code that runs. Any other byte outside of a frame is ignored. */
void console_frames_serve(void);

#endif
