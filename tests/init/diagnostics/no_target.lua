return policy {
  component "a" { ram = "1M", caps = 60, route = {
    service "LOG" {},
    service "ROM",
    any_service { label = "x" },
  } },
}
