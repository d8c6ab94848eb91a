-- SPDX-License-Identifier: MIT
-- From the schema's names to C's: LogSession.writeLine -> log_session_write_line.

local name = {}

local reserved = {}
for word in ([[
	alignas alignof asm auto bool break case char const constexpr continue default do double else
	enum extern false float for goto if inline int long nullptr register restrict return short
	signed sizeof static static_assert struct switch thread_local true typedef typeof union
	unsigned void volatile while unix linux which
]]):gmatch("%S+") do
	reserved[word] = true
end

-- "readROMFile" and "ReadRomFile" both become "read_rom_file".
function name.snake(text)
	text = text:gsub("(%u)(%u%l)", "%1_%2")
	text = text:gsub("([%l%d])(%u)", "%1_%2")
	return text:lower()
end

function name.upper(text)
	return name.snake(text):upper()
end

-- The name of a struct member: what C has reserved gets a trailing underscore.
function name.member(text)
	local snake = name.snake(text)
	return reserved[snake] and snake .. "_" or snake
end

return name
