-- SPDX-License-Identifier: MIT
-- Composition: from the table of a scenario's `boot` to the files of the boot archive.
--
-- The archive holds core and init, every binary the policy names (nested policies
-- included), the scenario's own host files, and the policy itself as `config`: as a
-- binary plan, or as source where `policy` names a file.

local failure = require "failure"
local files = require "files"
local label = require "label"
local policy_words = require "policy_words"
local sorted = require "sorted"
local suggestion = require "suggestion"

local composition = {}

local RAM_DEFAULT = "64M"
local WITHIN_DEFAULT = 20
local NESTING_MAX = 16

local children_of

-- What a scenario may say beside the policy: field -> type.
local own_fields = {
	binaries = "table",   -- further component binaries, by name
	config = "string",    -- a host file that becomes `config` as it is
	files = "table",      -- name in the archive -> host file, or { text = content }
	interactive = "string", -- the component whose terminal a person gets
	kernel_args = "string",
	loaders = "table",
	machine = "table",
	may_fault = "table",  -- labels, for children the composition does not show
	policy = "string",    -- a host file with the policy's source
	tags = "table",
	within = "number",    -- guest seconds
}
local known_loaders = require("qemu").loaders
local machine_fields = { ram = "string", cpus = "number", args = "table", terminal = "boolean" }

local function check_fields(given, known, what, place)
	for name, value in pairs(given) do
		if type(name) == "string" and known[name] and type(value) ~= known[name] then
			local message = "%s: '%s' is a %s, wanted a %s"
			failure.throw("script", message:format(what, name, type(value), known[name]), place)
		end
	end
end

local function check_machine(machine, place)
	check_fields(machine, machine_fields, "machine", place)
	for name in pairs(machine) do
		if not machine_fields[name] then
			local nearest = suggestion.nearest(tostring(name), machine_fields)
			failure.throw("script", ("machine: unknown field '%s'%s"):format(name,
				nearest and (" (did you mean '%s'?)"):format(nearest) or ""), place)
		end
	end
end

function composition.own_field_names()
	local names = {}
	for name in pairs(own_fields) do
		names[#names + 1] = name
	end
	return names
end

-- Takes from the table of boot what is the scenario's; true: the rest is a policy.
function composition.split(boot, place)
	local own, policy = {}, false
	if type(boot) ~= "table" then
		failure.throw("script", "boot wants a table", place)
	end
	check_fields(boot, own_fields, "boot", place)
	for name, value in pairs(boot) do
		if own_fields[name] then
			own[name] = value
		else
			policy = true
		end
	end
	own.machine = own.machine or {}
	check_machine(own.machine, place)
	own.machine.ram = own.machine.ram or RAM_DEFAULT
	own.machine.cpus = own.machine.cpus or 1
	own.loaders = own.loaders or { "qemu" }
	for _, loader in ipairs(own.loaders) do
		if not known_loaders[loader] then
			failure.throw("script", ("no loader '%s' (qemu, grub or grub-efi)"):format(loader), place)
		end
	end
	own.within = own.within or WITHIN_DEFAULT
	if own.interactive and not own.machine.terminal then
		failure.throw("script", "interactive: a person needs machine = { terminal = true }", place)
	end
	if policy and (own.policy or own.config) then
		failure.throw("script", "boot has a policy twice: in its table and as a file", place)
	end
	return own, policy
end

local function host_file(path, what, place)
	local size, problem = files.size(path)
	if not size then
		failure.throw("missing", ("%s: %s"):format(what, problem), place)
	end
	return path
end

local function file_member(name, source, place)
	if type(source) == "table" and type(source.text) == "string" then
		return { name = name, bytes = source.text }
	elseif type(source) ~= "string" then
		failure.throw("script", ("files: '%s' is neither a path nor { text = … }"):format(name), place)
	end
	return { name = name, path = host_file(source, "files", place) }
end

local function add_component(members, build, name, place)
	local path = ("%s/components/%s"):format(build, name)
	if not files.size(path) then
		local message = "component '%s' is not built (%s is not there)"
		failure.throw("missing", message:format(name, path), place)
	end
	members[#members + 1] = { name = name, path = path }
end

-- All children of a plan, with those of inits whose policy is one of the scenario's files.
function children_of(plan, own, build, place, prefix, depth)
	local found = {}
	for _, child in ipairs(plan.children) do
		child.label = prefix .. child.label
		found[#found + 1] = child
		local source = own.files and own.files[child.policy_rom]
		if type(source) == "string" and depth < NESTING_MAX then
			host_file(source, "files", place)
			local nested, messages = policy_words.plan_of_file(build, source)
			if not nested then
				failure.throw("script", messages[1], nil, table.move(messages, 2, #messages, 1, {}))
			end
			local inner = children_of(nested, own, build, place, child.label .. " -> ", depth + 1)
			table.move(inner, 1, #inner, #found + 1, found)
		end
	end
	return found
end

-- Answers the archive's members and what the judge must know: may_fault(label), serves_log(label).
-- plan: as policy_words makes it; nil: none, or one that nobody has looked into.
function composition.members(own, plan, build, place)
	local members, names = {}, { core = true, init = true }
	for _, name in ipairs(own.binaries or {}) do
		names[name] = true
	end
	local may_fault, serves_log, known = {}, {}, plan ~= nil
	for _, path in ipairs(own.may_fault or {}) do
		may_fault[label.full(path)] = true
	end
	for _, child in ipairs(plan and children_of(plan, own, build, place, "", 0) or {}) do
		local path = label.full(child.label)
		may_fault[path] = may_fault[path] or child.may_fault
		serves_log[path] = child.serves_log
		if not (own.files and own.files[child.binary]) then
			names[child.binary] = true
		end
	end
	for _, name in ipairs(sorted(names)) do
		add_component(members, build, name, place)
	end
	for _, name in ipairs(sorted(own.files or {})) do
		members[#members + 1] = file_member(name, own.files[name], place)
	end
	if own.policy then
		members[#members + 1] = { name = own.policy, path = host_file(own.policy, "policy", place) }
		members[#members + 1] = { name = "config", bytes = policy_words.plan_naming(own.policy) }
	elseif own.config then
		members[#members + 1] = { name = "config", path = host_file(own.config, "config", place) }
	elseif plan then
		members[#members + 1] = { name = "config", bytes = plan.bytes }
	end
	return members, {
		may_fault = function(path) return may_fault[path] or false end,
		serves_log = function(path) return not known or serves_log[path] or false end,
	}
end

return composition
