-- SPDX-License-Identifier: MIT
-- capos who-can and diff: what they say of two policies, and their status. Argument: the program.
local capos = arg[1]
local old, new = "tests/runs/tool/policies/old.lua", "tests/runs/tool/policies/new.lua"

local function run(arguments)
	local pipe = assert(io.popen(("%s %s 2>&1"):format(capos, arguments)))
	local text = pipe:read("a")
	local _, _, status = pipe:close()
	return text, status
end

local function test(arguments, status, lines)
	local got, got_status = run(arguments)
	local wanted = #lines > 0 and table.concat(lines, "\n") .. "\n" or ""
	assert(got == wanted, ("%s says:\n%s--- expected:\n%s"):format(arguments, got, wanted))
	assert(got_status == status, ("%s: status %d, expected %d"):format(arguments, got_status, status))
	print("ok " .. arguments)
end

local function at(line)
	return (" (%s:%d)"):format(old, line)
end

-- a service, by its provider; those who use a user reach it through that one
test("who-can " .. old .. " Nic", 0,
	{ "ip" .. at(5), "web through ip" .. at(6), "shell through ip" .. at(9) })
test("who-can " .. old .. " nic", 0,
	{ "ip" .. at(5), "web through ip" .. at(6), "shell through ip" .. at(9) })
test("who-can " .. old .. " Socket", 0, { "web" .. at(6), "shell" .. at(9) })
test("who-can " .. old .. " web", 0, {})
-- an environment session needs no rule; a denial behind a label does not take the label away
test("who-can " .. old .. " LOG", 0, {
	"nic (an environment session: no rule says otherwise)", "ip through nic" .. at(5), "web" .. at(6),
	"game" .. at(7), "shell through ip" .. at(9) })
-- the gate
test("who-can " .. old .. " Nic ip web shell", 0,
	{ "ip" .. at(5), "web through ip" .. at(6), "shell through ip" .. at(9) })
test("who-can " .. old .. " Nic ip web", 1,
	{ "ip" .. at(5), "web through ip" .. at(6), "shell through ip" .. at(9) .. ": not allowed" })
test("who-can " .. old .. " Nic -", 1, { "ip" .. at(5) .. ": not allowed",
	"web through ip" .. at(6) .. ": not allowed", "shell through ip" .. at(9) .. ": not allowed" })

test(("diff %s %s"):format(old, old), 0, {})
test(("diff %s %s"):format(old, new), 1, { "- game", "~ nic begins anew: version; ram 1M -> 2M",
	"~ web lives on; ram 1M -> 512K", "~ shell lives on: route" })

-- a picture: each component a box, each pair of client and server an arrow, in columns from left to right
local picture, status = run("graph " .. old)
assert(status == 0 and picture:find("^<svg ") and picture:find("</svg>\n$"))
local function count(pattern)
	return select(2, picture:gsub(pattern, ""))
end
assert(count('class="name"') == 6, "five components and the parent")
assert(count("marker%-end") == 5, "ip to nic, web and shell to ip, web and game to the parent")
assert(count('>Socket</text>') == 2 and count('>provides Nic</text>') == 1 and count(">1M, 60 caps<") == 5)
local function left(name)
	return tonumber(picture:match('<text x="(%d+)" y="%d+" class="name">' .. name .. "<"))
end
assert(left "web" < left "ip" and left "ip" < left "nic" and left "nic" < left "parent")

-- what an init has reported: states, and how much of the budgets was used; Cap'n Proto's own tool has written it
local state = os.tmpname()
local encoder = assert(io.popen(("capnp convert text:flat repos/base/interface/state_report.capnp StateReport > %s")
	:format(state), "w"))
encoder:write [[(version = 3, time = 1500000000, children = [
	(name = "shell", state = running, budget = (ram = 1048576, ramUsed = 262144, ramPeak = 524288, caps = 60, capsUsed = 15),
		sessions = [(service = "LOG", state = open, at = parent), (service = "Nic", state = waiting, at = child, server = "nic"),
			(service = "ROM", label = "config", state = open, at = init)]),
	(name = "nic", state = parked, reason = "kind=divide ip=0x0", restarts = 2)])]]
encoder:close()
picture, status = run("graph " .. state)
assert(status == 0 and picture:find("after 1.500 s, policy version 3", 1, true))
assert(picture:find(">256K of 1M (peak 512K)<", 1, true) and picture:find(">15 of 60 caps (peak 0)<", 1, true))
assert(picture:find(">parked, 2 restarts<", 1, true) and count('class="ended"') == 1)
assert(picture:find(">Nic (not open)<", 1, true) and picture:find(">LOG<", 1, true) and count("marker%-end") == 3)
assert(left "shell" < left "nic" and left "nic" < left "parent" and left "parent" == left "init")
local file = assert(io.open(state, "w"))
file:write(("\0"):rep(64))
file:close()
assert(select(2, run("graph " .. state)) == 0, "an empty report is one")
file = assert(io.open(state, "w"))
file:write(("\0"):rep(4) .. ("\255"):rep(60))
file:close()
assert(select(2, run("graph " .. state)) == 2)
os.remove(state)

assert(select(2, run("graph " .. old .. " " .. new)) == 2)
assert(select(2, run("who-can " .. old)) == 2)
assert(select(2, run("diff " .. old)) == 2)

-- Each command, what it says and its status, as commands.expected has it; GOLDEN_UPDATE=1 writes that anew.
local golden = "tests/runs/tool/policies/commands.expected"
local said = {}
for line in io.lines(golden) do
	local command = line:match "^%$ capos (.+)"
	if command then
		local text, ended = run(command)
		-- of a usage the first line
		said[#said + 1] = ("$ capos %s\n%sstatus %d\n"):format(command, text:gsub("^(usage:[^\n]*\n).*", "%1"), ended)
	end
end
local got = table.concat(said)
if os.getenv "GOLDEN_UPDATE" then
	local out <close> = assert(io.open(golden, "w"))
	out:write(got)
end
local expected = assert(io.open(golden)):read "a"
if got ~= expected then
	local other = os.tmpname()
	local out = assert(io.open(other, "w"))
	out:write(got)
	out:close()
	os.execute(("diff -u %s %s"):format(golden, other))
	os.remove(other)
	error "the commands say something else"
end
print(("ok %d commands"):format(#said))
