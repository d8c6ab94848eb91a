/* SPDX-License-Identifier: MIT */
/* Message to JSON: a visitor that writes text. Text that is not UTF-8 gets U+FFFD in place. */
#include "walk.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

struct json {
	char *text;
	size_t capacity;
	size_t size;
	bool first; /* no comma before what comes next */
};

static enum status put(struct json *json, const char *bytes, size_t size)
{
	/* room for the NUL is kept */
	if (size >= json->capacity - json->size)
		return ERR_INSUFFICIENT_RAM;
	memcpy(json->text + json->size, bytes, size);
	json->size += size;
	return OK;
}

static enum status put_string(struct json *json, const char *string)
{
	return put(json, string, strlen(string));
}

/* The length of the UTF-8 sequence at text; 0 if it is not one. */
static uint32_t sequence_size(const uint8_t *text, uint32_t size)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const uint8_t lead = text[0];
	const uint32_t length = lead < 0x80       ? 1
	                        : lead >> 5 == 6  ? 2
	                        : lead >> 4 == 14 ? 3
	                        : lead >> 3 == 30 ? 4
	                                          : 0;

	if (length < 2)
		return length;
	if (length > size)
		return 0;
	uint32_t point = lead & (0x7fu >> length);

	for (uint32_t i = 1; i < length; i++) {
		if (text[i] >> 6 != 2)
			return 0;
		point = point << 6 | (text[i] & 0x3fu);
	}
	if (point < least[length] || point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
		return 0;
	return length;
}

static enum status put_character(struct json *json, const uint8_t *at, uint32_t length)
{
	static const char escaped[] = "\"\"\\\\\bb\ff\nn\rr\tt";
	char text[8];

	if (length == 0)
		return put_string(json, "\xef\xbf\xbd");
	for (uint32_t i = 0; i + 1 < sizeof(escaped); i += 2) {
		if (at[0] == (uint8_t)escaped[i]) {
			const char pair[] = {'\\', escaped[i + 1]};

			return put(json, pair, sizeof(pair));
		}
	}
	if (at[0] < 0x20) {
		(void)snprintf(text, sizeof(text), "\\u%04x", (unsigned)at[0]);
		return put_string(json, text);
	}
	return put(json, (const char *)at, length);
}

static enum status put_text(struct json *json, const char *text, uint32_t size)
{
	const uint8_t *bytes = (const uint8_t *)text;
	enum status status = put_string(json, "\"");

	for (uint32_t i = 0; i < size && status == OK;) {
		const uint32_t length = sequence_size(bytes + i, size - i);

		status = put_character(json, bytes + i, length);
		i += length > 0 ? length : 1;
	}
	return status == OK ? put_string(json, "\"") : status;
}

static enum status put_data(struct json *json, const char *data, uint32_t size)
{
	enum status status = put_string(json, "[");
	char text[8];

	for (uint32_t i = 0; i < size && status == OK; i++) {
		(void)snprintf(text, sizeof(text), i > 0 ? ",%u" : "%u",
		               (unsigned)(uint8_t)data[i]);
		status = put_string(json, text);
	}
	return status == OK ? put_string(json, "]") : status;
}

static enum status put_float(struct json *json, const struct walk_value *value)
{
	const bool narrow = value->kind == CODEC_FLOAT32;
	char text[40];
	float small;
	double number;

	memcpy(&small, &value->bits, sizeof(small));
	memcpy(&number, &value->bits, sizeof(number));
	number = narrow ? (double)small : number;
	if (isnan(number))
		return put_string(json, "\"NaN\"");
	if (isinf(number))
		return put_string(json, number > 0 ? "\"Infinity\"" : "\"-Infinity\"");
	(void)snprintf(text, sizeof(text), "%.*g", narrow ? 9 : 17, number);
	return put_string(json, text);
}

static enum status put_number(struct json *json, const struct walk_value *value)
{
	const uint32_t width = kind_bits(value->kind);
	const uint64_t sign = (uint64_t)1 << (width - 1);
	const char *quote = width == 64 ? "\"" : "";
	char text[40];

	if (kind_signed(value->kind))
		(void)snprintf(text, sizeof(text), "%s%" PRId64 "%s", quote,
		               (int64_t)((value->bits ^ sign) - sign), quote);
	else
		(void)snprintf(text, sizeof(text), "%s%" PRIu64 "%s", quote, value->bits, quote);
	return put_string(json, text);
}

static enum status json_open(void *self, bool list, uint32_t count)
{
	struct json *json = self;

	(void)count;
	json->first = true;
	return put_string(json, list ? "[" : "{");
}

static enum status json_close(void *self, bool list)
{
	struct json *json = self;

	json->first = false;
	return put_string(json, list ? "]" : "}");
}

static enum status separate(struct json *json)
{
	if (json->first) {
		json->first = false;
		return OK;
	}
	return put_string(json, ",");
}

static enum status json_member(void *self, const char *name)
{
	enum status status = separate(self);

	if (status == OK)
		status = put_text(self, name, (uint32_t)strlen(name));
	return status == OK ? put_string(self, ":") : status;
}

static enum status json_element(void *self, uint32_t index)
{
	(void)index;
	return separate(self);
}

static enum status json_value(void *self, const struct walk_value *value)
{
	switch (value->kind) {
	case CODEC_VOID: return put_string(self, "null");
	case CODEC_BOOL: return put_string(self, value->bits != 0 ? "true" : "false");
	case CODEC_ENUM:
		if (value->name != NULL)
			return put_text(self, value->name, (uint32_t)strlen(value->name));
		return put_number(self, value);
	case CODEC_INT8:
	case CODEC_INT16:
	case CODEC_INT32:
	case CODEC_INT64:
	case CODEC_UINT8:
	case CODEC_UINT16:
	case CODEC_UINT32:
	case CODEC_UINT64: return put_number(self, value);
	case CODEC_FLOAT32:
	case CODEC_FLOAT64: return put_float(self, value);
	case CODEC_TEXT: return put_text(self, value->text, value->size);
	case CODEC_DATA: return put_data(self, value->text, value->size);
	case CODEC_LIST:
	case CODEC_STRUCT:
	case CODEC_INTERFACE:
	case CODEC_GROUP: return ERR_BAD_ARG;
	}
	return ERR_BAD_ARG;
}

static enum status json_done(void *self, bool list, uint32_t number)
{
	struct json *json = self;

	(void)list;
	(void)number;
	json->first = false;
	return OK;
}

enum status codec_json(const struct codec_schema *schema, const char *struct_name,
                       const void *segment, size_t size, char *text, size_t capacity,
                       size_t *out_size, struct codec_error *error)
{
	static const struct visitor visitor = {
		.open = json_open,
		.close = json_close,
		.member = json_member,
		.element = json_element,
		.value = json_value,
		.done = json_done,
	};
	struct json json = {.text = text, .capacity = capacity, .first = true};

	if (capacity == 0)
		return ERR_INSUFFICIENT_RAM;
	enum status status =
		walk_message(schema, struct_name, segment, size, &visitor, &json, error);
	if (status != OK)
		return status;
	text[json.size] = 0;
	*out_size = json.size;
	return OK;
}
