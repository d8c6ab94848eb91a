local function budget(name)
  error("no budget for " .. name)
end
return policy { component "a" { ram = budget "a" } }
