/* SPDX-License-Identifier: MIT */
/*
 * The hash of a model's state says nothing of names: domains are taken in every order and the
 * least hash counts, places in the order of what they are, grants in the order in which places
 * name them.
 */
#include <string.h>

#include "cap_model.h"

struct naming {
	const int8_t *domains; /* new name by old one */
	int8_t places[MODEL_PLACES];
	int8_t grants[MODEL_GRANTS]; /* 0: dead, which all look alike */
};

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15ull;
	return hash ^ hash >> 29;
}

static int depth_of(const struct model *model, int grant)
{
	int depth = 0;

	while ((grant = model->grants[grant].parent) != MODEL_NOBODY)
		depth++;
	return depth;
}

static int rank_of(const struct model *model, const struct naming *naming, int place)
{
	const struct model_place *at = &model->places[place];
	int role = 0;

	for (int d = 0; d < MODEL_DOMAINS; d++) {
		if (model->calls[d].queued && model->calls[d].carried == place)
			role |= 1;
		if (model->calls[d].queued && model->calls[d].room == place)
			role |= 2 << naming->domains[d];
	}
	if (at->domain == MODEL_NOBODY)
		return 10000 + role;
	return naming->domains[at->domain] * 1000 + (at->owner ? 500 : 0) + role * 20 +
	       (model->grants[at->grant].live ? depth_of(model, at->grant) : 19);
}

static void name_places(const struct model *model, struct naming *naming)
{
	int order[MODEL_PLACES], ranks[MODEL_PLACES];

	for (int i = 0; i < MODEL_PLACES; i++) {
		const int rank = rank_of(model, naming, i);
		int at = i;

		for (; at > 0 && ranks[at - 1] > rank; at--) {
			ranks[at] = ranks[at - 1];
			order[at] = order[at - 1];
		}
		ranks[at] = rank;
		order[at] = i;
	}
	for (int8_t i = 0; i < MODEL_PLACES; i++)
		naming->places[order[i]] = i;
}

static void name_grants(const struct model *model, struct naming *naming)
{
	int8_t next = 1;

	memset(naming->grants, 0, sizeof(naming->grants));
	for (int wanted = 0; wanted < MODEL_PLACES; wanted++) {
		int place = 0;

		while (naming->places[place] != wanted)
			place++;
		for (int g = model->places[place].domain != MODEL_NOBODY
		                     ? model->places[place].grant
		                     : MODEL_NOBODY;
		     g != MODEL_NOBODY && model->grants[g].live && !naming->grants[g];
		     g = model->grants[g].parent)
			naming->grants[g] = next++;
	}
	for (int g = 0; g < model->grant_count; g++) {
		if (model->grants[g].live && !naming->grants[g])
			naming->grants[g] = next++;
	}
}

static uint64_t hash_call(const struct model *model, const struct naming *naming, int domain)
{
	const struct model_call *call = &model->calls[domain];
	const int carried = call->carried == MODEL_NOBODY ? 9 : naming->places[call->carried];
	const int room = call->room == MODEL_NOBODY ? 9 : naming->places[call->room];

	if (!call->queued)
		return model->alive[domain];
	return (uint64_t)naming->grants[call->grant] << 32 | (uint64_t)carried << 16 |
	       (uint64_t)room << 8 | (uint64_t)call->moving << 3 | (uint64_t)call->stale << 2 | 2;
}

static uint64_t hash_named(const struct model *model, const int8_t *domains)
{
	struct naming naming = {.domains = domains};
	uint64_t sum = 0;

	name_places(model, &naming);
	name_grants(model, &naming);
	for (int d = 0; d < MODEL_DOMAINS; d++)
		sum += mix(mix(1, (uint64_t)domains[d]), hash_call(model, &naming, d));
	for (int i = 0; i < model->waiting; i++)
		sum += mix(mix(2, (uint64_t)i), (uint64_t)domains[model->line[i]]);
	for (int i = 0; i < MODEL_PLACES; i++) {
		const struct model_place *at = &model->places[i];

		if (at->domain != MODEL_NOBODY)
			sum += mix(mix(3, (uint64_t)naming.places[i]),
			           (uint64_t)domains[at->domain] << 16 | (uint64_t)at->owner << 8 |
			                   (uint64_t)naming.grants[at->grant]);
	}
	for (int g = 0; g < model->grant_count; g++) {
		const struct model_grant *grant = &model->grants[g];

		if (grant->live)
			sum += mix(mix(4, (uint64_t)naming.grants[g]),
			           (uint64_t)domains[grant->payer] << 8 |
			                   (grant->parent == MODEL_NOBODY
			                            ? 0u
			                            : (uint64_t)naming.grants[grant->parent]));
	}
	return sum;
}

uint64_t model_hash(const struct model *model)
{
	static const int8_t orders[][MODEL_DOMAINS] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
	                                               {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
	uint64_t least = UINT64_MAX;

	for (unsigned i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		const uint64_t hash = hash_named(model, orders[i]);

		if (hash < least)
			least = hash;
	}
	return least;
}
