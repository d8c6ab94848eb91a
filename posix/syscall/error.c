/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "error.h"

int error_of(enum status status)
{
	static const int errors[STATUS_COUNT] = {
		[OK] = 0,
		[ERR_BAD_CAP] = EBADF,
		[ERR_BAD_ARG] = EINVAL,
		[ERR_DENIED] = EACCES,
		[ERR_OUT_OF_RAM] = ENOMEM,
		[ERR_OUT_OF_CAPS] = ENOMEM,
		[ERR_INSUFFICIENT_RAM] = ENOMEM,
		[ERR_INSUFFICIENT_CAPS] = ENOMEM,
		[ERR_NOT_NOW] = EAGAIN,
		[ERR_TIMEOUT] = ETIMEDOUT,
		[ERR_CANCELLED] = EINTR,
		[ERR_GONE] = EIO,
		[ERR_UNSUPPORTED] = ENOSYS,
	};

	return (unsigned)status < STATUS_COUNT ? -errors[status] : -EIO;
}
