/* SPDX-License-Identifier: MIT
 * In which memory of an ESP32 an arena lies. Knows nothing of MicroPython. */
#ifndef ESP32_ARENA_MEMORY_H
#define ESP32_ARENA_MEMORY_H

#include <stddef.h>

/* Internal RAM that stays free for what comes later: the radio's buffers, tasks, sockets. */
#define ARENA_MEMORY_KEPT 32768

/* Memory for an arena: internal RAM where there is enough, else PSRAM (several times slower), else NULL. */
void *arena_memory_take(size_t bytes);

void arena_memory_give(void *memory);

#endif
