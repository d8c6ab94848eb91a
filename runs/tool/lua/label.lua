-- SPDX-License-Identifier: MIT
-- Label: the path of a component, `init -> shell -> log`, and who wrote a line of the console.

local label = {}

-- What is no child of the first init: the machine's terminal is labelled as if it were a component.
local roots = { init = true, core = true, kernel = true, terminal = true }

-- Scenarios write paths as seen from the first init.
function label.full(name)
	if roots[name] or name:sub(1, 8) == "init -> " then
		return name
	end
	return "init -> " .. name
end

function label.short(path)
	return (path:gsub("^init %-> ", ""))
end

-- Whether `path` is `name` or a part of it.
function label.within(path, name)
	return path == name or path:sub(1, #name + 4) == name .. " -> "
end

-- A file name for the log of a component.
function label.file_name(path)
	return (label.short(path):gsub(" %-> ", "."):gsub("[^%w_.-]", "_"):gsub("^%.", "_"))
end

local function sibling(path, name)
	local parent = path:match("^(.*) %-> [^>]*$")
	return parent and parent .. " -> " .. name or name
end

-- Takes a console line apart: the label in front of it, and the text behind. A server of the
-- LOG service puts its client's label in front again: then the client is the writer.
function label.writer_of(text, serves_log)
	local path, start = text:match("^%[([^%[%]]+)%] ()")
	if not path then
		return nil, 1
	end
	for _ = 1, 16 do
		local client, next_start = text:match("^%[([^%[%]]+)%] ()", start)
		if not client or path == "terminal" or not serves_log(path) then
			break
		end
		path, start = sibling(path, client), next_start
	end
	return path, start
end

return label
