return policy {
  component "a" { ram = "1M", caps = 60, route = {
    service "LOG" { label = ("x"):rep(256), parent },
    service "ROM" { parent { prefix = ("x"):rep(256) } },
  } },
}
