/* SPDX-License-Identifier: MIT
 * What a machine gives to probe.c. */
#ifndef MPYLITE_PROBE_H
#define MPYLITE_PROBE_H

#include <stdint.h>

/* Instructions since the last restart, of which there is one before each invocation. */
void probe_restart(void);
uint32_t probe_instructions(void);

/* Bytes to the PC. */
void probe_write(const void *bytes, uint32_t count);

/* What the machine calls after its start. */
void probe_main(const uint8_t *request);

#endif
