/* SPDX-License-Identifier: MIT */
/*
 * What we use of QEMU's plugin interface, version 1: QEMU resolves these when it loads us.
 *
 * A plugin is told of each block of instructions when it is translated, and there asks to be
 * called whenever one of them is about to be executed or has accessed memory. It can't read
 * registers. All that is known of an instruction is valid during the translation only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { QEMU_PLUGIN_INTERFACE = 1 };

typedef uint64_t qemu_plugin_id_t;
typedef uint32_t qemu_plugin_meminfo_t;

struct qemu_info;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_hwaddr;

enum qemu_plugin_registers { QEMU_PLUGIN_NO_REGISTERS };
enum qemu_plugin_access { QEMU_PLUGIN_READ = 1, QEMU_PLUGIN_WRITE = 2 };

/* What QEMU looks for in a plugin. */
extern __attribute__((visibility("default"))) int qemu_plugin_version;
__attribute__((visibility("default"))) int qemu_plugin_install(qemu_plugin_id_t id,
                                                               const struct qemu_info *info,
                                                               int argc, char **argv);

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id,
                                           void (*translated)(qemu_plugin_id_t id,
                                                              struct qemu_plugin_tb *block));
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id,
                                    void (*ended)(qemu_plugin_id_t id, void *data), void *data);

size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block, size_t index);

const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *instruction);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *instruction);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *instruction);
/* Where the host has it; NULL if it is not RAM. */
void *qemu_plugin_insn_haddr(const struct qemu_plugin_insn *instruction);

void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *instruction,
                                            void (*executed)(unsigned cpu, void *data),
                                            enum qemu_plugin_registers registers, void *data);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *instruction,
                                      void (*accessed)(unsigned cpu, qemu_plugin_meminfo_t access,
                                                       uint64_t address, void *data),
                                      enum qemu_plugin_registers registers,
                                      enum qemu_plugin_access wanted, void *data);

bool qemu_plugin_mem_is_store(qemu_plugin_meminfo_t access);
/* Valid within the callback of the access; NULL: not known. */
struct qemu_plugin_hwaddr *qemu_plugin_get_hwaddr(qemu_plugin_meminfo_t access, uint64_t address);
uint64_t qemu_plugin_hwaddr_phys_addr(const struct qemu_plugin_hwaddr *address);
