/* SPDX-License-Identifier: MIT */
#include <base/capnp.h>

#include <string.h>

struct capnp_text capnp_text_of(const char *string)
{
	return (struct capnp_text){.at = string, .size = (uint32_t)strlen(string)};
}

bool capnp_text_equal(struct capnp_text text, const char *string)
{
	return text.size == strlen(string) &&
	       (text.size == 0 || memcmp(text.at, string, text.size) == 0);
}
