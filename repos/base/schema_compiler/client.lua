-- SPDX-License-Identifier: MIT
-- client.h: one inline function per method.

local writer = require "writer"
local method_text = require "method_text"

local function put_answer(out, method, message, call)
	local results = method.results
	if results.empty then
		out:put("\treturn " .. call .. ";")
		return
	end
	out:put("\tstatus = " .. call .. ";")
	out:put("\tif (status != OK)\n\t\treturn status;")
	method_text.put_receive(out, results, message, "results")
end

local function put_body(out, method, moving)
	local params, results = method.params, method.results
	local message = results.deep_caps and "answer" or "&message"
	local access = results.deep_caps and "answer->" or "message."
	if not results.deep_caps then
		out:put("\tstruct message message;")
	end
	if not results.empty or not (params.empty or params.flat) then
		out:put("\tenum status status;")
	end
	out:put("")
	if method_text.plain(method) then
		method_text.put_words(out, params)
		put_answer(out, method, message, method_text.call_words(method))
		return
	end
	method_text.put_send(out, params, message, access, "params", "ipc_send_segment(ipc)",
		moving and "cap_moves" or "0")
	put_answer(out, method, message, method_text.call(method, message))
end

local function arguments(method, moving)
	local list = { "struct ipc *ipc", "cap_t target" }
	if not method.params.empty then
		list[#list + 1] = "const struct " .. method.params.c .. " *params"
	end
	if moving then
		list[#list + 1] = "uint8_t cap_moves"
	end
	if not method.results.empty then
		list[#list + 1] = "struct " .. method.results.c .. " *results"
	end
	if method.results.deep_caps then
		list[#list + 1] = "struct message *answer"
	end
	return list
end

local function put_method(out, method)
	local moving = method.params.has_caps
	out:put("")
	out:comment(method.comment)
	if method.results.deep_caps then
		out:put("/* The capabilities in the results stand in *answer, which must live as long. */")
	end
	if not moving then
		method_text.put_head(out, method.c, arguments(method, false))
		put_body(out, method, false)
		out:put("}")
		return
	end
	out:put("/* cap_moves: bit i moves capability i of the message instead of copying it. */")
	method_text.put_head(out, method.c .. "_moving", arguments(method, true))
	put_body(out, method, true)
	out:put("}\n")
	method_text.put_head(out, method.c, arguments(method, false))
	local names = { "ipc", "target", "params", "0" }
	if not method.results.empty then
		names[#names + 1] = "results"
	end
	if method.results.deep_caps then
		names[#names + 1] = "answer"
	end
	out:put("\treturn " .. method.c .. "_moving(" .. table.concat(names, ", ") .. ");\n}")
end

return function(file)
	local out = writer.new(file, "Client functions")
	out:put("#pragma once\n")
	out:put("#include <" .. file.name .. "/types.h>")
	out:put("#include <base/capnp_message.h>")
	for _, used in ipairs(file.uses) do
		out:put("#include <" .. used .. "/client.h>")
	end
	for _, interface in ipairs(file.interfaces) do
		for _, method in ipairs(interface.methods) do
			method.interface = interface
			put_method(out, method)
		end
	end
	return out:text()
end
