/* SPDX-License-Identifier: MIT */
/* Copies content between messages without knowing its type; so nothing unknown is lost. */
#pragma once

#include <base/capnp.h>

enum status copy_struct(struct capnp_builder *builder, uint64_t *pointer,
                        const struct capnp_struct *from, uint32_t depth);
enum status copy_list(struct capnp_builder *builder, uint64_t *pointer,
                      const struct capnp_list *from, uint32_t depth);
