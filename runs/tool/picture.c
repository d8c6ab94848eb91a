/* SPDX-License-Identifier: MIT */
#include "picture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	BOX_WIDTH = 190,
	NAME_HEIGHT = 20,
	LINE_HEIGHT = 15,
	BAR_STEP = 7,
	COLUMN_STEP = 330,
	ROW_GAP = 26,
	MARGIN = 20,
	TITLE_HEIGHT = 24,
	EDGES_PER_NODE = 32,
};

bool picture_init(struct picture *picture, uint32_t node_count)
{
	*picture = (struct picture){.node_count = node_count,
	                            .edge_max = (node_count + 1) * EDGES_PER_NODE};
	picture->nodes = calloc(node_count, sizeof(*picture->nodes));
	picture->edges = calloc(picture->edge_max, sizeof(*picture->edges));
	return picture->nodes && picture->edges;
}

void picture_fini(struct picture *picture)
{
	free(picture->nodes);
	free(picture->edges);
}

/* ---- arrows ---- */

static struct picture_edge *find_edge(struct picture *picture, uint32_t from, uint32_t to)
{
	for (uint32_t i = 0; i < picture->edge_count; i++) {
		if (picture->edges[i].from == from && picture->edges[i].to == to)
			return &picture->edges[i];
	}
	if (picture->edge_count == picture->edge_max)
		return NULL;
	picture->edges[picture->edge_count] = (struct picture_edge){.from = from, .to = to};
	return &picture->edges[picture->edge_count++];
}

void picture_edge(struct picture *picture, uint32_t from, uint32_t to, const char *label)
{
	struct picture_edge *edge = from == to ? NULL : find_edge(picture, from, to);

	if (!edge || strstr(edge->label, label))
		return;

	const size_t used = strlen(edge->label);

	snprintf(edge->label + used, PICTURE_TEXT_MAX - used, "%s%s", used ? ", " : "", label);
	picture->nodes[from].shown = picture->nodes[to].shown = true;
}

/* ---- where they stand ---- */

/* A server stands right of its clients; those in a circle after so many rounds as they are. */
static void place_columns(struct picture *picture)
{
	for (uint32_t round = 0; round < picture->node_count; round++) {
		for (uint32_t i = 0; i < picture->edge_count; i++) {
			const struct picture_edge *edge = &picture->edges[i];
			struct picture_node *to = &picture->nodes[edge->to];
			const struct picture_node *from = &picture->nodes[edge->from];

			if (to->column <= from->column && from->column < picture->node_count)
				to->column = from->column + 1;
		}
	}
	for (uint32_t i = 0; i < picture->node_count; i++) {
		if (!picture->nodes[i].last && picture->nodes[i].column + 1 > picture->width)
			picture->width = picture->nodes[i].column + 1;
	}
}

static void place(struct picture *picture)
{
	uint32_t *const used = calloc(picture->node_count + 2, sizeof(*used));

	place_columns(picture);
	for (uint32_t i = 0; used && i < picture->node_count; i++) {
		struct picture_node *node = &picture->nodes[i];

		if (node->last)
			node->column = picture->width;
		if (!node->shown)
			continue;
		node->row = used[node->column]++;
		if (node->row + 1 > picture->height)
			picture->height = node->row + 1;
	}
	picture->width += used && used[picture->width] > 0;
	free(used);
}

static unsigned box_height(const struct picture *picture)
{
	unsigned lines = 0, bars = 0;

	for (uint32_t i = 0; i < picture->node_count; i++) {
		unsigned own = 0;

		while (own < PICTURE_LINES && picture->nodes[i].lines[own][0])
			own++;
		lines = own > lines ? own : lines;
		bars = picture->nodes[i].with_bars ? PICTURE_BARS : bars;
	}
	return 8 + NAME_HEIGHT + lines * LINE_HEIGHT + bars * BAR_STEP;
}

static unsigned left_of(const struct picture_node *node)
{
	return MARGIN + node->column * COLUMN_STEP;
}

static unsigned top_of(const struct picture *picture, const struct picture_node *node)
{
	return MARGIN + (picture->title[0] ? TITLE_HEIGHT : 0) +
	       node->row * (box_height(picture) + ROW_GAP);
}

/* ---- SVG ---- */

static void print_text(const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '<': fputs("&lt;", stdout); break;
		case '>': fputs("&gt;", stdout); break;
		case '&': fputs("&amp;", stdout); break;
		default: putchar(*text);
		}
	}
}

static void print_line(unsigned x, unsigned y, const char *class, const char *text)
{
	printf("<text x=\"%u\" y=\"%u\" class=\"%s\">", x, y, class);
	print_text(text);
	printf("</text>\n");
}

static void print_bar(unsigned x, unsigned y, const struct picture_bar *bar)
{
	const double width = BOX_WIDTH - 20;

	printf("<rect x=\"%u\" y=\"%u\" width=\"%.0f\" height=\"5\" class=\"whole\"/>\n"
	       "<rect x=\"%u\" y=\"%u\" width=\"%.1f\" height=\"5\" class=\"peak\"/>\n"
	       "<rect x=\"%u\" y=\"%u\" width=\"%.1f\" height=\"5\" class=\"used\"/>\n",
	       x, y, width, x, y, width * bar->peak, x, y, width * bar->used);
}

static void print_box(const struct picture *picture, const struct picture_node *node)
{
	const unsigned x = left_of(node), y = top_of(picture, node);
	unsigned at = y + NAME_HEIGHT;

	printf("<rect x=\"%u\" y=\"%u\" width=\"%d\" height=\"%u\" rx=\"6\" class=\"%s\"/>\n", x, y,
	       BOX_WIDTH, box_height(picture), node->ended ? "ended" : "box");
	print_line(x + 10, at, "name", node->name);
	for (unsigned i = 0; i < PICTURE_LINES && node->lines[i][0]; i++)
		print_line(x + 10, at += LINE_HEIGHT, "budget", node->lines[i]);
	for (unsigned i = 0; i < PICTURE_BARS && node->with_bars; i++)
		print_bar(x + 10, at + 6 + i * BAR_STEP, &node->bars[i]);
}

static double along(double from, double to, double t)
{
	return from + (to - from) * t * t * (3 - 2 * t);
}

/* Right of its client's box, where its arrow is; those of one client stand below each other. */
static void print_label(struct picture *picture, const struct picture_edge *edge, unsigned x1,
                        unsigned y1, unsigned x2, unsigned y2)
{
	struct picture_node *from = &picture->nodes[edge->from];
	const double gap = COLUMN_STEP - BOX_WIDTH;
	double y = along(y1, y2, x2 > x1 ? 0.3 * gap / (x2 - x1) : 0.1) - 4;

	/* 32 lines up and as many down from its middle */
	unsigned slot = (unsigned)((y - y1) / LINE_HEIGHT + 32.5) % 64;

	while (from->label_slots >> slot & 1 && slot < 63)
		slot++;
	from->label_slots |= 1ull << slot;
	y = y1 + ((double)slot - 32) * LINE_HEIGHT;
	print_line(x1 + 8, (unsigned)y, "service", edge->label);
}

/* Texts stand over all lines, so that they can be read. */
static void print_edge(struct picture *picture, const struct picture_edge *edge, bool text)
{
	const struct picture_node *from = &picture->nodes[edge->from],
				  *to = &picture->nodes[edge->to];
	const bool back = to->column <= from->column;
	const unsigned x1 = left_of(from) + (back ? 0 : BOX_WIDTH);
	const unsigned x2 = left_of(to) + (back ? BOX_WIDTH : 0);
	const unsigned y1 = top_of(picture, from) + box_height(picture) / 2;
	const unsigned y2 = top_of(picture, to) + box_height(picture) / 2;
	const unsigned middle = (x1 + x2) / 2;

	if (text)
		print_label(picture, edge, x1, y1, x2, y2);
	else
		printf("<path d=\"M%u %u C%u %u %u %u %u %u\" marker-end=\"url(#arrow)\"/>\n", x1,
		       y1, middle, y1, middle, y2, x2, y2);
}

static void print_head(const struct picture *picture)
{
	const unsigned width = 2 * MARGIN + (picture->width - 1) * COLUMN_STEP + BOX_WIDTH;
	const unsigned height = 2 * MARGIN + (picture->title[0] ? TITLE_HEIGHT : 0) +
	                        picture->height * (box_height(picture) + ROW_GAP) - ROW_GAP;

	printf("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %u %u\" width=\"%u\" "
	       "height=\"%u\">\n",
	       width, height, width, height);
	printf("<style>text { font: 12px sans-serif } .name { font-weight: bold; font-size: 14px } "
	       ".budget { fill: #555 } .service { fill: #1a4f8a; font-size: 11px; "
	       "paint-order: stroke; stroke: white; stroke-width: 3px } "
	       ".box { fill: #f4f4f0; stroke: #444 } "
	       ".ended { fill: #fff; stroke: #999; stroke-dasharray: 4 3 } .whole { fill: #ddd } "
	       ".peak { fill: #b9cbe0 } .used { fill: #1a4f8a } path { fill: none; stroke: #1a4f8a }"
	       "</style>\n<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" "
	       "markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\">"
	       "<path d=\"M0 0 L8 4 L0 8\"/></marker></defs>\n"
	       "<rect x=\"0\" y=\"0\" width=\"%u\" height=\"%u\" fill=\"white\"/>\n",
	       width, height);
	if (picture->title[0])
		print_line(MARGIN, MARGIN + 8, "budget", picture->title);
}

void picture_print(struct picture *picture)
{
	place(picture);
	print_head(picture);
	for (uint32_t i = 0; i < picture->edge_count; i++)
		print_edge(picture, &picture->edges[i], false);
	for (uint32_t i = 0; i < picture->edge_count; i++)
		print_edge(picture, &picture->edges[i], true);
	for (uint32_t i = 0; i < picture->node_count; i++) {
		if (picture->nodes[i].shown)
			print_box(picture, &picture->nodes[i]);
	}
	printf("</svg>\n");
}
