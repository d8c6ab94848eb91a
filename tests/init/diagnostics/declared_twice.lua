return policy { component "a" { ram = "1M", caps = 60, route = {
  service "ROM" { choose { parent, choose { parent, by = function() end }, by = function() end } },
} } }
