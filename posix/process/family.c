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

static void export_end(struct export *export)
{
	if (export->file)
		open_file_put(export->file);
	node_put(export->node);
	*export = (struct export){0};
}

static void exports_end(struct child *child)
{
	node_put(child->program);
	child->program = NULL;
	for (uint32_t i = 0; i < child->export_count; i++)
		if (child->exports[i].node)
			export_end(&child->exports[i]);
	native_heap_free(child->exports);
	child->exports = NULL;
	child->export_count = 0;
}

void family_remove(struct process *process, struct child *child)
{
	struct child **at = &process->family.children;

	while (*at != child)
		at = &(*at)->next;
	*at = child->next;
	if (child->native)
		native_child_destroy(child->native);
	exports_end(child);
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
		exports_end(child);
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

struct child *family_ended_child(struct process *process, pid_t which, bool *out_any)
{
	*out_any = false;
	for (struct child *child = process->family.children; child; child = child->next) {
		const bool fits = which == -1 || which == child->id ||
		                  (which == 0 && child->group == process->group) ||
		                  (which < -1 && child->group == -which);
		if (!fits || child->heir || child->waited)
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

/* A group's signal goes to all below, since any of them may have members of it below. */
static bool kill_group(struct process *process, const struct child *except, pid_t sender,
                       pid_t group, int signal)
{
	const struct spawner_news news = {.signal = signal, .sender = sender, .group = group};
	bool found = false;

	for (struct child *child = process->family.children, *next; child; child = next) {
		next = child->next;
		if (child == except || child->ended)
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

/* ---- exports -------------------------------------------------------------------------------- */

/* A free place, or one more than there were. */
static struct export *export_place(struct child *child)
{
	enum { PLACES_MIN = 8 };
	const uint32_t count = child->export_count ? 2 * child->export_count : PLACES_MIN;

	for (uint32_t i = 0; i < child->export_count; i++)
		if (!child->exports[i].node)
			return &child->exports[i];
	if (count > EXPORTS_MAX)
		return NULL;
	struct export *places = native_heap_alloc(count * sizeof *places);
	if (!places)
		return NULL;
	memset(places, 0, count * sizeof *places);
	if (child->exports)
		memcpy(places, child->exports, child->export_count * sizeof *places);
	native_heap_free(child->exports);
	child->exports = places;
	struct export *place = &places[child->export_count];
	child->export_count = count;
	return place;
}

/* Numbers begin with 1. */
static long number_of(const struct child *child, const struct export *export)
{
	return export - child->exports + 1;
}

long family_export_file(struct child *child, struct open_file *file)
{
	for (uint32_t i = 0; i < child->export_count; i++)
		if (child->exports[i].file == file)
			return number_of(child, &child->exports[i]);
	struct export *export = export_place(child);
	if (!export)
		return -ENOMEM;
	*export = (struct export){.node = node_get(file->node), .file = open_file_get(file)};
	return number_of(child, export);
}

static long export_node(struct child *child, struct node *node, bool root)
{
	for (uint32_t i = 0; i < child->export_count; i++)
		if (child->exports[i].node == node && !child->exports[i].file)
			return number_of(child, &child->exports[i]);
	struct export *export = export_place(child);
	if (!export)
		return -ENOMEM;
	*export = (struct export){.node = node_get(node), .root = root};
	return number_of(child, export);
}

long family_export_tree(struct child *child, struct node *directory)
{
	return export_node(child, directory, true);
}

static struct export *find_export(const struct child *child, uint32_t file)
{
	if (file == 0 || file > child->export_count || !child->exports[file - 1].node)
		return NULL;
	return &child->exports[file - 1];
}

static struct node *find_directory(const struct child *child, uint32_t file)
{
	const struct export *export = find_export(child, file);

	return export && !export->file && node_directory(export->node) ? export->node : NULL;
}

void family_node_changed(struct process *process, struct node *node)
{
	for (struct child *child = process->family.children; child; child = child->next)
		for (uint32_t i = 0; i < child->export_count; i++) {
			struct export *export = &child->exports[i];
			if (export->node != node || !export->watched)
				continue;
			export->watched = false;
			child->changed = true;
			if (child->native)
				native_child_wake(child->native);
		}
}

static void watch(struct export *export)
{
	export->watched = true;
	export->node->watched = true;
}

/* What has no open file is read and written by who may open it anyway. */
static struct open_file as_file(const struct export *export)
{
	return (struct open_file){.node = export->node, .flags = O_RDWR};
}

ssize_t family_read(struct child *child, uint32_t file, void *buffer, size_t size, off_t offset)
{
	struct export *export = find_export(child, file);

	if (!export || (offset < 0 && !export->file))
		return -EBADF;
	struct open_file bare = as_file(export);
	const long done = transfer_read(export->file ? export->file : &bare, buffer, size, offset);
	if (done == -EAGAIN)
		watch(export);
	return done;
}

ssize_t family_write(struct child *child, uint32_t file, const void *buffer, size_t size,
                     off_t offset)
{
	struct export *export = find_export(child, file);

	if (!export || (offset < 0 && !export->file))
		return -EBADF;
	struct open_file bare = as_file(export);
	const long done = transfer_write(export->file ? export->file : &bare, buffer, size, offset);
	if (done == -EAGAIN)
		watch(export);
	return done;
}

off_t family_seek(struct child *child, uint32_t file, off_t offset, int whence)
{
	const struct export *export = find_export(child, file);

	return export && export->file ? transfer_seek(export->file, offset, whence) : -EBADF;
}

int family_ready(struct child *child, uint32_t file)
{
	struct export *export = find_export(child, file);

	if (!export || !export->file)
		return -EBADF;
	watch(export);
	return file_ready(export->file);
}

static void status_of(const struct node *node, struct spawner_status *out_status)
{
	struct stat status;

	vfs_status(node, &status);
	*out_status = (struct spawner_status){
		.mode = status.st_mode,
		.stream = node->stream,
		.id = status.st_ino,
		.size = status.st_size,
		.modified_ns = (uint64_t)status.st_mtim.tv_sec * 1000000000 +
	                       (uint64_t)status.st_mtim.tv_nsec,
	};
}

int family_status(struct child *child, uint32_t file, struct spawner_status *out_status)
{
	const struct export *export = find_export(child, file);

	if (!export)
		return -EBADF;
	status_of(export->node, out_status);
	return 0;
}

int family_control(struct child *child, uint32_t file, unsigned long request, void *argument,
                   size_t size)
{
	const struct export *export = find_export(child, file);

	if (!export || !export->file)
		return -EBADF;
	return transfer_control(export->file, request, argument, size);
}

/* Is it a file that whoever was given it may write to? */
static bool writable(const struct export *export)
{
	return export && S_ISREG(export->node->mode) &&
	       (!export->file || open_file_writable(export->file));
}

int family_truncate(struct child *child, uint32_t file, off_t size)
{
	const struct export *export = find_export(child, file);

	if (!export || size < 0 || !writable(export))
		return export ? -EINVAL : -EBADF;
	const struct file_system_ops *ops = export->node->file_system->ops;
	return ops->truncate ? ops->truncate(export->node, size) : -EROFS;
}

int family_set_mode(struct child *child, uint32_t file, mode_t mode)
{
	const struct export *export = find_export(child, file);

	if (!export)
		return -EBADF;
	const struct file_system_ops *ops = export->node->file_system->ops;
	return ops->set_mode ? ops->set_mode(export->node, mode & 07777) : -EROFS;
}

int family_set_time(struct child *child, uint32_t file, uint64_t modified_ns)
{
	const struct export *export = find_export(child, file);
	const struct timespec times[] = {{.tv_nsec = UTIME_OMIT}, time_from_ns(modified_ns)};

	if (!export)
		return -EBADF;
	const struct file_system_ops *ops = export->node->file_system->ops;
	return ops->set_times ? ops->set_times(export->node, times) : -EROFS;
}

void family_close(struct child *child, uint32_t file)
{
	struct export *export = find_export(child, file);

	if (export && !export->root)
		export_end(export);
}

/* ---- names ---------------------------------------------------------------------------------- */

static bool name_valid(const char *name)
{
	return name[0] && strnlen(name, NAME_MAX + 1) <= NAME_MAX && !strchr(name, '/') &&
	       strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

/* What the name stands for, itself; ENOENT for what is mounted there. */
static int find_name(struct process *process, struct node *directory, const char *name,
                     struct node **out_node)
{
	struct node *node;

	if (!name_valid(name))
		return -EINVAL;
	const int error = vfs_find(&process->vfs, directory, name, true, &node);
	if (error)
		return error;
	if (node->file_system != directory->file_system) {
		node_put(node);
		return -ENOENT;
	}
	*out_node = node;
	return 0;
}

long family_lookup(struct child *child, uint32_t directory, const char *name,
                   struct spawner_status *out_status)
{
	struct node *at = find_directory(child, directory);
	struct node *node;

	if (!at)
		return -EBADF;
	const int error = find_name(child->process, at, name, &node);
	if (error)
		return error;
	const long number = export_node(child, node, false);
	if (number >= 0)
		status_of(node, out_status);
	node_put(node);
	return number;
}

int family_create(struct child *child, uint32_t directory, const char *name, mode_t mode)
{
	struct node *at = find_directory(child, directory);

	if (!at)
		return -EBADF;
	if (!name_valid(name) || (!S_ISREG(mode) && !S_ISDIR(mode) && !S_ISFIFO(mode)))
		return -EINVAL;
	return vfs_make(&child->process->vfs, at, name, mode);
}

int family_link(struct child *child, uint32_t directory, const char *name, const char *target)
{
	struct node *at = find_directory(child, directory);

	if (!at)
		return -EBADF;
	if (!name_valid(name))
		return -EINVAL;
	return vfs_link_symbolic(&child->process->vfs, at, name, target);
}

int family_target(struct child *child, uint32_t file, const char **out_target)
{
	const struct export *export = find_export(child, file);

	if (!export || !S_ISLNK(export->node->mode))
		return -EINVAL;
	*out_target = export->node->file_system->ops->target(export->node);
	return 0;
}

int family_delete(struct child *child, uint32_t directory, const char *name, bool folder)
{
	struct node *at = find_directory(child, directory);
	struct node *node;

	if (!at)
		return -EBADF;
	const int error = find_name(child->process, at, name, &node);
	if (error)
		return error;
	node_put(node);
	return vfs_remove(&child->process->vfs, at, name, folder);
}

int family_rename(struct child *child, uint32_t directory, const char *name, uint32_t to,
                  const char *new_name)
{
	struct node *from = find_directory(child, directory);
	struct node *into = find_directory(child, to);

	if (!from || !into)
		return -EBADF;
	if (!name_valid(name) || !name_valid(new_name))
		return -EINVAL;
	return vfs_rename(&child->process->vfs, from, name, into, new_name, false);
}

int family_list(struct child *child, uint32_t directory, uint64_t *cookie,
                struct directory_entry *out_entry)
{
	struct node *at = find_directory(child, directory);

	if (!at)
		return -EBADF;
	return at->file_system->ops->list ? at->file_system->ops->list(at, cookie, out_entry)
	                                  : -ENOTDIR;
}
