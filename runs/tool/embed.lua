-- SPDX-License-Identifier: MIT
-- Writes the files named on the command line as C arrays (script.h) to standard output.

local function literal(text)
	return (text:gsub('["\\%c\128-\255]', function(byte)
		return byte == "\n" and '\\n"\n\t"' or ("\\%03o"):format(byte:byte())
	end))
end

print("/* generated from runs/tool/lua */")
print('#include "script.h"\n')
print("const struct script_file script_files[] = {")
for _, path in ipairs(arg) do
	local file <close> = assert(io.open(path, "rb"))
	local text = file:read("a")
	local name = path:match("([^/]+)%.lua$")
	print(('\t{"%s",\n\t"%s", %d},'):format(name, literal(text), #text))
end
print("};")
print("const size_t script_file_count = sizeof script_files / sizeof script_files[0];")
