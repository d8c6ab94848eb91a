-- SPDX-License-Identifier: MIT
-- server.h: a table of handlers per interface, its dispatch, and answers for kept requests.

local writer = require "writer"
local method_text = require "method_text"

local function handler_arguments(method)
	local list = { "void *self", "struct request *request" }
	if not method.params.empty then
		list[#list + 1] = "const struct " .. method.params.c .. " *params"
	end
	if not method.results.empty then
		list[#list + 1] = "struct " .. method.results.c .. " *results"
	end
	return list
end

local function put_table(out, interface)
	local ancestor = interface.ancestors[1]
	out:put("")
	out:comment(interface.comment)
	out:put("struct " .. interface.c .. "_server {")
	if ancestor then
		out:put("\tstruct " .. ancestor.c .. "_server " .. interface.base .. ";")
	end
	for _, method in ipairs(interface.methods) do
		out:comment(method.comment, 1)
		method_text.put_handler(out, method.member, handler_arguments(method))
	end
	out:put("};")
end

local function put_params(out, method)
	if method.params.empty then
		return
	end
	out:put("")
	method_text.put_head(out, method.c .. "_receive",
		{ "struct message *message", "struct " .. method.params.c .. " *params" })
	method_text.put_receive(out, method.params, "message", "params")
	out:put("}")
end

local function put_answer(out, method)
	local results = method.results
	local arguments = {}
	if not results.empty then
		arguments[1] = "const struct " .. results.c .. " *results"
	end
	arguments[#arguments + 1] = "struct message *out"
	if not results.empty then
		arguments[#arguments + 1] = "void *segment"
	end
	out:put("")
	out:put("/* The answer as a message; out->cap_moves stays. segment: room for the page form. */")
	method_text.put_head(out, method.c .. "_answer", arguments)
	if not results.empty and results.flat then
		out:put("\t(void)segment;")
	end
	if not results.empty and not results.flat then
		out:put("\treturn capnp_message_encode(&" .. results.c .. "_layout, results, out, segment);")
	else
		method_text.put_send(out, results, "out", "out->", "results", "segment")
		out:put("\treturn OK;")
	end
	out:put("}")
end

local function put_serve(out, interface, method)
	local params, results = method.params, method.results
	local names = { "self", "request" }
	out:put("")
	method_text.put_head(out, method.c .. "_serve", {
		"const struct " .. interface.c .. "_server *server", "void *self", "struct request *request" })
	if not params.empty then
		out:put("\tstruct " .. params.c .. " params;")
		names[#names + 1] = "&params"
	end
	if not results.empty then
		out:put("\tstruct " .. results.c .. " results = { 0 };")
		names[#names + 1] = "&results"
	end
	out:put("\tenum status status;\n")
	out:put("\tif (server->" .. method.member .. " == NULL)\n\t\treturn ERR_UNSUPPORTED;")
	if not params.empty then
		out:put("\tstatus = " .. method.c .. "_receive(&request->message, &params);")
		out:put("\tif (status != OK)\n\t\treturn status;")
	end
	out:put("\tstatus = server->" .. method.member .. "(" .. table.concat(names, ", ") .. ");")
	out:put("\tif (status != OK || request->kept)\n\t\treturn status;")
	out:put("\treturn " .. method.c .. "_answer(" .. (results.empty and "" or "&results, ")
		.. "&request->message" .. (results.empty and "" or ", request->reply_segment") .. ");\n}")
end

local function put_dispatch(out, interface)
	local ancestor = interface.ancestors[1]
	out:put("")
	out:put("/* Serves one request; what the table leaves NULL is ERR_UNSUPPORTED. */")
	method_text.put_head(out, interface.c .. "_dispatch", {
		"const struct " .. interface.c .. "_server *server", "void *self", "struct request *request" })
	local otherwise = ancestor
		and ancestor.c .. "_dispatch(&server->" .. interface.base .. ", self, request)"
		or "ERR_UNSUPPORTED"
	if #interface.methods == 0 and not ancestor then
		out:put("\t(void)server;\n\t(void)self;\n\t(void)request;")
	end
	if #interface.methods == 0 then
		out:put("\treturn " .. otherwise .. ";\n}")
		return
	end
	out:put("\tif (request->interface != " .. interface.c:upper() .. "_INTERFACE)")
	out:put("\t\treturn " .. otherwise .. ";")
	out:put("\tswitch (request->method) {")
	for _, method in ipairs(interface.methods) do
		out:put("\tcase " .. method.c:upper() .. ":\n\t\treturn " .. method.c
			.. "_serve(server, self, request);")
	end
	out:put("\t}\n\treturn ERR_UNSUPPORTED;\n}")
end

return function(file)
	local out = writer.new(file, "Server tables")
	out:put("#pragma once\n")
	out:put("#include <" .. file.name .. "/types.h>")
	out:put("#include <base/capnp_message.h>\n#include <base/request.h>")
	for _, used in ipairs(file.uses) do
		out:put("#include <" .. used .. "/server.h>")
	end
	for _, interface in ipairs(file.interfaces) do
		put_table(out, interface)
		for _, method in ipairs(interface.methods) do
			put_params(out, method)
			put_answer(out, method)
			put_serve(out, interface, method)
		end
		put_dispatch(out, interface)
	end
	return out:text()
end
