/* SPDX-License-Identifier: MIT */
/*
 * Picture: components as boxes in columns, clients left of their servers, with an arrow from each
 * client to its server. It knows neither plans nor reports; both are drawn with it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { PICTURE_TEXT_MAX = 512, PICTURE_LINES = 3, PICTURE_BARS = 2 };

/* How much of something is used, and was at most, between 0 and 1. */
struct picture_bar {
	double used, peak;
};

struct picture_node {
	char name[PICTURE_TEXT_MAX];
	char lines[PICTURE_LINES][PICTURE_TEXT_MAX]; /* below the name; empty: none */
	struct picture_bar bars[PICTURE_BARS];
	bool with_bars;
	bool ended; /* it is there no more */
	bool last;  /* it stands in the last column: it serves and asks nobody */
	bool shown; /* else only if there is an arrow to it */
	uint32_t column, row;
	uint64_t label_slots; /* heights at which arrows from it have their texts */
};

struct picture_edge {
	uint32_t from, to;
	char label[PICTURE_TEXT_MAX];
};

struct picture {
	char title[PICTURE_TEXT_MAX];
	struct picture_node *nodes;
	uint32_t node_count;
	struct picture_edge *edges;
	uint32_t edge_count, edge_max;
	uint32_t width, height; /* in columns and rows */
};

/* False: out of memory. */
bool picture_init(struct picture *picture, uint32_t node_count);
void picture_fini(struct picture *picture);
/* Adds to what the arrow from one node to another says, unless it says so already. */
void picture_edge(struct picture *picture, uint32_t from, uint32_t to, const char *label);
/* Writes it as SVG to standard output. */
void picture_print(struct picture *picture);
