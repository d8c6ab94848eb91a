-- SPDX-License-Identifier: MIT
-- Bench table: the figures beside those of the peers, the operations that cost more than an
-- instruction, and what has become worse than the counts that are written down.
--
-- figures: id -> { value, unit }. counted: id -> { divisor, counts, functions }, of one sample, which is
-- `divisor` operations; empty where QEMU takes no plugin. noted: what is written down, counts by id,
-- operations and functions by id.

local profile = require "profile"

local bench_table = {}

local TOLERANCE, TOLERANCE_COUNTS = 1.01, 2
local AGREEMENT = 4 -- instructions; an interrupt falls into a loop of that many
local GROWN_MAX = 6

bench_table.not_compared = { ms = true } -- a host's time is no count

-- Operations that must not become more; loads, stores and lines are shown only.
bench_table.gated = { "cr3", "cr0", "msr", "base", "vector", "locked" }

-- Title and count; lines are distinct ones, of all that is done in a sample.
local columns = {
	{ "kernel", "kernel" }, { "user", "user" }, { "CR3", "cr3" }, { "CR0", "cr0" }, { "MSR", "msr" },
	{ "FS/GS", "base" }, { "XSAVE", "vector" }, { "lock", "locked" }, { "loads", "loads" },
	{ "stores", "stores" }, { "code", "code_lines", whole = true }, { "data", "data_lines", whole = true },
}

local function cell(value)
	if type(value) == "number" then
		local text = ("%.0f"):format(value):reverse():gsub("(%d%d%d)", "%1,"):reverse()
		return (text:gsub("^,", ""))
	end
	return value or ""
end

-- ---- verdicts ---------------------------------------------------------------------

-- What is to be said about a figure, and whether that is a failure.
local function verdict(figure, before, goal, limit)
	if limit and figure.value > limit then
		return ("over the limit of %.0f"):format(limit), true
	elseif bench_table.not_compared[figure.unit] then
		return "", false
	elseif before and figure.value > math.max(before * TOLERANCE, before + TOLERANCE_COUNTS) then
		return ("was %.0f: +%.1f %%"):format(before, 100 * (figure.value / before - 1)), true
	elseif before and figure.value < before then
		return ("was %.0f: better, see --update"):format(before), false
	elseif not before then
		return "new, see --update", false
	end
	return goal and figure.value > goal and "above the goal" or "", false
end

-- The operations of a row that have become more: "cr3 2 -> 3"; nil: none.
local function more_operations(now, before)
	local texts = {}
	for _, name in ipairs(bench_table.gated) do
		local earlier = before and before[name]
		if earlier and now[name] > earlier * TOLERANCE then
			texts[#texts + 1] = ("%s %d -> %d"):format(name, earlier, now[name])
		end
	end
	return texts[1] and "more " .. table.concat(texts, ", ")
end

-- Further lines that name the functions that grew.
local function growth_text(before, now)
	local grown = profile.growth(before, now)
	local lines = {}
	for i = 1, math.min(#grown, GROWN_MAX) do
		lines[i] = ("\n    %+d in %s: %d -> %d"):format(grown[i].now - grown[i].before, grown[i].name,
			grown[i].before, grown[i].now)
	end
	if #grown > GROWN_MAX then
		lines[#lines + 1] = ("\n    and in %d more functions"):format(#grown - GROWN_MAX)
	end
	return table.concat(lines)
end

-- Two counts of the same thing: by the guest's own clock and by the plugin.
local function disagreement(figure, row)
	local counted = row.counts.instructions // row.divisor
	if figure.unit == "instructions" and math.abs(figure.value - counted) > AGREEMENT then
		return ("the machine has executed %d"):format(counted)
	end
end

-- Answers the remark, and appends to `failures` what is wrong with a row.
local function judge(id, figure, row, goal, limit, noted, failures)
	local remark, failed = verdict(figure, noted.counts[id], goal, limit)
	if row and noted.operations[id] then
		local more = more_operations(row.counts, noted.operations[id])
		remark = more and (failed and remark .. ", " .. more or more) or remark
		failed = failed or more ~= nil
	end
	local differs = row and disagreement(figure, row)
	if differs then
		remark, failed = differs, true
	end
	if failed then
		local before = row and noted.functions[id]
		failures[#failures + 1] = ("%s is %s: %s%s"):format(id, cell(figure.value), remark,
			before and growth_text(before, row.functions) or "")
	end
	return remark
end

-- ---- printing ---------------------------------------------------------------------

local form = "%-19s%10s%11s%11s%12s%11s" .. ("%8s"):rep(2) .. ("%6s"):rep(6) .. ("%8s"):rep(2)
	.. ("%6s"):rep(2) .. "  %s"

local function operation_cells(row)
	local cells = {}
	for i, column in ipairs(columns) do
		cells[i] = row and cell(row.counts[column[2]] // (column.whole and 1 or row.divisor)) or ""
	end
	return cells
end

local function print_row(id, own, peer, operations, remark)
	local cells = { id, cell(own), cell(peer.goal), cell(peer.genode), cell(peer.sel4), cell(peer.linux) }
	table.move(operations, 1, #operations, #cells + 1, cells)
	cells[#cells + 1] = remark
	print((form:format(table.unpack(cells)):gsub("%s+$", "")))
end

local function print_head()
	local titles = {}
	for i, column in ipairs(columns) do
		titles[i] = column[1]
	end
	print_row("id", "capOS", { goal = "goal", genode = "Genode", sel4 = "seL4", linux = "Linux" }, titles, "")
end

local function sorted_ids(figures)
	local ids = {}
	for id in pairs(figures) do
		ids[#ids + 1] = id
	end
	table.sort(ids)
	return ids
end

-- Prints the table; appends to `failures`, with the functions that grew.
function bench_table.compare(figures, counted, peers, limits, noted, failures)
	print_head()
	for _, id in ipairs(sorted_ids(figures)) do
		local figure, row, peer = figures[id], counted[id], peers[id] or {}
		local remark = judge(id, figure, row, peer.goal, limits[id], noted, failures)
		print_row(id, figure.value, peer, operation_cells(row), remark)
	end
end

return bench_table
