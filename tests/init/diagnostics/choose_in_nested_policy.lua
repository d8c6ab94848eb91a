return policy {
  component "inner" { binary = "init", ram = "2M", caps = 90, config = policy {
    component "a" { ram = "1M", caps = 60, route = {
      service "LOG" { choose { parent, by = function() end } },
    } },
  } },
}
