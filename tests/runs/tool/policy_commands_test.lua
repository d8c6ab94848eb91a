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

assert(select(2, run("graph " .. old .. " " .. new)) == 2)
assert(select(2, run("who-can " .. old)) == 2)
assert(select(2, run("diff " .. old)) == 2)
