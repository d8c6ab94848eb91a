-- SPDX-License-Identifier: MIT
-- The same client under many policies. Each names the sessions it wants, who is to serve them and under
-- which label the server is to see them; the client asks the server, and exits with 0 if all is so.

-- label, server, label as the server sees it; without the latter two the session is to be denied
local function wish(label, by, seen)
	return { label = label, server = by, seen = seen }
end

local clients = {}

local function client(name, wishes, route)
	clients[#clients + 1] = name
	return component(name) {
		binary = "session_client", ram = "256K", caps = 40, config = { wishes = wishes }, route = route,
	}
end

local function server(name)
	return component(name) { binary = "echo_server", ram = "512K", caps = 100, provides = { "Echo" },
		config = { name = name } }
end

boot {
	server "left",
	server "right",

	-- a sibling, as it is
	client("plain", { wish("", "left", "plain"), wish("data", "left", "plain -> data"),
		wish("a -> b", "left", "plain -> a -> b") },
		service "Echo" { child "left" }),

	-- the whole label, or a part of it
	client("relabelled", { wish("data", "left", "somebody"), wish("", "left", "somebody") },
		service "Echo" { child "left" { label = "somebody" } }),
	client("renamed", { wish("a -> b", "left", "alias -> b"), wish("", "left", "alias") },
		service "Echo" { child "left" { identity = "alias" } }),
	client("redirected", { wish("a -> b", "left", "redirected -> a -> disk"),
		wish("", "left", "redirected -> disk") },
		service "Echo" { child "left" { resource = "disk" } }),
	client("prefixed", { wish("a -> b", "left", "prefixed -> a -> public.b") },
		service "Echo" { child "left" { prefix = "public." } }),
	client("rewritten", { wish("a -> b", "left", "x -> y -> 0z") },
		service "Echo" { child "left" { identity = "x -> y", resource = "z", prefix = "0" } }),

	-- rules are told apart by what they want of the label …
	client("sorting", { wish("exact", "left", "1"), wish("log.today", "right", "2"),
		wish("report.txt", "left", "3"), wish("dir -> last", "right", "4"), wish("other", "left", "5"),
		wish("exactly") }, {
		service "Echo" { label = "exact", child "left" { label = "1" } },
		service "Echo" { label_prefix = "log.", child "right" { label = "2" } },
		service "Echo" { label_suffix = ".txt", child "left" { label = "3" } },
		service "Echo" { label_last = "last", child "right" { label = "4" } },
		service "Echo" { label_unscoped = "sorting -> other", child "left" { label = "5" } },
	}),
	-- … of several that match the first decides …
	client("shadowed", { wish("x", "right", "first") }, {
		service "Echo" { label_prefix = "x", child "right" { label = "first" } },
		service "Echo" { child "left" { label = "second" } },
	}),
	-- … and of its targets the first that provides the service
	client("passing", { wish("x", "right", "passing -> x") },
		any_service { child "bystander", child "right" }),
	-- a rule for any service is passed over if nobody in it does
	client("general", { wish("x", "right", "general -> x") },
		{ any_service { child "bystander" }, any_service { child "right" } }),

	-- refused by a rule, refused without one
	client("forbidden", { wish("public", "left", "forbidden -> public"), wish "secret" },
		{ service "Echo" { label = "secret", deny }, service "Echo" { child "left" } }),
	client("unmatched", { wish("known", "left", "unmatched -> known"), wish "unknown" },
		service "Echo" { label = "known", child "left" }),

	-- one level down: a provider of its own, and by way of the parent those above
	component "inner" {
		binary = "init", ram = "4M", caps = 400,
		route = { service "Echo" { child "right" { prefix = "up." } }, any_service { parent } },
		config = policy {
			server "only",
			client("certain", { wish("x", "only", "certain -> x") }, service "Echo" { any_child }),
			client("upward", { wish("x", "right", "inner -> upward -> up.x"),
				wish("", "right", "inner -> up.upward") },
				service "Echo" { parent }),
			client("twice", { wish("a -> b", "right", "inner -> alias -> up.b") },
				service "Echo" { parent { identity = "alias" } }),
			default_route = { any_service { parent } },
		},
	},

	component "bystander" { binary = "hello", ram = "256K", caps = 20, provides = { "Other" } },
}
never "FAILED"

local inner = { certain = true, upward = true, twice = true }
for _, name in ipairs(clients) do
	exited { (inner[name] and "inner -> " or "") .. name, code = 0 }
end
