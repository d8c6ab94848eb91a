-- SPDX-License-Identifier: MIT
-- Symbols: turns addresses into function, file and line, with addr2line.

local files = require "files"
local processes = require "processes"

local symbols = {}

-- Of a return address, the call before it is meant: the next instruction may be another
-- function's. Only where something faulted is the address exact.
local function places(addresses, first_exact)
	local result = {}
	for i, address in ipairs(addresses) do
		local exact = i == 1 and first_exact
		result[i] = ("0x%x"):format(tonumber(address) - (exact and 0 or 1))
	end
	return result
end

-- A line for each address but 0; without debug information just the addresses.
function symbols.lines(binary, addresses, first_exact)
	local real = {}
	for _, address in ipairs(addresses) do
		real[#real + 1] = tonumber(address) ~= 0 and address or nil
	end
	local status, text
	if #real > 0 and files.size(binary) then
		status, text = processes.run { "addr2line", "-e", binary, "-f", "-p", "-s", "-i",
			table.unpack(places(real, first_exact)) }
	end
	local names = {}
	for line in (status == 0 and text or ""):gmatch("[^\n]+") do
		if line:find("(inlined by)", 1, true) and #names > 0 then
			names[#names] = names[#names] .. line
		else
			names[#names + 1] = line
		end
	end
	local lines = {}
	for i, address in ipairs(real) do
		lines[i] = ("  %s  %s"):format(address, names[i] or "")
	end
	return lines
end

return symbols
