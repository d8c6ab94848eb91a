return policy {
  component "log" { ram = "1M", caps = 60, provides = { "LOG" } },
  component "a" { ram = "1M", caps = 60, route = {
    service "LOG" { choose { child "lgo", deny { label = "x" }, targets = 1, by = function() end } },
  } },
}
