-- check: ram=3M caps=100
return policy {
  reserve = { ram = "2M", caps = 50 },
  component "a" { ram = "1M", caps = 50 },
  component "b" { ram = "4K",
    caps = 1 },
}
