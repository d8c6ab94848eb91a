local aliases = {}
for i = 1, 1025 do
  aliases["role" .. i] = "a"
end
return policy { component "a" { ram = "1M", caps = 60 }, aliases = aliases }
