local list = {}
for i = 1, 80 do list[i] = component("c" .. i) { ram = 1 } end
return policy { list }
