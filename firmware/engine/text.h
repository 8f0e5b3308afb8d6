/* SPDX-License-Identifier: MIT
 * Texts that stand one behind another in a table: plain, or packed where MPYLITE_TEXTS names the file that pack_texts.py
 * has made of all of them (TEXTS_...). */
#ifndef MPYLITE_TEXT_H
#define MPYLITE_TEXT_H

#include <stdint.h>

#ifdef MPYLITE_TEXTS
#include MPYLITE_TEXTS
#else
#define TEXTS_ROOM 1 /* nothing is unpacked */
#endif

/* Text n of a table (text, 0, text, 0, ...: smaller than pointers, and needs no relocation); a packed one lies in `room`. */
const char *text_nth(const char *table, uint32_t n, char room[TEXTS_ROOM]);

#endif
