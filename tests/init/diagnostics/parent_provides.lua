return policy {
  component "a" { ram = "1M", caps = 60, route = { service "Time" { parent } } },
  parent_provides = { "Timer", "LOG" },
}
