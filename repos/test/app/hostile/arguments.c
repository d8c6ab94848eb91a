/* SPDX-License-Identifier: MIT */
#include "arguments.h"

#include <kernel/words.h>
#include <string.h>

#include "attacks.h"

enum { FIELDS_MAX = 8, DATA_MAX = 64, SEGMENT_WORDS = 64 };

/* What a number means; what no name tells is ANY. */
enum meaning {
	ANY,
	CAP_ID,
	INTERFACE,
	CLAIM,
	ADDRESS,
	SIZE,
	OFFSET,
	SLOT,
	ENTRIES,
	SMALL,
	RAM,
	SESSION,
	PORT,
	WIDTH,
	EXPECTED
};

static const struct {
	const char *name;
	enum meaning meaning;
} meanings[] = {
	{"cap", CAP_ID},
	{"interface", INTERFACE},
	{"interface0", CLAIM},
	{"interface1", CLAIM},
	{"interface2", CLAIM},
	{"address", ADDRESS},
	{"at", OFFSET},
	{"messageAddress", ADDRESS},
	{"size", SIZE},
	{"offset", OFFSET},
	{"slot", SLOT},
	{"slots", SLOT},
	{"entries", ENTRIES},
	{"buffers", SMALL},
	{"messagePages", SMALL},
	{"replySlots", SMALL},
	{"inFlight", SMALL},
	{"count", SMALL},
	{"expected", EXPECTED},
	{"news", SMALL},
	{"ram", RAM},
	{"caps", SMALL},
	{"id", SESSION},
	{"port", PORT},
	{"base", PORT},
	{"width", WIDTH},
};

static uint8_t meaning_of[CATALOGUE_MAX][FIELDS_MAX];

static enum meaning look_up(const char *name)
{
	for (unsigned i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
		if (strcmp(meanings[i].name, name) == 0)
			return meanings[i].meaning;
	}
	return ANY;
}

void arguments_init(void)
{
	for (unsigned i = 0; i < catalogue_size(); i++) {
		const struct capnp_method *method = catalogue_at(i)->method;

		for (unsigned k = 0;
		     method->params && k < method->params->field_count && k < FIELDS_MAX; k++)
			meaning_of[i][k] = (uint8_t)look_up(method->arguments[k].name);
	}
}

static uint64_t some_address(struct random *random)
{
	return random_one_in(random, 12)
	               ? random_border(random)
	               : PLAYGROUND + random_below(random, PLAYGROUND_PAGES) * 4096ul;
}

static uint64_t some_id(struct attacker *attacker)
{
	const struct hoard_entry *entry = hoard_pick_entry(attacker->hoard, &attacker->random);

	if (!entry || random_one_in(&attacker->random, 4))
		return hoard_pick(attacker->hoard, &attacker->random).id;
	attacker->named = entry->interface;
	return entry->cap.id;
}

static uint32_t some_interface(struct attacker *attacker)
{
	switch (random_below(&attacker->random, 8)) {
	case 0: return (uint32_t)random_any(&attacker->random);
	case 1:
	case 2: return attacker->named;
	case 3:
	case 4: return catalogue_wider(attacker->named);
	default: return catalogue_some(&attacker->random);
	}
}

static uint64_t some_number(struct attacker *attacker, enum meaning meaning)
{
	struct random *random = &attacker->random;

	/* Ports do things to the machine that no kernel can mend: only those of an absent serial line. */
	if (meaning == PORT)
		return 0x2e8 + random_below(random, 12);
	if (random_one_in(random, 12))
		return random_any(random);
	switch (meaning) {
	case ANY: return random_any(random);
	case CAP_ID: return some_id(attacker);
	case INTERFACE: return some_interface(attacker);
	case CLAIM:
		return random_one_in(random, 8) ? random_any(random)
		                                : catalogue_some_kernel(random);
	case ADDRESS: return some_address(random);
	case SIZE: return (1 + random_below(random, 6)) * 4096ul;
	case OFFSET: return random_below(random, 2) * 4096ul;
	case SLOT: return random_below(random, 80);
	case ENTRIES: return 1ul << random_below(random, 6);
	case SMALL: return random_below(random, 10);
	case RAM: return random_below(random, 10) * 4096ul;
	case SESSION: return sessions_some(random);
	case WIDTH: return 1ul << random_below(random, 3);
	case EXPECTED: return random_below(random, 2);
	case PORT: break;
	}
	return 0;
}

static cap_t some_cap(struct attacker *attacker, uint32_t interface)
{
	struct random *random = &attacker->random;

	if (random_one_in(random, 10))
		return random_one_in(random, 2) ? CAP_NULL : hoard_pick(attacker->hoard, random);
	return hoard_pick_interface(attacker->hoard, random, interface);
}

static uint32_t bits_of(enum capnp_kind kind)
{
	switch ((unsigned)kind) {
	case CAPNP_BOOL: return 1;
	case CAPNP_BITS8: return 8;
	case CAPNP_BITS16:
	case CAPNP_ENUM: return 16;
	case CAPNP_BITS32: return 32;
	case CAPNP_BITS64: return 64;
	default: return 0;
	}
}

static void put_number(uint64_t *data, const struct capnp_field *field, uint64_t value)
{
	const uint32_t bits = bits_of(field->kind), at = field->offset * bits;
	const uint64_t mask = bits == 64 ? ~0ul : (1ul << bits) - 1;

	data[at / 64] |= (value & mask) << at % 64;
}

/* A list of bytes behind the pointer at a word of the segment. */
static void put_bytes(uint64_t *segment, uint32_t pointer, uint32_t *end, const void *bytes,
                      uint32_t size)
{
	const uint32_t words = (size + 7) / 8;

	if (*end + words > SEGMENT_WORDS)
		return;
	memset(segment + *end, 0, words * 8);
	memcpy(segment + *end, bytes, size);
	segment[pointer] =
		(uint64_t)(*end - pointer - 1) << 2 | 1 | 2ul << 32 | (uint64_t)size << 35;
	*end += words;
}

static const char *some_text(struct random *random, const char *name)
{
	static const char *const texts[] = {
		"",        "a",  "\n", "finished", "a -> b -> c",
		"\x1b[2J", "..", "/",  "config",   "event exited init|code=0\n"};

	if (strcmp(name, "service") == 0)
		return sessions_some_service(random);
	if (strcmp(name, "label") == 0)
		return sessions_some_label(random);
	/* Who may log says little: the log is for people. */
	return texts[random_below(random, strcmp(name, "text") == 0 ? 3 : 10)];
}

static void put_pointer(struct attacker *attacker, const struct capnp_field *field,
                        const char *name, uint64_t *segment, uint32_t pointer, uint32_t *end)
{
	struct random *random = &attacker->random;
	uint64_t data[DATA_MAX / 8];
	const uint32_t size = random_below(random, DATA_MAX);

	if (field->kind == CAPNP_TEXT) {
		const char *text = some_text(random, name);

		put_bytes(segment, pointer, end, text, (uint32_t)strlen(text) + 1);
	} else if (field->kind == CAPNP_DATA) {
		for (unsigned i = 0; i < DATA_MAX / 8; i++)
			data[i] = random_any(random);
		put_bytes(segment, pointer, end, data, size);
	}
}

/* True: it goes in registers. */
static bool flat(const struct capnp_layout *layout)
{
	for (unsigned i = 0; i < layout->field_count; i++) {
		if (layout->fields[i].kind > CAPNP_ENUM && layout->fields[i].kind != CAPNP_CAP)
			return false;
	}
	return layout->data_words <= IPC_WORDS_MAX && layout->pointer_count <= IPC_CAPS_MAX;
}

static void make_registers(struct attacker *attacker, unsigned index, struct shot *shot)
{
	const struct capnp_method *method = catalogue_at(index)->method;
	const struct capnp_layout *layout = method->params;

	for (unsigned i = 0; i < layout->field_count; i++) {
		const struct capnp_field *field = &layout->fields[i];

		if (field->kind == CAPNP_CAP)
			attacker->pages[0].caps[field->offset] =
				some_cap(attacker, method->arguments[i].interface).id;
		else
			put_number(shot->words, field,
			           some_number(attacker, (enum meaning)meaning_of[index][i]));
	}
	shot->word |= (uint64_t)layout->data_words << OP_WORDS_SHIFT;
	shot->window |= layout->pointer_count;
}

/* The root's pointer, its data and pointers, then what they lead to. */
static void make_page(struct attacker *attacker, unsigned index, struct shot *shot)
{
	const struct capnp_method *method = catalogue_at(index)->method;
	const struct capnp_layout *layout = method->params;
	const uint32_t pointers = 1 + layout->data_words;
	uint64_t segment[SEGMENT_WORDS] = {(uint64_t)layout->data_words << 32 |
	                                   (uint64_t)layout->pointer_count << 48};
	uint32_t end = pointers + layout->pointer_count, caps = 0;

	for (unsigned i = 0; i < layout->field_count && i < FIELDS_MAX; i++) {
		const struct capnp_field *field = &layout->fields[i];
		const struct capnp_argument *argument = &method->arguments[i];

		if (bits_of(field->kind) > 0) {
			put_number(segment + 1, field,
			           some_number(attacker, (enum meaning)meaning_of[index][i]));
		} else if (field->kind == CAPNP_CAP) {
			attacker->pages[0].caps[caps] = some_cap(attacker, argument->interface).id;
			segment[pointers + field->offset] = 3 | (uint64_t)caps++ << 32;
		} else {
			put_pointer(attacker, field, argument->name, segment,
			            pointers + field->offset, &end);
		}
	}
	memcpy(attacker->pages[0].segment, segment, end * 8);
	attacker->pages[0].size = end * 8;
	shot->word |= OP_PAGED;
	shot->window |= caps;
}

void arguments_make(struct attacker *attacker, unsigned method, struct shot *shot)
{
	const struct capnp_layout *layout = catalogue_at(method)->method->params;

	if (!layout)
		return;
	if (flat(layout))
		make_registers(attacker, method, shot);
	else
		make_page(attacker, method, shot);
}
