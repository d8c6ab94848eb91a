-- check: nested
local route = {}
for i = 1, 1000 do
  route[i] = service "ROM" { label = "r" .. i, parent { label = ("x"):rep(250) } }
end
local list = {}
for i = 1, 8 do
  list[i] = component("c" .. i) { ram = 1, caps = 1, route = route }
end
return policy {
  component "a" { ram = "1M", caps = 60, binary = "init", config = policy { list } },
}
