/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>

#include "export.h"

enum { NAME_COST = 512, SECOND_NS = 1000000000 };

/* One packet on its way: private to the server. */
struct work {
	struct file_export *export;
	struct file_request request;
	struct file_answer answer;
	struct node *node; /* the handle's */
	char name[NAME_MAX + 1];
	char second_name[NAME_MAX + 1];
};

/* ---- what the client says ------------------------------------------------------------------- */

static uint32_t error_of(int error)
{
	switch (-error) {
	case 0: return FILE_OK;
#define FILE_ERROR(name, number) \
	case number: return FILE_ERROR_##name;
		FILE_ERRORS(FILE_ERROR)
#undef FILE_ERROR
	default: return FILE_ERROR_IO;
	}
}

/* The bytes at `at` of the buffer, or NULL. */
static uint8_t *room(const struct file_export *export, uint32_t at, uint32_t size)
{
	if (at < FILE_PACKETS_SIZE || at > export->size || size > export->size - at)
		return NULL;
	return export->buffer + at;
}

static int take_name(const struct file_export *export, uint32_t at, uint32_t size,
                     char name[NAME_MAX + 1])
{
	const uint8_t *from = room(export, at, size);

	if (!from || size == 0)
		return -EINVAL;
	if (size > NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(name, from, size);
	name[size] = '\0';
	if (strlen(name) != size || strchr(name, '/') || strcmp(name, ".") == 0 ||
	    strcmp(name, "..") == 0)
		return -EINVAL;
	return 0;
}

static struct node *handle_node(const struct file_export *export, uint32_t handle)
{
	return handle < EXPORT_HANDLES_MAX ? export->handles[handle] : NULL;
}

/* The first name, in a directory. */
static int take_place(struct work *work)
{
	if (!node_directory(work->node))
		return -ENOTDIR;
	return take_name(work->export, work->request.at, work->request.size, work->name);
}

static int take_second_place(struct work *work, struct node **out_directory)
{
	*out_directory = handle_node(work->export, work->request.other);
	if (!*out_directory)
		return -EBADF;
	if (!node_directory(*out_directory))
		return -ENOTDIR;
	return take_name(work->export, work->request.second_at, work->request.second_size,
	                 work->second_name);
}

/* ---- answers -------------------------------------------------------------------------------- */

static int64_t time_ns(const struct timespec *time)
{
	int64_t ns;

	if (__builtin_mul_overflow((int64_t)time->tv_sec, SECOND_NS, &ns) ||
	    __builtin_add_overflow(ns, time->tv_nsec, &ns))
		return time->tv_sec < 0 ? INT64_MIN : INT64_MAX;
	return ns;
}

static void put_status(struct file_answer *answer, const struct node *node)
{
	struct stat status;

	vfs_status(node, &status);
	/* several file systems may be in the tree: their numbers must not meet */
	answer->id = (uint64_t)status.st_ino ^ (uint64_t)status.st_dev << 48;
	answer->size = (uint64_t)status.st_size;
	answer->blocks = (uint64_t)status.st_blocks;
	answer->mode = status.st_mode;
	answer->links = (uint32_t)status.st_nlink;
	answer->owner = status.st_uid;
	answer->group = status.st_gid;
	answer->accessed_ns = time_ns(&status.st_atim);
	answer->modified_ns = time_ns(&status.st_mtim);
	answer->changed_ns = time_ns(&status.st_ctim);
}

/* A handle for the node, whose reference is taken over in any case. */
static int give_handle(struct work *work, struct node *node)
{
	for (uint32_t i = 1; i < EXPORT_HANDLES_MAX; i++) {
		if (work->export->handles[i])
			continue;
		work->export->handles[i] = node;
		work->answer.result = i;
		put_status(&work->answer, node);
		return 0;
	}
	node_put(node);
	return -ENFILE;
}

/* ---- quota ---------------------------------------------------------------------------------- */

static bool affordable(const struct file_export *export, uint64_t bytes)
{
	return export->used <= export->quota && bytes <= export->quota - export->used;
}

static uint64_t blocks_of(const struct node *node)
{
	struct stat status;

	vfs_status(node, &status);
	return (uint64_t)status.st_blocks * 512;
}

static void give_back(struct file_export *export, uint64_t bytes)
{
	export->used -= bytes < export->used ? bytes : export->used;
}

static void charge_change(struct file_export *export, uint64_t before, uint64_t after)
{
	if (after > before)
		export->used += after - before;
	else
		give_back(export, before - after);
}

/* ---- operations ----------------------------------------------------------------------------- */

static int lookup(struct work *work)
{
	struct node *node;

	int error = take_place(work);
	if (error == 0)
		error = vfs_find(work->export->vfs, work->node, work->name, true, &node);
	return error ? error : give_handle(work, node);
}

/* What was just made by name; the name is paid for. */
static int give_made(struct work *work)
{
	work->export->used += NAME_COST;
	return lookup(work);
}

static int create(struct work *work)
{
	const mode_t mode = work->request.mode & (S_IFMT | 07777);

	int error = take_place(work);
	if (error)
		return error;
	if (!S_ISREG(mode) && !S_ISDIR(mode) && !S_ISFIFO(mode) && !S_ISSOCK(mode))
		return -EINVAL;
	if (!affordable(work->export, NAME_COST))
		return -ENOSPC;
	error = vfs_make(work->export->vfs, work->node, work->name, mode);
	return error ? error : give_made(work);
}

static int link_symbolic(struct work *work)
{
	const uint32_t size = work->request.second_size;
	const uint8_t *from = room(work->export, work->request.second_at, size);
	char target[PATH_MAX];

	int error = take_place(work);
	if (error)
		return error;
	if (!from || size == 0 || size >= sizeof target)
		return -EINVAL;
	if (!affordable(work->export, NAME_COST + size))
		return -ENOSPC;
	memcpy(target, from, size);
	target[size] = '\0';
	error = vfs_link_symbolic(work->export->vfs, work->node, work->name, target);
	return error ? error : give_made(work);
}

static int read_link(struct work *work)
{
	uint8_t *to = room(work->export, work->request.at, work->request.size);

	if (!to || !S_ISLNK(work->node->mode))
		return -EINVAL;
	const char *target = work->node->file_system->ops->target(work->node);
	const size_t size = strnlen(target, work->request.size);
	memcpy(to, target, size);
	work->answer.result = (uint32_t)size;
	return 0;
}

static int link(struct work *work)
{
	struct node *other;

	int error = take_place(work);
	if (error == 0)
		error = take_second_place(work, &other);
	if (error)
		return error;
	if (!affordable(work->export, NAME_COST))
		return -ENOSPC;
	error = vfs_link(work->export->vfs, work->node, work->name, other, work->second_name,
	                 false);
	work->export->used += error ? 0 : NAME_COST;
	return error;
}

static int remove_name(struct work *work, bool directory)
{
	struct stat status = {0};
	struct node *node;

	int error = take_place(work);
	if (error)
		return error;
	if (vfs_find(work->export->vfs, work->node, work->name, true, &node) == 0) {
		vfs_status(node, &status);
		node_put(node);
	}
	error = vfs_remove(work->export->vfs, work->node, work->name, directory);
	if (error == 0) /* what is still open is given back a little early */
		give_back(work->export,
		          NAME_COST +
		                  (status.st_nlink <= 1 ? (uint64_t)status.st_blocks * 512 : 0));
	return error;
}

static int rename_name(struct work *work)
{
	struct node *other;

	int error = take_place(work);
	if (error == 0)
		error = take_second_place(work, &other);
	return error ? error
	             : vfs_rename(work->export->vfs, work->node, work->name, other,
	                          work->second_name, false);
}

/* Positions of mount points, which are far out, are told as nearer ones: the client has its own. */
static const uint64_t points_from = UINT64_C(1) << 62;
static const uint64_t points_told_from = UINT64_C(1) << 55;

static int list(struct work *work)
{
	uint8_t *to = room(work->export, work->request.at, work->request.size);
	uint64_t cookie = work->request.offset;
	struct directory_entry entry;

	if (!node_directory(work->node))
		return -ENOTDIR;
	if (!to || work->request.size < NAME_MAX || cookie >= points_from)
		return -EINVAL;
	if (cookie >= points_told_from)
		cookie = cookie - points_told_from + points_from;
	const int found = vfs_list(work->export->vfs, work->node, &cookie, &entry);
	if (found <= 0)
		return found;
	work->answer.result = (uint32_t)strlen(entry.name);
	work->answer.id = entry.id ^ (uint64_t)work->node->file_system->device << 48;
	work->answer.mode = entry.mode;
	work->answer.size = cookie < points_from ? cookie : cookie - points_from + points_told_from;
	memcpy(to, entry.name, work->answer.result);
	return 0;
}

/* Other kinds have no contents, or such that flow: those are of who opened them. */
static bool has_content(const struct node *node)
{
	return S_ISREG(node->mode) || S_ISCHR(node->mode);
}

/* Ends within what an offset can be? */
static bool in_range(const struct work *work)
{
	return work->request.offset <= (uint64_t)INT64_MAX - work->request.size;
}

static int read_content(struct work *work)
{
	const struct file_system_ops *ops = work->node->file_system->ops;
	uint8_t *to = room(work->export, work->request.at, work->request.size);

	if (node_directory(work->node))
		return -EISDIR;
	if (!to || !in_range(work) || !has_content(work->node) || !ops->read)
		return -EINVAL;
	const ssize_t done =
		ops->read(work->node, to, work->request.size, (off_t)work->request.offset);
	if (done < 0)
		return (int)done;
	work->answer.result = (uint32_t)done;
	return 0;
}

static int write_content(struct work *work)
{
	enum { BLOCK = 4096 };
	const struct file_system_ops *ops = work->node->file_system->ops;
	const uint8_t *from = room(work->export, work->request.at, work->request.size);

	if (node_directory(work->node))
		return -EISDIR;
	if (!from || !in_range(work) || !has_content(work->node))
		return -EINVAL;
	if (!ops->write)
		return -EROFS;
	const uint64_t before = blocks_of(work->node);
	if (!affordable(work->export, (uint64_t)work->request.size + BLOCK))
		return -ENOSPC;
	const ssize_t done =
		ops->write(work->node, from, work->request.size, (off_t)work->request.offset);
	charge_change(work->export, before, blocks_of(work->node));
	if (done < 0)
		return (int)done;
	work->answer.result = (uint32_t)done;
	return 0;
}

static int truncate_content(struct work *work)
{
	const struct file_system_ops *ops = work->node->file_system->ops;

	if (!S_ISREG(work->node->mode) || work->request.offset > INT64_MAX)
		return -EINVAL;
	if (!ops->truncate)
		return -EROFS;
	const uint64_t before = blocks_of(work->node);
	const int error = ops->truncate(work->node, (off_t)work->request.offset);
	charge_change(work->export, before, blocks_of(work->node));
	return error;
}

static int set_mode(struct work *work)
{
	const struct file_system_ops *ops = work->node->file_system->ops;

	return ops->set_mode ? ops->set_mode(work->node, work->request.mode & 07777) : -EROFS;
}

static int set_owner(struct work *work)
{
	const struct file_system_ops *ops = work->node->file_system->ops;

	return ops->set_owner ? ops->set_owner(work->node, (uid_t)work->request.offset,
	                                       (gid_t)(work->request.offset >> 32))
	                      : -EROFS;
}

static int set_times(struct work *work)
{
	const struct file_system_ops *ops = work->node->file_system->ops;
	const uint8_t *from = room(work->export, work->request.at, work->request.size);
	struct file_time wanted[2];
	struct timespec times[2];

	if (!from || work->request.size != sizeof wanted)
		return -EINVAL;
	memcpy(wanted, from, sizeof wanted);
	for (size_t i = 0; i < 2; i++) {
		const int64_t ns = wanted[i].nanoseconds;
		if (ns != FILE_TIME_OMIT && (ns < 0 || ns >= SECOND_NS))
			return -EINVAL;
		times[i] = (struct timespec){.tv_sec = wanted[i].seconds,
		                             .tv_nsec = ns == FILE_TIME_OMIT ? UTIME_OMIT : ns};
	}
	return ops->set_times ? ops->set_times(work->node, times) : -EROFS;
}

static int capacity(struct work *work)
{
	struct statfs capacity;

	vfs_capacity(work->node, &capacity);
	work->answer.size = capacity.f_blocks;
	work->answer.blocks = capacity.f_bfree;
	work->answer.links =
		(uint32_t)(capacity.f_ffree < UINT32_MAX ? capacity.f_ffree : UINT32_MAX);
	return 0;
}

static int close_handle(struct work *work)
{
	if (work->request.handle == FILE_HANDLE_ROOT)
		return -EINVAL;
	work->export->handles[work->request.handle] = NULL;
	node_put(work->node);
	return 0;
}

static int status(struct work *work)
{
	put_status(&work->answer, work->node);
	return 0;
}

static int unlink(struct work *work)
{
	return remove_name(work, false);
}

static int rmdir(struct work *work)
{
	return remove_name(work, true);
}

static const struct {
	int (*run)(struct work *work);
	bool changes;
} operations[] = {
	[FILE_LOOKUP] = {lookup, false},
	[FILE_CREATE] = {create, true},
	[FILE_SYMLINK] = {link_symbolic, true},
	[FILE_READLINK] = {read_link, false},
	[FILE_LINK] = {link, true},
	[FILE_UNLINK] = {unlink, true},
	[FILE_RMDIR] = {rmdir, true},
	[FILE_RENAME] = {rename_name, true},
	[FILE_LIST] = {list, false},
	[FILE_STATUS] = {status, false},
	[FILE_READ] = {read_content, false},
	[FILE_WRITE] = {write_content, true},
	[FILE_TRUNCATE] = {truncate_content, true},
	[FILE_SET_MODE] = {set_mode, true},
	[FILE_SET_OWNER] = {set_owner, true},
	[FILE_SET_TIMES] = {set_times, true},
	[FILE_CAPACITY] = {capacity, false},
	[FILE_CLOSE] = {close_handle, false},
};

enum { OPERATIONS = sizeof operations / sizeof *operations };

static int carry_out(struct work *work)
{
	if (work->request.operation >= OPERATIONS)
		return -EOPNOTSUPP;
	work->node = handle_node(work->export, work->request.handle);
	if (!work->node)
		return -EBADF;
	if (operations[work->request.operation].changes && !work->export->writable)
		return -EROFS;
	return operations[work->request.operation].run(work);
}

/* ---- sessions ------------------------------------------------------------------------------- */

void export_init(struct file_export *export, struct vfs *vfs, struct node *root)
{
	export->vfs = vfs;
	export->handles[FILE_HANDLE_ROOT] = node_get(root);
}

void export_fini(struct file_export *export)
{
	for (size_t i = 0; i < EXPORT_HANDLES_MAX; i++) {
		node_put(export->handles[i]);
		export->handles[i] = NULL;
	}
}

int export_submit(struct file_export *export, uint32_t count)
{
	struct file_packet *packets = (struct file_packet *)(void *)export->buffer;

	if (count > FILE_PACKETS)
		return -EINVAL;
	for (uint32_t i = 0; i < count; i++) {
		struct work work; /* names are filled in when they are taken */
		work.export = export;
		work.answer = (struct file_answer){0};
		memcpy(&work.request, &packets[i].request, sizeof work.request);
		/* the copy is what counts from here on */
		__asm__ volatile("" : : : "memory");
		work.answer.error = error_of(carry_out(&work));
		memcpy(&packets[i].answer, &work.answer, sizeof work.answer);
	}
	return 0;
}
