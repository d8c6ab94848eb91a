/* SPDX-License-Identifier: MIT */
/*
 * Status codes: one short list, sorted by what the caller can do about it.
 *
 * The same codes come from the kernel, the framework and every interface. The
 * type itself forbids ignoring a result.
 */
#pragma once

#ifdef __FRAMAC__
#define MUST_USE
#else
#define MUST_USE [[nodiscard]]
#endif

enum MUST_USE status {
	OK = 0,
	ERR_BAD_CAP,           /* caller's mistake: no such capability, or of another kind */
	ERR_BAD_ARG,           /* caller's mistake: value out of range */
	ERR_DENIED,            /* policy says no: final */
	ERR_OUT_OF_RAM,        /* own budget: ask the parent for RAM and retry */
	ERR_OUT_OF_CAPS,       /* own budget: ask the parent for capabilities and retry */
	ERR_INSUFFICIENT_RAM,  /* the server wants a larger donation: donate more and retry */
	ERR_INSUFFICIENT_CAPS, /* likewise for capabilities */
	ERR_NOT_NOW,           /* timing: wait for the notification and retry */
	ERR_TIMEOUT,           /* the caller's deadline passed; the call may have taken effect */
	ERR_CANCELLED,         /* the caller withdrew it, or its chain failed */
	ERR_GONE, /* the other side died or the capability was revoked; may have taken effect */
	ERR_UNSUPPORTED, /* the interface has no such method */
};

enum { STATUS_COUNT = ERR_UNSUPPORTED + 1 };
