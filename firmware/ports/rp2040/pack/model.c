/* SPDX-License-Identifier: MIT
 * The packer's copy of what unpack.c believes, in the same integers. */
#include "model.h"

#include <math.h>
#include <string.h>

static void start_odds(model_t *model) {
    uint32_t likely = 1u << 23; /* of 1 << 24; the curve's slope is likely * (1 - likely) */
    for (int x = 0; x < 2048; x++) {
        unsigned p = likely >> 12;
        model->squashed[2048 + x] = (uint16_t)p;
        model->squashed[2047 - x] = (uint16_t)(4096 - p);
        likely += (likely >> 8) * (65536 - (likely >> 8)) >> 16;
    }
    for (unsigned i = 0; i < UNPACK_ROWS * UNPACK_REFINED; i++) {
        model->refined[i / UNPACK_REFINED][i % UNPACK_REFINED] = (uint16_t)(model->squashed[i % UNPACK_REFINED * 256 + 128] << 4);
    }
}

static unsigned more(unsigned count) {
    return count < 15 ? count + 1 : 15;
}

static unsigned fewer(unsigned count) {
    return count > 3 ? (count + 3) >> 1 : count;
}

static void start_histories(model_t *model) {
    static const uint8_t logarithms[] = UNPACK_LOGARITHMS;
    for (unsigned history = 0; history < 256; history++) {
        unsigned zeros = history >> 4, ones = history & 15;
        int odds = logarithms[ones] - logarithms[zeros];
        model->next[0][history] = (uint8_t)(more(zeros) << 4 | fewer(ones));
        model->next[1][history] = (uint8_t)(fewer(zeros) << 4 | more(ones));
        for (unsigned i = 0; i < UNPACK_INPUTS; i++) {
            model->weights[0][history][i] = (int16_t)(odds * UNPACK_SCALE_LITERAL);
            model->weights[1][history][i] = (int16_t)(odds * UNPACK_SCALE_TOKEN);
        }
    }
}

static unsigned table_bytes(unsigned bytes) {
    unsigned free_bytes = (UNPACK_RAM_END - 0x20000000u - UNPACK_MODEL_BYTES - bytes) / UNPACK_TABLES;
    return free_bytes < UNPACK_TABLE_MOST ? free_bytes : UNPACK_TABLE_MOST;
}

void model_start(model_t *model, const uint8_t *data, unsigned bytes, uint8_t *tables) {
    memset(model, 0, sizeof *model);
    model->data = data;
    model->bytes = bytes;
    model->tables = tables;
    model->table_bytes = table_bytes(bytes);
    memset(tables, 0, UNPACK_TABLES * model->table_bytes + 256);
    start_odds(model);
    start_histories(model);
    for (unsigned p = 1; p <= 4096; p++) {
        model->costs[p] = (uint32_t)lround(-log2(p / 4096.0) * MODEL_BIT);
    }
}

static context_t of_bytes(model_t *model, unsigned place) {
    unsigned odd = place & 1, last = place > 0 ? model->data[place - 1] : 0, other = place > 1 ? model->data[place - 2] : 0;
    uint32_t seen[UNPACK_TABLES] = {other >> 2 | last >> 5 << 6 | odd << 12, last | odd << 8};
    context_t context = {.count = UNPACK_INPUTS};
    for (unsigned i = 0; i < UNPACK_TABLES; i++) {
        uint32_t hash = seen[i] * UNPACK_HASH >> 16;
        context.at[i] = model->tables + i * model->table_bytes + (hash * model->table_bytes >> 16);
    }
    return context;
}

context_t model_literal(model_t *model, unsigned place) {
    context_t context = of_bytes(model, place);
    context.at[UNPACK_TABLES] = model->order0[place & 1];
    context.node = 1;
    context.row = (place & 1) << 8;
    return context;
}

context_t model_flag(model_t *model, unsigned place, unsigned kinds) {
    context_t context = of_bytes(model, place);
    context.at[UNPACK_TABLES] = model->kinds + (kinds << 1 | (place & 1));
    context.row = (place & 1) << 8;
    return context;
}

context_t model_token(model_t *model, unsigned place, unsigned node) {
    return (context_t){.at = {model->tokens + place}, .count = 1, .node = node, .row = UNPACK_ROW_TOKEN};
}

typedef struct {
    unsigned likely, refined; /* of a 1: as the weights say, and as it is coded */
    uint16_t *step;
} belief_t;

static belief_t believe(const model_t *model, const context_t *context) {
    int odds = 0;
    for (unsigned i = 0; i < context->count; i++) {
        odds += model->weights[context->count == 1][context->at[i][context->node]][i];
    }
    odds >>= UNPACK_WEIGHT_BITS;
    odds = 2048 + (odds > 2047 ? 2047 : odds < -2048 ? -2048 : odds);
    belief_t belief = {.likely = model->squashed[odds], .step = (uint16_t *)&model->refined[context->row + context->node][odds >> 8]};
    belief.refined = (belief.likely + (*belief.step >> 4)) >> 1;
    return belief;
}

static uint32_t cost_of(const model_t *model, unsigned likely, unsigned bit) {
    return model->costs[bit ? likely : 4096 - likely];
}

uint32_t model_cost(const model_t *model, const context_t *context, unsigned bit) {
    return cost_of(model, believe(model, context).refined, bit);
}

uint32_t model_code(model_t *model, const context_t *context, unsigned bit) {
    belief_t belief = believe(model, context);
    int wrong = (bit ? 4096 : 0) - (int)belief.likely, step = (wrong + (1 << UNPACK_LEARN_BITS) / 2) >> UNPACK_LEARN_BITS;
    for (unsigned i = 0; i < context->count; i++) {
        uint8_t *history = context->at[i] + context->node;
        model->weights[context->count == 1][*history][i] += (int16_t)step;
        *history = model->next[bit][*history];
    }
    *belief.step = (uint16_t)(*belief.step + (((bit ? 65535 : 0) - *belief.step) >> UNPACK_REFINE_BITS));
    if (model->coded) {
        model->coded(model->coder, bit, belief.refined);
    }
    return cost_of(model, belief.refined, bit);
}

static uint32_t literal(model_t *model, unsigned place, uint32_t (*each)(model_t *, const context_t *, unsigned)) {
    context_t context = model_literal(model, place);
    unsigned byte = model->data[place];
    uint32_t cost = 0;
    for (unsigned i = 8; i--;) {
        unsigned bit = byte >> i & 1;
        cost += each(model, &context, bit);
        context.node = context.node << 1 | bit;
    }
    return cost;
}

static uint32_t only_cost(model_t *model, const context_t *context, unsigned bit) {
    return model_cost(model, context, bit);
}

uint32_t model_literal_cost(model_t *model, unsigned place) {
    return literal(model, place, only_cost);
}

uint32_t model_literal_code(model_t *model, unsigned place) {
    return literal(model, place, model_code);
}
