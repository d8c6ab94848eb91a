/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>

#include <event/ready.h>
#include <native_process.h>
#include <syscall/calls.h>

#include "family.h"
#include "process.h"

/* ---- children ------------------------------------------------------------------------------- */

pid_t family_identify(struct process *process)
{
	if (native_spawned())
		return spawner_identify();
	if (process->family.ids == INT32_MAX)
		return -EAGAIN;
	return ++process->family.ids;
}

struct child *family_add(struct process *process, pid_t id)
{
	struct child *child = native_heap_alloc(sizeof *child);

	if (!child)
		return NULL;
	*child = (struct child){
		.next = process->family.children,
		.process = process,
		.id = id,
		.group = process->group,
		.session = process->session,
	};
	process->family.children = child;
	return child;
}

void family_remove(struct process *process, struct child *child)
{
	struct child **at = &process->family.children;

	while (*at != child)
		at = &(*at)->next;
	*at = child->next;
	if (child->native)
		native_child_destroy(child->native);
	family_close_all(child);
	native_heap_free(child);
}

bool family_running(const struct process *process)
{
	for (const struct child *child = process->family.children; child; child = child->next)
		if (child->native)
			return true;
	return false;
}

void family_fini(struct process *process)
{
	while (process->family.children)
		family_remove(process, process->family.children);
}

struct child *family_find(const struct process *process, pid_t id)
{
	for (struct child *child = process->family.children; child; child = child->next)
		if (child->id == id && !child->ended)
			return child;
	return NULL;
}

siginfo_t family_end_info(const struct child *child)
{
	const bool exited = WIFEXITED(child->status);
	siginfo_t info = {.si_signo = SIGCHLD, .si_code = exited ? CLD_EXITED : CLD_KILLED};

	info.si_pid = child->id;
	info.si_status = exited ? WEXITSTATUS(child->status) : WTERMSIG(child->status);
	return info;
}

static void tell_end(struct process *process, const struct child *child)
{
	const siginfo_t info = family_end_info(child);

	(void)signals_raise(process, NULL, &info); /* who waits for the child learns of it anyway */
	wait_queue_wake_all(&process->family.waiters);
}

/* Who ignores the ends of his children has none to wait for. */
static bool ends_unheard(const struct process *process)
{
	const struct signal_action *action = &process->signals.actions[SIGCHLD - 1];

	return action->handler == SIG_IGN || action->flags & SA_NOCLDWAIT;
}

void family_ended(struct child *child, int status, bool stays)
{
	struct process *process = child->process;
	const bool known = child->ended;

	if (!known) {
		child->ended = true;
		child->status = status;
	}
	if (!stays) {
		if (child->native)
			native_child_destroy(child->native);
		child->native = NULL;
		family_close_all(child);
	}
	if (!known && child->heir)
		process_over(process, status);
	else if (!known)
		tell_end(process, child);
	if (!stays && (child->waited || (!child->heir && ends_unheard(process))))
		family_remove(process, child);
	if (!stays && process->over && !family_running(process))
		process_exit(process);
}

bool family_child_fits(const struct process *process, const struct child *child, pid_t which)
{
	const bool meant = which == -1 || which == child->id ||
	                   (which == 0 && child->group == process->group) ||
	                   (which < -1 && child->group == -which);

	return meant && !child->heir && !child->waited;
}

struct child *family_ended_child(struct process *process, pid_t which, bool *out_any)
{
	*out_any = false;
	for (struct child *child = process->family.children; child; child = child->next) {
		if (!family_child_fits(process, child, which))
			continue;
		*out_any = true;
		if (child->ended)
			return child;
	}
	return NULL;
}

void family_forget(struct process *process, struct child *child)
{
	if (child->native)
		child->waited = true;
	else
		family_remove(process, child);
}

void family_join(struct child *child, pid_t group, pid_t session)
{
	child->group = group;
	child->session = session;
}

/* ---- signals -------------------------------------------------------------------------------- */

static void child_tell(struct child *child, const struct spawner_news *news)
{
	for (unsigned i = 0; i < child->news_count; i++) {
		const struct spawner_news *known =
			&child->news[(child->news_first + i) % CHILD_NEWS_MAX];
		if (known->signal == news->signal && known->group == news->group)
			return; /* pending: one of a kind is enough */
	}
	if (child->news_count == CHILD_NEWS_MAX || !child->native)
		return;
	child->news[(child->news_first + child->news_count++) % CHILD_NEWS_MAX] = *news;
	native_child_wake(child->native);
}

/* A kill of the program's own needs nobody's help. */
static void child_kill(struct child *child, pid_t sender, int signal)
{
	if (signal == SIGKILL)
		family_ended(child, SIGKILL, false);
	else
		child_tell(child, &(struct spawner_news){.signal = signal, .sender = sender});
}

void family_tell_heir(struct process *process, pid_t sender, int signal)
{
	for (struct child *child = process->family.children; child; child = child->next)
		if (child->heir && !child->ended) {
			child_kill(child, sender, signal);
			return;
		}
}

static int raise_here(struct process *process, pid_t sender, int signal)
{
	siginfo_t info = {.si_signo = signal, .si_code = SI_USER};

	info.si_pid = sender;
	return signals_raise(process, NULL, &info);
}

/*
 * A group's signal goes to all below, since any of them may have members of it below; also one that
 * has ended, as long as it stays for its children.
 */
static bool kill_group(struct process *process, const struct child *except, pid_t sender,
                       pid_t group, int signal)
{
	const struct spawner_news news = {.signal = signal, .sender = sender, .group = group};
	bool found = false;

	for (struct child *child = process->family.children, *next; child; child = next) {
		next = child->next;
		if (child == except || !child->native)
			continue;
		found = found || child->group == group;
		if (signal)
			child_tell(child, &news);
	}
	return found;
}

/* All that this process may end itself. */
static int kill_all(struct process *process, int signal)
{
	for (struct child *child = process->family.children, *next; child && signal; child = next) {
		next = child->next;
		if (!child->ended)
			child_kill(child, process->id, signal);
	}
	return raise_here(process, process->id, signal);
}

int family_kill(struct process *process, pid_t target, int signal)
{
	const pid_t group = target == 0 ? process->group : -target;

	if (signal < 0 || signal > SIGNAL_COUNT)
		return -EINVAL;
	if (target == process->id)
		return raise_here(process, process->id, signal);
	if (target == -1)
		return kill_all(process, signal);
	if (target > 0) {
		struct child *child = family_find(process, target);
		if (!child)
			return native_spawned() ? spawner_kill(target, signal) : -ESRCH;
		if (signal)
			child_kill(child, process->id, signal);
		return 0;
	}
	bool found = kill_group(process, NULL, process->id, group, signal);
	if (native_spawned())
		found = spawner_kill(-group, signal) == 0 || found;
	if (group != process->group)
		return found ? 0 : -ESRCH;
	return raise_here(process, process->id, signal);
}

/* A child may tell this process something; it cannot end it. */
static bool may_be_told(const struct process *process, int signal)
{
	const struct signal_action *action = &process->signals.actions[signal - 1];

	return signal != SIGKILL && signal != SIGSTOP &&
	       (action->handler != SIG_DFL || signals_ignored_by_default(signal));
}

int family_kill_from(struct child *child, pid_t target, int signal)
{
	struct process *process = child->process;

	if (signal < 0 || signal > SIGNAL_COUNT || target == 0 || target == -1)
		return -EINVAL;
	if (target == process->id) {
		if (signal && !may_be_told(process, signal))
			return -EPERM;
		return raise_here(process, child->id, signal);
	}
	if (target > 0) {
		struct child *other = family_find(process, target);
		if (!other)
			return native_spawned() ? spawner_kill(target, signal) : -ESRCH;
		if (signal)
			child_tell(other,
			           &(struct spawner_news){.signal = signal, .sender = child->id});
		return 0;
	}
	bool found = kill_group(process, child, child->id, -target, signal);
	if (process->group == -target) {
		found = true;
		if (signal && may_be_told(process, signal))
			(void)raise_here(process, child->id, signal); /* no error of the group's */
	}
	if (native_spawned())
		found = spawner_kill(target, signal) == 0 || found;
	return found ? 0 : -ESRCH;
}

void family_news(struct child *child, struct spawner_news *out_news)
{
	*out_news = (struct spawner_news){0};
	if (child->news_count) {
		*out_news = child->news[child->news_first];
		child->news_first = (child->news_first + 1) % CHILD_NEWS_MAX;
		child->news_count--;
	}
	out_news->changed = child->changed;
	child->changed = false;
}

void family_hear(struct process *process)
{
	struct spawner_news news;
	unsigned left =
		2 * CHILD_NEWS_MAX; /* a spawner that has no end is asked again another time */

	do {
		spawner_news(&news);
		if (news.changed)
			inherited_changed(process);
		if (news.signal <= 0 || news.signal > SIGNAL_COUNT)
			return;
		if (news.group)
			(void)kill_group(process, NULL, news.sender, news.group, news.signal);
		if (!news.group || news.group == process->group)
			process_told(process, news.sender, news.signal);
	} while (--left);
}
