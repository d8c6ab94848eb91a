-- SPDX-License-Identifier: MIT
-- The schema files that one imports, directly or not, for make's dependencies.

local imports = {}

local function find(name, from, folders)
	local candidates = {}
	if name:find("^/") then
		for i, folder in ipairs(folders) do
			candidates[i] = folder .. name
		end
	else
		candidates[1] = (from:match("^(.*/)[^/]*$") or "") .. name
	end
	for _, candidate in ipairs(candidates) do
		local file = io.open(candidate)
		if file then
			return candidate, file
		end
	end
end

local function add(path, file, folders, list, seen)
	seen[path] = true
	list[#list + 1] = path
	local text = file:read("a")
	file:close()
	for name in text:gsub("#[^\n]*", ""):gmatch('import%s*"([^"]+)"') do
		local found, opened = find(name, path, folders)
		if found and not seen[found] then
			add(found, opened, folders, list, seen)
		elseif opened then
			opened:close()
		end
	end
end

-- The paths of a schema file and all it imports.
function imports.of(path, folders)
	local list = {}
	local file = io.open(path)
	if file then
		add(path, file, folders, list, {})
	end
	return list
end

return imports
