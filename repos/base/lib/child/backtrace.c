/* SPDX-License-Identifier: MIT */
#include <base/backtrace.h>
#include <base/log.h>
#include <kernel/client.h>

enum { FRAMES_MAX = 12 };

static const char *kind_name(enum fault_kind kind)
{
	switch (kind) {
	case FAULT_KIND_NONE: return "none";
	case FAULT_KIND_PAGE_NOT_PRESENT: return "page-not-present";
	case FAULT_KIND_PAGE_PROTECTION: return "page-protection";
	case FAULT_KIND_DIVIDE: return "divide";
	case FAULT_KIND_INVALID_OPCODE: return "invalid-opcode";
	case FAULT_KIND_GENERAL_PROTECTION: return "general-protection";
	case FAULT_KIND_BREAKPOINT: return "breakpoint";
	case FAULT_KIND_ALIGNMENT: return "alignment";
	case FAULT_KIND_FLOATING_POINT: return "floating-point";
	case FAULT_KIND_STACK: return "stack";
	case FAULT_KIND_OTHER: return "other";
	}
	return "unknown";
}

/* A frame: the caller's frame, then the return address. */
static bool read_frame(struct env *env, cap_t domain, uint64_t bp, uint64_t *out_bp,
                       uint64_t *out_ip)
{
	const struct domain_peek_params params = {.address = bp};
	struct domain_peek_results results;

	if (bp == 0 || bp % 8 != 0 || domain_peek(&env->ipc, domain, &params, &results) != OK ||
	    results.count < 16)
		return false;
	*out_bp = results.w0;
	*out_ip = results.w1;
	return true;
}

/* Who jumped to where nothing is: the function there has not made its frame yet. */
static bool read_jump(struct env *env, cap_t domain, uint64_t sp, uint64_t *out_ip)
{
	const struct domain_peek_params params = {.address = sp};
	struct domain_peek_results results;

	if (sp % 8 != 0 || domain_peek(&env->ipc, domain, &params, &results) != OK ||
	    results.count < 8)
		return false;
	*out_ip = results.w0;
	return true;
}

bool fault_describe(struct env *env, cap_t domain, char text[FAULT_TEXT_MAX])
{
	struct domain_next_fault_results fault;
	uint64_t bp, ip;
	size_t used;

	if (domain_next_fault(&env->ipc, domain, &fault) != OK || fault.kind == FAULT_KIND_NONE)
		return false;
	used = text_format(text, FAULT_TEXT_MAX,
	                   "kind=%s address=0x%lx access=%s ip=0x%lx sp=0x%lx backtrace=0x%lx",
	                   kind_name(fault.kind), fault.address,
	                   fault.execute ? "execute"
	                   : fault.write ? "write"
	                                 : "read",
	                   fault.ip, fault.sp, fault.ip);
	if (fault.execute && read_jump(env, domain, fault.sp, &ip))
		used += text_format(text + used, FAULT_TEXT_MAX - used, ",0x%lx", ip);
	bp = fault.bp;
	for (unsigned i = 0; i < FRAMES_MAX; i++) {
		const uint64_t last = bp;

		if (!read_frame(env, domain, bp, &bp, &ip) || ip == 0)
			break;
		used += text_format(text + used, FAULT_TEXT_MAX - used, ",0x%lx", ip);
		if (bp <= last)
			break;
	}
	return true;
}
