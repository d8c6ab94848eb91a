return policy {
  component "log" { ram = "1M", caps = 60, provides = { "LOG" } },
  component "a" { ram = "1M", caps = 60, route = {
    service "LOG" { child "log" { label = "x", prefix = "y" } },
  } },
}
