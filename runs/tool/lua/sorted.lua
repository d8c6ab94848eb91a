-- SPDX-License-Identifier: MIT
-- Sorted: the keys of a table in an order that is the same each time.

return function(object)
	local keys = {}
	for key in pairs(object) do
		keys[#keys + 1] = key
	end
	table.sort(keys)
	return keys
end
