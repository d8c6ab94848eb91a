/* SPDX-License-Identifier: MIT */
#include <base/status_name.h>

const char *status_name(enum status status)
{
	switch (status) {
	case OK: return "ok";
	case ERR_BAD_CAP: return "bad capability";
	case ERR_BAD_ARG: return "bad argument";
	case ERR_DENIED: return "denied";
	case ERR_OUT_OF_RAM: return "out of RAM";
	case ERR_OUT_OF_CAPS: return "out of capabilities";
	case ERR_INSUFFICIENT_RAM: return "insufficient RAM donated";
	case ERR_INSUFFICIENT_CAPS: return "insufficient capabilities donated";
	case ERR_NOT_NOW: return "not now";
	case ERR_TIMEOUT: return "timeout";
	case ERR_CANCELLED: return "cancelled";
	case ERR_GONE: return "gone";
	case ERR_UNSUPPORTED: return "unsupported";
	}
	return "unknown status";
}
