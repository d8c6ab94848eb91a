return policy {
  component "a" { ram = "1M" caps = 60 },
}
