/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <termios.h>

#include "line_discipline.h"

enum { LINE_END = 0x100, END_OF_FILE = 0x200 };
enum { DELETE = 0x7f, BELL = 7, TAB_WIDTH = 8 };
enum { DISABLED = 0 }; /* _POSIX_VDISABLE */

void line_discipline_init(struct line_discipline *line)
{
	*line = (struct line_discipline){
		.settings =
			{
				.input = ICRNL | IXON | IMAXBEL,
				.output = OPOST | ONLCR,
				.control = B115200 | CS8 | CREAD | HUPCL,
				.local = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE |
	                                 IEXTEN,
				.characters =
					{
						[VINTR] = 3,
						[VQUIT] = 28,
						[VERASE] = DELETE,
						[VKILL] = 21,
						[VEOF] = 4,
						[VMIN] = 1,
						[VSTART] = 17,
						[VSTOP] = 19,
						[VSUSP] = 26,
						[VREPRINT] = 18,
						[VWERASE] = 23,
						[VLNEXT] = 22,
					},
			},
	};
}

static bool has(const struct line_discipline *line, uint32_t local)
{
	return line->settings.local & local;
}

static bool stands_for(const struct line_discipline *line, int function, uint8_t byte)
{
	return byte != DISABLED && line->settings.characters[function] == byte;
}

static uint16_t *place(struct line_discipline *line, uint32_t index)
{
	return &line->bytes[(line->first + index) % LINE_INPUT_MAX];
}

static uint16_t at(const struct line_discipline *line, uint32_t index)
{
	return line->bytes[(line->first + index) % LINE_INPUT_MAX];
}

/* What is there when the mode changes can be read in the new one. */
void line_discipline_set(struct line_discipline *line, const struct line_settings *settings)
{
	if ((line->settings.local ^ settings->local) & ICANON)
		line->ready = line->count;
	line->settings = *settings;
	if (!(settings->input & IXON))
		line->stopped = false;
}

void line_discipline_flush(struct line_discipline *line)
{
	line->count = 0;
	line->ready = 0;
}

bool line_discipline_accepts(const struct line_discipline *line)
{
	return line->count < LINE_INPUT_MAX || (has(line, ICANON) && line->ready == 0);
}

/* ---- the screen ------------------------------------------------------------------------------ */

static bool put(struct line_output *output, uint8_t byte)
{
	if (output->size == output->room)
		return false;
	output->bytes[output->size++] = byte;
	return true;
}

static unsigned tab_width(unsigned column)
{
	return TAB_WIDTH - column % TAB_WIDTH;
}

static bool control(uint8_t byte)
{
	return byte < ' ' || byte == DELETE;
}

/* The rest of a character that begins with another byte. */
static bool continues(const struct line_discipline *line, uint8_t byte)
{
	return line->settings.input & IUTF8 && (byte & 0xc0) == 0x80;
}

static void move(struct line_discipline *line, uint8_t byte)
{
	switch (byte) {
	case '\r': line->column = 0; break;
	case '\b': line->column -= line->column > 0; break;
	case '\t': line->column += tab_width(line->column); break;
	default: line->column += !control(byte) && !continues(line, byte);
	}
}

/* As it looks on the screen; false: there is no room for all of it. */
static bool show(struct line_discipline *line, uint8_t byte, struct line_output *output)
{
	const uint32_t flags = line->settings.output;

	if (output->room - output->size < TAB_WIDTH)
		return false;
	if (!(flags & OPOST)) {
		move(line, byte);
		return put(output, byte);
	}
	if (byte == '\r' && flags & OCRNL)
		byte = '\n';
	if (byte == '\r' && flags & ONOCR && line->column == 0)
		return true;
	if (byte == '\n' && flags & (ONLCR | ONLRET))
		line->column = 0;
	if (byte == '\n' && flags & ONLCR)
		(void)put(output, '\r'); /* there is room for both */
	if (byte == '\t' && (flags & TABDLY) == XTABS) {
		for (unsigned i = tab_width(line->column); i > 0; i--)
			(void)put(output, ' '); /* likewise */
		move(line, byte);
		return true;
	}
	move(line, byte);
	return put(output, byte);
}

size_t line_discipline_write(struct line_discipline *line, const uint8_t *bytes, size_t size,
                             struct line_output *output)
{
	size_t done = 0;

	while (done < size && !line->stopped && show(line, bytes[done], output))
		done++;
	return done;
}

/* ---- echo ------------------------------------------------------------------------------------ */

static bool caret(const struct line_discipline *line, uint8_t byte)
{
	return has(line, ECHOCTL) && control(byte) && byte != '\n' && byte != '\t';
}

static void echo_byte(struct line_discipline *line, uint8_t byte, struct line_output *echo)
{
	if (!has(line, ECHO) && !(byte == '\n' && has(line, ECHONL) && has(line, ICANON)))
		return;
	if (caret(line, byte)) {
		(void)show(line, '^', echo); /* what has no room is not shown */
		byte ^= 0x40;
	}
	(void)show(line, byte, echo);
}

/* The column behind the first `count` bytes of the line being typed. */
static unsigned column_of(const struct line_discipline *line, uint32_t count)
{
	unsigned column = line->line_column;

	for (uint32_t i = line->ready; i < line->ready + count; i++) {
		const uint8_t byte = (uint8_t)at(line, i);
		if (byte == '\t')
			column += tab_width(column);
		else if (caret(line, byte))
			column += 2;
		else
			column += !control(byte) && !continues(line, byte);
	}
	return column;
}

static void erase_to(struct line_discipline *line, unsigned column, struct line_output *echo)
{
	while (line->column > column) {
		const unsigned before = line->column;
		(void)show(line, '\b', echo);
		(void)show(line, ' ', echo);
		(void)show(line, '\b', echo);
		if (line->column == before)
			return; /* no room */
	}
}

/* ---- keys ------------------------------------------------------------------------------------ */

static uint32_t typed(const struct line_discipline *line)
{
	return line->count - line->ready;
}

static uint8_t last(const struct line_discipline *line)
{
	return (uint8_t)at(line, line->count - 1);
}

static void erase_character(struct line_discipline *line)
{
	while (typed(line) > 1 && continues(line, last(line)))
		line->count--;
	line->count--;
}

static bool blank(uint8_t byte)
{
	return byte == ' ' || byte == '\t';
}

static void erase_word(struct line_discipline *line)
{
	while (typed(line) > 0 && blank(last(line)))
		line->count--;
	while (typed(line) > 0 && !blank(last(line)))
		erase_character(line);
}

static void show_erased(struct line_discipline *line, uint8_t key, struct line_output *echo)
{
	if (!has(line, ECHO))
		return;
	if (has(line, ECHOE))
		erase_to(line, column_of(line, typed(line)), echo);
	else
		echo_byte(line, key, echo);
}

static void kill_line(struct line_discipline *line, uint8_t key, struct line_output *echo)
{
	line->count = line->ready;
	if (has(line, ECHOKE) && has(line, ECHOE)) {
		show_erased(line, key, echo);
		return;
	}
	echo_byte(line, key, echo);
	if (has(line, ECHOK))
		echo_byte(line, '\n', echo);
	line->line_column = line->column;
}

static void reprint(struct line_discipline *line, uint8_t key, struct line_output *echo)
{
	echo_byte(line, key, echo);
	echo_byte(line, '\n', echo);
	line->line_column = line->column;
	for (uint32_t i = line->ready; i < line->count; i++)
		echo_byte(line, (uint8_t)at(line, i), echo);
}

/* True: the key was for editing. */
static bool edit(struct line_discipline *line, uint8_t byte, struct line_output *echo)
{
	const bool extended = has(line, IEXTEN);

	if (stands_for(line, VERASE, byte)) {
		if (typed(line) == 0)
			return true;
		erase_character(line);
		show_erased(line, byte, echo);
	} else if (extended && stands_for(line, VWERASE, byte)) {
		erase_word(line);
		show_erased(line, byte, echo);
	} else if (stands_for(line, VKILL, byte)) {
		kill_line(line, byte, echo);
	} else if (extended && stands_for(line, VREPRINT, byte)) {
		reprint(line, byte, echo);
	} else {
		return false;
	}
	return true;
}

/* Room for a line's end is kept, so that a line that is too long can be finished. */
static void append(struct line_discipline *line, uint8_t byte, uint16_t mark,
                   struct line_output *echo)
{
	const uint32_t kept = has(line, ICANON) && !mark;

	if (line->count + kept >= LINE_INPUT_MAX) {
		if (line->settings.input & IMAXBEL)
			(void)show(line, BELL, echo); /* likewise */
		return;
	}
	if (typed(line) == 0)
		line->line_column = line->column;
	*place(line, line->count++) = (uint16_t)(byte | mark);
	if (mark || !has(line, ICANON))
		line->ready = line->count;
	if (mark != (LINE_END | END_OF_FILE))
		echo_byte(line, byte, echo);
}

static int signal_of(const struct line_discipline *line, uint8_t byte)
{
	if (!has(line, ISIG))
		return 0;
	if (stands_for(line, VINTR, byte))
		return SIGINT;
	if (stands_for(line, VQUIT, byte))
		return SIGQUIT;
	return stands_for(line, VSUSP, byte) ? SIGTSTP : 0;
}

/* True: the key was for the output's flow. */
static bool control_flow(struct line_discipline *line, uint8_t byte)
{
	if (!(line->settings.input & IXON))
		return false;
	if (stands_for(line, VSTART, byte))
		line->stopped = false;
	else if (stands_for(line, VSTOP, byte))
		line->stopped = true;
	else if (line->settings.input & IXANY)
		line->stopped = false;
	return stands_for(line, VSTART, byte) || stands_for(line, VSTOP, byte);
}

static void type_text(struct line_discipline *line, uint8_t byte, struct line_output *echo)
{
	if (!has(line, ICANON)) {
		append(line, byte, 0, echo);
	} else if (stands_for(line, VEOF, byte)) {
		append(line, byte, LINE_END | END_OF_FILE, echo);
	} else if (!edit(line, byte, echo)) {
		const bool end = byte == '\n' || stands_for(line, VEOL, byte) ||
		                 (has(line, IEXTEN) && stands_for(line, VEOL2, byte));
		append(line, byte, end ? LINE_END : 0, echo);
	}
}

int line_discipline_type(struct line_discipline *line, uint8_t byte, struct line_output *echo)
{
	const uint32_t flags = line->settings.input;

	if (flags & ISTRIP)
		byte &= 0x7f;
	if (line->literal) {
		line->literal = false;
		append(line, byte, 0, echo);
		return 0;
	}
	const int signal = signal_of(line, byte);
	if (signal) {
		if (!has(line, NOFLSH))
			line_discipline_flush(line);
		line->stopped = false;
		echo_byte(line, byte, echo);
		return signal;
	}
	if (control_flow(line, byte) || (byte == '\r' && flags & IGNCR))
		return 0;
	if (byte == '\r' && flags & ICRNL)
		byte = '\n';
	else if (byte == '\n' && flags & INLCR)
		byte = '\r';
	if (has(line, ICANON) && has(line, IEXTEN) && stands_for(line, VLNEXT, byte))
		line->literal = true;
	else
		type_text(line, byte, echo);
	return 0;
}

/* ---- the program ----------------------------------------------------------------------------- */

static void drop_first(struct line_discipline *line)
{
	line->first = (line->first + 1) % LINE_INPUT_MAX;
	line->count--;
	line->ready--;
}

static ssize_t read_line(struct line_discipline *line, uint8_t *buffer, size_t size)
{
	size_t done = 0;

	if (line->ready == 0)
		return -EAGAIN;
	while (done < size && line->ready > 0) {
		const uint16_t byte = at(line, 0);
		drop_first(line);
		if (!(byte & END_OF_FILE))
			buffer[done++] = (uint8_t)byte;
		if (byte & LINE_END)
			return (ssize_t)done;
	}
	/* the end-of-file key behind what just fitted ends this line, and not the next read */
	if (line->ready > 0 && at(line, 0) & END_OF_FILE)
		drop_first(line);
	return (ssize_t)done;
}

ssize_t line_discipline_read(struct line_discipline *line, uint8_t *buffer, size_t size,
                             bool expired)
{
	const uint8_t least = line->settings.characters[VMIN];
	const size_t wanted = least < size ? least : size;
	size_t done = 0;

	if (size == 0)
		return 0;
	if (has(line, ICANON))
		return read_line(line, buffer, size);
	const bool late = expired || (least == 0 && line->settings.characters[VTIME] == 0);
	if (line->ready < (wanted ? wanted : 1) && !(late && (least == 0 || line->ready > 0)))
		return -EAGAIN;
	for (; done < size && line->ready > 0; drop_first(line))
		buffer[done++] = (uint8_t)at(line, 0);
	return (ssize_t)done;
}

size_t line_discipline_readable(const struct line_discipline *line)
{
	size_t size = 0;

	if (!has(line, ICANON))
		return line->ready;
	while (size < line->ready && !(at(line, (uint32_t)size) & LINE_END))
		size++;
	if (size < line->ready && !(at(line, (uint32_t)size) & END_OF_FILE))
		size++;
	return size;
}

bool line_discipline_due(const struct line_discipline *line)
{
	const uint8_t least = line->settings.characters[VMIN];

	if (has(line, ICANON) || least == 0 || line->settings.characters[VTIME] > 0)
		return line->ready > 0;
	return line->ready >= least;
}

uint64_t line_discipline_patience_ns(const struct line_discipline *line)
{
	const uint64_t tenth_ns = 100000000;
	const uint8_t *characters = line->settings.characters;

	/* with a least count it is the time between keys */
	if (has(line, ICANON) || (characters[VMIN] > 0 && line->ready == 0))
		return 0;
	return characters[VTIME] * tenth_ns;
}
