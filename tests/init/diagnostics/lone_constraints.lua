return policy {
  component "a" { ram = "1M", caps = 60, route = {
    service "LOG" { label_last = "x", label = "y", parent },
    service "LOG" { label_unscoped = "x", label_prefix = "y", parent },
  } },
}
