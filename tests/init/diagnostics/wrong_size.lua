return policy {
  component "a" { ram = "8Q", caps = 60 },
  component "b" {
    ram = "",
    caps = 60 },
  component "c" { ram = -5, caps = 60 },
  component "d" { ram = 1.5, caps = 60 },
  component "e" { ram = "99999999999999999999", caps = -1 },
}
