-- SPDX-License-Identifier: MIT
-- A route function decides by label which of two servers is asked. It is wrong in several ways, for the
-- labels that say so; each costs the session that was asked for, and nothing else.

local function server(name)
	return component(name) {
		binary = "echo_server", ram = "512K", caps = 100, provides = { "Echo" }, config = { name = name },
	}
end

local function client(name, wishes, route)
	return component(name) {
		binary = "session_client", ram = "256K", caps = 40, config = { wishes = wishes }, route = route,
	}
end

local calls = 0

local function decide(request)
	local label = request.label
	if label == "renamed" then
		return child "right" { label = "another" }
	elseif label == "secret" then
		return deny
	elseif label == "broken" then
		return request.lable.x
	elseif label == "endless" then
		while true do end
	elseif label == "pattern" then
		return ("a"):rep(2000):find(("a*"):rep(30) .. "b") and child "left"
	elseif label == "undeclared" then
		return parent
	elseif label:find("left", 1, true) then
		return child "left"
	elseif request.child == "chosen" and request.service == "Echo" then
		return child "right"
	end -- nothing: it is denied
end

local decided = service "Echo" {
	choose { child "left", child "right", child "right" { label = "another" }, by = decide },
}

return policy {
	server "left",
	server "right",
	client("chosen", {
		{ label = "to the left", server = "left", seen = "chosen -> to the left" },
		{ label = "elsewhere", server = "right", seen = "chosen -> elsewhere" },
		{ label = "renamed", server = "right", seen = "another" },
		{ label = "secret" },
	}, decided),
	client("failing", {
		{ label = "broken" },
		{ label = "endless" },
		{ label = "pattern" },
		{ label = "undeclared" },
		{ label = "nothing" },
		{ label = "left at last", server = "left", seen = "failing -> left at last" },
	}, decided),
	client("other", { { label = "x", server = "left", seen = "other -> x" } },
		service "Echo" { child "left" }),
}
