/* SPDX-License-Identifier: MIT
 * The ROMFS partition and vfs.rom_ioctl. Two slots take turns: a deploy writes the idle one and at last its seal, so that a
 * power cut leaves the file system that was there before. */
#include <string.h>

#include "port.h"
#include "py/mperrno.h"
#include "py/objarray.h"
#include "py/runtime.h"
#include "extmod/vfs.h"

#define SLOT_BYTES (BOARD_ROMFS_BYTES / 2)
#define CONTENT_BYTES (SLOT_BYTES - FLASH_SECTOR_BYTES) /* the last sector holds the seal */
#define FLASH_BASE 0x10000000u
#define SEAL_MAGIC 0x53464d52u

/* What makes a slot valid; the higher number is the newer one. */
typedef struct {
    uint32_t magic;
    uint32_t number;
    uint32_t inverse; /* ~number: a seal half written does not fit */
} seal_t;

static uint32_t slot_offset(unsigned slot) {
    return BOARD_ROMFS_OFFSET + slot * SLOT_BYTES;
}

static const seal_t *seal_of(unsigned slot) {
    return (const seal_t *)(uintptr_t)(FLASH_BASE + slot_offset(slot) + CONTENT_BYTES);
}

/* 0 for a slot without seal. */
static uint32_t number_of(unsigned slot) {
    const seal_t *seal = seal_of(slot);
    return seal->magic == SEAL_MAGIC && seal->number == ~seal->inverse ? seal->number : 0;
}

static unsigned active_slot(void) {
    return number_of(1) > number_of(0);
}

static mp_obj_t refuse(int error) {
    return MP_OBJ_NEW_SMALL_INT(-error);
}

static mp_obj_t prepare(uint32_t bytes) {
    uint32_t slot = slot_offset(!active_slot());
    if (bytes > CONTENT_BYTES) {
        return refuse(MP_ENOSPC);
    }
    flash_erase(slot + CONTENT_BYTES, FLASH_SECTOR_BYTES);
    /* sector by sector, so that Ctrl-C and the console are served in between */
    for (uint32_t done = 0; done < bytes; done += FLASH_SECTOR_BYTES) {
        flash_erase(slot + done, FLASH_SECTOR_BYTES);
        mp_handle_pending(true);
    }
    return MP_OBJ_NEW_SMALL_INT(FLASH_PAGE_BYTES);
}

static mp_obj_t write(uint32_t offset, mp_obj_t source) {
    mp_buffer_info_t info;
    mp_get_buffer_raise(source, &info, MP_BUFFER_READ);
    if (offset % FLASH_PAGE_BYTES || offset > CONTENT_BYTES || info.len > CONTENT_BYTES - offset) {
        return refuse(MP_EINVAL);
    }
    uint8_t page[FLASH_PAGE_BYTES];
    const uint8_t *data = info.buf;
    for (size_t left = info.len; left;) {
        size_t now = left < FLASH_PAGE_BYTES ? left : FLASH_PAGE_BYTES;
        memset(page, 0xff, sizeof page);
        memcpy(page, data, now); /* the source may lie in flash */
        flash_program(slot_offset(!active_slot()) + offset, page, FLASH_PAGE_BYTES);
        offset += FLASH_PAGE_BYTES;
        data += now;
        left -= now;
    }
    return MP_OBJ_NEW_SMALL_INT(0);
}

static mp_obj_t complete(void) {
    uint8_t page[FLASH_PAGE_BYTES];
    uint32_t number = number_of(active_slot()) + 1;
    seal_t seal = {SEAL_MAGIC, number, ~number};
    memset(page, 0xff, sizeof page);
    memcpy(page, &seal, sizeof seal);
    flash_program(slot_offset(!active_slot()) + CONTENT_BYTES, page, FLASH_PAGE_BYTES);
    return MP_OBJ_NEW_SMALL_INT(0);
}

/* rom_ioctl(command, slot, ...): there is one partition, 0. */
mp_obj_t mp_vfs_rom_ioctl(size_t n_args, const mp_obj_t *args) {
    mp_int_t command = mp_obj_get_int(args[0]);
    if (command == MP_VFS_ROM_IOCTL_GET_NUMBER_OF_SEGMENTS) {
        return MP_OBJ_NEW_SMALL_INT(1);
    }
    if (n_args < 2 || mp_obj_get_int(args[1]) != 0) {
        return refuse(MP_EINVAL);
    }
    switch (command) {
        case MP_VFS_ROM_IOCTL_GET_SEGMENT:
            return mp_obj_new_memoryview('B', CONTENT_BYTES, (void *)(uintptr_t)(FLASH_BASE + slot_offset(active_slot())));
        case MP_VFS_ROM_IOCTL_WRITE_PREPARE:
            return n_args < 3 ? refuse(MP_EINVAL) : prepare((uint32_t)mp_obj_get_int(args[2]));
        case MP_VFS_ROM_IOCTL_WRITE:
            return n_args < 4 ? refuse(MP_EINVAL) : write((uint32_t)mp_obj_get_int(args[2]), args[3]);
        case MP_VFS_ROM_IOCTL_WRITE_COMPLETE:
            return complete();
        default:
            return refuse(MP_EINVAL);
    }
}
