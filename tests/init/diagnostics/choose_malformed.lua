return policy {
  component "log" { ram = "1M", caps = 60, provides = { "LOG" } },
  component "a" { ram = "1M", caps = 60, route = {
    service "LOG" { choose { by = function() end } },
    service "ROM" { choose { child "log" } },
    service "PD" { choose { by = 5, parent } },
    service "CPU" { choose { parent, choose { parent } } },
  } },
}
