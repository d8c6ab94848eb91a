-- SPDX-License-Identifier: MIT
-- The includes of one file: where each leads, and whether it may.

local rooms = require "rooms"

local includes = {}

local generated = { words = true, types = true, client = true, server = true, schema = true }

-- Rooms whose private headers are named from the room's root as well as from the same folder.
local rooted = {
	"base-kernel", "core", "init", "posix", "runs/tool", "tests/base-kernel", "tests/support/kernel",
}

local function starts(text, prefix)
	return text:sub(1, #prefix) == prefix
end

-- What there is to include: files, public roots, and schemas by the name of their interface.
function includes.tree(paths)
	local tree = { files = {}, roots = {}, schemas = {} }
	for _, path in ipairs(paths) do
		tree.files[path] = true
		local root = path:match("^(repos/[^/]+/include)/")
		if root then
			tree.roots[root] = true
		end
		local schema = path:match("/interface/([^/]+)%.capnp$")
		local config = path:match("([^/]+)/config%.capnp$")
		if schema then
			tree.schemas[schema] = path
		elseif config then
			tree.schemas[config .. "_config"] = path
		end
	end
	return tree
end

-- The file behind <name>; nil if it is the compiler's or the system's.
local function public(name, path, tree)
	if starts(name, "abi/") then
		return "base-kernel/" .. name
	end
	for root in pairs(tree.roots) do
		if tree.files[root .. "/" .. name] then
			return root .. "/" .. name
		end
	end
	local interface, part = name:match("^([%w_]+)/([%w_]+)%.h$")
	if generated[part] and tree.schemas[interface] then
		return tree.schemas[interface]
	end
	for _, root in ipairs(rooted) do
		if tree.files[root .. "/" .. name] then
			return root .. "/" .. name
		end
	end
end

-- The file behind "name"; nil if there is none where a private header may be.
local function private(name, path, tree)
	local beside = path:match("^(.*/)[^/]*$") .. name
	if tree.files[beside] then
		return beside
	end
	for _, root in ipairs(rooted) do
		local ours = starts(path, root .. "/") or starts(path, "tests/")
		if ours and tree.files[root .. "/" .. name] then
			return root .. "/" .. name
		end
	end
end

local function problem_of(path, quote, name, tree)
	if name:find("../", 1, true) then
		return "no ../ in an include"
	end
	if starts(path, "posix/musl/overlay/") then
		return nil -- compiled inside of musl, among musl's own files
	end
	local target
	if quote == "<" then
		target = public(name, path, tree)
		return target and rooms.refusal(path, target)
	end
	target = private(name, path, tree)
	if target then
		return rooms.refusal(path, target)
	end
	target = public(name, path, tree)
	if target then
		return rooms.refusal(path, target) or ("%s is public: angle brackets"):format(name)
	end
	return ("%s is neither in this folder nor below the root of this room"):format(name)
end

-- Calls report(line, problem) for each include that may not be.
function includes.check(path, text, tree, report)
	local number = 0
	for line in (text .. "\n"):gmatch("(.-)\n") do
		number = number + 1
		local quote, name = line:match('^%s*#%s*include%s+([<"])([^">]+)[">]')
		local problem = quote and problem_of(path, quote, name, tree)
		if problem then
			report(number, problem)
		end
	end
end

return includes
