-- SPDX-License-Identifier: MIT
-- hostile_methods.lua KERNEL.CAPNP METHODS.C: each method of the kernel's interfaces stands in the
-- table of the hostile component, so that what the schema gains is attacked, too.

local function read(path)
	local file <close> = assert(io.open(path))
	return file:read("a")
end

local function constant(name)
	return name:gsub("(%l)(%u)", "%1_%2"):upper()
end

-- Served by components; what would end the attacker itself; what it calls all the time; facts of the boot.
local left_out = { PAGER_FAULT = true, SELF_EXIT = true, SELF_TIME = true, PLATFORM_INFORMATION = true }

local table_text = read(arg[2])
local interface, methods, missing = nil, 0, 0
for line in read(arg[1]):gmatch("[^\n]+") do
	interface = line:match("^interface (%w+)") or interface
	local method = line:match("^\t(%w+)%s+@%d+ %(") or line:match("{%s*(%w+)%s+@%d+ %(")
	if method then
		local name = constant(interface) .. "_" .. constant(method)
		methods = methods + 1
		if not left_out[name] and not table_text:find("%f[%w_]" .. name .. "%f[^%w_]") then
			missing = missing + 1
			print(arg[2] .. ": " .. name .. " is not attacked")
		end
	end
end
assert(methods > 50, "the schema's form has changed")
os.exit(missing == 0)
