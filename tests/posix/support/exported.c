/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <fcntl.h>

#include <fs/plugins.h>
#include <posix_mount/types.h>

#include "exported.h"
#include "program.h"

struct exported exported;

static int serve(uint32_t count)
{
	return export_submit(&exported.export, count);
}

void exported_setup(void)
{
	const struct fs fs = {.label = {.at = "files", .size = 5}};
	struct file_system *ram;
	struct file_system *other;
	struct node *root;

	exported = (struct exported){0};
	ck_assert_int_eq(vfs_init(&exported.vfs), 0);
	ck_assert_int_eq(ram_file_system_create(1 << 20, &ram), 0);
	ck_assert_int_eq(vfs_mount(&exported.vfs, "/", ram), 0);
	struct node *top = exported.vfs.points[0].node;
	ck_assert_int_eq(vfs_make(&exported.vfs, top, "/public", S_IFDIR | 0755), 0);
	ck_assert_int_eq(vfs_make(&exported.vfs, top, "/secret", S_IFREG | 0644), 0);
	ck_assert_int_eq(ram_file_system_create(64 << 10, &other), 0);
	ck_assert_int_eq(vfs_mount(&exported.vfs, "/public/mounted", other), 0);
	ck_assert_int_eq(vfs_find(&exported.vfs, top, "/public", false, &root), 0);
	exported.export.buffer = exported.buffer;
	exported.export.size = sizeof exported.buffer;
	exported.export.writable = true;
	exported.export.quota = UINT64_MAX;
	export_init(&exported.export, &exported.vfs, root);
	node_put(root);
	fake.serve = serve;
	fake.shared = exported.buffer;
	fake.shared_size = sizeof exported.buffer;
	ck_assert_int_eq(program_mount(&(struct mount){.at = {.at = "/fs", .size = 3},
	                                               .which = MOUNT_FS,
	                                               .fs.item = &fs}),
	                 0);
}

void exported_teardown(void)
{
	process_fini(&program); /* the client first */
	export_fini(&exported.export);
	vfs_fini(&exported.vfs);
	ck_assert_int_eq(program_init(), 0);
	program_teardown();
}
