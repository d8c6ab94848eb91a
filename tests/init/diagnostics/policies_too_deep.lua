local inner = policy {}
for i = 1, 20 do
  inner = policy { component("c" .. i) { binary = "init", ram = "1M", caps = 60, config = inner } }
end
return inner
