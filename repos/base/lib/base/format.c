/* SPDX-License-Identifier: MIT */
#include <base/log.h>
#include <stdbool.h>
#include <stdint.h>

struct sink {
	char *to;
	size_t size, used;
};

static void put(struct sink *sink, char c)
{
	if (sink->used + 1 < sink->size)
		sink->to[sink->used++] = c;
}

static void put_text(struct sink *sink, const char *text)
{
	for (const char *at = text ? text : "(null)"; *at; at++)
		put(sink, *at);
}

static void put_number(struct sink *sink, uint64_t value, unsigned base)
{
	char digits[20];
	unsigned count = 0;

	do
		digits[count++] = "0123456789abcdef"[value % base];
	while ((value /= base) > 0);
	while (count > 0)
		put(sink, digits[--count]);
}

static void put_signed(struct sink *sink, int64_t value)
{
	if (value < 0)
		put(sink, '-');
	put_number(sink, value < 0 ? -(uint64_t)value : (uint64_t)value, 10);
}

size_t text_format_list(char *to, size_t size, const char *format, va_list arguments)
{
	struct sink sink = {.to = to, .size = size};

	for (const char *at = format; *at; at++) {
		bool wide = false;

		if (*at != '%') {
			put(&sink, *at);
			continue;
		}
		at++;
		while (*at == 'l' || *at == 'z') {
			wide = true;
			at++;
		}
		switch (*at) {
		case 's': put_text(&sink, va_arg(arguments, const char *)); break;
		case 'c': put(&sink, (char)va_arg(arguments, int)); break;
		case 'd':
			put_signed(&sink, wide ? va_arg(arguments, long) : va_arg(arguments, int));
			break;
		case 'u':
			put_number(&sink,
			           wide ? va_arg(arguments, unsigned long)
			                : va_arg(arguments, unsigned),
			           10);
			break;
		case 'x':
			put_number(&sink,
			           wide ? va_arg(arguments, unsigned long)
			                : va_arg(arguments, unsigned),
			           16);
			break;
		case '\0': at--; break;
		default: put(&sink, *at); break;
		}
	}
	if (size > 0)
		to[sink.used] = '\0';
	return sink.used;
}

size_t text_format(char *to, size_t size, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);

	const size_t used = text_format_list(to, size, format, arguments);

	va_end(arguments);
	return used;
}
