/* SPDX-License-Identifier: MIT */
/*
 * fs: the files of a File_system session, which another component serves.
 *
 * A node is what a handle of the server's stands for, and knows the place it was found at; there is one
 * for each of the server's numbers. A request is a packet; handles that are no longer needed are
 * given back with the next one. Nothing is kept but what symbolic links lead to: each look at a file
 * is a question, so that several clients see each other's changes.
 *
 * The server is not trusted. An answer is copied out of the shared memory before it is looked at; counts,
 * kinds and names are checked; what does not make sense is EIO. A server that has gone, or has
 * not answered in time, makes every call EIO.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include <native.h>

#include "fs_session.h"
#include "plugins.h"

enum { BUCKETS = 64, SECOND_NS = 1000000000 };

struct fs_node {
	struct node node; /* first */

	struct fs_node *next;   /* in its bucket */
	struct fs_node *parent; /* where it was found, referenced; NULL: the root, or removed */
	char *name;             /* there; owned */
	char *target;           /* of a symbolic link; owned */
	uint32_t handle;
};

struct fs_file_system {
	struct file_system file_system; /* first */

	struct fs_session session;
	struct fs_node *root;
	struct fs_node *buckets[BUCKETS];
};

static struct fs_node *fs_node_of(struct node *node)
{
	return (struct fs_node *)node;
}

static struct fs_file_system *fs_of(const struct node *node)
{
	return (struct fs_file_system *)node->file_system;
}

static int submit_named(struct node *directory, const char *name, struct file_request request,
                        struct file_answer *out_answer)
{
	struct fs_session *session = &fs_of(directory)->session;

	request.handle = fs_node_of(directory)->handle;
	fs_session_put_text(session, 0, name, &request.at, &request.size);
	return fs_session_submit(session, &request, out_answer);
}

static int submit_plain(struct node *node, struct file_request request,
                        struct file_answer *out_answer)
{
	request.handle = fs_node_of(node)->handle;
	return fs_session_submit(&fs_of(node)->session, &request, out_answer);
}

/* ---- nodes ---------------------------------------------------------------------------------- */

static struct fs_node **bucket_of(struct fs_file_system *fs, uint64_t id)
{
	return &fs->buckets[id % BUCKETS];
}

static bool kind_known(uint32_t mode)
{
	return S_ISREG(mode) || S_ISDIR(mode) || S_ISLNK(mode) || S_ISCHR(mode) || S_ISFIFO(mode) ||
	       S_ISSOCK(mode);
}

static int fetch_target(struct fs_file_system *fs, uint32_t handle, char **out_target)
{
	const struct file_request request = {.operation = FILE_READLINK,
	                                     .handle = handle,
	                                     .at = FILE_PACKETS_SIZE,
	                                     .size = PATH_MAX};
	struct file_answer answer;

	const int error = fs_session_submit(&fs->session, &request, &answer);
	if (error)
		return error;
	if (answer.result == 0 || answer.result >= PATH_MAX)
		return -EIO;
	char *target = native_heap_alloc(answer.result + 1);
	if (!target)
		return -ENOMEM;
	memcpy(target, fs_session_data(&fs->session), answer.result);
	target[answer.result] = '\0';
	*out_target = target;
	if (strlen(target) == answer.result)
		return 0;
	native_heap_free(target);
	return -EIO;
}

/* Notes where a node was found now. */
static int set_place(struct fs_node *self, struct fs_node *parent, const char *name)
{
	if (self->parent == parent && self->name && strcmp(self->name, name) == 0)
		return 0;
	char *copy = native_heap_alloc(strlen(name) + 1);
	if (!copy)
		return -ENOMEM;
	strcpy(copy, name);
	native_heap_free(self->name);
	self->name = copy;
	struct fs_node *before = self->parent;
	self->parent = fs_node_of(node_get(&parent->node));
	if (before)
		node_put(&before->node);
	return 0;
}

static int node_new(struct fs_file_system *fs, const struct file_answer *answer,
                    struct fs_node **out_node)
{
	struct fs_node *self = native_heap_alloc(sizeof *self);

	if (!self)
		return -ENOMEM;
	*self = (struct fs_node){
		.node = {.file_system = &fs->file_system,
	                 .id = answer->id,
	                 .mode = answer->mode & (S_IFMT | 07777),
	                 .stream = S_ISFIFO(answer->mode),
	                 .references = 1},
		.next = *bucket_of(fs, answer->id),
		.handle = answer->result,
	};
	if (S_ISLNK(answer->mode)) {
		const int error = fetch_target(fs, answer->result, &self->target);
		if (error) {
			native_heap_free(self);
			return error;
		}
	}
	*bucket_of(fs, answer->id) = self;
	*out_node = self;
	return 0;
}

/* The node that the server gave a handle for. */
static int node_for(struct fs_file_system *fs, const struct file_answer *answer,
                    struct fs_node *parent, const char *name, struct node **out_node)
{
	struct fs_node *self = *bucket_of(fs, answer->id);

	if (!kind_known(answer->mode) || answer->result == FILE_HANDLE_ROOT)
		return -EIO;
	while (self && self->node.id != answer->id)
		self = self->next;
	/* a directory is in one place: it can't be the root, nor above itself */
	bool sound = !self || ((self->node.mode ^ answer->mode) & S_IFMT) == 0;
	for (const struct fs_node *above = parent; above && sound && self; above = above->parent)
		sound = above != self;
	if (!sound) {
		fs_session_close_later(&fs->session, answer->result);
		return -EIO;
	}
	int error = 0;
	if (self) {
		node_get(&self->node);
		fs_session_close_later(&fs->session, answer->result);
		self->node.mode = answer->mode & (S_IFMT | 07777);
	} else {
		error = node_new(fs, answer, &self);
		if (error) {
			fs_session_close_later(&fs->session, answer->result);
			return error;
		}
	}
	error = set_place(self, parent, name);
	if (error)
		node_put(&self->node);
	else
		*out_node = &self->node;
	return error;
}

static void fs_release(struct node *node)
{
	struct fs_file_system *fs = fs_of(node);
	struct fs_node *self = fs_node_of(node);
	struct fs_node *parent = self->parent;
	struct fs_node **place = bucket_of(fs, node->id);

	while (*place != self)
		place = &(*place)->next;
	*place = self->next;
	if (self->handle != FILE_HANDLE_ROOT)
		fs_session_close_later(&fs->session, self->handle);
	native_heap_free(self->name);
	native_heap_free(self->target);
	native_heap_free(self);
	if (parent)
		node_put(&parent->node);
}

/* ---- names ---------------------------------------------------------------------------------- */

static int named(struct node *directory, const char *name, struct file_request request,
                 struct node **out_node)
{
	struct file_answer answer;

	const int error = submit_named(directory, name, request, &answer);
	return error ? error
	             : node_for(fs_of(directory), &answer, fs_node_of(directory), name, out_node);
}

static int fs_lookup(struct node *directory, const char *name, struct node **out_node)
{
	return named(directory, name, (struct file_request){.operation = FILE_LOOKUP}, out_node);
}

static int fs_create(struct node *directory, const char *name, mode_t mode, struct node **out_node)
{
	return named(directory, name, (struct file_request){.operation = FILE_CREATE, .mode = mode},
	             out_node);
}

static int fs_link_symbolic(struct node *directory, const char *name, const char *target,
                            struct node **out_node)
{
	struct file_request request = {.operation = FILE_SYMLINK};

	fs_session_put_text(&fs_of(directory)->session, FS_SECOND_NAME_AT, target,
	                    &request.second_at, &request.second_size);
	return named(directory, name, request, out_node);
}

static const char *fs_target(struct node *link)
{
	return fs_node_of(link)->target;
}

static int fs_link(struct node *directory, const char *name, struct node *node)
{
	struct fs_node *self = fs_node_of(node);
	struct file_request request = {.operation = FILE_LINK,
	                               .other = fs_node_of(directory)->handle};
	struct file_answer answer;

	if (!self->parent)
		return -ENOENT;
	fs_session_put_text(&fs_of(node)->session, FS_SECOND_NAME_AT, name, &request.second_at,
	                    &request.second_size);
	return submit_named(&self->parent->node, self->name, request, &answer);
}

static void forget_place(struct fs_node *self)
{
	struct fs_node *parent = self->parent;

	self->parent = NULL;
	if (parent)
		node_put(&parent->node);
}

static int fs_remove(struct node *directory, const char *name, struct node *node)
{
	struct file_answer answer;

	const int error = submit_named(
		directory, name,
		(struct file_request){.operation = node_directory(node) ? FILE_RMDIR : FILE_UNLINK},
		&answer);
	if (error == 0)
		forget_place(fs_node_of(node));
	return error;
}

static int fs_rename(const struct file_move *move)
{
	struct file_request request = {.operation = FILE_RENAME,
	                               .other = fs_node_of(move->to)->handle};
	struct file_answer answer;

	fs_session_put_text(&fs_of(move->to)->session, FS_SECOND_NAME_AT, move->to_name,
	                    &request.second_at, &request.second_size);
	const int error = submit_named(move->from, move->from_name, request, &answer);
	if (error)
		return error;
	if (move->replaced)
		forget_place(fs_node_of(move->replaced));
	/* without memory for the name it has none, like a removed one */
	if (set_place(fs_node_of(move->node), fs_node_of(move->to), move->to_name) != 0)
		forget_place(fs_node_of(move->node));
	return 0;
}

static struct node *fs_parent(struct node *node)
{
	struct fs_node *parent = fs_node_of(node)->parent;

	return parent ? &parent->node : NULL;
}

static const char *fs_name(struct node *node)
{
	return fs_node_of(node)->name;
}

static bool name_sound(const char *name, size_t size)
{
	return size > 0 && strnlen(name, size) == size && !memchr(name, '/', size) &&
	       strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

static int fs_list(struct node *directory, uint64_t *cookie, struct directory_entry *out_entry)
{
	const struct file_request request = {.operation = FILE_LIST,
	                                     .at = FILE_PACKETS_SIZE,
	                                     .size = NAME_MAX,
	                                     .offset = *cookie};
	struct file_answer answer;

	const int error = submit_plain(directory, request, &answer);
	if (error)
		return error;
	if (answer.result == 0)
		return 0;
	/* the position rises, so that a listing comes to an end, and leaves room for mount points */
	if (answer.result > NAME_MAX || answer.size <= *cookie || answer.size >> 62)
		return -EIO;
	memcpy(out_entry->name, fs_session_data(&fs_of(directory)->session), answer.result);
	out_entry->name[answer.result] = '\0';
	if (!name_sound(out_entry->name, answer.result))
		return -EIO;
	*cookie = answer.size;
	out_entry->id = answer.id;
	out_entry->mode = answer.mode;
	return 1;
}

/* ---- contents ------------------------------------------------------------------------------- */

/* What is read to or written from; the other one is NULL. */
struct transfer {
	uint8_t *to;
	const uint8_t *from;
	size_t size;
	off_t offset;
};

/* Of what is left, as much as the shared memory holds: answers how much was done. */
static ssize_t transfer_part(struct node *node, const struct transfer *left)
{
	struct fs_session *session = &fs_of(node)->session;
	const size_t room = fs_session_data_size(session);
	const struct file_request request = {.operation = left->to ? FILE_READ : FILE_WRITE,
	                                     .at = FILE_PACKETS_SIZE,
	                                     .size = (uint32_t)(left->size < room ? left->size
	                                                                          : room),
	                                     .offset = (uint64_t)left->offset};
	struct file_answer answer;

	if (left->from)
		memcpy(fs_session_data(session), left->from, request.size);
	const int error = submit_plain(node, request, &answer);
	if (error)
		return error;
	if (answer.result > request.size || (left->from && answer.result == 0))
		return -EIO;
	if (left->to)
		memcpy(left->to, fs_session_data(session), answer.result);
	return answer.result;
}

/* Part by part, until one is shorter than it could be. */
static ssize_t transfer(struct node *node, struct transfer left)
{
	const size_t room = fs_session_data_size(&fs_of(node)->session);
	size_t done = 0;

	while (left.size) {
		const size_t whole = left.size < room ? left.size : room;
		const ssize_t part = transfer_part(node, &left);
		if (part < 0)
			return done ? (ssize_t)done : part;
		done += (size_t)part;
		if ((size_t)part < whole)
			break;
		left.size -= whole;
		left.offset += (off_t)whole;
		left.to = left.to ? left.to + whole : NULL;
		left.from = left.from ? left.from + whole : NULL;
	}
	return (ssize_t)done;
}

static ssize_t fs_read(struct node *node, void *buffer, size_t size, off_t offset)
{
	return transfer(node, (struct transfer){.to = buffer, .size = size, .offset = offset});
}

static ssize_t fs_write(struct node *node, const void *buffer, size_t size, off_t offset)
{
	return transfer(node, (struct transfer){.from = buffer, .size = size, .offset = offset});
}

static int fs_truncate(struct node *node, off_t size)
{
	struct file_answer answer;

	return submit_plain(
		node, (struct file_request){.operation = FILE_TRUNCATE, .offset = (uint64_t)size},
		&answer);
}

/* ---- attributes ----------------------------------------------------------------------------- */

static int fs_set_mode(struct node *node, mode_t permissions)
{
	struct file_answer answer;

	const int error =
		submit_plain(node,
	                     (struct file_request){.operation = FILE_SET_MODE, .mode = permissions},
	                     &answer);
	if (error == 0)
		node->mode = (node->mode & S_IFMT) | permissions;
	return error;
}

static int fs_set_owner(struct node *node, uid_t owner, gid_t group)
{
	struct file_answer answer;

	return submit_plain(node,
	                    (struct file_request){.operation = FILE_SET_OWNER,
	                                          .offset = owner | (uint64_t)group << 32},
	                    &answer);
}

static int fs_set_times(struct node *node, const struct timespec times[2])
{
	struct file_time wanted[2];
	struct file_answer answer;

	for (size_t i = 0; i < 2; i++)
		wanted[i] = (struct file_time){.seconds = times[i].tv_sec,
		                               .nanoseconds = times[i].tv_nsec == UTIME_OMIT
		                                                      ? FILE_TIME_OMIT
		                                                      : times[i].tv_nsec};
	memcpy(fs_session_data(&fs_of(node)->session), wanted, sizeof wanted);
	return submit_plain(node,
	                    (struct file_request){.operation = FILE_SET_TIMES,
	                                          .at = FILE_PACKETS_SIZE,
	                                          .size = sizeof wanted},
	                    &answer);
}

static struct timespec time_of(int64_t ns)
{
	const int64_t rest = ns % SECOND_NS;

	return (struct timespec){.tv_sec = ns / SECOND_NS - (rest < 0),
	                         .tv_nsec = rest < 0 ? rest + SECOND_NS : rest};
}

static void fs_status(struct node *node, struct stat *out_stat)
{
	struct file_answer answer;

	/* nothing can be said of a file whose server has gone: it is empty */
	if (submit_plain(node, (struct file_request){.operation = FILE_STATUS}, &answer) != 0)
		return;
	out_stat->st_mode = (node->mode & S_IFMT) | (answer.mode & 07777);
	out_stat->st_size = answer.size <= INT64_MAX ? (off_t)answer.size : INT64_MAX;
	out_stat->st_blocks = answer.blocks <= INT64_MAX ? (blkcnt_t)answer.blocks : INT64_MAX;
	out_stat->st_nlink = answer.links;
	out_stat->st_uid = answer.owner;
	out_stat->st_gid = answer.group;
	out_stat->st_atim = time_of(answer.accessed_ns);
	out_stat->st_mtim = time_of(answer.modified_ns);
	out_stat->st_ctim = time_of(answer.changed_ns);
}

static void fs_capacity(struct file_system *file_system, struct statfs *out_capacity)
{
	struct fs_file_system *fs = (struct fs_file_system *)file_system;
	struct file_answer answer;

	if (submit_plain(&fs->root->node, (struct file_request){.operation = FILE_CAPACITY},
	                 &answer) != 0)
		return;
	out_capacity->f_blocks = answer.size;
	out_capacity->f_bfree = out_capacity->f_bavail = answer.blocks;
	out_capacity->f_files = out_capacity->f_ffree = answer.links;
}

static void fs_destroy(struct file_system *file_system)
{
	struct fs_file_system *fs = (struct fs_file_system *)file_system;

	node_put(&fs->root->node);
	native_file_system_close(&fs->session.native);
	native_heap_free(fs);
}

static const struct file_system_ops fs_ops = {
	.type = "fs",
	.lookup = fs_lookup,
	.create = fs_create,
	.link_symbolic = fs_link_symbolic,
	.target = fs_target,
	.link = fs_link,
	.remove = fs_remove,
	.rename = fs_rename,
	.parent = fs_parent,
	.name = fs_name,
	.list = fs_list,
	.read = fs_read,
	.write = fs_write,
	.truncate = fs_truncate,
	.set_mode = fs_set_mode,
	.set_owner = fs_set_owner,
	.set_times = fs_set_times,
	.status = fs_status,
	.capacity = fs_capacity,
	.release = fs_release,
	.destroy = fs_destroy,
};

/* What can't be changed has no operation for it, so that open(2) says so. */
static const struct file_system_ops fs_read_only_ops = {
	.type = "fs",
	.lookup = fs_lookup,
	.target = fs_target,
	.parent = fs_parent,
	.name = fs_name,
	.list = fs_list,
	.read = fs_read,
	.status = fs_status,
	.capacity = fs_capacity,
	.release = fs_release,
	.destroy = fs_destroy,
};

static int session_error(enum status status)
{
	return status == ERR_OUT_OF_RAM || status == ERR_OUT_OF_CAPS ? -ENOMEM : -ENOENT;
}

int fs_file_system_create(const char *label, struct file_system **out_file_system)
{
	struct fs_file_system *fs = native_heap_alloc(sizeof *fs);
	const struct file_request request = {.operation = FILE_STATUS, .handle = FILE_HANDLE_ROOT};
	struct file_answer answer;
	int error;

	if (!fs)
		return -ENOMEM;
	const enum status status = native_file_system_open(label, &fs->session.native);
	if (status != OK) {
		native_heap_free(fs);
		return session_error(status);
	}
	fs->file_system.ops = fs->session.native.writable ? &fs_ops : &fs_read_only_ops;
	/* two names, the longer of which is a link's target, must have room */
	error = fs->session.native.size < FILE_PACKETS_SIZE + 2 * PATH_MAX ||
	                        fs->session.native.size > UINT32_MAX
	                ? -EIO
	                : fs_session_submit(&fs->session, &request, &answer);
	if (error == 0 && !S_ISDIR(answer.mode))
		error = -EIO;
	answer.result = FILE_HANDLE_ROOT;
	if (error == 0)
		error = node_new(fs, &answer, &fs->root);
	if (error) {
		native_file_system_close(&fs->session.native);
		native_heap_free(fs);
		return error;
	}
	fs->file_system.root = &fs->root->node;
	*out_file_system = &fs->file_system;
	return 0;
}
