return policy {
  component "a" { ram = "1M", caps = 60, priority = 256 },
  component "b" { ram = "1M", caps = 60, priority = 255 },
  component "c" { ram = "1M", caps = 60, priority = -1 },
}
