-- SPDX-License-Identifier: MIT
-- Ways to die, each in a child of its own. The parent says who, of what, and where, with a backtrace that
-- names the function; nobody else is the worse for it.

local ways = {
	{ "write_null", kind = "page-not-present", address = 0, access = "write" },
	{ "jump_nowhere", kind = "page-not-present", address = 0x20000000, access = "execute" },
	{ "divide_by_zero", kind = "divide" },
	{ "overflow_stack", kind = "page-not-present", access = "write" },
	{ "invalid_opcode", kind = "invalid-opcode" },
	{ "write_constant", kind = "page-protection", access = "write" },
	{ "write_code", kind = "page-protection", access = "write" },
	{ "write_rom", kind = "page-protection", access = "write" },
	{ "run_data", kind = "page-protection", access = "execute" },
	{ "read_kernel", kind = "page-not-present", access = "read" }, -- not there, as far as it can tell
	{ "privileged", kind = "general-protection" },
	{ "read_non_canonical", kind = "general-protection" },
	{ "breakpoint", kind = "breakpoint" },
}

local crashers = {}
for i, way in ipairs(ways) do
	crashers[i] = component(way[1]) {
		binary = "crasher", ram = "256K", caps = 30, may_fault = true, config = { how = way[1] },
	}
end

boot {
	component "echo" { binary = "echo_server", ram = "256K", caps = 40, provides = { "Echo" },
		config = { name = "echo" } },
	crashers,
	component "ticker" {
		ram = "256K", caps = 40, config = { ticks = 40, period_ms = 1 },
		route = { service "Timer" { parent }, service "Echo" { child "echo" } },
	},
}
never "FAILED"

for _, way in ipairs(ways) do
	local fault = faulted { way[1], kind = way.kind, address = way.address }
	assert(not way.access or fault.access == way.access, way[1] .. ": " .. fault.access)
	assert(fault.trace:find(way[1], 1, true), fault.trace)
	if way[1] == "overflow_stack" then
		-- right below the 16 KiB that end where base/child.h says
		local address = tonumber(fault.address)
		assert(address >= 0x40b000 and address < 0x40c000, fault.address)
	end
end

expect "[init -> ticker] has ticked 40 times"
expect 'closes "ticker", sum 40'
exited { "ticker", code = 0 }
