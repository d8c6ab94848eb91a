/* SPDX-License-Identifier: MIT */
#include <base/log.h>
#include <base/status_name.h>
#include <test/check.h>

static bool count(struct check *check, bool holds)
{
	if (holds)
		check->held++;
	else
		check->failed++;
	return holds;
}

bool check_that(struct check *check, const char *what, bool holds)
{
	log_line(check->env, "%s%s", holds ? "" : "FAILED ", what);
	return count(check, holds);
}

bool check_status(struct check *check, const char *what, enum status got, enum status wanted)
{
	if (got == wanted)
		log_line(check->env, "%s: %s", what, status_name(got));
	else
		log_line(check->env, "FAILED %s: %s, wanted %s", what, status_name(got),
		         status_name(wanted));
	return count(check, got == wanted);
}

bool check_equal(struct check *check, const char *what, uint64_t got, uint64_t wanted)
{
	if (got == wanted)
		log_line(check->env, "%s: %lu", what, got);
	else
		log_line(check->env, "FAILED %s: %lu, wanted %lu", what, got, wanted);
	return count(check, got == wanted);
}

int check_result(const struct check *check)
{
	if (check->failed == 0)
		log_line(check->env, "all %u checks hold", check->held);
	else
		log_line(check->env, "FAILED %u of %u checks", check->failed,
		         check->held + check->failed);
	return check->failed == 0 ? 0 : 1;
}
