return policy {
  component "a" { ram = "1M", caps = 60 },
  component "b" { ram = "1M", caps = 60 },
  component "a" { ram = "1M", caps = 60 },
}
