/* SPDX-License-Identifier: MIT */
/*
 * Fake kernel: acts out the file `play` of the boot archive, to test the tool.
 *
 * The play is usually the scenario itself: only lines that begin with `--| ` count,
 * so that what the machine does stands beside what must be said about it.
 * Each is a command:
 *
 *     c TEXT   a line on the console            p TEXT   text without an end of line
 *     e TEXT   a line on the event channel      r N      N bytes of rubbish on both
 *     w        wait until a line comes on the event channel
 *     k        wait until a line is typed at the terminal, and show it there
 *     x N      leave through the debug-exit port with value N
 *     t        triple fault                     s        stop for ever
 */
#include <abi/boot_archive.h>
#include <abi/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

_Noreturn void main_pvh(const uint32_t *start_info);
_Noreturn void main_multiboot(const uint32_t *information);

enum { LINE_STATUS = 5, LINE_RECEIVED = 1, LINE_EMPTY = 0x20 };

static void port_write(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static uint8_t port_read(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

_Noreturn static void stop(void)
{
	for (;;)
		__asm__ volatile("cli; hlt");
}

static void put(uint16_t port, char byte)
{
	while (!(port_read(port + LINE_STATUS) & LINE_EMPTY)) {}
	port_write(port, (uint8_t)byte);
}

static void put_line(uint16_t port, const char *text, size_t size, bool end)
{
	for (size_t i = 0; i < size; i++)
		put(port, text[i]);
	if (end)
		put(port, '\n');
}

static void await_line(uint16_t port, bool echo)
{
	uint8_t byte = 0;

	while (byte != '\n') {
		if (!(port_read(port + LINE_STATUS) & LINE_RECEIVED))
			continue;
		byte = port_read(port);
		if (echo)
			put(port, (char)byte);
	}
}

static uint32_t number(const char *text, size_t size)
{
	uint32_t value = 0;

	for (size_t i = 0; i < size; i++)
		value = 10 * value + (uint32_t)(text[i] - '0');
	return value;
}

static void put_rubbish(uint32_t count)
{
	uint32_t state = 1;

	for (uint32_t i = 0; i < count; i++) {
		state = state * 1664525 + 1013904223;
		put(CONSOLE_PORT, (char)(state >> 24));
		put(EVENT_PORT, (char)(state >> 16));
	}
	put(CONSOLE_PORT, '\n');
	put(EVENT_PORT, '\n');
}

static void act(char command, const char *text, size_t size)
{
	static const struct {
		uint16_t limit;
		uint32_t base;
	} __attribute__((packed)) nothing;

	switch (command) {
	case 'c': put_line(CONSOLE_PORT, text, size, true); break;
	case 'p': put_line(CONSOLE_PORT, text, size, false); break;
	case 'e': put_line(EVENT_PORT, text, size, true); break;
	case 'r': put_rubbish(number(text, size)); break;
	case 'w': await_line(EVENT_PORT, false); break;
	case 'k': await_line(TERMINAL_PORT, true); break;
	case 'x': port_write(DEBUG_EXIT_PORT, (uint8_t)number(text, size)); break;
	case 't': __asm__ volatile("lidt %0; int3" : : "m"(nothing)); break;
	case 's': stop();
	default: break;
	}
}

static bool named_play(const char *name)
{
	static const char play[] = "play";

	for (size_t i = 0; i < sizeof play; i++)
		if (name[i] != play[i])
			return false;
	return true;
}

_Noreturn static void perform(const char *play, size_t size)
{
	for (size_t start = 0; start < size;) {
		size_t end = start;
		while (end < size && play[end] != '\n')
			end++;
		if (end >= start + 5 && play[start + 2] == '|') {
			const size_t text = end < start + 6 ? end : start + 6;
			act(play[start + 4], play + text, end - text);
		}
		start = end + 1;
	}
	stop();
}

_Noreturn static void start(uint32_t address)
{
	const struct boot_archive *archive = (const struct boot_archive *)address;

	if (archive->magic != BOOT_ARCHIVE_MAGIC)
		put_line(CONSOLE_PORT, "no boot archive", 15, true);
	else
		for (uint32_t i = 0; i < archive->file_count; i++)
			if (named_play(archive->files[i].name))
				perform((const char *)archive + archive->files[i].offset,
				        (size_t)archive->files[i].size);
	stop();
}

void main_pvh(const uint32_t *start_info)
{
	const uint32_t *module = (const uint32_t *)start_info[4];

	start(module[0]);
}

void main_multiboot(const uint32_t *information)
{
	enum { TAG_END = 0, TAG_MODULE = 3 };

	const uint32_t *tag = information + 2;
	while (tag[0] != TAG_END && tag[0] != TAG_MODULE)
		tag += (tag[1] + 7) / 8 * 2;
	start(tag[0] == TAG_MODULE ? tag[2] : 0);
}
