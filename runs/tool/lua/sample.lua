-- SPDX-License-Identifier: MIT
-- Sample: figures of one kind. sample(12) adds one; sample.count, .min, .median, .p95 and .max say what
-- they are together. A percentile is one of the figures: the smallest that so many are not above
-- (the nearest rank).

local sample = {}

local function percentile(values, percent)
	return values[math.max(1, math.ceil(#values * percent / 100))]
end

local summaries = {
	count = function(values) return #values end,
	min = function(values) return values[1] end,
	median = function(values) return percentile(values, 50) end,
	p95 = function(values) return percentile(values, 95) end,
	max = function(values) return values[#values] end,
}

-- refuse(problem) throws: a figure that is no number, a summary that does not exist or of nothing.
function sample.new(name, refuse)
	local values, sorted = {}, true
	local metatable = { __metatable = "sample" }

	function metatable.__call(_, value)
		if math.type(value) == nil or value ~= value then
			refuse(("sample '%s': %s is no number"):format(name, tostring(value)))
		end
		values[#values + 1], sorted = value, false
	end

	function metatable.__index(_, summary)
		if not summaries[summary] then
			refuse(("sample '%s' has no '%s': count, min, median, p95, max"):format(name, tostring(summary)))
		elseif #values == 0 and summary ~= "count" then
			refuse(("sample '%s' has no figures yet"):format(name))
		elseif not sorted then
			table.sort(values)
			sorted = true
		end
		return summaries[summary](values)
	end

	function metatable.__newindex()
		refuse(("sample '%s': figures are added by calling it"):format(name))
	end

	function metatable.__tostring()
		if #values == 0 then
			return name .. ": no figures"
		end
		local self = setmetatable({}, metatable)
		return ("%s: %d figures, min %s, median %s, p95 %s, max %s"):format(name, self.count,
			self.min, self.median, self.p95, self.max)
	end

	return setmetatable({}, metatable)
end

return sample
