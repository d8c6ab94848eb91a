return policy {
  component "log" { ram = "1M", caps = 60, provides = { "LOG" } },
  default_route = {
    service "LOG" { child "log" },
  },
}
