return policy {
  component "a" { ram = "1M", caps = 60, [1.5] = 1 },
}
