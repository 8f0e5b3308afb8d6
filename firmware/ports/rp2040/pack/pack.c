/* SPDX-License-Identifier: MIT
 * Packs an image for unpack.c: `pack IMAGE PACKED`. Here are the files and the range coder; what is coded belongs to parse.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parse.h"

typedef struct {
    uint8_t *out;
    size_t bytes;
    uint64_t low;
    uint32_t range;
} coder_t;

enum { TOP = 1 << 24 };

static void carry(coder_t *coder) {
    for (size_t at = coder->bytes; at-- && ++coder->out[at] == 0;) {
    }
}

static void shift(coder_t *coder) {
    if (coder->low >> 32) {
        carry(coder);
    }
    coder->out[coder->bytes++] = (uint8_t)(coder->low >> 24);
    coder->low = (coder->low & (TOP - 1)) << 8;
    coder->range <<= 8;
}

static void coded(void *context, unsigned bit, unsigned likely) {
    coder_t *coder = context;
    uint32_t bound = (coder->range >> 12) * likely;
    coder->low += bit ? 0 : bound;
    coder->range = bit ? bound : coder->range - bound;
    while (coder->range < TOP) {
        shift(coder);
    }
}

static uint8_t *read_file(const char *name, unsigned *bytes) {
    FILE *file = fopen(name, "rb");
    uint8_t *data = malloc(1 << 18);
    *bytes = file && data ? (unsigned)fread(data, 1, 1 << 18, file) : 0;
    if (file) {
        fclose(file);
    }
    return data;
}

static size_t pack(const uint8_t *data, unsigned bytes, uint8_t *out) {
    uint8_t *tables = malloc(1 << 18);
    step_t *steps = malloc(bytes * sizeof *steps);
    model_t *model = malloc(sizeof *model);
    unsigned count = parse(data, bytes, tables, steps);
    coder_t coder = {.out = out, .range = TOP};
    model_start(model, data, bytes, tables);
    model->coded = coded;
    model->coder = &coder;
    parse_code(model, steps, count);
    for (unsigned i = 0; i < 4; i++) {
        shift(&coder);
    }
    free(tables);
    free(steps);
    free(model);
    memmove(out, out + 1, --coder.bytes); /* low never reached so high */
    return coder.bytes;
}

int main(int count, char **arguments) {
    unsigned bytes = 0;
    uint8_t *data = count == 3 ? read_file(arguments[1], &bytes) : NULL;
    if (bytes < 2 || bytes > 200 * 1024) {
        fprintf(stderr, "pack: found %u bytes to pack, needs 2 to 200 KB; next step: `pack IMAGE PACKED`\n", bytes);
        return 1;
    }
    uint8_t *out = malloc(2 * bytes + 16);
    size_t packed = pack(data, bytes, out);
    FILE *file = fopen(arguments[2], "wb");
    int failed = !file || fwrite(out, 1, packed, file) != packed || fclose(file);
    if (failed) {
        fprintf(stderr, "pack: could not write %zu bytes to %s, needs room there; next step: look at the disk\n", packed, arguments[2]);
    }
    free(data);
    free(out);
    return failed;
}
