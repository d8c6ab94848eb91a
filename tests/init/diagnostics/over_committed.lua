-- check: ram=3M caps=100
return policy {
  component "a" { ram = "1M", caps = 60 },
  component "b" {
    ram = "3M", caps = 10 },
  component "c" { ram = "1M",
    caps = 40 },
}
