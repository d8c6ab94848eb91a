return policy {
  component "a" { ram = "1M", caps = 60, provides = { "LOG" },
    route = { service "LOG" { child "a" } } },
}
