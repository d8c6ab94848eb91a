return policy {
  component "a" {
    caps = 60 },
  component "b" { ram = "1M" },
  component "c" {},
  component "d",
  component "e" { ram = 0, caps = 0 },
}
