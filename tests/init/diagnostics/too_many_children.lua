local list = {}
for i = 1, 1100 do list[i] = component("c" .. i) { ram = 1, caps = 1 } end
return policy { list }
