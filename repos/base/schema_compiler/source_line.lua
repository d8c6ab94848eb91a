-- SPDX-License-Identifier: MIT
-- Finds line and comment of each declaration, which the request does not carry.
--
-- A schema file is read as tokens; braces make scopes. Each declaration is
-- noted under its path ("Outer.Inner.field"). Its comment is the block of
-- lines right above it, or else what stands behind it on its own line.

local source_line = {}

local declares = { struct = true, enum = true, interface = true, const = true, annotation = true }

local function string_end(text, position)
	local last = position + 1
	while last <= #text and text:sub(last, last) ~= '"' do
		last = last + (text:sub(last, last) == "\\" and 2 or 1)
	end
	return last
end

-- Answers the tokens, and the comments by line: { text, whole = alone on its line }.
local function tokens_of(text)
	local tokens, comments, line, position = {}, {}, 1, 1
	local function add(token)
		tokens[#tokens + 1] = { text = token, line = line }
	end
	while position <= #text do
		local first, last = text:find("^[%w_]+", position)
		local character = text:sub(position, position)
		if first then
			add(text:sub(first, last))
		elseif character == "#" then
			last = (text:find("\n", position, true) or #text + 1) - 1
			local words = text:sub(position + 1, last):gsub("^ ", ""):gsub("%s+$", "")
			comments[line] = { text = words, whole = not (tokens[1] and tokens[#tokens].line == line) }
		elseif character == '"' then
			last = string_end(text, position)
		else
			last = position
			if character == "\n" then
				line = line + 1
			elseif not character:find("%s") then
				add(character)
			end
		end
		position = last + 1
	end
	return tokens, comments
end

-- Is token i the name in `name @N`, `name :group` or `name :union`?
local function names_member(tokens, i)
	local after, second = tokens[i + 1], tokens[i + 2]
	if not (after and second and tokens[i].text:find("^%l")) then
		return false
	end
	local opens = second.text == "group" or second.text == "union"
	return after.text == "@" or after.text == ":" and opens
end

local function comment_at(comments, line)
	local block, at = {}, line - 1
	while comments[at] and comments[at].whole do
		table.insert(block, 1, comments[at].text)
		at = at - 1
	end
	if #block == 0 and comments[line] then
		block[1] = comments[line].text
	end
	return #block > 0 and block or nil
end

-- Answers two tables: from path to line, and from path to comment (an array of lines).
function source_line.index(text)
	local tokens, comments = tokens_of(text)
	local lines, notes, scopes, pending = {}, {}, {}, nil
	local function declare(leaf, line)
		pending = (scopes[#scopes] or "") .. leaf
		if not lines[pending] then
			lines[pending] = line
			notes[pending] = comment_at(comments, line)
		end
	end
	for i, token in ipairs(tokens) do
		if token.text == "{" then
			scopes[#scopes + 1] = pending and pending .. "." or scopes[#scopes] or ""
			pending = nil
		elseif token.text == "}" then
			scopes[#scopes] = nil
		elseif token.text == ";" then
			pending = nil
		elseif declares[token.text] and tokens[i + 1] then
			declare(tokens[i + 1].text, token.line)
		elseif names_member(tokens, i) then
			declare(token.text, token.line)
		end
	end
	return lines, notes
end

return source_line
