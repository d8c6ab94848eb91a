-- SPDX-License-Identifier: MIT
-- Pieces of C that client functions and server dispatch share.

local method_text = {}

-- A function's head, broken after 100 columns.
local function broken(head, arguments)
	local line, lines = head, {}
	local indent = head:match("^\t*") .. (" "):rep(#head:gsub("^\t*", ""))
	for i, argument in ipairs(arguments) do
		local text = argument .. (i < #arguments and ", " or ")")
		if #line + #text > 100 and line:find("%S") then
			lines[#lines + 1] = (line:gsub("%s+$", ""))
			line = indent
			if #indent + #text > 100 then
				line = "\t\t"
			end
		end
		line = line .. text
	end
	lines[#lines + 1] = line
	return table.concat(lines, "\n")
end

function method_text.put_head(out, name, arguments)
	out:put(broken("MUST_USE static inline enum status " .. name .. "(", arguments) .. "\n{")
end

-- A member that points at a function.
function method_text.put_handler(out, name, arguments)
	out:put(broken("\tenum status (*" .. name .. ")(", arguments) .. ";")
end

-- Words alone, in registers.
local function words_alone(struct)
	return struct.empty or struct.flat and struct.pointer_count == 0
end

-- Whether a call needs neither page nor capabilities.
function method_text.plain(method)
	return words_alone(method.params) and words_alone(method.results)
end

-- The call of such a method.
function method_text.call_words(method)
	local upper = method.c:upper()
	return string.format("ipc_call_words(ipc, target,\n\t\tmessage_name(%s_INTERFACE, %s, %s), &message)",
		method.interface.c:upper(), upper,
		method.params.empty and "0" or method.params.c:upper() .. "_WORDS")
end

-- Fills in its words.
function method_text.put_words(out, struct)
	if struct.empty then
		return
	end
	out:put(string.format("\t%s_pack(params, message.words, message.caps);", struct.c))
	out:put(string.format("\tmessage_clear(&message, %s_WORDS);", struct.c:upper()))
end

function method_text.call(method, message)
	return string.format("ipc_call(ipc, target, %s_INTERFACE, %s, %s)", method.interface.c:upper(),
		method.c:upper(), message)
end

-- Fills a message from a view; declares nothing, may return early with a status.
function method_text.put_send(out, struct, message, access, from, segment, moves)
	if words_alone(struct) then
		out:put("\t" .. access .. "form = " .. (struct.empty and "0" or struct.c:upper() .. "_WORDS") .. ";")
		if not struct.empty then
			out:put(string.format("\t%s_pack(%s, %swords, %scaps);", struct.c, from, access, access))
		end
		return
	end
	if moves then
		out:put("\t" .. access .. "cap_moves = " .. moves .. ";")
	end
	if not struct.empty and not struct.flat then
		out:put(string.format("\tstatus = capnp_message_encode(&%s_layout, %s, %s, %s);",
			struct.c, from, message, segment))
		out:put("\tif (status != OK)\n\t\treturn status;")
		return
	end
	out:put("\t" .. access .. "paged = false;")
	local upper = struct.c:upper()
	out:put("\t" .. access .. "word_count = " .. upper .. "_WORDS;")
	out:put("\t" .. access .. "cap_count = " .. upper .. "_CAPS;")
	out:put(string.format("\t%s_pack(%s, %swords, %scaps);", struct.c, from, access, access))
	out:put("\tcapnp_message_trim(" .. message .. ");")
end

-- Fills a view from a message in either form, and returns the status.
function method_text.put_receive(out, struct, message, to)
	local decode = string.format("\treturn capnp_message_decode(&%s_layout, %s, %s);", struct.c,
		message, to)
	if not struct.flat then
		out:put(decode)
		return
	end
	local access = message:find("^&") and message:sub(2) .. "." or message .. "->"
	local upper = struct.c:upper()
	out:put("\tif (" .. access .. "paged)")
	out:put("\t" .. decode)
	out:put(string.format("\tcapnp_message_pad(%s, %s_WORDS, %s_CAPS);", message, upper, upper))
	out:put(string.format("\t%s_unpack(%swords, %scaps, %s);", struct.c, access, access, to))
	out:put("\treturn OK;")
end

return method_text
