/* SPDX-License-Identifier: MIT
 * Finds a text in its table, and unpacks it. */
#include "text.h"

#ifdef MPYLITE_TEXTS
/* A symbol from 128 to 255, or from 1 to 31 behind them, stands for two symbols, which may do so too; others for themselves. */
static char *unpack(char *to, uint8_t symbol) {
    static const uint8_t pairs[] = TEXTS_PAIRS;
    uint8_t pair = (uint8_t)(symbol - 128);
    if (pair >= sizeof pairs / 2) {
        *to = (char)symbol;
        return to + 1;
    }
    return unpack(unpack(to, pairs[2 * pair]), pairs[2 * pair + 1]);
}
#endif

const char *text_nth(const char *table, uint32_t n, char room[TEXTS_ROOM]) {
    while (n > 0) {
        n -= *table++ == 0;
    }
#ifdef MPYLITE_TEXTS
    char *to = room;
    while (*table) {
        to = unpack(to, (uint8_t)*table++);
    }
    *to = 0;
    return room;
#else
    (void)room;
    return table;
#endif
}
