return policy {
  componnet "a" { ram = "1M", caps = 60 },
}
