-- SPDX-License-Identifier: MIT
-- Where a declaration stands: its file and path, its line and comment, its C name.
--
-- The emitters' model hangs its own state on the same context. Refusals are
-- collected, so that all of a file are told at once.

local name = require "name"
local source_line = require "source_line"

local scope = {}

local context = {}
context.__index = context
scope.context = context

function context:file_of(node)
	while node.kind ~= "file" do
		node = self.nodes[node.scope ~= 0 and node.scope or self.owner[node.id].id]
	end
	return node
end

function context:file_name(node)
	return self:file_of(node).display_name:match("([^/]+)%.capnp$")
end

-- The path of a declaration in its file: { "Outer", "Inner" }.
function context:path(node)
	local path = {}
	while node.kind ~= "file" do
		if self.owner[node.id] then
			local suffix = node.name:match("%$(%a+)$"):lower()
			table.insert(path, 1, suffix)
			table.insert(path, 1, (node.name:match("([%w_]+)%$%a+$")))
			node = self.owner[node.id]
		else
			table.insert(path, 1, node.name)
			node = self.nodes[node.scope]
		end
	end
	return path
end

function context:c_name(node)
	local parts = {}
	for i, part in ipairs(self:path(node)) do
		parts[i] = name.snake(part)
	end
	return table.concat(parts, "_")
end

function context:refuse(node, member, message)
	local path = table.concat(self:path(node), ".")
	local full = member and path .. "." .. member or path
	local line = self.lines[full]
	while not line and path ~= "" do
		line = self.lines[path]
		path = path:match("^(.*)%.[^.]*$") or ""
	end
	local text = string.format("%s:%d: %s: %s", self.source, line or 1, full, message)
	if not self.refused[text] then
		self.refused[text] = true
		self.refusals[#self.refusals + 1] = { line = line or 1, text = text }
	end
end

-- What the source says above a declaration, or behind it on its line.
function context:comment(node, member)
	local path = table.concat(self:path(node), ".")
	return self.notes[member and path .. "." .. member or path]
end

-- Each C identifier at file scope is claimed once.
function context:claim(node, member, identifier)
	if self.claimed[identifier] then
		self:refuse(node, member, "the C name '" .. identifier .. "' is taken by "
			.. self.claimed[identifier])
		return
	end
	local path = table.concat(self:path(node), ".")
	self.claimed[identifier] = member and path .. "." .. member or path
end

function context:use(node)
	if self:file_of(node) ~= self.root then
		self.file.uses[self:file_name(node)] = true
	end
end

local function by_line(a, b)
	return a.line < b.line or a.line == b.line and a.text < b.text
end

function context:sorted_refusals()
	table.sort(self.refusals, by_line)
	return self.refusals
end

-- The struct nodes that method declarations made up belong to their interface.
local function owners_of(nodes)
	local owner = {}
	for _, node in pairs(nodes) do
		if node.kind == "interface" then
			for _, method in ipairs(node.methods) do
				for _, id in ipairs { method.params, method.results } do
					if nodes[id] and nodes[id].scope == 0 then
						owner[id] = node
					end
				end
			end
		end
	end
	return owner
end

local function read_source(path)
	for _, candidate in ipairs { path, "/" .. path } do
		local file = io.open(candidate)
		if file then
			local text = file:read("a")
			file:close()
			return candidate, text
		end
	end
	return path, ""
end

-- A context for one requested file of a request.
function scope.open(request, requested)
	local source, text = read_source(requested.name)
	local lines, notes = source_line.index(text)
	return setmetatable({
		nodes = request.nodes,
		root = request.nodes[requested.id],
		owner = owners_of(request.nodes),
		source = source,
		lines = lines,
		notes = notes,
		refusals = {}, refused = {}, claimed = {},
	}, context)
end

return scope
