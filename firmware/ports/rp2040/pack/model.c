/* SPDX-License-Identifier: MIT
 * What the packer believes as it goes along, as unpack.c will. */
#include "model.h"

#include <math.h>
#include <string.h>

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
    belief_start_odds(&model->belief);
    belief_start_histories(&model->belief);
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
} foretold_t;

static foretold_t foretell(const model_t *model, const context_t *context) {
    int odds = 0;
    for (unsigned i = 0; i < context->count; i++) {
        odds += model->belief.weights[context->count == 1][context->at[i][context->node]][i];
    }
    odds >>= UNPACK_WEIGHT_BITS;
    odds = 2048 + (odds > 2047 ? 2047 : odds < -2048 ? -2048 : odds);
    foretold_t foretold = {.likely = model->belief.squashed[odds], .step = (uint16_t *)&model->belief.refined[context->row + context->node][odds >> 8]};
    foretold.refined = (foretold.likely + (*foretold.step >> 4)) >> 1;
    return foretold;
}

static uint32_t cost_of(const model_t *model, unsigned likely, unsigned bit) {
    return model->costs[bit ? likely : 4096 - likely];
}

uint32_t model_cost(const model_t *model, const context_t *context, unsigned bit) {
    return cost_of(model, foretell(model, context).refined, bit);
}

uint32_t model_code(model_t *model, const context_t *context, unsigned bit) {
    foretold_t foretold = foretell(model, context);
    int wrong = (bit ? 4096 : 0) - (int)foretold.likely, step = (wrong + (1 << UNPACK_LEARN_BITS) / 2) >> UNPACK_LEARN_BITS;
    for (unsigned i = 0; i < context->count; i++) {
        uint8_t *history = context->at[i] + context->node;
        model->belief.weights[context->count == 1][*history][i] += (int16_t)step;
        *history = model->belief.next[bit][*history];
    }
    *foretold.step = (uint16_t)(*foretold.step + (((bit ? 65535 : 0) - *foretold.step) >> UNPACK_REFINE_BITS));
    if (model->coded) {
        model->coded(model->coder, bit, foretold.refined);
    }
    return cost_of(model, foretold.refined, bit);
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
