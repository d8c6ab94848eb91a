return policy {
  component "inner" { binary = "init", ram = "2M", caps = 90, config = policy {
    component "x" { ram = "1M", caps = 50 },
    component "y" { ram = "1536K", caps = 50 },
  } },
}
