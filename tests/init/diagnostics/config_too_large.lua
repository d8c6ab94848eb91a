-- check: schema
local args = {}
for i = 1, 10 do
  args[i] = ("x"):rep(30000)
end
return policy {
  component "a" { ram = "1M", caps = 60, binary = "kettle", config = { args = args } },
}
