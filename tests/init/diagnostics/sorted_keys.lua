local t = { [{}] = 1 }
for _ in pairs(t) do end
