-- check: binary
return policy {
  component "log" { ram = "1M", caps = 60, provides = { "LOG" } },
  component "a" { ram = "1M", caps = 60, route = {
    service "LOG" { choose { child "log",
      by = function() end } },
  } },
}
