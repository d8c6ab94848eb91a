/* SPDX-License-Identifier: MIT */
/*
 * capos graph: a policy as a picture. Components stand in columns, clients left of
 * their servers, the parent at the right; an arrow is a rule's target, with its service.
 */
#include "command.h"
#include "policy_report.h"

#include <plan/size.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	BOX_WIDTH = 190,
	BOX_HEIGHT = 58,
	COLUMN_STEP = 330,
	ROW_STEP = 84,
	MARGIN = 20,
	TEXT_MAX = 512,
};

/* Node child_count is the parent. */
struct edge {
	uint32_t from, to;
	char services[TEXT_MAX];
};

struct graph {
	const struct plan *plan;
	uint32_t *columns, *rows; /* of each node */
	struct edge *edges;
	uint32_t edge_count, edge_max;
	uint32_t width, height; /* in columns and rows */
};

static void usage(FILE *out)
{
	fprintf(out,
	        "usage: capos graph [OPTION]... FILE\n\n"
	        "Writes the policy as an SVG picture: components with their budgets, and who may ask\n"
	        "whom for which service.\n\n");
	policy_report_options_usage(out);
}

/* ---- who asks whom ---- */

static struct edge *find_edge(struct graph *graph, uint32_t from, uint32_t to)
{
	for (uint32_t i = 0; i < graph->edge_count; i++) {
		if (graph->edges[i].from == from && graph->edges[i].to == to)
			return &graph->edges[i];
	}
	if (graph->edge_count == graph->edge_max)
		return NULL;
	graph->edges[graph->edge_count] = (struct edge){.from = from, .to = to};
	return &graph->edges[graph->edge_count++];
}

static void add_edge(struct graph *graph, uint32_t from, uint32_t to, const char *service)
{
	struct edge *edge = from == to ? NULL : find_edge(graph, from, to);

	if (!edge || strstr(edge->services, service))
		return;

	const size_t used = strlen(edge->services);

	snprintf(edge->services + used, TEXT_MAX - used, "%s%s", used ? ", " : "", service);
}

static void add_target(struct graph *graph, uint32_t from, const struct plan_rule *rule,
                       const struct plan_target *target)
{
	const struct plan *plan = graph->plan;
	const char *service = rule->service ? rule->service : "any";
	uint32_t child;

	switch (target->kind) {
	case TARGET_PARENT: add_edge(graph, from, plan->child_count, service); return;
	case TARGET_CHILD:
		child = plan_child_find(plan, target->child);
		if (child != PLAN_NO_CHILD)
			add_edge(graph, from, child, service);
		return;
	case TARGET_ANY_CHILD:
		for (child = 0; child < plan->child_count; child++) {
			if (rule->service &&
			    plan_child_provides(&plan->children[child], rule->service))
				add_edge(graph, from, child, service);
		}
		return;
	case TARGET_CHOOSE:
		for (uint32_t i = 0; i < target->declared_count; i++)
			add_target(graph, from, rule, &target->declared[i]);
		return;
	case TARGET_DENY: return;
	}
}

static void add_edges(struct graph *graph)
{
	const struct plan *plan = graph->plan;

	for (uint32_t child = 0; child < plan->child_count; child++) {
		const struct plan_rules *rules = plan_child_rules(plan, &plan->children[child]);

		for (uint32_t i = 0; i < rules->count; i++) {
			for (uint32_t k = 0; k < rules->items[i].target_count; k++)
				add_target(graph, child, &rules->items[i],
				           &rules->items[i].targets[k]);
		}
	}
}

/* ---- where they stand ---- */

/* A server stands right of its clients; those in a circle after so many rounds as they are. */
static void place(struct graph *graph)
{
	const uint32_t count = graph->plan->child_count;
	uint32_t *const used = calloc(count + 2, sizeof(*used));

	for (uint32_t round = 0; round < count; round++) {
		for (uint32_t i = 0; i < graph->edge_count; i++) {
			const struct edge *edge = &graph->edges[i];

			if (graph->columns[edge->to] <= graph->columns[edge->from] &&
			    graph->columns[edge->from] < count)
				graph->columns[edge->to] = graph->columns[edge->from] + 1;
		}
	}
	for (uint32_t i = 0; i < count; i++) {
		if (graph->columns[i] + 1 > graph->width)
			graph->width = graph->columns[i] + 1;
	}
	graph->columns[count] = graph->width++;
	for (uint32_t i = 0; used && i <= count; i++) {
		graph->rows[i] = used[graph->columns[i]]++;
		if (graph->rows[i] + 1 > graph->height)
			graph->height = graph->rows[i] + 1;
	}
	free(used);
}

static unsigned left_of(const struct graph *graph, uint32_t node)
{
	return MARGIN + graph->columns[node] * COLUMN_STEP;
}

static unsigned top_of(const struct graph *graph, uint32_t node)
{
	return MARGIN + graph->rows[node] * ROW_STEP;
}

/* ---- the picture ---- */

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

static void print_box(const struct graph *graph, uint32_t node)
{
	const unsigned x = left_of(graph, node), y = top_of(graph, node);
	const bool parent = node == graph->plan->child_count;
	const struct plan_child *child = parent ? NULL : &graph->plan->children[node];
	char text[TEXT_MAX], ram[SIZE_TEXT_MAX];
	size_t used = 0;

	printf("<rect x=\"%u\" y=\"%u\" width=\"%d\" height=\"%d\" rx=\"6\"/>\n", x, y, BOX_WIDTH,
	       BOX_HEIGHT);
	print_line(x + 10, y + 20, "name", parent ? "parent" : child->name);
	if (parent)
		return;
	snprintf(text, sizeof(text), "%s, %llu caps", size_format(child->ram, ram),
	         (unsigned long long)child->caps);
	print_line(x + 10, y + 36, "budget", text);
	for (uint32_t i = 0; i < child->provides_count && used < TEXT_MAX; i++)
		used += (size_t)snprintf(text + used, TEXT_MAX - used, "%s%s",
		                         i ? ", " : "provides ", child->provides[i]);
	if (used)
		print_line(x + 10, y + 51, "budget", text);
}

static void print_edge(const struct graph *graph, const struct edge *edge)
{
	const bool back = graph->columns[edge->to] <= graph->columns[edge->from];
	const unsigned x1 = left_of(graph, edge->from) + (back ? 0 : BOX_WIDTH);
	const unsigned x2 = left_of(graph, edge->to) + (back ? BOX_WIDTH : 0);
	const unsigned y1 = top_of(graph, edge->from) + BOX_HEIGHT / 2;
	const unsigned y2 = top_of(graph, edge->to) + BOX_HEIGHT / 2;
	const unsigned middle = (x1 + x2) / 2;

	printf("<path d=\"M%u %u C%u %u %u %u %u %u\" marker-end=\"url(#arrow)\"/>\n", x1, y1,
	       middle, y1, middle, y2, x2, y2);
	print_line(middle, (y1 + y2) / 2 - 4, "service", edge->services);
}

static void print(const struct graph *graph)
{
	const unsigned width = 2 * MARGIN + (graph->width - 1) * COLUMN_STEP + BOX_WIDTH;
	const unsigned height = 2 * MARGIN + (graph->height - 1) * ROW_STEP + BOX_HEIGHT;

	printf("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %u %u\" width=\"%u\" "
	       "height=\"%u\">\n",
	       width, height, width, height);
	printf("<style>text { font: 12px sans-serif } .name { font-weight: bold; font-size: 14px } "
	       ".budget { fill: #555 } .service { fill: #1a4f8a; font-size: 11px; text-anchor: middle } "
	       "rect { fill: #f4f4f0; stroke: #444 } path { fill: none; stroke: #1a4f8a }</style>\n"
	       "<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" "
	       "markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\">"
	       "<path d=\"M0 0 L8 4 L0 8\"/></marker></defs>\n"
	       "<rect x=\"0\" y=\"0\" width=\"%u\" height=\"%u\" style=\"fill: white; stroke: none\"/>\n",
	       width, height);
	for (uint32_t i = 0; i < graph->edge_count; i++)
		print_edge(graph, &graph->edges[i]);
	for (uint32_t i = 0; i <= graph->plan->child_count; i++)
		print_box(graph, i);
	printf("</svg>\n");
}

static int draw(const struct plan *plan)
{
	struct graph graph = {.plan = plan, .edge_max = (plan->child_count + 1) * 32};

	graph.columns = calloc(plan->child_count + 1, sizeof(*graph.columns));
	graph.rows = calloc(plan->child_count + 1, sizeof(*graph.rows));
	graph.edges = calloc(graph.edge_max, sizeof(*graph.edges));
	if (graph.columns && graph.rows && graph.edges) {
		add_edges(&graph);
		place(&graph);
		print(&graph);
	}

	const int status = graph.columns && graph.rows && graph.edges ? 0 : POLICY_REPORT_USAGE;

	free(graph.edges);
	free(graph.rows);
	free(graph.columns);
	return status;
}

int command_graph(int argc, char **argv)
{
	struct policy_report report;
	struct policy *policy = NULL;

	if (argc == 2 && !strcmp(argv[1], "--help")) {
		usage(stdout);
		return 0;
	}
	const int first = policy_report_init(&report, argc, argv);
	if (first < 0 || argc - first != 1) {
		usage(stderr);
		return POLICY_REPORT_USAGE;
	}
	int status = policy_report_evaluate(&report, argv[first], stderr, &policy);
	if (policy)
		status = draw(policy_plan(policy));
	policy_destroy(policy);
	policy_report_fini(&report);
	return status;
}
