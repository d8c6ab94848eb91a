return policy {
  component "a" { ram = "1M", caps = 60, rout = {} },
  component "b" { ram = "1X" },
  component "b" { ram = "1M", caps = 60 },
  component "c" { ram = "1M", caps = 60, route = { service "LOG" { child "d" } } },
}
