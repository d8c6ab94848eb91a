local list = {}
for _ = 1, 14 do list = { list, list, list } end
return policy { list }
