-- SPDX-License-Identifier: MIT
-- schema.h: declares the descriptor of schema.c.

local writer = require "writer"

return function(file)
	local out = writer.new(file, "Descriptor")
	out:put("#pragma once\n\n#include <stddef.h>\n")
	out:put("/* For codec_schema_init (<base/codec.h>). */")
	out:put("extern const unsigned char " .. file.name .. "_schema[];")
	out:put("extern const size_t " .. file.name .. "_schema_size;")
	return out:text()
end
