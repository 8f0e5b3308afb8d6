/* SPDX-License-Identifier: MIT
 * The search for the cheapest way through the image: block by block, with what each bit costs in the model as it is there.
 * What literals cost ahead is known from the pass before: so it is repeated. */
#include "parse.h"

#include <stdlib.h>
#include <string.h>

#include "match.h"

enum {
    PASSES = 8,
    BLOCK = 1500,
    AHEAD = 300,   /* looked at behind a block, but not yet decided */
    WAYS = 6,      /* that are kept at each byte */
    FOUND = 128,   /* matches at a byte */
    NEVER = 1 << 30
};

typedef struct {
    uint32_t distance, length;
} found_t;

/* How a byte was reached. */
typedef struct {
    uint32_t cost, known, from, distance; /* known: the distance of the last match */
    uint16_t way, length;
    uint8_t kinds, literal;
} way_t;

typedef struct {
    model_t model;
    const uint8_t *data;
    unsigned bytes;
    found_t (*found)[FOUND];
    uint16_t *found_count;
    uint32_t *literal_costs;
    way_t (*ways)[WAYS];
    uint8_t *way_count;
    uint32_t lengths[2][2][MATCH_LONGEST + 1];
    step_t *steps;
    unsigned step_count;
} search_t;

/* ---- matches ------------------------------------------------------------------------------------------------- */

static unsigned alike(const search_t *search, unsigned at, unsigned before) {
    unsigned length = 0, most = search->bytes - at < MATCH_LONGEST ? search->bytes - at : MATCH_LONGEST;
    while (length < most && search->data[at + length] == search->data[before + length]) {
        length++;
    }
    return length;
}

/* From near to far, of each range of distances what is longer than all before. */
static void find_at(search_t *search, unsigned at, const int *previous) {
    unsigned longest[64] = {0}, count = 0, best = 0;
    for (int before = previous[at]; before >= 0 && count < FOUND && best < MATCH_LONGEST; before = previous[before]) {
        unsigned distance = at - (unsigned)before - 1, slot = match_slot(distance), length = alike(search, at, (unsigned)before);
        if (length > longest[slot]) {
            longest[slot] = length;
            best = length > best ? length : best;
            search->found[at][count++] = (found_t){distance, length};
        }
    }
    search->found_count[at] = (uint16_t)count;
}

static void find(search_t *search) {
    int *latest = malloc(65536 * sizeof *latest), *previous = malloc(search->bytes * sizeof *previous);
    memset(latest, -1, 65536 * sizeof *latest);
    for (unsigned at = 0; at + 1 < search->bytes; at++) {
        unsigned pair = search->data[at] | search->data[at + 1] << 8;
        previous[at] = latest[pair];
        latest[pair] = (int)at;
        find_at(search, at, previous);
    }
    free(latest);
    free(previous);
}

/* ---- one block ----------------------------------------------------------------------------------------------- */

/* The cheapest few, of those that end alike the cheapest. */
static void reach(search_t *search, unsigned at, const way_t *way) {
    way_t *ways = search->ways[at];
    unsigned count = search->way_count[at], i = 0;
    while (i < count && !(ways[i].known == way->known && ways[i].kinds == way->kinds)) {
        i++;
    }
    if (i < count && ways[i].cost <= way->cost) {
        return;
    }
    if (i == WAYS) {
        if (ways[--i].cost <= way->cost) {
            return;
        }
    } else if (i == count) {
        search->way_count[at]++;
    }
    for (; i && ways[i - 1].cost > way->cost; i--) {
        ways[i] = ways[i - 1];
    }
    ways[i] = *way;
}

/* For each length the cheapest distance. */
static unsigned cheapest(search_t *search, unsigned at, found_t *best) {
    unsigned longest = 0;
    for (unsigned i = 0; i < search->found_count[at]; i++) {
        found_t found = search->found[at][i];
        for (; longest < found.length; longest++) {
            best[longest + 1] = (found_t){0, NEVER};
        }
        uint32_t cost = 0;
        for (unsigned length = MATCH_SHORTEST; length <= found.length; length++) {
            if (length < MATCH_SHORTEST + MATCH_CLASSES) {
                cost = match_distance(&search->model, match_count, match_class(length), found.distance);
            }
            if (cost < best[length].length) {
                best[length] = (found_t){found.distance, cost};
            }
        }
    }
    return longest;
}

static void go_on(search_t *search, unsigned at, unsigned way_number, const found_t *best, unsigned longest) {
    model_t *model = &search->model;
    way_t from = search->ways[at][way_number], way = {.from = at, .way = (uint16_t)way_number};
    context_t flag = model_flag(model, at, from.kinds);
    uint32_t is_match = from.cost + model_cost(model, &flag, 1);

    way.cost = from.cost + model_cost(model, &flag, 0) + search->literal_costs[at];
    way.known = from.known;
    way.kinds = (uint8_t)match_kinds(from.kinds, KIND_LITERAL);
    way.length = way.literal = 1;
    reach(search, at + 1, &way);

    way.literal = 0;
    way.distance = from.known;
    way.kinds = (uint8_t)match_kinds(from.kinds, KIND_KNOWN);
    uint32_t known = is_match + match_known(model, match_count, from.kinds, 1);
    unsigned most = from.known < at ? alike(search, at, at - from.known - 1) : 0;
    for (unsigned length = MATCH_SHORTEST; length <= most; length++) {
        way.length = (uint16_t)length;
        way.cost = known + search->lengths[1][at & 1][length];
        reach(search, at + length, &way);
    }

    way.kinds = (uint8_t)match_kinds(from.kinds, KIND_NEW);
    is_match += match_known(model, match_count, from.kinds, 0);
    for (unsigned length = MATCH_SHORTEST; length <= longest; length++) {
        way.length = (uint16_t)length;
        way.known = way.distance = best[length].distance;
        way.cost = is_match + search->lengths[0][at & 1][length] + best[length].length;
        reach(search, at + length, &way);
    }
}

static void price_lengths(search_t *search) {
    for (unsigned i = 0; i < 4; i++) {
        for (unsigned length = MATCH_SHORTEST; length <= MATCH_LONGEST; length++) {
            search->lengths[i >> 1][i & 1][length] = match_length(&search->model, match_count, i >> 1, i & 1, length);
        }
    }
}

/* ---- the model goes along -------------------------------------------------------------------------------------- */

typedef struct {
    unsigned at, kinds, known;
} place_t;

static uint32_t code(model_t *model, place_t *place, step_t step) {
    unsigned literal = step.back == 0, odd = place->at & 1;
    context_t flag = model_flag(model, place->at, place->kinds);
    uint32_t cost = model_code(model, &flag, !literal);
    if (literal) {
        cost += model_literal_code(model, place->at);
        place->kinds = match_kinds(place->kinds, KIND_LITERAL);
    } else {
        unsigned known = step.back - 1 == place->known;
        cost += match_known(model, model_code, place->kinds, known);
        cost += match_length(model, model_code, known, odd, step.length);
        cost += known ? 0 : match_distance(model, model_code, match_class(step.length), step.back - 1);
        place->kinds = match_kinds(place->kinds, known ? KIND_KNOWN : KIND_NEW);
        place->known = step.back - 1;
    }
    place->at += step.length;
    return cost;
}

void parse_code(model_t *model, const step_t *steps, unsigned count) {
    place_t place = {0};
    for (unsigned i = 0; i < count; i++) {
        code(model, &place, steps[i]);
    }
}

/* Decides what begins before `end`. */
static uint64_t walk(search_t *search, place_t *place, unsigned start, unsigned end, unsigned last) {
    static const unsigned most = BLOCK + AHEAD + MATCH_LONGEST;
    way_t *back = malloc(most * sizeof *back);
    unsigned count = 0;
    for (unsigned at = last, way = 0; at > start;) {
        back[count] = search->ways[at][way];
        at = back[count].from;
        way = back[count++].way;
    }
    uint64_t sum = 0;
    while (count-- && place->at < end) {
        step_t step = {back[count].length, back[count].literal ? 0 : back[count].distance + 1};
        for (unsigned i = 0; i < step.length; i++) {
            search->literal_costs[place->at + i] = model_literal_cost(&search->model, place->at + i);
        }
        search->steps[search->step_count++] = step;
        sum += code(&search->model, place, step);
    }
    free(back);
    return sum;
}

static uint64_t block(search_t *search, place_t *place) {
    unsigned start = place->at, rest = search->bytes - start, end = start + (rest < BLOCK ? rest : BLOCK);
    unsigned last = start + (rest < BLOCK + AHEAD ? rest : BLOCK + AHEAD);
    found_t best[MATCH_LONGEST + 1];
    memset(search->way_count + start, 0, last + MATCH_LONGEST + 1 - start);
    search->ways[start][0] = (way_t){.known = place->known, .kinds = (uint8_t)place->kinds};
    search->way_count[start] = 1;
    price_lengths(search);
    for (unsigned at = start; at < last; at++) {
        unsigned longest = cheapest(search, at, best);
        for (unsigned way = 0; way < search->way_count[at]; way++) {
            go_on(search, at, way, best, longest);
        }
    }
    return walk(search, place, start, end, last);
}

/* ---- all ------------------------------------------------------------------------------------------------------- */

unsigned parse(const uint8_t *data, unsigned bytes, uint8_t *tables, step_t *steps) {
    search_t *search = calloc(1, sizeof *search);
    unsigned room = bytes + AHEAD + MATCH_LONGEST + 1, count = 0;
    uint64_t least = UINT64_MAX;
    *search = (search_t){.data = data, .bytes = bytes, .found = calloc(bytes, sizeof *search->found),
        .found_count = calloc(bytes, sizeof *search->found_count), .literal_costs = malloc(bytes * sizeof(uint32_t)),
        .ways = malloc(room * sizeof *search->ways), .way_count = malloc(room), .steps = malloc(bytes * sizeof *steps)};
    for (unsigned i = 0; i < bytes; i++) {
        search->literal_costs[i] = 6 * MODEL_BIT;
    }
    find(search);
    for (unsigned pass = 0; pass < PASSES; pass++) {
        place_t place = {0};
        uint64_t sum = 0;
        model_start(&search->model, data, bytes, tables);
        for (search->step_count = 0; place.at < bytes;) {
            sum += block(search, &place);
        }
        if (sum < least) {
            least = sum;
            count = search->step_count;
            memcpy(steps, search->steps, count * sizeof *steps);
        }
    }
    free(search->found);
    free(search->found_count);
    free(search->literal_costs);
    free(search->ways);
    free(search->way_count);
    free(search->steps);
    free(search);
    return count;
}
